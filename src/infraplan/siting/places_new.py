"""Where could new masts stand: on heights, amid people, or where fibre and power are near?

In each square with people in gaps near it, the best cell of each sort is sought, first without and
then with the hard rules, so that a place which the rules forbid is told with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.results import weakest
from infraplan.siting.ground import best_of_blocks, distance_to_lines_m, thin
from infraplan.siting.places_ground import FREE, RULES, look_at_ground, said_of
from infraplan.siting.places_table import Found, distances, likely_capex, near, rejected_table
from infraplan.siting.rules import site_bill
from infraplan.siting.viewshed import viewshed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from infraplan.siting.places_ground import Ground
    from infraplan.siting.places_people import GapPeople
    from infraplan.siting.rules import Rules
    from infraplan.study import Study

__all__ = ["new_masts"]

_HIGH, _AMID, _BESIDE = "high", "amid", "beside"


@dataclass(frozen=True, slots=True, eq=False)
class _Picks:
    """Cells of one sort or of all."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    sort: NDArray[np.object_]

    def take(self, chosen: NDArray[np.integer] | NDArray[np.bool_]) -> _Picks:
        return _Picks(self.rows[chosen], self.columns[chosen], self.sort[chosen])


def new_masts(study: Study, there: GapPeople, rule: Rules, heights_m: tuple[float, ...]) -> Found:
    """Place new masts, best first, spaced, each with at least one person in a gap near it.

    Parameters
    ----------
    study
        The province.
    there
        People in gaps.
    rule
        Limits.
    heights_m
        Heights of new masts that are weighed, ascending, m.
    """
    ground = look_at_ground(study, rule, mast_height_m=heights_m[-1])
    allowed, forbidden = _picks(study, there, ground, rule)
    antenna_m = heights_m[-1] - rule.antenna_below_top_m
    seen = viewshed(
        study, there, allowed.rows, allowed.columns, np.full(len(allowed.rows), antenna_m)
    )
    worth = _near(study, there.need, allowed, rule) + seen.need
    height_m = _height_m(study, allowed)
    order = np.lexsort((allowed.columns, allowed.rows, -height_m, -worth))
    allowed, worth, seen_people = allowed.take(order), worth[order], seen.people[order]
    x_m, y_m = study.grid.centre(allowed.rows, allowed.columns)
    apart_m = ground.spacing_m[ground.zone[allowed.rows, allowed.columns]]
    kept = thin(x_m, y_m, spacing_m=apart_m)
    crowded = _crowded(study, there, allowed.take(~kept), apart_m[~kept], rule)
    places = _table(study, there, ground, rule, allowed.take(kept), heights_m)
    places["viewshed_people"], places["worth"] = seen_people[kept], worth[kept]
    rejected = [_rejected(study, there, ground, rule, forbidden), crowded]
    return Found(places, pd.concat(rejected, ignore_index=True))


def _picks(study: Study, there: GapPeople, ground: Ground, rule: Rules) -> tuple[_Picks, _Picks]:
    """Pick the best cells that the rules allow, and the better ones that they forbid."""
    height_m = np.asarray(study.elevation.values, dtype=np.float32)
    free = ground.broken == FREE
    block = max(1, round(rule.block_m / study.grid.cell_size_m))
    known = np.isfinite(height_m)
    tops = _spaced_tops(study, ground, _best(height_m, known & free, block, _HIGH))
    lived = there.need > 0
    amid = _best(there.need, lived & free, block, _AMID)
    allowed = _joined([tops, amid, _beside(study, ground, rule, free, block)])
    wished = [_best(height_m, known, block, _HIGH), _best(there.need, lived, block, _AMID)]
    forbidden = _joined([w.take(ground.broken[w.rows, w.columns] != FREE) for w in wished])
    return _lived_near(study, there, allowed, rule), _lived_near(study, there, forbidden, rule)


def _best(values: NDArray[np.floating], where: NDArray[np.bool_], block: int, sort: str) -> _Picks:
    rows, columns = best_of_blocks(values, where, block_cells=block)
    return _Picks(rows, columns, np.full(len(rows), sort, dtype=object))


def _beside(
    study: Study, ground: Ground, rule: Rules, free: NDArray[np.bool_], block: int
) -> _Picks:
    """Pick the cell beside a road where the ways to fibre and power are shortest."""
    lines = [g for g in (study.fibre.geometry, study.fibre_nodes.geometry) if not g.empty]
    lines += [study.power.geometry] if not study.power.empty else []
    if not lines:
        none = np.empty(0, dtype=np.int64)
        return _Picks(none, none, np.empty(0, dtype=object))
    nearest = distance_to_lines_m(pd.concat(lines), study.grid)
    where = free & (ground.road_m <= max(rule.beside_road_m, study.grid.cell_size_m))
    return _best(-nearest, where, block, _BESIDE)


def _spaced_tops(study: Study, ground: Ground, tops: _Picks) -> _Picks:
    """Keep of high cells too close to each other only the highest.

    So the flank of a hill does not stand in for its top in the next block.
    """
    height_m = _height_m(study, tops)
    down = tops.take(np.lexsort((tops.columns, tops.rows, -height_m)))
    x_m, y_m = study.grid.centre(down.rows, down.columns)
    apart_m = ground.spacing_m[ground.zone[down.rows, down.columns]]
    return down.take(thin(x_m, y_m, spacing_m=apart_m))


