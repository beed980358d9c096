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
    antenna_height_origin
        How that height is known.
    antenna_below_top_m
        Antenna centre below the top of any mast.
    roof_height_m
        Building under a mast on a roof.
    roof_antenna_origin, ground_antenna_origin
        How certain the rules leave the antenna height of an existing mast of known height.
    spacing_m
        Least distance between masts.
    road_reach_m
        Farthest a new mast stands from a road.
    reach_m
        Farthest a new site is counted to serve.
    near_people_m
        People in gaps within this distance rank a candidate.
    block_m
        Side of the blocks in which one high and one lived-in candidate is sought.
    most
        Number of candidates that are weighed at most.
    frequency_mhz
        Frequency of its band.
    eirp_re_dbm
        EIRP per resource element in the main direction.
    tilt_deg
        Downtilt of its sectors.
    azimuths_deg
        Directions of its sectors.
    """

    mast_class: str
    antenna_height_m: float
    antenna_height_origin: str
    antenna_below_top_m: float
    roof_height_m: float
    roof_antenna_origin: str
    ground_antenna_origin: str
    spacing_m: float
    road_reach_m: float
    reach_m: float
    near_people_m: float
    block_m: float
    most: int
    frequency_mhz: float
    eirp_re_dbm: float
    tilt_deg: float
    azimuths_deg: tuple[float, ...]


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
        antenna_height_origin=_origin("mast_height_m", "antenna_below_top_m"),
        antenna_below_top_m=below_top_m,
        roof_height_m=catalog.rule("roof_height_m"),
        roof_antenna_origin=_origin("roof_height_m", "antenna_below_top_m"),
        ground_antenna_origin=_origin("antenna_below_top_m"),
        spacing_m=catalog.rule("spacing_m"),
        road_reach_m=catalog.rule("road_reach_m"),
        reach_m=catalog.rule("reach_m"),
        near_people_m=catalog.rule("near_people_m"),
        block_m=catalog.rule("candidate_block_m"),
        most=int(catalog.rule("candidates_most")),
        frequency_mhz=float(band["frequency_mhz"]),
        eirp_re_dbm=catalog.rule("eirp_dbm") - 10.0 * math.log10(float(band["subcarriers"])),
        tilt_deg=catalog.rule("tilt_deg"),
        azimuths_deg=tuple(
            float(azimuth)
            for azimuth in catalog.row("rules", "sector_azimuths_deg")["value"].split("|")
        ),
    )


def _origin(*names: str) -> str:
    """Return the weakest origin of some rules."""
    return weakest(catalog.row("rules", name)["origin"] for name in names)


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
