"""How high above ground would an antenna hang on a mast that stands already?

The height of a mast of class A1a or A2a starts at the roof it stands on, that of any other at the
ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.results import weakest
from infraplan.tables import spec

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.siting.rules import Rules

__all__ = ["Antennas", "antennas_on"]

_ON_ROOF = ("A1a", "A2a")
"""Classes of Circular 14/2013/TT-BTTTT for masts on buildings."""


@dataclass(frozen=True, slots=True, eq=False)
class Antennas:
    """Antennas of one more tenant on existing masts.

    Attributes
    ----------
    height_m
        Antenna centre above ground, shape (masts,).
    origin
        How each height is known.
    stands
        What each mast is, such as "42 m" or "6 m on a building taken as 9 m".
    """

    height_m: NDArray[np.float64]
    origin: list[str]
    stands: list[str]


def antennas_on(sites: gpd.GeoDataFrame, rule: Rules) -> Antennas:
    """Hang an antenna on each mast.

    Parameters
    ----------
    sites
        Table ``sites``.
    rule
        Height of a roof, and depth of an antenna below the top.

    Returns
    -------
    Antennas
        In the order of the sites. On a mast too short for that depth the antenna is at its top.
    """
    mast_m = sites["mast_height_m"].to_numpy(dtype=np.float64)
    on_roof = np.zeros(len(sites), dtype=np.bool_)
    if "mast_class" in sites:
        on_roof = sites["mast_class"].isin(_ON_ROOF).to_numpy(dtype=np.bool_)
    top_m = mast_m + np.where(on_roof, rule.roof_height_m, 0.0)
    hung_m = top_m - rule.antenna_below_top_m
    least_m = next(c.minimum for c in spec("candidates").columns if c.name == "antenna_height_m")
    return Antennas(
        height_m=np.where(hung_m < (least_m or 0.0), top_m, hung_m),
        origin=_origins(sites, on_roof, rule),
        stands=[
            f"{mast:.0f} m on a building taken as {rule.roof_height_m:.0f} m"
            if roof
            else f"{mast:.0f} m"
            for mast, roof in zip(mast_m, on_roof, strict=True)
        ],
    )


def _origins(sites: gpd.GeoDataFrame, on_roof: NDArray[np.bool_], rule: Rules) -> list[str]:
    """Return the weakest of what is known of each mast and of the rules used on it."""
    return [
        weakest([known, rule.roof_antenna_origin if roof else rule.ground_antenna_origin])
        for known, roof in zip(sites["mast_height_m_origin"], on_roof, strict=True)
    ]