def _height_m(study: Study, picks: _Picks) -> NDArray[np.float64]:
    """Return the height of the ground at picks, m."""
    values = np.asarray(study.elevation.values, dtype=np.float32)
    return values[picks.rows, picks.columns].astype(np.float64)


def _joined(picks: Iterable[_Picks]) -> _Picks:
    """Put picks together; a cell picked twice is of its first sort."""
    listed = list(picks)
    rows = np.concatenate([p.rows for p in listed])
    columns = np.concatenate([p.columns for p in listed])
    sort = np.concatenate([p.sort for p in listed])
    _, first = np.unique(np.column_stack([rows, columns]), axis=0, return_index=True)
    return _Picks(rows, columns, sort).take(np.sort(first))


def _lived_near(study: Study, there: GapPeople, picks: _Picks, rule: Rules) -> _Picks:
    """Keep the picks with at least one person in a gap near them."""
    return picks.take(_near(study, there.people, picks, rule) >= 1)


def _near(
    study: Study, people: NDArray[np.float64], picks: _Picks, rule: Rules
) -> NDArray[np.float64]:
    return near(study, people, picks.rows, picks.columns, rule)


def _table(
    study: Study,
    there: GapPeople,
    ground: Ground,
    rule: Rules,
    picks: _Picks,
    heights_m: tuple[float, ...],
) -> pd.DataFrame:
    """Describe the new masts at these cells."""
    x_m, y_m = study.grid.centre(picks.rows, picks.columns)
    ways = distances(study, x_m, y_m)
    height_m = study.elevation.at(x_m, y_m)
    cost_vnd, origin = likely_capex(
        study,
        [
            site_bill(
                kind="new_mast", mast_height_m=heights_m[-1], power_distance_m=m, pays_rent=False
            )
            for m in ways.power_m.tolist()
        ],
    )
    return pd.DataFrame(
        {
            "kind": "new_mast",
            "host_site_id": None,
            "mast_class": rule.mast_class,
            "heights_m": "|".join(f"{height:g}" for height in heights_m),
            "antenna_height_m": heights_m[-1] - rule.antenna_below_top_m,
            "ground_height_m": height_m,
            "commune_code": study.communes["code"].to_numpy()[
                ground.zone[picks.rows, picks.columns]
            ],
            "operators": None,
            "road_distance_m": ways.road_m,
            "power_distance_m": ways.power_m,
            "fibre_distance_m": ways.fibre_m,
            "slope_deg": ground.slope_deg[picks.rows, picks.columns].astype(np.float64),
            "capex_vnd": cost_vnd,
            "geometry": gpd.points_from_xy(x_m, y_m),
            "geometry_origin": weakest(["estimated", study.elevation.origin]),
            "antenna_height_m_origin": rule.antenna_height_origin,
            "capex_vnd_origin": origin,
            "near_people": _near(study, there.people, picks, rule),
            "head": _heads(picks, height_m, heights_m[-1], rule),
        }
    )


def _heads(
    picks: _Picks, height_m: NDArray[np.float64], mast_height_m: float, rule: Rules
) -> list[str]:
    """Begin the reason of each new mast."""
    says = {
        _HIGH: "high ground",
        _AMID: "amid the gap's people at",
        _BESIDE: "beside a road where fibre or power is near, at",
    }
    warned = mast_height_m >= rule.obstacle_m
    warning = f", obstacle warning from {rule.obstacle_m:g} m" if warned else ""
    return [
        f"{says[sort]} {height:,.0f} m{warning}"
        for sort, height in zip(picks.sort, height_m, strict=True)
    ]


def _rejected(
    study: Study, there: GapPeople, ground: Ground, rule: Rules, picks: _Picks
) -> pd.DataFrame:
    """Tell the places that a rule forbids."""
    height_m = _height_m(study, picks)
    said = said_of(study, ground, rule, picks.rows, picks.columns)
    reasons = [
        f"{'high ground' if sort == _HIGH else 'amid people'}"
        f"{f' {height:,.0f} m' if np.isfinite(height) else ''}: {why}"
        for sort, height, why in zip(picks.sort, height_m, said, strict=True)
    ]
    rules = [RULES[number] for number in ground.broken[picks.rows, picks.columns]]
    return _rejected_table(study, there, picks, rule, rules, reasons)


def _crowded(
    study: Study, there: GapPeople, picks: _Picks, apart_m: NDArray[np.float64], rule: Rules
) -> pd.DataFrame:
    """Tell the places that are too close to a better one."""
    reasons = [f"closer than {apart:g} m to a better place" for apart in apart_m]
    return _rejected_table(study, there, picks, rule, ["spacing"] * len(reasons), reasons)


def _rejected_table(
    study: Study,
    there: GapPeople,
    picks: _Picks,
    rule: Rules,
    rules: list[str],
    reasons: list[str],
) -> pd.DataFrame:
    points = gpd.points_from_xy(*study.grid.centre(picks.rows, picks.columns))
    people = _near(study, there.people, picks, rule)
    return rejected_table("new_mast", points, people, rules=rules, reasons=reasons)
