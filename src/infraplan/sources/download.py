"""How is a public host asked for a file? The single door to the network.

Redirects are followed here, one by one, so that none leads from https down to http, from a public
host into a private network, or carries the user's key to another host.
"""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urljoin, urlsplit

import httpx

from infraplan.settings import installed_version
from infraplan.sources.door.address import checked, is_private
from infraplan.sources.door.failure import HostError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from infraplan.sources.door.keys import Key
    from infraplan.sources.door.rules import Rules

__all__ = ["Answer", "Door", "redirected"]

_REDIRECTS: Final = (301, 302, 303, 307, 308)
_NETWORK_REMEDY: Final = (
    "check the network, the proxy settings (HTTPS_PROXY) and the address; or bring the files on a "
    "connected machine with `infraplan fetch STUDY.toml --save-mirror DIR` and use them here with "
    "--mirror DIR"
)
_TLS_REMEDY: Final = (
    "where your network replaces certificates, name its certificate file in SSL_CERT_FILE; else "
    "check the machine's date, and do not trust what this network sends"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered.

    Attributes
    ----------
    status
        HTTP status.
    headers
        Headers, found by their names in small letters; none in which the host sent the key back.
    pieces
        The bytes as they were sent, piece by piece.
    """

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


class Door:
    """Connections to hosts, kept open between files; may be used from several threads.

    Parameters
    ----------
    rules
        Time limits and redirects.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._lock = Lock()
        self._opened: httpx.Client | None = None

    def __enter__(self) -> Self:
        """Begin; nothing is opened before a file is asked for."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        if self._opened is not None:
            self._opened.close()

    @contextmanager
    def ask(self, address: str, *, key: Key, headers: Mapping[str, str]) -> Iterator[Answer]:
        """Ask for a file and give the answer while it comes.

        Parameters
        ----------
        address
            The address, with ``{key}`` where the key belongs.
        key
            The user's key; an empty one where none is needed.
        headers
            Headers of the request, such as ``Range``.

        Raises
        ------
        HostError
            If the host cannot be reached, breaks off, or sends the request somewhere that it may
            not go.
        """
        response = self._followed(key.put_into(address), key, headers)
        try:
            told = [(n, v) for n, v in response.headers.multi_items() if not key.is_in(v)]
            yield Answer(response.status_code, httpx.Headers(told), _pieces(response))
        finally:
            response.close()

    def _followed(self, address: str, key: Key, headers: Mapping[str, str]) -> httpx.Response:
        for _ in range(self._rules.redirects_most + 1):
            response = self._sent(address, headers)
            if response.status_code not in _REDIRECTS:
                return response
            response.close()
            address = redirected(address, response.headers.get("location", ""), key)
        raise HostError(
            f"the host redirects more than {self._rules.redirects_most} times",
            "check the address; the host may send requests in a circle",
        )

    def _sent(self, address: str, headers: Mapping[str, str]) -> httpx.Response:
        """Send one request; an error of the client never travels on, as it shows the address."""
        try:
            client = self._client()
            return client.send(client.build_request("GET", address, headers=headers), stream=True)
        except httpx.InvalidURL:
            failure = HostError("the address is none", "check the address in the study file")
        except httpx.HTTPError as error:
            failure = _failure(error)
        raise failure

    def _client(self) -> httpx.Client:
        with self._lock:
            if self._opened is None:
                rules = self._rules
                self._opened = httpx.Client(
                    http1=True,
                    http2=False,
                    trust_env=True,
                    follow_redirects=False,
                    timeout=httpx.Timeout(rules.read_s, connect=rules.connect_s, pool=None),
                    headers={
                        "User-Agent": f"infraplan/{installed_version()}",
                        "Accept": "*/*",
                        "Accept-Encoding": "identity",
                    },
                )
            return self._opened


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_raw()
    except httpx.HTTPError as error:
        failure = _failure(error)
    else:
        return
    raise failure


def _failure(error: httpx.HTTPError) -> HostError:
    """Say in our words what went wrong; the client's own words may hold the address."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = f"the host's certificate is not trusted ({cause.verify_message})"
            return HostError(why, _TLS_REMEDY, unreachable=True)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.UnsupportedProtocol):
        return HostError("the address is neither http nor https", "check the address")
    if isinstance(error, httpx.ConnectTimeout):
        why = "the host cannot be reached (no answer in time)"
        return HostError(why, _NETWORK_REMEDY, again=True, unreachable=True)
    if isinstance(error, httpx.ConnectError):
        why = f"the host cannot be reached ({_system_words(error)})"
        return HostError(why, _NETWORK_REMEDY, again=True, unreachable=True)
    if isinstance(error, httpx.ProxyError):
        why = "the proxy does not let the request through"
        return HostError(why, _NETWORK_REMEDY, again=True, unreachable=True)
    if isinstance(error, httpx.TimeoutException):
        why = "the host fell silent"
    else:
        why = "the connection broke off before the file was whole"
    return HostError(why, "run the same command again; it goes on where it stopped", again=True)


def _system_words(error: BaseException) -> str:
    """Return what the system says of a connection that failed."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return "no connection"


def redirected(address: str, location: str, key: Key) -> str:
    """Return where a redirect leads, or refuse it.

    Parameters
    ----------
    address
        What was asked, with the key in it.
    location
        Where the host sends the request.
    key
        The user's key.

    Raises
    ------
    HostError
        If it leads nowhere, from https to http, to another host with the key in it, or from
        another host to a private network.
    """
    try:
        target = urljoin(address, location.strip()).partition("#")[0]
        after = checked(target)
    except ValueError:  # also what `checked` raises
        after = None
    if not location.strip() or after is None:
        raise _refused("somewhere that is no web address", "check the address")
    before = urlsplit(address)
    if before.scheme == "https" and after.scheme != "https":
        raise _refused("from https down to http, where anyone may read and change what comes")
    same = after.hostname == before.hostname
    if key.is_in(target) and not (same and after.port == before.port):
        raise _refused("with your key to another host")
    if not same and is_private(after.hostname or ""):
        raise _refused("to an address of a private network")
    return target


def _refused(
    where: str, remedy: str = "tell the owner of the host; the file is not taken"
) -> HostError:
    return HostError(f"the host redirects {where}", remedy)
