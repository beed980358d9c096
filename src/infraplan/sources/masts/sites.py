"""What is a mast that several towers were merged into: its height, owner and tenants?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from infraplan import catalog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan.sources.masts.merge import Mast
    from infraplan.sources.masts.records import Tower

__all__ = ["antenna_height_m", "merge_rows", "site_of", "top_m"]

_ROOF_CLASSES: Final = ("A1a", "A2a")
"""Masts whose own height starts at a roof."""
_LEAST_HEIGHT_M: Final = 1.0
_WEAKEST_LAST: Final = ("measured", "declared", "estimated", "approximate", "assumed", "simulated")


def site_of(mast: Mast, *, mast_height_m: float) -> dict[str, Any]:
    """Return the row of ``sites`` of a mast, without its geometry.

    The highest height told of it counts. Where none is told, it is that of the highest antenna
    and what a mast stands above it, estimated; else `mast_height_m`, assumed.
    """
    lead = mast.towers[0]
    mast_class = next((t.mast_class for t in _tallest_first(mast) if t.mast_class), None)
    height_m, height_origin = _height(mast, mast_class, mast_height_m)
    owner, owner_origin = _owner(mast)
    tenants = sorted({t.operator for t in mast.towers if t.operator})
    known_by = [t.origins.get("operator", "declared") for t in mast.towers if t.operator]
    return {
        "site_id": lead.tower_id,
        "name": next((t.name for t in mast.towers if t.name), None),
        "owner": owner,
        "tenants": "|".join(tenants) or None,
        "mast_class": mast_class,
        "mast_height_m": height_m,
        "power_source": next((t.power_source for t in mast.towers if t.power_source), None),
        "geometry_origin": lead.origins["geometry"],
        "mast_height_m_origin": height_origin,
        "owner_origin": owner_origin,
        "tenants_origin": max(known_by, key=_WEAKEST_LAST.index) if known_by else None,
    }


def antenna_height_m(site: dict[str, Any]) -> float:
    """Return how high antennas hang on a mast of which nobody says so, m above ground.

    On a mast too short for the depth of the catalogue they are at its top.
    """
    highest_m = top_m(site)
    hung_m = highest_m - catalog.rule("antenna_below_top_m")
    return highest_m if hung_m < _LEAST_HEIGHT_M else hung_m


def top_m(site: Mapping[str, Any]) -> float:
    """Return the height of the top of a mast, with the building under it, m above ground."""
    return float(site["mast_height_m"]) + _foot_m(site["mast_class"])


def merge_rows(mast: Mast, site: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row of ``merges`` for each tower of a mast that has more than one."""
    if len(mast.towers) == 1:
        return []
    lead = mast.towers[0]
    return [
        {
            "site_id": site["site_id"],
            "tower_id": tower.tower_id,
            "operator": tower.operator,
            "source_file": tower.source_file,
            "source_row": math.nan if tower.source_row is None else float(tower.source_row),
            "distance_m": round(math.hypot(tower.x_m - lead.x_m, tower.y_m - lead.y_m), 1),
            "reason": reason,
        }
        for tower, reason in zip(mast.towers, mast.reasons, strict=True)
    ]


def _height(mast: Mast, mast_class: str | None, assumed_m: float) -> tuple[float, str]:
    told = [t for t in _tallest_first(mast) if t.mast_height_m is not None]
    if told:
        return float(told[0].mast_height_m or 0.0), told[0].origins.get("mast_height_m", "declared")
    antennas = [t.antenna_height_m for t in mast.towers if t.antenna_height_m is not None]
    if antennas:
        top_m = max(antennas) + catalog.rule("antenna_below_top_m")
        return max(top_m - _foot_m(mast_class), _LEAST_HEIGHT_M), "estimated"
    return assumed_m, "assumed"


def _owner(mast: Mast) -> tuple[str | None, str | None]:
    """Return the owner told first, else the operator of the tallest tower, assumed."""
    told = next((t for t in mast.towers if t.owner), None)
    if told is not None:
        return told.owner, told.origins.get("owner", "declared")
    operator = next((t.operator for t in _tallest_first(mast) if t.operator), None)
    return operator, "assumed" if operator else None


def _tallest_first(mast: Mast) -> list[Tower]:
    """Return the towers by height, those without one last; equals in the mast's order."""
    return sorted(mast.towers, key=lambda t: -(t.mast_height_m or 0.0))


def _foot_m(mast_class: str | None) -> float:
    """Return how high above ground the foot of a mast is, m."""
    return catalog.rule("roof_height_m") if mast_class in _ROOF_CLASSES else 0.0
