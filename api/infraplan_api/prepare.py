"""What of a bundle do most requests need, so that it is made before they come?"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from infraplan_api.coverage.around import around_of
from infraplan_api.coverage.communes import said_of
from infraplan_api.errors import ApiError
from infraplan_api.places.index import index_of

if TYPE_CHECKING:
    from infraplan_api.bundle import Bundle

__all__ = ["prepare"]


def prepare(bundle: Bundle) -> None:
    """Lay out the figures, the names and the places of a bundle, and keep them with it.

    What a bundle lacks or cannot be read is told to the request that needs it, so it is passed
    over here.
    """
    for make in (said_of, index_of, around_of):
        with suppress(ApiError):
            make(bundle)
