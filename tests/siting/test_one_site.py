"""Does a look at one place say what the survey of all cells says of its cell?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from infraplan.siting.one_site import Check, commune_at, host_checks, place_checks
from infraplan.siting.places_ground import RULES, look_at_ground
from infraplan.siting.rules import rules

if TYPE_CHECKING:
    from infraplan.study import Study

HEIGHT_M = 42.0


def _checks(study: Study, x_m: float, y_m: float, height_m: float = HEIGHT_M) -> dict[str, Check]:
    return {c.rule: c for c in place_checks(study, x_m, y_m, mast_height_m=height_m)}


def _broken(study: Study, x_m: float, y_m: float) -> list[str]:
    found = _checks(study, x_m, y_m).values()
    return [c.rule for c in found if c.verdict == "forbidden"]


def test_cells_that_the_survey_forbids_break_a_rule_here_and_free_ones_none(
    tiny_study: Study,
) -> None:
    ground = look_at_ground(tiny_study, rules(), mast_height_m=HEIGHT_M)
    rng = np.random.default_rng(3)
    seen: dict[str, int] = {}
    for number, name in enumerate(RULES):
        rows, columns = np.nonzero(ground.broken == number)
        for i in rng.choice(len(rows), size=min(len(rows), 15), replace=False):
            x_m, y_m = tiny_study.grid.centre(rows[i], columns[i])
            broken = _broken(tiny_study, float(x_m), float(y_m))
            near_m = ground.road_m[rows[i], columns[i]] - rules().road_reach_m
            if abs(near_m) < 2.0 * tiny_study.grid.cell_size_m and name in {"", "road", "spacing"}:
                continue  # the survey knows roads by cell, this measures them
            assert (broken[0] if broken else "") == name
            seen[name] = seen.get(name, 0) + 1
    assert {"", "commune", "spacing"} <= set(seen)


def test_figures_stand_beside_their_limits(tiny_study: Study) -> None:
    site = tiny_study.sites.iloc[0]
    checks = _checks(tiny_study, site.geometry.x + 150.0, site.geometry.y)
    assert checks["spacing"].value == pytest.approx(150.0)
    assert checks["spacing"].limit == 400.0
    assert checks["spacing"].unit == "m"
    assert checks["slope"].value <= checks["slope"].limit
    assert site["site_id"] in checks["spacing"].said.vi


def test_high_mast_is_warned_of_not_forbidden(tiny_study: Study) -> None:
    x_m, y_m = tiny_study.grid.centre(60, 60)
    at_limit = _checks(tiny_study, float(x_m), float(y_m), 45.0)["obstacle"]
    below = _checks(tiny_study, float(x_m), float(y_m), 44.9)["obstacle"]
    assert (at_limit.verdict, below.verdict) == ("warning", "ok")


def test_protected_area_is_named(tiny_study: Study) -> None:
    x_m, y_m = (float(v) for v in tiny_study.grid.centre(60, 60))
    area = gpd.GeoDataFrame(
        {"area_id": ["A1"], "name": ["Rừng thử"]},
        geometry=[shapely.Point(x_m, y_m).buffer(300.0)],
        crs=tiny_study.crs,
    )
    check = _checks(replace(tiny_study, protected=area), x_m, y_m)["protected"]
    assert check.verdict == "forbidden"
    assert "Rừng thử" in check.said.en


def test_outside_all_communes_there_is_no_commune(tiny_study: Study) -> None:
    west, south, _, _ = tiny_study.communes.total_bounds
    assert commune_at(tiny_study, west - 50.0, south - 50.0) is None
    assert _broken(tiny_study, west - 50.0, south - 50.0)[0] == "commune"
    assert commune_at(tiny_study, west + 500.0, south + 500.0) is not None


@pytest.mark.parametrize(
    ("site", "operator", "verdict"),
    [("S1", "vinaphone", "ok"), ("S1", "viettel", "warning"), ("S3", "viettel", "ok")],
)
def test_existing_mast_says_whether_there_is_room(
    tiny_study: Study, site: str, operator: str, verdict: str
) -> None:
    host = tiny_study.sites[tiny_study.sites["site_id"] == site]
    (check,) = host_checks(tiny_study, host, operator=operator)
    assert check.verdict == verdict


def test_full_mast_takes_nobody(tiny_study: Study) -> None:
    host = tiny_study.sites[tiny_study.sites["site_id"] == "S1"].assign(tenants="viettel|a|b")
    (check,) = host_checks(tiny_study, host, operator="vinaphone")
    assert (check.verdict, check.value, check.limit) == ("forbidden", 3.0, 3.0)
