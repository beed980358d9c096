"""By which rules of the catalogue is a new site placed, equipped and priced?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.errors import CrsError
from infraplan.results import weakest

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.study import Study

__all__ = ["Rules", "require_crs", "rules", "site_price"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What ``rules.csv`` says of a new site, with its band and antenna looked up.

    Attributes
    ----------
    mast_class
        Class of a new mast.
    antenna_height_m
        Antenna centre of a new mast above ground.
    antenna_below_top_m
        Antenna centre below the top of any mast.
    spacing_m
        Least distance between masts.
    road_reach_m
        Farthest a new mast stands from a road.
    reach_m
        Farthest a new site is counted to serve.
    frequency_mhz
        Frequency of its band.
    eirp_re_dbm
        EIRP per resource element in the main direction.
    tilt_deg
        Downtilt of its sectors.
    """

    mast_class: str
    antenna_height_m: float
    antenna_below_top_m: float
    spacing_m: float
    road_reach_m: float
    reach_m: float
    frequency_mhz: float
    eirp_re_dbm: float
    tilt_deg: float


def rules() -> Rules:
    """Read the rules of a new site from the catalogue.

    Returns
    -------
    Rules
        EIRP is shared evenly by the subcarriers of the band.

    Examples
    --------
    >>> round(rules().eirp_re_dbm, 1)
    34.2
    """
    band = catalog.row("bands", catalog.row("rules", "band")["value"])
    below_top_m = catalog.rule("antenna_below_top_m")
    return Rules(
        mast_class=catalog.row("rules", "mast_class")["value"],
        antenna_height_m=catalog.rule("mast_height_m") - below_top_m,
        antenna_below_top_m=below_top_m,
        spacing_m=catalog.rule("spacing_m"),
        road_reach_m=catalog.rule("road_reach_m"),
        reach_m=catalog.rule("reach_m"),
        frequency_mhz=float(band["frequency_mhz"]),
        eirp_re_dbm=catalog.rule("eirp_dbm") - 10.0 * math.log10(float(band["subcarriers"])),
        tilt_deg=catalog.rule("tilt_deg"),
    )


def site_price(*items: str) -> tuple[float, str]:
    """Add up the likely prices of some items, and say how the sum is known.

    Parameters
    ----------
    items
        Rows of ``costs.csv``.

    Returns
    -------
    tuple of float and str
        Price, VND, and the weakest of the rows' origins.

    Examples
    --------
    >>> site_price("colocation", "base_station_4g")
    (460000000.0, 'assumed')
    """
    prices = [catalog.value("costs", item, "likely_vnd") for item in items]
    return sum(prices), weakest(catalog.row("costs", item)["origin"] for item in items)


def require_crs(study: Study, frame: gpd.GeoDataFrame, *, what: str) -> None:
    """Refuse a table that is not in the study's CRS.

    Raises
    ------
    CrsError
        If the CRS differs or is missing.
    """
    if frame.crs is None or frame.crs != study.crs:
        raise CrsError(
            f"The {what} are in {frame.crs}, the study is in {study.crs}. "
            f"Remedy: bring them over with to_crs({study.crs!r})."
        )
