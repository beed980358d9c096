"""Which colours mean what in a chart? Those of the map; see also the catalogue of operators."""

from __future__ import annotations

from typing import Final

__all__ = ["ACCENT", "KIND_COLOURS", "PAST", "SOFT"]

ACCENT: Final = "#0b4f8f"
PAST: Final = "#9aa5b1"
SOFT: Final = "#a9c4de"
KIND_COLOURS: Final = {
    "new_mast": ACCENT,
    "shared_mast": "#7fa8cf",
    "fibre": "#a79e79",
    "microwave": "#dcc966",
}
"""Kinds of cost: two blues for sites, two of the map's yellow end for links."""
