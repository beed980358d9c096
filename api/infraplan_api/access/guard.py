"""How does a route ask who is there, and refuse who may not?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Security
from fastapi.security import APIKeyHeader

from infraplan_api.access.keys import SCOPES, Caller
from infraplan_api.access.store import KeyStore
from infraplan_api.errors import KeyRefusedError, MissingScopeError
from infraplan_api.service import Service

__all__ = ["HEADER", "SCHEME", "caller_of", "require"]

HEADER: Final = "X-API-Key"

SCHEME: Final = APIKeyHeader(
    name=HEADER,
    scheme_name="key",
    description="A key that `infraplan keys add` printed.",
    auto_error=False,
)


def require(service: Service, scope: str) -> Callable[..., Caller]:
    """Return what a route depends on where only some may ask it.

    Parameters
    ----------
    service
        The service whose keys count.
    scope
        What the key must be good for, such as ``"plan"``; a key for ``"admin"`` is good for all.

    Returns
    -------
    callable
        For ``Depends``; gives the caller, or raises what becomes 401 or 403.
    """
    check = caller_of(service, scope)

    def caller(text: Annotated[str | None, Security(SCHEME)] = None) -> Caller:
        return check(text)

    return caller


def caller_of(service: Service, scope: str) -> Callable[[str | None], Caller]:
    """Return what tells whose key a text is, or raises what becomes 401 or 403."""
    if scope not in SCOPES:
        raise ValueError(f"There is no scope {scope!r}; there are {', '.join(SCOPES)}.")
    store = KeyStore(service.settings.state_folder)

    def caller(text: str | None) -> Caller:
        found = store.caller(text) if text else None
        if found is None:
            raise KeyRefusedError(
                f"This request needs a key in the header {HEADER}: "
                f"{'the one sent is unknown, expired or revoked' if text else 'none was sent'}. "
                f"Remedy: whoever runs the service makes one with `infraplan keys add NAME "
                f"--scope {scope}`.",
                headers={"www-authenticate": f"ApiKey header={HEADER}"},
            )
        if scope not in found.scopes and "admin" not in found.scopes:
            raise MissingScopeError(
                f"The key {found.key_id} is good for {', '.join(sorted(found.scopes))}, not for "
                f"{scope!r}. Remedy: ask for one with `infraplan keys add NAME --scope {scope}`."
            )
        return found

    return caller
