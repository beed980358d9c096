"""Are masts that are tried out counted as the whole prediction and the plan would count them?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from infraplan import backhaul, coverage
from infraplan.coverage.classes import ENVIRONMENTS
from infraplan.errors import InputError, MissingDataError, ParameterError
from infraplan.results import Mast
from infraplan.siting.rules import rules, site_bill
from infraplan.workflow.whatif import (
    BundleLevels,
    Preview,
    PreviewScene,
    SignalLevels,
    preview,
    preview_scene,
)
from infraplan.workflow.whatif.cover import mast_levels
from infraplan.workflow.whatif.persons import persons_within
from infraplan.workflow.whatif.places import standings
from infraplan.workflow.whatif.scene import transmitter_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.results import Signal
    from infraplan.study import Study

LON, LAT = 105.070, 21.075
"""A place among villages without any mast."""

YEARS = (2025, 2026)


@pytest.fixture(scope="module")
def signal(tiny_study: Study) -> Signal:
    return coverage.predict(tiny_study)


@pytest.fixture(scope="module")
def scene(tiny_study: Study, signal: Signal) -> PreviewScene:
    return preview_scene(tiny_study, SignalLevels(signal))


def _mast(**changes: Any) -> Mast:
    return Mast(**{"lon": LON, "lat": LAT, "operator": "viettel", "height_m": 42.0, **changes})


def _with_mast(study: Study, mast: Mast) -> Study:
    """Return the study with the cells of a mast, as a table of cells would name them."""
    rule = rules()
    count = len(rule.azimuths_deg)
    first = study.cells[study.cells["technology"] == "4G"].iloc[[0] * count]
    place = gpd.GeoSeries.from_xy([mast.lon], [mast.lat], crs="EPSG:4326").to_crs(study.crs)
    added = first.assign(
        cell_id=[f"new-{i}" for i in range(count)],
        site_id="new",
        operator=mast.operator,
        band="B8",
        frequency_mhz=942.5,
        bandwidth_mhz=10.0,
        azimuth_deg=rule.azimuths_deg,
        tilt_deg=rule.tilt_deg,
        eirp_dbm=62.0,
        height_m=float(mast.height_m or 0.0) - rule.antenna_below_top_m,
    ).set_geometry(gpd.GeoSeries([place.iloc[0]] * count, index=first.index, crs=study.crs))
    return replace(study, cells=pd.concat([study.cells, added], ignore_index=True))


def _row(told: Preview, environment: str, operator: str) -> pd.Series[Any]:
    table = told.masts[0].gains.table
    return table[(table["environment"] == environment) & (table["operator"] == operator)].iloc[0]


def test_levels_are_those_of_a_prediction_of_the_network_with_the_mast(
    tiny_study: Study, signal: Signal, scene: PreviewScene
) -> None:
    mast = _mast()
    standing = standings(scene, [mast])[0]
    transmitter = transmitter_of(
        tiny_study, standing.mast, standing.place, standing.antenna_height_m
    )
    block, level_dbm = mast_levels(scene, transmitter, mast.reach_m)
    whole = coverage.predict(_with_mast(tiny_study, mast)).rsrp_dbm["viettel"].values
    top, bottom, left, right = block
    before = signal.rsrp_dbm["viettel"].values
    both = before.copy()
    both[top:bottom, left:right] = np.fmax(both[top:bottom, left:right], level_dbm)
    assert np.nanmax(np.abs(both - whole)) <= 0.01
    assert np.array_equal(np.isnan(both), np.isnan(whole))
    assert (whole > before + 1.0).any()


@pytest.mark.parametrize("who", ["any", "viettel"])
def test_people_and_villages_gained_are_the_difference_of_the_tables_by_zone(
    tiny_study: Study, signal: Signal, scene: PreviewScene, who: str
) -> None:
    told = preview(scene, [_mast()])
    after = coverage.predict(_with_mast(tiny_study, _mast()))
    by_commune = [coverage.by_zone(tiny_study, s, level="commune") for s in (signal, after)]
    gained = by_commune[1][f"people_served_{who}"] - by_commune[0][f"people_served_{who}"]
    row = _row(told, "outdoors", who)
    assert row["people_gained"] == pytest.approx(gained.sum(), rel=1e-5)
    assert row["people_gained"] > 0
    by_village = [coverage.by_zone(tiny_study, s, level="village") for s in (signal, after)]
    served = [(table[f"rsrp_dbm_{who}"] >= -105.0) for table in by_village]
    assert row["villages_gained"] == int((served[1] & ~served[0]).sum())
    if who == "any":
        communes = told.masts[0].gains.communes.set_index("code")["people_gained"]
        assert communes.to_dict() == pytest.approx(
            {c: v for c, v in zip(by_commune[0]["code"], gained, strict=True) if v > 0}, rel=1e-4
        )


def test_persons_of_all_cells_are_the_people_of_the_communes(scene: PreviewScene) -> None:
    count = len(scene.study.communes)
    every = persons_within(scene.persons, np.arange(scene.study.grid.size), count)
    assert every == pytest.approx(scene.study.communes["people"].to_numpy(float), rel=1e-5)


def test_indoors_fewer_are_served_than_outdoors(scene: PreviewScene) -> None:
    told = preview(scene, [_mast()])
    for who in ("any", "viettel"):
        inside, outside = _row(told, "indoors", who), _row(told, "outdoors", who)
        assert 0 < inside["people_served"] < outside["people_served"]


def test_a_better_level_is_served_to_fewer(scene: PreviewScene) -> None:
    served = [
        _row(preview(scene, [_mast()], level=level), "outdoors", "any")["area_served_m2"]
        for level in ("weak", "served", "good", "strong_indoors")
    ]
    assert served == sorted(served, reverse=True)
    assert served[0] > served[-1]


def test_operator_with_service_there_gains_nothing_where_it_had_it(scene: PreviewScene) -> None:
    host = scene.study.sites.iloc[[0]].to_crs("EPSG:4326").geometry.iloc[0]
    same = _mast(lon=host.x, lat=host.y, height_m=5.0, eirp_dbm=20.0)
    row = _row(preview(scene, [same]), "outdoors", "any")
    assert row["people_gained"] <= row["people_served"]


def test_link_costs_what_the_table_of_link_prices_says(scene: PreviewScene) -> None:
    told = preview(scene, [_mast()]).masts[0]
    spot = gpd.GeoDataFrame(
        {"candidate_id": ["C"], "heights_m": ["42"], "antenna_height_m": [40.0]},
        geometry=gpd.GeoSeries.from_xy([LON], [LAT], crs="EPSG:4326").to_crs(scene.study.crs),
    )
    price = backhaul.link_prices(scene.study, spot).iloc[0]
    assert told.link is not None
    assert told.link.capex_vnd == pytest.approx(price["link_vnd"])
    assert told.link.medium == price["medium"]
    assert told.link.from_id == price["from_id"]


def test_bill_adds_up_and_holds_mast_and_link(scene: PreviewScene) -> None:
    told = preview(scene, [_mast()]).masts[0]
    bought = told.bill[told.bill["kind"] == "capex"]
    assert told.cost["capex_vnd"] == pytest.approx(bought["likely_vnd"].sum())
    assert told.link is not None
    assert bought.loc[bought["part"] == "link", "likely_vnd"].sum() == pytest.approx(
        told.link.capex_vnd
    )
    items = dict(site_bill(kind="new_mast", mast_height_m=42.0, power_distance_m=None,
                           pays_rent=False))  # fmt: skip
    assert items.items() <= dict(zip(told.bill["item"], told.bill["quantity"], strict=True)).items()
    assert told.cost["capex_low_vnd"] <= told.cost["capex_vnd"] <= told.cost["capex_high_vnd"]


def test_shared_mast_has_its_height_and_pays_no_foundation(scene: PreviewScene) -> None:
    told = preview(scene, [_mast(host_site_id="S1", operator="vinaphone")]).masts[0]
    assert told.kind == "shared_mast"
    assert told.antenna_height_m == 34.0
    assert "mast_foundation" not in set(told.bill["item"])
    assert {"colocation", "colocation_rent"} <= set(told.bill["item"])
    assert [check.rule for check in told.checks] == ["room"]


def test_operator_that_hangs_on_the_mast_pays_no_rent(scene: PreviewScene) -> None:
    told = preview(scene, [_mast(host_site_id="S3", height_m=None)]).masts[0]
    assert "colocation_rent" not in set(told.bill["item"])


def test_rules_tell_the_figure_in_both_languages(scene: PreviewScene) -> None:
    host = scene.study.sites.to_crs("EPSG:4326").geometry.iloc[0]
    told = preview(scene, [_mast(lon=host.x + 0.001, lat=host.y, height_m=60.0)]).masts[0]
    checks = {check.rule: check for check in told.checks}
    assert checks["spacing"].verdict == "forbidden"
    assert checks["spacing"].value == pytest.approx(104, abs=3)
    assert checks["spacing"].limit == 400.0
    assert "S1" in checks["spacing"].said.vi
    assert "S1" in checks["spacing"].said.en
    assert checks["obstacle"].verdict == "warning"
    assert checks["commune"].verdict == "ok"


def test_several_masts_count_shared_people_and_roads_once(scene: PreviewScene) -> None:
    masts = [_mast(), _mast(lon=LON + 0.004, lat=LAT + 0.004, operator="vinaphone")]
    told = preview(scene, masts)
    each = [one.gains.people for one in told.masts]
    assert max(each) <= told.together.gains.people < sum(each)
    alone = [one.link.capex_vnd for one in told.masts if one.link is not None]
    assert max(alone) <= told.together.link_capex_vnd <= sum(alone)
    swapped = preview(scene, masts[::-1])
    assert swapped.together.gains.table.equals(told.together.gains.table)
    assert swapped.together.cost == pytest.approx(told.together.cost)


def test_the_same_mast_twice_gains_what_it_gains_once(scene: PreviewScene) -> None:
    once, twice = preview(scene, [_mast()]), preview(scene, [_mast(), _mast()])
    pd.testing.assert_frame_equal(twice.together.gains.table, once.together.gains.table)
    assert twice.together.gains.villages.equals(once.masts[0].gains.villages)


def test_masts_too_near_each_other_are_told_together(scene: PreviewScene) -> None:
    near, far = _mast(lat=LAT + 0.002), _mast(lat=LAT + 0.02)
    shared = _mast(host_site_id="S1", operator="vinaphone")
    checks = preview(scene, [_mast(), far, shared, near]).together.checks
    assert [check.rule for check in checks] == ["spacing"]
    assert checks[0].verdict == "forbidden"
    assert checks[0].value == pytest.approx(221.5, abs=1.0)
    assert "1" in checks[0].said.vi
    assert "4" in checks[0].said.en
    assert preview(scene, [_mast(), far, shared]).together.checks == ()
    assert preview(scene, [shared, shared]).together.checks == ()


def test_one_mast_together_is_the_mast(scene: PreviewScene) -> None:
    told = preview(scene, [_mast()])
    assert told.together.headline == told.masts[0].headline
    assert told.together.cost == pytest.approx(told.masts[0].cost)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    x=st.floats(0.0, 0.1),
    y=st.floats(0.0, 0.1),
    height_m=st.floats(5.0, 150.0),
    band=st.sampled_from(["B8", "B3", "B1", "B7"]),
    environment=st.sampled_from(ENVIRONMENTS),
)
def test_gained_is_part_of_served_and_the_operator_gains_at_least_as_much(
    scene: PreviewScene, x: float, y: float, height_m: float, band: str, environment: str
) -> None:
    mast = _mast(lon=105.0 + x, lat=21.0 + y, height_m=height_m, band=band, reach_m=4_000.0)
    told = preview(scene, [mast], environment=environment)
    for name in ENVIRONMENTS:
        everyone, own = _row(told, name, "any"), _row(told, name, "viettel")
        for what in ("people", "area", "villages"):
            unit = "_m2" if what == "area" else ""
            served = everyone[f"{what}_served{unit}"]
            assert everyone[f"{what}_gained{unit}"] <= own[f"{what}_gained{unit}"] <= served
    assert told.masts[0].picture.level.shape == told.masts[0].picture.grid.shape
    assert told.masts[0].picture.gained.sum() <= (told.masts[0].picture.level > 0).sum()


def test_every_fault_is_listed_at_once(scene: PreviewScene) -> None:
    wrong = [
        _mast(operator="nobody", band="n28"),
        _mast(host_site_id="S99"),
        _mast(lon=3.0, lat=45.0),
    ]
    with pytest.raises(InputError) as raised:
        preview(scene, wrong)
    columns = [fault.column for fault in raised.value.faults]
    assert columns == [
        "masts.0.operator",
        "masts.0.band",
        "masts.1.host_site_id",
        "masts.2.lon, lat",
    ]
    with pytest.raises(InputError) as raised:
        preview(scene, [], environment="underground", level="white", year=1999)
    assert [f.column for f in raised.value.faults] == ["masts", "environment", "level", "year"]


@pytest.mark.parametrize(
    "change",
    [
        {"lon": float("nan")},
        {"lat": 91.0},
        {"height_m": 4.9},
        {"height_m": 151.0},
        {"reach_m": 15_001.0},
        {"azimuths_deg": ()},
        {"azimuths_deg": (360.0,)},
        {"eirp_dbm": float("inf")},
        {"colour": "red"},
    ],
)
def test_mast_outside_its_meaning_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _mast(**change)


def test_planned_sites_within_reach_are_told_nearest_first(
    tiny_study: Study, signal: Signal
) -> None:
    proposals = gpd.GeoDataFrame(
        {
            "site_id": ["far", "near", "beyond"],
            "kind": "new_mast",
            "operator": "viettel",
            "year": [2026, 2027, 2028],
            "people_gained": 10.0,
        },
        geometry=gpd.points_from_xy([LON + 0.02, LON + 0.01, LON + 1.0], [LAT] * 3),
        crs="EPSG:4326",
    )
    scene = preview_scene(tiny_study, SignalLevels(signal), proposals=proposals)
    planned = preview(scene, [_mast()]).masts[0].planned
    assert planned["site_id"].tolist() == ["near", "far"]
    assert planned["distance_m"].tolist() == pytest.approx([1039.0, 2078.0], abs=5.0)


def test_technology_without_a_band_is_refused(tiny_study: Study, signal: Signal) -> None:
    class SixG(SignalLevels):
        @property
        def technology(self) -> str:
            return "6G"

    with pytest.raises(ParameterError, match="6G"):
        preview_scene(tiny_study, SixG(signal))


@pytest.fixture
def class_files(tmp_path: Path, scene: PreviewScene) -> Path:
    """Return a folder with class rasters as a bundle has them, a second year behind the first."""
    grid = scene.study.grid
    for who in (*scene.levels.operators, "any"):
        for environment in ENVIRONMENTS:
            classes = scene.levels.read(who, environment, 0, (0, grid.rows, 0, grid.columns))
            with rasterio.open(
                tmp_path / f"service_class_4G_{environment}_{who}.tif", "w", driver="GTiff",
                height=grid.rows, width=grid.columns, count=2, dtype="uint8", nodata=255,
                transform=grid.transform, crs=grid.crs,
            ) as sink:  # fmt: skip
                sink.write(np.where(scene.zone < 0, 255, classes).astype(np.uint8), 1)
                sink.write(np.full(grid.shape, 4, dtype=np.uint8), 2)
    return tmp_path


def test_bundle_gives_the_gains_of_the_signal_it_was_made_of(
    tiny_study: Study, scene: PreviewScene, class_files: Path
) -> None:
    names = [*scene.levels.operators, "any"]
    levels = BundleLevels(
        class_files, technology="4G", operators=names, years=YEARS, grid=scene.study.grid
    )
    found = preview(preview_scene(tiny_study, levels), [_mast()])
    levels.close()
    expected = preview(scene, [_mast()])
    pd.testing.assert_frame_equal(found.together.gains.table, expected.together.gains.table)


def test_nobody_is_gained_beside_a_plan_that_serves_everybody_by_then(
    tiny_study: Study, scene: PreviewScene, class_files: Path
) -> None:
    names = [*scene.levels.operators, "any"]
    levels = BundleLevels(
        class_files, technology="4G", operators=names, years=YEARS, grid=scene.study.grid
    )
    with_plan = preview_scene(tiny_study, levels)
    now, later = (preview(with_plan, [_mast()], year=year) for year in YEARS)
    levels.close()
    assert (now.year, later.year) == YEARS
    assert now.together.gains.people > 0
    assert later.together.gains.people == 0
    assert later.together.gains.table["people_served"].tolist() == (
        now.together.gains.table["people_served"].tolist()
    )


def test_bundle_without_class_rasters_names_them(scene: PreviewScene, tmp_path: Path) -> None:
    with pytest.raises(MissingDataError, match="service_class_4G_outdoors_viettel"):
        BundleLevels(
            tmp_path, technology="4G", operators=["viettel"], years=YEARS, grid=scene.study.grid
        )


def test_class_rasters_on_another_grid_are_refused(scene: PreviewScene, class_files: Path) -> None:
    other = replace(scene.study.grid, x_min_m=0.0)
    with pytest.raises(MissingDataError, match="grid"):
        BundleLevels(class_files, technology="4G", operators=["viettel"], years=YEARS, grid=other)
