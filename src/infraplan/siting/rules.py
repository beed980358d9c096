"""By which rules of the catalogue is a new site placed, equipped and priced?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.errors import CrsError, ParameterError
from infraplan.results import weakest

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.study import Study

__all__ = ["Rules", "require_crs", "rules", "site_bill", "spacing_m"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What ``rules.csv`` says of a new site, with its band and antenna looked up.

    Attributes
    ----------
    mast_class
        Class of a new mast.
    heights_m
        Heights of new masts that are weighed, ascending.
    antenna_height_origin
        How the antenna height of a new mast is known.
    antenna_below_top_m
        Antenna centre below the top of any mast.
    roof_height_m
        Building under a mast on a roof.
    roof_antenna_origin, ground_antenna_origin
        How certain the rules leave the antenna height of an existing mast of known height.
    road_reach_m, beside_road_m
        Farthest a new mast stands from a road, and how near counts as beside it.
    slope_most_deg
        Steepest ground a new mast stands on.
    tenants_most
        So many operators a mast carries at most.
    structure_least_m
        Height of the lowest structure that an antenna is hung on.
    host_within_m
        A mast with 4G is a host for others where gaps of one operator lie this near.
    obstacle_m
        Height from which an obstacle warning applies.
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
    heights_m: tuple[float, ...]
    antenna_height_origin: str
    antenna_below_top_m: float
    roof_height_m: float
    roof_antenna_origin: str
    ground_antenna_origin: str
    road_reach_m: float
    beside_road_m: float
    slope_most_deg: float
    tenants_most: int
    structure_least_m: float
    host_within_m: float
    obstacle_m: float
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
        heights_m=_numbers("mast_heights_m"),
        antenna_height_origin=_origin("mast_heights_m", "antenna_below_top_m"),
        antenna_below_top_m=below_top_m,
        roof_height_m=catalog.rule("roof_height_m"),
        roof_antenna_origin=_origin("roof_height_m", "antenna_below_top_m"),
        ground_antenna_origin=_origin("antenna_below_top_m"),
        road_reach_m=catalog.rule("road_reach_m"),
        beside_road_m=catalog.rule("beside_road_m"),
        slope_most_deg=catalog.rule("slope_most_deg"),
        tenants_most=int(catalog.rule("tenants_most")),
        structure_least_m=catalog.rule("structure_least_m"),
        host_within_m=catalog.rule("host_within_m"),
        obstacle_m=catalog.rule("obstacle_height_m"),
        reach_m=catalog.rule("reach_m"),
        near_people_m=catalog.rule("near_people_m"),
        block_m=catalog.rule("candidate_block_m"),
        most=int(catalog.rule("candidates_most")),
        frequency_mhz=float(band["frequency_mhz"]),
        eirp_re_dbm=catalog.rule("eirp_dbm") - 10.0 * math.log10(float(band["subcarriers"])),
        tilt_deg=catalog.rule("tilt_deg"),
        azimuths_deg=_numbers("sector_azimuths_deg"),
    )


def spacing_m(*, mast_class: str, town: bool, mast_height_m: float) -> float:
    """Return the least distance of a new mast from any other, m, of ``mast_classes.csv``.

    Parameters
    ----------
    mast_class
        Its class.
    town
        Whether it stands in a town.
    mast_height_m
        Its height, m.

    Raises
    ------
    ParameterError
        If the catalogue has no distance for it.

    Examples
    --------
    >>> spacing_m(mast_class="A2b", town=True, mast_height_m=42)
    300.0
    """
    area = "town" if town else "country"
    for row in catalog.table("mast_classes").to_dict("records"):
        fits = row["mast_class"] == mast_class and row["area"] in ("any", area)
        if fits and float(row["from_m"]) <= mast_height_m <= float(row["to_m"]):
            return float(row["spacing_m"])
    raise ParameterError(
        f"catalog/mast_classes.csv has no distance for a mast of class {mast_class!r} and "
        f"{mast_height_m:g} m in the {area}. Remedy: add a row with its source."
    )


def _numbers(name: str) -> tuple[float, ...]:
    """Return a rule of several numbers, ascending."""
    return tuple(sorted(float(part) for part in catalog.row("rules", name)["value"].split("|")))


def _origin(*names: str) -> str:
    """Return the weakest origin of some rules."""
    return weakest(catalog.row("rules", name)["origin"] for name in names)


def site_bill(
    *, kind: str, mast_height_m: float, power_distance_m: float | None, pays_rent: bool
) -> tuple[tuple[str, float], ...]:
    """List what a site is made of, without its link.

    Parameters
    ----------
    kind
        "new_mast", or "shared_mast" for a mast or structure that stands.
    mast_height_m
        Height of the mast above its foot, m; of a new mast only is it paid for.
    power_distance_m
        Distance to the nearest known power line, m; None or NaN where no line is known, which
        leaves the power to the foundation's price.
    pays_rent
        Whether its operator hangs on another's mast; one that is there already pays none anew.

    Returns
    -------
    tuple of (item, quantity)
        Items of the price list, each once with a quantity above 0; of yearly items per year.

    Examples
    --------
    >>> dict(site_bill(kind="new_mast", mast_height_m=55, power_distance_m=None, pays_rent=False))[
    ...     "mast_metre_above_45"
    ... ]
    10.0
    """
    if kind == "shared_mast":
        rent = 1.0 if pays_rent else 0.0
        rows = [("colocation", 1.0), ("base_station_4g", 1.0), ("colocation_rent", rent)]
        rows.append(("base_station_opex", 1.0))
        return tuple(row for row in rows if row[1] > 0)
    known = power_distance_m is not None and not math.isnan(power_distance_m)
    power_m = (power_distance_m or 0.0) - catalog.rule("power_line_free_m") if known else 0.0
    rows = [
        ("mast_foundation", 1.0),
        ("mast_metre", float(mast_height_m)),
        ("mast_metre_above_45", float(mast_height_m) - catalog.rule("obstacle_height_m")),
        ("power_line", power_m),
        ("base_station_4g", 1.0),
        ("mast_opex", 1.0),
        ("base_station_opex", 1.0),
    ]
    return tuple(row for row in rows if row[1] > 0)


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
