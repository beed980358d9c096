"""Which colours and patterns mean what on a sheet, as on the web map?

The ramp follows cividis (Nuñez, Anderton and Renslow 2018, PLOS ONE 13(7)), which reads the same
with and without colour vision and turns into even greys on a black-and-white print.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from infraplan import catalog

__all__ = [
    "ACCENT",
    "FIBRE",
    "GAP_COLOURS",
    "INK",
    "MUTED",
    "NO_DATA",
    "PAPER",
    "ROAD",
    "SHARE_CLASSES",
    "TENANT_FILLS",
    "WATER",
    "ShareClass",
    "level_colours",
    "share_class",
]

ACCENT: Final = "#0b4f8f"
INK: Final = "#1b2430"
MUTED: Final = "#5b6673"
PAPER: Final = "#eef0ec"
WATER: Final = "#9db6c6"
NO_DATA: Final = "#d9dde2"
ROAD: Final = "#b3a99a"
FIBRE: Final = "#6f93b5"

GAP_COLOURS: Final = {"white": "#c2187e", "weak": "#c85a00", "single_operator": "#0b5d66"}
TENANT_FILLS: Final = ("#ffffff", "#c3cad3", "#7c8794", "#1b2430")
"""Fill of a mast by its tenants: none known, one, two, three and more."""


@dataclass(frozen=True, slots=True)
class ShareClass:
    """One class of a share.

    Attributes
    ----------
    upper_share
        Shares below this belong to it; None for the last class.
    colour
        Fill.
    hatch
        "dense", "sparse" or "dots" as the second cue of the worst classes, None elsewhere.
    """

    upper_share: float | None
    colour: str
    hatch: str | None


SHARE_CLASSES: Final = (
    ShareClass(0.50, "#00224e", "dense"),
    ShareClass(0.80, "#3d4b6b", "sparse"),
    ShareClass(0.90, "#70727a", "dots"),
    ShareClass(0.95, "#a79e79", None),
    ShareClass(0.99, "#dcc966", None),
    ShareClass(None, "#f6efcf", None),
)
"""Classes of the share of people served, the least first."""


def share_class(share: float) -> ShareClass | None:
    """Return the class of a share, None where it is unknown.

    Examples
    --------
    >>> share_class(0.97).colour
    '#dcc966'
    """
    if not math.isfinite(share):
        return None
    limits = ((c, c.upper_share) for c in SHARE_CLASSES)
    return next((c for c, upper in limits if upper is None or share < upper), None)


def level_colours(technology: str) -> dict[str, str]:
    """Return the colour of each class of service of a technology, no signal first.

    The order is the value that rasters of the class of service hold: 0 for no signal.
    """
    table = catalog.table("service_levels")
    rows = table[table["technology"] == technology].to_dict("records")
    return {str(r["level"]): str(r["colour"]) for r in reversed(rows)}
