"""Which rules of siting does one place keep, and which does it break?

:func:`infraplan.siting.survey` looks at every cell of a province; this looks at one place, tells
every rule with its figure, and measures distances exactly.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely

from infraplan import catalog
from infraplan.names import prefix_word
from infraplan.siting.ground import slope_deg
from infraplan.siting.places_ground import nearest_m
from infraplan.siting.rules import rules, spacing_m
from infraplan.siting.tenants import tenants_of
from infraplan.wording import Text, count, decimal, height, length, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from infraplan.siting.rules import Rules
    from infraplan.study import Study

__all__ = ["Check", "commune_at", "host_checks", "pair_checks", "place_checks"]

Verdict = Literal["ok", "warning", "forbidden"]

_TECHNOLOGY: Final = "4G"
_WATER: Final = "water"


@dataclass(frozen=True, slots=True)
class Check:
    """What one rule says of a place.

    Attributes
    ----------
    rule
        Its name: commune, terrain, water, protected, slope, road, spacing, obstacle or room.
    verdict
        "ok", "warning" (allowed, but something more is asked) or "forbidden".
    value, limit
        What was found and what is allowed, in `unit`; NaN where the rule has no number.
    unit
        Unit of both, None without.
    said
        In words.
    """

    rule: str
    verdict: Verdict
    value: float
    limit: float
    unit: str | None
    said: Text


def commune_at(study: Study, x_m: float, y_m: float) -> int | None:
    """Return the row of the commune that holds a place, None outside all."""
    found = study.communes.sindex.query(shapely.Point(x_m, y_m), predicate="intersects")
    return int(np.sort(found)[0]) if len(found) else None


def place_checks(
    study: Study, x_m: float, y_m: float, *, mast_height_m: float
) -> tuple[Check, ...]:
    """Tell of each rule whether a new mast at a place keeps it.

    Parameters
    ----------
    study
        Communes, terrain, land cover, protected areas, roads and masts.
    x_m, y_m
        The place, in the study's CRS.
    mast_height_m
        Its height.

    Returns
    -------
    tuple of Check
        In the order in which the survey of candidates tells them, last the obstacle warning.
    """
    rule = rules()
    return (
        _commune(study, x_m, y_m),
        _terrain(study, x_m, y_m),
        *_water(study, x_m, y_m),
        _protected(study, x_m, y_m),
        _slope(study, rule, x_m, y_m),
        _road(study, rule, x_m, y_m),
        _spacing(study, rule, x_m, y_m, mast_height_m),
        _obstacle(rule, mast_height_m),
    )


def host_checks(study: Study, host: gpd.GeoDataFrame, *, operator: str) -> tuple[Check, ...]:
    """Tell whether an existing mast could carry an operator.

    Parameters
    ----------
    study
        Its cells say who hangs there.
    host
        One row of the table ``sites``.
    operator
        Who wants to.
    """
    rule = rules()
    who = tenants_of(study, host, rule, technology=_TECHNOLOGY)
    on_it, most = float(who.count[0]), float(rule.tenants_most)
    figures = {"count": count(on_it), "most": count(most), "operator": plain(operator)}
    if operator in who.joining[0] or who.anyone[0]:
        key, verdict = "ok", "ok"
    elif who.full[0]:
        key, verdict = "full", "forbidden"
    else:
        key, verdict = "has", "warning"
    said = phrase(f"preview_room_{key}", figures)
    return (Check("room", _verdict(verdict), on_it, most, "operators", said),)


def pair_checks(
    study: Study, x_m: Sequence[float], y_m: Sequence[float], mast_height_m: Sequence[float]
) -> tuple[Check, ...]:
    """Tell which new masts that are looked at together stand too near each other.

    Parameters
    ----------
    study
        Communes, which say how far apart.
    x_m, y_m
        The places, in the study's CRS; NaN for what is no new mast.
    mast_height_m
        Their heights.

    Returns
    -------
    tuple of Check
        One for each pair that breaks the rule of spacing, by their numbers from 1 on.
    """
    rule, found = rules(), []
    new = np.flatnonzero(np.isfinite(x_m)).tolist()
    apart_m = {i: _apart_m(study, rule, x_m[i], y_m[i], mast_height_m[i]) for i in new}
    for i, k in itertools.combinations(new, 2):
        between_m = math.hypot(x_m[i] - x_m[k], y_m[i] - y_m[k])
        limit_m = max(apart_m[i], apart_m[k])
        if between_m < limit_m:
            figures = {"first": count(i + 1.0), "second": count(k + 1.0)}
            figures |= {"distance": length(between_m), "limit": length(limit_m)}
            said = phrase("preview_pair_bad", figures)
            found.append(Check("spacing", "forbidden", between_m, limit_m, "m", said))
    return tuple(found)


def _verdict(word: str) -> Verdict:
    return "ok" if word == "ok" else "warning" if word == "warning" else "forbidden"


def _plain_check(rule: str, *, ok: bool, figures: dict[str, Text] | None = None) -> Check:
    """Return a rule without a number."""
    said = phrase(f"preview_{rule}_{'ok' if ok else 'bad'}", figures)
    return Check(rule, "ok" if ok else "forbidden", math.nan, math.nan, None, said)


def _commune(study: Study, x_m: float, y_m: float) -> Check:
    row = commune_at(study, x_m, y_m)
    name = plain("" if row is None else study.communes["full_name"].iloc[row])
    return _plain_check("commune", ok=row is not None, figures={"name": name})


def _terrain(study: Study, x_m: float, y_m: float) -> Check:
    ground_m = float(study.elevation.at([x_m], [y_m])[0])
    figures = {"height": height(ground_m)}
    return _plain_check("terrain", ok=math.isfinite(ground_m), figures=figures)


def _water(study: Study, x_m: float, y_m: float) -> tuple[Check, ...]:
    """Tell whether a place is in water, where the land cover is known."""
    if study.clutter is None:
        return ()
    classes = catalog.table("clutter").set_index("key")["class"]
    here = study.clutter.at([x_m], [y_m])[0]
    return (_plain_check("water", ok=bool(here != int(classes[_WATER]))),)


def _protected(study: Study, x_m: float, y_m: float) -> Check:
    areas = study.protected
    found = (
        np.sort(areas.sindex.query(shapely.Point(x_m, y_m), predicate="intersects"))
        if len(areas)
        else np.empty(0, dtype=np.int64)
    )
    column = "name" if "name" in areas.columns else "area_id"
    name = plain(areas[column].iloc[int(found[0])] if len(found) else "")
    return _plain_check("protected", ok=len(found) == 0, figures={"name": name})


def _slope(study: Study, rule: Rules, x_m: float, y_m: float) -> Check:
    """Take the steepest side of the cell, as the survey does."""
    grid = study.grid
    rows, columns = grid.index([x_m], [y_m])
    row, column = int(rows[0]), int(columns[0])
    top, left = max(row - 1, 0), max(column - 1, 0)
    around = study.elevation.values[top : row + 2, left : column + 2].astype(np.float32)
    slope = float(slope_deg(around, cell_size_m=grid.cell_size_m)[row - top, column - left])
    ok = slope <= rule.slope_most_deg
    figures = {"slope": decimal(slope, 0), "limit": decimal(rule.slope_most_deg, 0)}
    said = phrase(f"preview_slope_{'ok' if ok else 'bad'}", figures)
    return Check("slope", "ok" if ok else "forbidden", slope, rule.slope_most_deg, "deg", said)


def _road(study: Study, rule: Rules, x_m: float, y_m: float) -> Check:
    road_m = float(nearest_m(study.roads.geometry, np.array([x_m]), np.array([y_m]))[0][0])
    return _distance("road", road_m, rule.road_reach_m, ok=road_m <= rule.road_reach_m)


def _distance(
    rule: str, value_m: float, limit_m: float, *, ok: bool, site: Text | None = None
) -> Check:
    """Return a rule of a distance."""
    figures = {"distance": length(value_m), "limit": length(limit_m), "site": site or plain("")}
    said = phrase(f"preview_{rule}_{'ok' if ok else 'bad'}", figures)
    return Check(rule, "ok" if ok else "forbidden", value_m, limit_m, "m", said)


def _apart_m(study: Study, rule: Rules, x_m: float, y_m: float, mast_height_m: float) -> float:
    """Return how far a new mast must stand from others."""
    row = commune_at(study, x_m, y_m)
    words = catalog.row("rules", "town_words")["value"].split("|")
    name = "" if row is None else str(study.communes["full_name"].iloc[row])
    return spacing_m(
        mast_class=rule.mast_class,
        town=prefix_word(name) in words,
        mast_height_m=mast_height_m,
    )


def _spacing(study: Study, rule: Rules, x_m: float, y_m: float, mast_height_m: float) -> Check:
    """Measure the distance to the nearest mast."""
    apart_m = _apart_m(study, rule, x_m, y_m, mast_height_m)
    metres, number = nearest_m(study.sites.geometry, np.array([x_m]), np.array([y_m]))
    site_m, at = float(metres[0]), int(number[0])
    site = plain(study.sites["site_id"].iloc[at] if at >= 0 else "")
    return _distance("spacing", site_m, apart_m, ok=not site_m < apart_m, site=site)


def _obstacle(rule: Rules, mast_height_m: float) -> Check:
    """Warn where a mast needs lights and paint."""
    ok = mast_height_m < rule.obstacle_m
    figures = {"height": height(mast_height_m), "limit": height(rule.obstacle_m)}
    said = phrase(f"preview_obstacle_{'ok' if ok else 'bad'}", figures)
    verdict = _verdict("ok" if ok else "warning")
    return Check("obstacle", verdict, mast_height_m, rule.obstacle_m, "m", said)
