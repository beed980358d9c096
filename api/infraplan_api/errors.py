"""Which problems can the service report, and which HTTP answer is each of them?

One table gives each error class its status, kind and title. Any error that is not in it is a
fault of the service: 500, logged, and nothing told of its insides. An error may carry
``headers``, which its answer gets, and ``faults``, of which the answer lists every one.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from infraplan.errors import InfraplanError, OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "KINDS",
    "ApiError",
    "BodyTooLargeError",
    "BundleReplacedError",
    "BundleUnavailableError",
    "BusyError",
    "InvalidRequestError",
    "JobFailedError",
    "KeyRefusedError",
    "KeyReusedError",
    "Kind",
    "MissingScopeError",
    "NoResultsError",
    "NotAcceptableError",
    "NotFoundError",
    "NotInBundleError",
    "OutsideStudyError",
    "RangeNotSatisfiableError",
    "SlowBodyError",
    "SlowServiceError",
    "StateUnavailableError",
    "TooManyJobsError",
    "TooManyRequestsError",
    "UnavailableError",
    "UnknownCommuneError",
    "UnknownJobError",
    "UnknownKeyError",
    "UnknownPlanError",
    "UnknownProcessError",
    "kind_of",
]


_OGC: Final = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"
"""Problems that OGC API - Processes names itself."""


class ApiError(InfraplanError):
    """Any problem that the service reports on purpose.

    Parameters
    ----------
    message
        What is wrong, and the remedy.
    faults
        Each single fault, where there are several; the answer lists them.
    headers
        Headers of the answer, such as ``{"retry-after": "1"}``.
    """

    def __init__(
        self,
        message: str,
        *,
        faults: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


class InvalidRequestError(ApiError, ValueError):
    """A parameter or a body is outside its meaning; lists every fault."""


class NotFoundError(ApiError, LookupError):
    """There is no such thing."""


class UnknownCommuneError(NotFoundError):
    """The bundle has no commune of this code."""


class NotInBundleError(NotFoundError):
    """The bundle lacks this file, because it was made without it."""


class OutsideStudyError(NotFoundError):
    """The point lies outside the study."""


class UnknownPlanError(NotFoundError):
    """The bundle has no plan of this identifier."""


class UnknownJobError(NotFoundError):
    """The key has no job of this identifier."""


class UnknownProcessError(NotFoundError):
    """There is no process of this name."""


class UnknownKeyError(NotFoundError):
    """There is no access key of this identifier."""


class KeyRefusedError(ApiError, PermissionError):
    """The request needs a key, and has none that is good."""


class MissingScopeError(ApiError, PermissionError):
    """The key is good, but not for this."""


class StateUnavailableError(ApiError, OutputError):
    """Keys or jobs cannot be read or kept."""


class NotAcceptableError(ApiError, ValueError):
    """None of the formats that the client takes is offered."""


class RangeNotSatisfiableError(ApiError, ValueError):
    """The bytes that are asked for are not in the file, or are too many pieces of it."""


class BodyTooLargeError(ApiError, ValueError):
    """The body of the request is longer than the service takes."""


class SlowBodyError(ApiError, TimeoutError):
    """The client did not send its body in time."""


class SlowServiceError(ApiError, TimeoutError):
    """The answer did not begin in time."""


class BusyError(ApiError, RuntimeError):
    """Too many requests are worked on at this moment."""


class TooManyRequestsError(ApiError, RuntimeError):
    """A key or an address asks for more writes than it may; the answer says when to ask again."""


class KeyReusedError(ApiError, ValueError):
    """An idempotency key was sent before with another request."""


class TooManyJobsError(TooManyRequestsError):
    """A key has as many jobs waiting as it may have."""


class NoResultsError(NotFoundError):
    """The job has not made anything yet, or what it made is gone."""


class JobFailedError(ApiError, RuntimeError):
    """The job failed; the message says why."""


class UnavailableError(ApiError, RuntimeError):
    """A part of the service is not there; the message says how to get it."""


class BundleUnavailableError(ApiError, RuntimeError):
    """The bundle is missing or broken; the message says which command makes it."""


class BundleReplacedError(ApiError, RuntimeError):
    """Another bundle took the place of the one that was being read; the request is run again."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What an error class becomes.

    Attributes
    ----------
    status
        The HTTP status.
    name
        Last part of the problem's type, ``urn:infraplan:problem:<name>``, or all of it.
    title
        The kind of problem in a few words.
    """

    status: HTTPStatus
    name: str
    title: str

    @property
    def type(self) -> str:
        """The type of the problem, an address."""
        return self.name if ":" in self.name else f"urn:infraplan:problem:{self.name}"


KINDS: Final[dict[type[Exception], Kind]] = {
    InvalidRequestError: Kind(
        HTTPStatus.BAD_REQUEST, "invalid-request", "The request is not valid"
    ),
    UnknownCommuneError: Kind(HTTPStatus.NOT_FOUND, "unknown-commune", "There is no such commune"),
    OutsideStudyError: Kind(
        HTTPStatus.NOT_FOUND, "outside-study", "The point lies outside the study"
    ),
    UnknownPlanError: Kind(HTTPStatus.NOT_FOUND, "unknown-plan", "There is no such plan"),
    NotInBundleError: Kind(HTTPStatus.NOT_FOUND, "not-in-bundle", "The bundle has no such file"),
    UnknownProcessError: Kind(
        HTTPStatus.NOT_FOUND, f"{_OGC}no-such-process", "There is no such process"
    ),
    UnknownJobError: Kind(HTTPStatus.NOT_FOUND, f"{_OGC}no-such-job", "There is no such job"),
    NoResultsError: Kind(HTTPStatus.NOT_FOUND, f"{_OGC}result-not-ready", "The job has no results"),
    JobFailedError: Kind(HTTPStatus.CONFLICT, "job-failed", "The job failed"),
    NotFoundError: Kind(HTTPStatus.NOT_FOUND, "not-found", "There is no such thing"),
    KeyRefusedError: Kind(HTTPStatus.UNAUTHORIZED, "key-refused", "A good key is needed"),
    MissingScopeError: Kind(HTTPStatus.FORBIDDEN, "missing-scope", "The key is not for this"),
    StateUnavailableError: Kind(
        HTTPStatus.SERVICE_UNAVAILABLE, "state-unavailable", "The state cannot be read or kept"
    ),
    NotAcceptableError: Kind(
        HTTPStatus.NOT_ACCEPTABLE, "not-acceptable", "No such format is offered"
    ),
    SlowBodyError: Kind(HTTPStatus.REQUEST_TIMEOUT, "slow-body", "The body did not arrive in time"),
    BodyTooLargeError: Kind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body-too-large", "The body is too large"
    ),
    RangeNotSatisfiableError: Kind(
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "range", "The range cannot be sent"
    ),
    BusyError: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "The service is busy"),
    KeyReusedError: Kind(
        HTTPStatus.CONFLICT, "key-reused", "The Idempotency-Key stands for another request"
    ),
    TooManyJobsError: Kind(
        HTTPStatus.TOO_MANY_REQUESTS, "too-many-jobs", "Too many jobs are waiting"
    ),
    TooManyRequestsError: Kind(
        HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", "Too many requests"
    ),
    UnavailableError: Kind(
        HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "A part of the service is not there"
    ),
    BundleUnavailableError: Kind(
        HTTPStatus.SERVICE_UNAVAILABLE, "bundle-unavailable", "The bundle cannot be read"
    ),
    SlowServiceError: Kind(HTTPStatus.GATEWAY_TIMEOUT, "slow-service", "The answer took too long"),
}
"""Error class → its answer; a class without a row of its own takes that of its nearest base."""


def kind_of(error: Exception) -> Kind | None:
    """Return the row of an error's class or of its nearest base; None for any other error."""
    return next((KINDS[base] for base in type(error).__mro__ if base in KINDS), None)
