"""What becomes of a bundle whose tables are not those of a bundle? It is told as unavailable."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from infraplan_api.bundle.bundle import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraplan_api.bundle import Bundle

__all__ = ["once"]

_T = TypeVar("_T")


def once(bundle: Bundle, key: str, make: Callable[[Bundle], _T]) -> _T:
    """Return what is made of a bundle's tables, made at the first call.

    Raises
    ------
    BundleUnavailableError
        If they do not hold what a bundle's hold.
    """

    def made(given: Bundle) -> _T:
        try:
            return make(given)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = f"its content is not that of a bundle: {error}"
            raise unavailable(given.folder, reason) from error

    return bundle.once(key, made)
