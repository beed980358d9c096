"""Does the table of coverage agree with the maps it is counted from, and with itself?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from infraplan.coverage import by_zone, outlook, predict, signal_classes
from infraplan.coverage.zone_sums import zones_of
from infraplan.errors import ParameterError
from infraplan.results import CLASS_UNKNOWN, PlannedSignal
from infraplan.tables import spec

if TYPE_CHECKING:
    from infraplan.results import Outlook, Signal
    from infraplan.study import Study

YEARS = range(2026, 2029)
LEVELS = ["weak", "served", "good", "strong_indoors"]
KEYS = ["commune_code", "technology", "operator", "environment", "level", "year"]
SHARES = ["people_served_share_of_commune_people", "area_served_share_of_commune_area"]
COUNTED = ["people_served", "area_served_m2", "households_served", "villages_served"]


@pytest.fixture(scope="module")
def signals(tiny_study: Study) -> dict[str, Signal]:
    return {name: predict(tiny_study, technology=name) for name in ("2G", "4G")}


@pytest.fixture(scope="module")
def classes(signals: dict[str, Signal]) -> dict[str, dict[str, dict[str, np.ndarray]]]:
    return {
        name: {o: signal_classes(signal, o) for o in signal.operators if o != "any"}
        for name, signal in signals.items()
    }


@pytest.fixture(scope="module")
def planned(tiny_study: Study) -> tuple[PlannedSignal, ...]:
    """Return three strong squares: of a known operator, of a new one and of nobody."""
    rows, columns = tiny_study.grid.shape
    strong = np.full((20, 20), -85.0, np.float32)
    places = [("viettel", 2026, 5, 5), ("gmobile", 2027, 5, columns - 30)]
    places += [(None, 2028, rows - 30, columns - 30)]
    return tuple(
        PlannedSignal(f"C{number}", who, year, 1842.5, top, left, strong)
        for number, (who, year, top, left) in enumerate(places)
    )


@pytest.fixture(scope="module")
def found(
    tiny_study: Study,
    classes: dict[str, dict[str, dict[str, np.ndarray]]],
    planned: tuple[PlannedSignal, ...],
) -> Outlook:
    return outlook(tiny_study, classes, planned, years=YEARS)


def _wide(table: pd.DataFrame, over: str) -> pd.DataFrame:
    """Return the counted columns with one column for each value of a key."""
    others = [key for key in KEYS if key != over]
    return table.melt([*others, over], COUNTED).pivot_table(
        values="value", index=[*others, "variable"], columns=over
    )


def test_columns_are_those_of_the_dictionary_and_every_row_is_there_once(found: Outlook) -> None:
    table = found.table
    assert list(table.columns) == list(spec("coverage").names)
    assert not table.duplicated(KEYS).any()
    operators = {"2G": 2, "4G": 4}
    years = {"2G": 1, "4G": 4}
    assert len(table) == sum(4 * operators[t] * 2 * 4 * years[t] for t in operators)
    assert found.years == (2025, 2026, 2027, 2028)
    assert found.technologies == ("2G", "4G")
    assert dict(found.class_years) == {"2G": (2025,), "4G": (2025, 2026, 2027, 2028)}
    required = [column.name for column in spec("coverage").columns if column.required]
    assert table[required].notna().all().all()


@pytest.mark.parametrize("technology", ["2G", "4G"])
def test_base_year_outdoors_is_the_table_of_communes_to_the_last_bit(
    tiny_study: Study, signals: dict[str, Signal], found: Outlook, technology: str
) -> None:
    signal = signals[technology]
    communes = by_zone(tiny_study, signal)
    table = found.table.query(
        "technology == @technology and environment == 'outdoors' and level == 'served'"
        " and year == 2025"
    )
    for operator in signal.operators:
        own = table[table["operator"] == operator]
        assert own["commune_code"].tolist() == communes["code"].tolist()
        assert own["people_served_origin"].tolist() == communes["people_served_origin"].tolist()
        for name in (*COUNTED[:2], *SHARES):
            np.testing.assert_array_equal(own[name], communes[f"{name}_{operator}"])


def test_villages_are_served_where_their_centre_is(
    tiny_study: Study, signals: dict[str, Signal], found: Outlook
) -> None:
    villages = by_zone(tiny_study, signals["4G"], level="village")
    served = villages["rsrp_dbm_any"] >= -105.0
    by_commune = served.groupby(villages["commune_code"]).sum()
    table = found.table.query(
        "technology == '4G' and operator == 'any' and environment == 'outdoors'"
        " and level == 'served' and year == 2025"
    ).set_index("commune_code")
    assert 0 < table["villages_served"].sum() < len(villages)
    for code, number in by_commune.items():
        assert table["villages_served"].loc[code] == number
    assert table["villages"].sum() == len(villages)


def test_a_lower_level_never_serves_fewer(found: Outlook) -> None:
    wide = _wide(found.table, "level")[LEVELS].to_numpy()
    assert (np.diff(wide, axis=1) <= 0).all()


def test_a_later_year_never_serves_fewer(found: Outlook) -> None:
    wide = _wide(found.table[found.table["technology"] == "4G"], "year").to_numpy()
    assert (np.diff(wide, axis=1) >= 0).all()
    assert (wide[:, -1] > wide[:, 0]).any()


def test_any_operator_serves_at_least_what_each_does(found: Outlook) -> None:
    wide = _wide(found.table, "operator")
    for operator in wide.columns:
        own = wide[operator]
        assert (wide["any"][own.notna()] >= own[own.notna()]).all()


def test_indoors_never_more_are_served_than_outdoors(found: Outlook) -> None:
    wide = _wide(found.table, "environment")
    assert (wide["indoors"] <= wide["outdoors"]).all()


def test_communes_add_up_to_the_province(tiny_study: Study, found: Outlook) -> None:
    people = tiny_study.people.values.astype(np.float64)
    table = found.table.query("technology == '4G' and operator == 'any'")
    sums = table.groupby(["environment", "level", "year"])["people_served"].sum()
    for environment in found.environments:
        rasters = found.classes[f"service_class_4G_{environment}_any"]()
        for raster, year in zip(rasters, found.class_years["4G"], strict=True):
            known = raster.values != CLASS_UNKNOWN
            for number, level in enumerate(LEVELS, 1):
                expected = people[known & (raster.values >= number)].sum()
                assert sums[environment, level, year] == pytest.approx(expected, rel=1e-6)
    one = table.query("environment == 'outdoors' and level == 'served' and year == 2025")
    assert one["people"].sum() == pytest.approx(people.sum(), rel=1e-9)


def test_planned_sites_serve_from_their_year_on_and_are_said_to_be_assumed(
    found: Outlook,
) -> None:
    table = found.table.query(
        "technology == '4G' and environment == 'outdoors' and level == 'served'"
    )
    sums = table.groupby(["operator", "year"])["area_served_m2"].sum()
    assert sums.loc["gmobile", 2026] == 0.0
    assert sums.loc["gmobile", 2027] > 0.0
    assert sums.loc["gmobile", 2027] == sums.loc["gmobile", 2028]
    assert sums.loc["viettel", 2025] < sums.loc["viettel", 2026]
    assert sums.loc["vinaphone", 2025] == sums.loc["vinaphone", 2028] > 0.0
    assert sums.loc["any", 2027] < sums.loc["any", 2028]


def test_origin_of_planned_coverage_is_at_best_assumed(
    tiny_study: Study,
    classes: dict[str, dict[str, dict[str, np.ndarray]]],
    planned: tuple[PlannedSignal, ...],
) -> None:
    origins = tiny_study.provenance.origins.assign(origin="measured")
    known = replace(tiny_study.provenance, origins=origins)
    communes = tiny_study.communes.assign(people_origin="measured")
    table = outlook(
        replace(tiny_study, provenance=known, communes=communes), classes, planned, years=YEARS
    ).table.query("technology == '4G' and operator == 'viettel'")
    for year, origins_of_year in table.groupby("year")["people_served_origin"]:
        assert set(origins_of_year) == {"estimated" if year == 2025 else "assumed"}


def test_rasters_are_small_numbers_with_the_outside_unknown(
    tiny_study: Study, found: Outlook
) -> None:
    outside = ~zones_of(tiny_study).inside.reshape(tiny_study.grid.shape)
    assert outside.any()
    stems = set(found.classes)
    assert len(stems) == 2 * (2 + 4)
    assert {"service_class_2G_indoors_any", "service_class_4G_outdoors_gmobile"} <= stems
    for make in found.classes.values():
        for raster in make():
            assert raster.values.dtype == np.uint8
            assert raster.nodata == CLASS_UNKNOWN
            assert (raster.values[outside] == CLASS_UNKNOWN).all()
            assert (raster.values[~outside] <= 4).all()


def test_a_commune_without_people_or_villages_has_no_shares(
    tiny_study: Study, classes: dict[str, dict[str, dict[str, np.ndarray]]]
) -> None:
    first = tiny_study.communes["code"].iloc[0]
    touched = zones_of(tiny_study).ground[[0]].indices
    people = tiny_study.people.values.copy()
    people.ravel()[zones_of(tiny_study).ground_at[touched]] = 0.0
    kept = tiny_study.villages[tiny_study.villages["commune_code"] != first]
    communes = tiny_study.communes.drop(columns="households")
    bare = replace(
        tiny_study,
        people=replace(tiny_study.people, values=people),
        villages=kept.reset_index(drop=True),
        communes=communes,
    )
    table = outlook(bare, classes, (), years=YEARS).table
    empty = table[table["commune_code"] == first]
    shares = [c for c in table.columns if "_share_" in c and "area" not in c]
    assert empty[shares].isna().all().all()
    assert (empty["villages"] == 0).all()
    assert empty["area_served_share_of_commune_area"].notna().all()
    others = table[table["commune_code"] != first]
    assert others["people_served_share_of_commune_people"].notna().all()
    assert others["households_served"].isna().all()


def test_the_same_input_gives_the_same_table_and_progress_is_told(
    tiny_study: Study,
    classes: dict[str, dict[str, dict[str, np.ndarray]]],
    planned: tuple[PlannedSignal, ...],
    found: Outlook,
) -> None:
    told: list[tuple[int, int]] = []
    again = outlook(
        tiny_study, classes, planned, years=YEARS, progress=lambda *part: told.append(part)
    )
    pd.testing.assert_frame_equal(again.table, found.table, check_exact=True)
    assert told == [(done, 12) for done in range(1, 13)]


def test_years_and_technology_are_checked(
    tiny_study: Study, classes: dict[str, dict[str, dict[str, np.ndarray]]]
) -> None:
    for years in ([], [2027, 2026], [2026, 2026]):
        with pytest.raises(ParameterError, match="ascending"):
            outlook(tiny_study, classes, (), years=years)
    with pytest.raises(ParameterError, match="'5G'; it has 2G, 4G"):
        outlook(tiny_study, classes, (), years=YEARS, technology="5G")
