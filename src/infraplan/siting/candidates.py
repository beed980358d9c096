"""Where could a mast be built, and which existing masts could be shared, to serve the gaps?

New masts: in each square with people in gaps near it, a height, the place amid the people, and one
beside a road where fibre and power are near. Shared masts: masts and tall structures that stand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.siting.places_hosts import hosts
from infraplan.siting.places_new import new_masts
from infraplan.siting.places_people import people_in_gaps
from infraplan.siting.places_rank import fair_share
from infraplan.siting.rules import rules
from infraplan.tables import spec
from infraplan.units import KM_PER_M

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from infraplan.siting.places_people import GapPeople
    from infraplan.siting.rules import Rules
    from infraplan.study import Study

__all__ = ["Survey", "candidates", "survey"]

_STEPS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Places where a site could stand, and places where a rule forbids it.

    Attributes
    ----------
    candidates
        Table ``candidates``: one row a place, most people near and in sight for their price first.
    rejected
        Table ``rejected``: places that were looked at and why they are none.
    """

    candidates: gpd.GeoDataFrame
    rejected: gpd.GeoDataFrame


def candidates(
    study: Study,
    gaps: gpd.GeoDataFrame,
    *,
    most: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> gpd.GeoDataFrame:
    """Propose places where a 4G site could serve people in gaps.

    Parameters
    ----------
    study
        Terrain, people, roads, sites and cells; and, where known, land cover, protected areas,
        power lines, fibre and tall structures.
    gaps
        Table ``gaps``, from :func:`infraplan.coverage.find_gaps` and its like.
    most
        Keep at most so many, those with most people in gaps near them and in sight for their
        price, people near several places shared by them; the catalogue's rule
        ``candidates_most`` where absent.
    progress
        Called with (done, total) steps.

    Returns
    -------
    geopandas.GeoDataFrame
        Table ``candidates``, the best first, one row a place with every height to weigh; empty
        where nobody lives in a gap.

    Raises
    ------
    CrsError
        If the gaps are in another CRS than the study.

    Notes
    -----
    A new mast stands in a commune, on known ground that is neither water nor protected nor too
    steep, near a road, and keeps the spacing of its class to existing masts and better new ones.
    Heights, classes, distances and prices are catalogue rows; :func:`survey` also tells the places
    that these rules forbid.
    """
    return survey(study, gaps, most=most, progress=progress).candidates


def survey(
    study: Study,
    gaps: gpd.GeoDataFrame,
    *,
    most: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Survey:
    """Propose places as :func:`candidates` does, and tell those that rules forbid.

    Parameters, errors and progress are those of :func:`candidates`.
    """
    tell = progress or _ignore
    rule = rules()
    there = people_in_gaps(study, gaps)
    tell(1, _STEPS)
    heights_m = tuple(sorted(study.file.plan.mast_heights_m)) or rule.heights_m
    new = new_masts(study, there, rule, heights_m)
    tell(2, _STEPS)
    shared = hosts(study, there, rule)
    found = pd.concat([new.places, shared.places], ignore_index=True)
    found = found.iloc[_order(study, there, found, rule)].reset_index(drop=True)
    found["reason"] = _reasons(found, rule)
    limit = rule.most if most is None else most
    kept, cut = found.head(limit), found.iloc[limit:]
    rejected = pd.concat([new.rejected, shared.rejected, _cut(cut, limit)], ignore_index=True)
    result = Survey(_numbered(kept, study), _rejected(rejected, study))
    tell(_STEPS, _STEPS)
    return result


def _order(study: Study, there: GapPeople, found: pd.DataFrame, rule: Rules) -> NDArray[np.intp]:
    """Order places: most people near and in sight for their price, crowded places behind."""
    share = fair_share(study, there, gpd.GeoSeries(found["geometry"], crs=study.crs), rule)
    worth = (found["worth"] / found["capex_vnd"]).to_numpy(dtype=np.float64)
    return np.lexsort((np.arange(len(found)), -worth, -worth * share))


def _ignore(_done: int, _total: int) -> None:
    """Take a progress report and do nothing with it."""


def _reasons(found: pd.DataFrame, rule: Rules) -> list[str]:
    """Say why each place is a candidate."""
    ways = [
        ("a road", found["road_distance_m"].to_numpy()),
        ("power", found["power_distance_m"].to_numpy()),
        ("fibre", found["fibre_distance_m"].to_numpy()),
    ]
    said = []
    for i, head in enumerate(found["head"]):
        parts = [str(head)]
        parts += [
            f"{distance_m[i]:.0f} m from {what}"
            for what, distance_m in ways
            if math.isfinite(distance_m[i])
        ]
        near = f"{rule.near_people_m * KM_PER_M:g} km"
        parts.append(f"{found['near_people'].iloc[i]:,.0f} people in gaps within {near}")
        parts.append(f"{found['viewshed_people'].iloc[i]:,.0f} in sight")
        said.append(", ".join(parts))
    return said


def _numbered(found: pd.DataFrame, study: Study) -> gpd.GeoDataFrame:
    """Return the table ``candidates``, identifiers by rank."""
    table = found.assign(candidate_id=[f"C{number:04d}" for number in range(1, len(found) + 1)])
    columns = list(spec("candidates").names)
    return gpd.GeoDataFrame(table[columns], geometry="geometry", crs=study.crs)


def _cut(found: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Tell the places that fell behind the number that is weighed."""
    columns = ["kind", "host_site_id", "near_people", "geometry"]
    reason = f"behind the {limit:,} places with most people near and in sight for their price: "
    return found[columns].assign(rule="most", reason=[reason + why for why in found["reason"]])


def _rejected(found: pd.DataFrame, study: Study) -> gpd.GeoDataFrame:
    """Return the table ``rejected``, most people first."""
    found = found.iloc[np.lexsort((found.index, -found["near_people"]))].reset_index(drop=True)
    found["place_id"] = [f"R{number:05d}" for number in range(1, len(found) + 1)]
    columns = list(spec("rejected").names)
    return gpd.GeoDataFrame(found[columns], geometry="geometry", crs=study.crs)
