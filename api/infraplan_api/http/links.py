"""At which address does the client reach another answer of this service?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

__all__ = ["base", "url"]


def base(scope: Scope) -> str:
    """Return scheme, host and root path of a request, such as ``http://127.0.0.1:8000``.

    The server sets the root path, where it was told one, and takes scheme and host from a proxy
    that it was told to trust.
    """
    host = _header(scope, b"host")
    if not host:
        server = scope.get("server") or ("localhost", None)
        host = f"{server[0]}:{server[1]}" if server[1] else str(server[0])
    return f"{scope.get('scheme', 'http')}://{host}{prefix(scope)}"


def prefix(scope: Scope) -> str:
    """Return the path under which the service is mounted; empty at the root."""
    root: str = scope.get("root_path", "") or ""
    return root.rstrip("/")


def url(request: Request, path: str, **query: object) -> str:
    """Return the absolute address of a path of this service.

    Parameters
    ----------
    request
        The request that is answered.
    path
        Such as ``/v1/collections``; what is not allowed in a path is escaped.
    **query
        Parameters, in this order; those that are None are left out.
    """
    given = [(name, value) for name, value in query.items() if value is not None]
    end = f"?{urlencode(given, quote_via=quote, safe=',:/')}" if given else ""
    return f"{base(request.scope)}{quote(path, safe='/:@!$&()*+,;=~-._{}%')}{end}"


def _header(scope: Scope, name: bytes) -> str:
    value = next((v for n, v in scope["headers"] if n == name), b"")
    return str(value.decode("latin-1"))
