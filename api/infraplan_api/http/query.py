"""Does a request name only parameters that the route knows?"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from infraplan_api.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request

__all__ = ["refuse_unknown"]


def refuse_unknown(
    request: Request, known: Collection[str], *, faults: tuple[str, ...] = ()
) -> None:
    """Raise unless every query parameter is known and stands once.

    Parameters
    ----------
    request
        The request.
    known
        Names of the parameters that the route knows.
    faults
        What else is wrong with the request, to be told in the same answer.

    Raises
    ------
    InvalidRequestError
        Naming each unknown or repeated parameter, and those that are known.
    """
    names = [name for name, _ in request.query_params.multi_items()]
    found = list(faults)
    for name in sorted(set(names)):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f", perhaps {near[0]!r} is meant" if near else ""
            found.append(f"query.{name[:60]}: there is no such parameter{hint}")
        elif names.count(name) > 1:
            found.append(f"query.{name}: stands {names.count(name)} times, once is allowed")
    if found:
        listed = ", ".join(sorted(known)) or "none"
        raise InvalidRequestError(
            f"{'; '.join(found)}. Remedy: the parameters here are {listed}.", faults=found
        )
