"""Are shares, gaps, trends and actions those that one computes by hand?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import InputError, ParameterError
from infraplan.indicators import COMPUTED, furthest, progress
from infraplan.tables import spec

if TYPE_CHECKING:
    from collections.abc import Callable

    Told = Callable[..., pd.DataFrame]


@pytest.fixture
def told(
    communes: pd.DataFrame,
    villages: pd.DataFrame,
    coverage: pd.DataFrame,
    districts: pd.DataFrame,
    new_sites: pd.DataFrame,
    explanations: pd.DataFrame,
) -> Told:
    """Return progress of the three communes, with what a test changes."""

    def make(**changes: Any) -> pd.DataFrame:
        given_now: dict[str, Any] = {
            "coverage": coverage, "districts": districts, "new_sites": new_sites,
            "explanations": explanations, "province_name": "Tỉnh thử",
        }  # fmt: skip
        return progress(communes, villages, **(given_now | changes))

    return make


def row(table: pd.DataFrame, indicator: str, code: str = "99", **said: Any) -> pd.Series:
    """Return the one row of today, or of what is said of it."""
    chosen = (table["indicator"] == indicator) & (table["code"] == code)
    for name, value in ({"state": "current"} | said).items():
        chosen &= table[name] == value
    (found,) = table[chosen].iloc
    return found


def test_columns_are_those_of_the_dictionary(told: Told) -> None:
    names = [name for name in spec("indicators").names if name != "data_basis"]
    assert list(told().columns) == names


def test_places_are_the_province_its_old_districts_and_its_communes(told: Told) -> None:
    table = told()
    first = table.drop_duplicates(["level", "code"])[["level", "code", "name", "old_district"]]
    assert first.to_numpy().tolist() == [
        ["province", "99", "Tỉnh thử", None],
        ["old_district", "99-a", "Huyện A", "Huyện A"],
        ["old_district", "99-b", "Huyện B", "Huyện B"],
        ["commune", "00001", "Một", "Huyện A"],
        ["commune", "00002", "Hai", "Huyện A"],
        ["commune", "00003", "Ba", "Huyện B"],
    ]


def test_shares_are_sums_over_the_communes_of_a_place(told: Told) -> None:
    table = told()
    province = row(table, "people_4g")
    assert (province["reached"], province["of"]) == (1500.0, 1750.0)
    assert province["value_share"] == 0.857143
    district = row(table, "people_4g", "99-a")
    assert (district["reached"], district["of"], district["value_share"]) == (1400, 1500, 0.933333)
    assert row(table, "villages_4g")["value_share"] == 0.5
    assert row(table, "people_4g", "00003")["value_share"] == 0.4


def test_origin_is_the_weakest_and_approximate_where_a_commune_was_cut(told: Told) -> None:
    table = told()
    assert row(table, "people_4g", "99-a")["value_origin"] == "declared"
    assert row(table, "people_4g", "99-b")["value_origin"] == "approximate"
    assert row(table, "people_4g", "00003")["value_origin"] == "declared"
    assert row(table, "difficult_villages_signal", "99")["value_origin"] == "simulated"


def test_gap_is_target_less_value_and_never_below_nothing(told: Told) -> None:
    targets = pd.DataFrame(
        {
            "indicator": ["people_4g", "villages_4g"],
            "target_share": [0.9, 0.25],
            "target_year": [2027.0, np.nan],
            "source": ["nghị quyết", None],
        }
    )
    table = told(targets=targets)
    people = row(table, "people_4g")
    assert people["gap_share"] == round(0.9 - 0.857143, 6)
    assert (people["target_year"], people["target_source"]) == (2027, "nghị quyết")
    assert row(table, "people_4g", year=2027, state="planned")["gap_share"] == 0
    villages = row(table, "villages_4g")
    assert villages["gap_share"] == 0
    assert pd.isna(villages["target_year"])
    assert villages["closes_en"] == "Reached"


def test_trend_of_a_plan_is_its_change_by_year(told: Told) -> None:
    expected = round((round(1700 / 1750, 6) - 0.857143) / 2, 6)
    assert row(told(), "people_4g")["trend_share_per_year"] == expected


def test_especially_difficult_villages_are_counted_where_the_level_is_known(told: Told) -> None:
    found = row(told(), "difficult_villages_signal")
    assert (found["reached"], found["of"]) == (1, 2)
    assert found["year"] == 2025


def test_cheapest_sites_per_person_come_first_up_to_the_target(told: Told) -> None:
    targets = pd.DataFrame({"indicator": ["people_4g"], "target_share": [0.9]})
    here = row(told(targets=targets), "people_4g")  # 75 people are missing to the target
    assert here["closing_sites"] == "A;C"  # 10 million a person each; B costs 15
    assert (here["closing_vnd"], here["closing_gain"]) == (1.4e9, 140)
    assert here["closes_en"] == "2 sites of the plan, VND 1.4 billion, 140 more people"
    assert here["closes_vi"] == "2 vị trí của phương án, 1,4 tỷ đồng, thêm 140 người"
    commune = row(told(targets=targets), "people_4g", "00003")
    assert commune["closing_sites"] == "C"  # D is not built within the plan


def test_villages_are_closed_commune_by_commune(told: Told) -> None:
    here = row(told(), "villages_4g")
    assert here["closing_sites"] == "C;A;B"  # 1.0 milliard for a village, then 1.3 for one
    assert (here["closing_vnd"], here["closing_gain"]) == (2.3e9, 2)
    assert (
        row(told(), "villages_4g", "00002")["closes_en"]
        == "No site of the plan here is counted towards it"
    )


def test_difficult_villages_name_sites_and_the_people_in_them(told: Told) -> None:
    here = row(told(), "difficult_villages_signal")
    assert here["closing_sites"] == "A;C"
    assert pd.isna(here["closing_gain"])
    assert "30 more people in especially difficult villages" in here["closes_en"]


def test_what_nobody_knows_is_missing_and_said(told: Told) -> None:
    table = told()
    unknown = table[table["state"] == "unknown"]
    assert unknown["value_share"].isna().all()
    assert unknown["year"].isna().all()
    assert unknown["closes_en"].str.startswith("Not known").all()
    assert "households_fibre" in set(unknown["indicator"])
    assert "people_5g" in set(unknown["indicator"])


def test_each_place_and_indicator_has_one_row_of_today(told: Told) -> None:
    table = told()
    now = table[table["state"].isin(["current", "unknown"])]
    assert not now.duplicated(["level", "code", "indicator"]).any()
    everything = table.drop_duplicates(["level", "code", "indicator"])
    assert len(now) == len(everything)
    alone = set(table.loc[table["level"] == "province", "indicator"])
    alone -= set(table.loc[table["level"] == "commune", "indicator"])
    assert alone == {"samples_4g", "video_conference", "digital_economy_grdp"}


def test_publications_are_of_their_own_province(told: Told, communes: pd.DataFrame) -> None:
    assert not (told()["source"].fillna(COMPUTED) != COMPUTED).any()
    communes["parent_code"] = "25"
    table = told()
    fibre = row(table, "households_fibre", "25")
    assert (fibre["year"], fibre["value_share"], fibre["value_origin"]) == (
        2025,
        0.768,
        "estimated",
    )
    assert fibre["trend_share_per_year"] == -0.032
    radio = row(table, "loudspeakers_it", "25", state="past")
    assert (radio["reached"], radio["of"], radio["value_share"]) == (144, 225, 0.64)
    village = row(table, "difficult_villages_signal", "25", state="past")
    assert (village["value_share"], village["value_origin"]) == (1, "declared")
    assert row(table, "difficult_villages_signal", "25")["value_share"] == 0.5
    assert set(table[table["level"] == "commune"]["source"].dropna()) == {COMPUTED}


def test_aims_of_viet_nam_are_not_those_of_another_country(told: Told) -> None:
    assert row(told(), "people_5g", state="unknown")["target_share"] == 0.99
    assert told(country="AD")["target_share"].isna().all()


def test_facilities_are_counted_by_kind_where_they_are_known(told: Told) -> None:
    facilities = pd.DataFrame(
        {
            "kind": ["school", "school", "school", "clinic"],
            "commune_code": ["00001", "00001", "00002", "00002"],
            "connected": ["yes", None, "no", None],
            "connected_origin": ["measured", None, "declared", None],
            "rsrp_dbm_any": [-90.0, -110.0, -100.0, np.nan],
            "rsrp_dbm_any_origin": "simulated",
        }
    )
    table = told(facilities=facilities)
    schools = row(table, "schools_fibre")
    assert (schools["reached"], schools["of"]) == (1, 2)
    assert schools["value_origin"] == "declared"
    assert row(table, "schools_4g", "00001")["value_share"] == 0.5
    assert row(table, "schools_4g")["value_origin"] == "simulated"
    assert pd.isna(row(table, "clinics_4g", state="unknown")["reached"])


def test_without_an_outlook_today_is_what_communes_and_villages_say(told: Told) -> None:
    table = told(coverage=None, base_year=2024)
    assert row(table, "people_4g")["value_share"] == 0.857143
    villages = row(table, "villages_4g")
    assert (villages["reached"], villages["of"], villages["year"]) == (3, 5, 2024)
    assert set(table["state"]) == {"current", "unknown"}


def test_year_of_today_must_be_known(communes: pd.DataFrame, villages: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match=r"base_year"):
        progress(communes, villages)


def test_users_rows_replace_and_add_up(told: Told) -> None:
    observations = pd.DataFrame(
        {
            "level": "commune",
            "code": ["00001", "00002", "00001"],
            "indicator": ["households_fibre", "households_fibre", "people_4g"],
            "value_share": [np.nan, np.nan, 0.5],
            "reached": [300.0, 100.0, np.nan],
            "of": [400.0, 100.0, np.nan],
            "year": [2025.0, 2025.0, 2024.0],
            "origin": ["measured", None, None],
            "source": ["kiểm đếm", None, None],
        }
    )
    table = told(observations=observations)
    one = row(table, "households_fibre", "00001")
    assert (one["value_share"], one["value_origin"], one["source"]) == (
        0.75,
        "measured",
        "kiểm đếm",
    )
    district = row(table, "households_fibre", "99-a")
    assert (district["value_share"], district["value_origin"]) == (0.8, "declared")
    assert row(table, "households_fibre", "99", state="unknown") is not None  # a commune is missing
    people = table[(table["indicator"] == "people_4g") & (table["code"] == "00001")]
    assert people["year"].tolist() == [2024]
    assert people["value_share"].tolist() == [0.5]
    assert row(table, "people_4g", "00002")["source"] == COMPUTED


def test_users_indicator_is_added_with_its_titles(told: Told) -> None:
    observations = pd.DataFrame(
        {
            "level": "province", "code": None, "indicator": "kiosks", "year": [2023.0, 2025.0],
            "value_share": [0.2, 0.3], "title_vi": "Ki-ốt dịch vụ công", "title_en": "Kiosks",
        }
    )  # fmt: skip
    table = told(observations=observations)
    found = row(table, "kiosks")
    assert (found["title_en"], found["topic"], found["value_share"]) == ("Kiosks", "own", 0.3)
    assert found["trend_share_per_year"] == 0.05
    assert table["indicator"].iloc[-1] == "kiosks"


def _own(**said: Any) -> pd.DataFrame:
    """Return a user's row of commune 00001."""
    usual = {"level": "commune", "code": "00001", "indicator": "people_4g", "year": 2025}
    return pd.DataFrame([usual | said])


def test_users_share_without_counts_is_closed_by_all_sites_there(told: Told) -> None:
    here = row(told(observations=_own(value_share=0.5)), "people_4g", "00001")
    assert here["closing_sites"] == "A;B"  # how many people are missing is not known


def test_users_counts_that_fall_short_of_all_are_no_whole_share(told: Told) -> None:
    counts = _own(reached=999_999_999, of=1e9)
    assert row(told(observations=counts), "people_4g", "00001")["value_share"] == 0.999999


def test_people_beyond_a_border_are_said_where_sites_of_one_place_are_named(told: Told) -> None:
    table = told()
    for code in ("00003", "99-a"):
        said = row(table, "people_4g", code)
        assert said["closes_en"].endswith("those in places nearby included")
        assert said["closes_vi"].endswith("kể cả ở nơi lân cận")


def test_sites_that_gain_no_village_are_not_said_to_be_missing(
    told: Told, new_sites: pd.DataFrame
) -> None:
    here = row(told(new_sites=new_sites.assign(commune_code="00002")), "villages_4g", "00002")
    assert here["closes_en"] == "No site of the plan here is counted towards it"


def test_what_is_known_of_the_years_of_a_plan_alone_is_unknown_today(
    told: Told, coverage: pd.DataFrame
) -> None:
    later = coverage[coverage["year"] == 2027].assign(technology="5G")
    table = told(coverage=pd.concat([coverage, later], ignore_index=True))
    people = table[(table["indicator"] == "people_5g") & (table["code"] == "00001")]
    assert sorted(people["state"]) == ["planned", "unknown"]


def test_year_of_today_that_the_outlook_lacks_is_refused(told: Told) -> None:
    with pytest.raises(ParameterError, match="coverage has no row of 2020"):
        told(base_year=2020)


def test_targets_and_values_that_are_no_shares_and_places_unknown_are_told(told: Told) -> None:
    targets = pd.DataFrame({"indicator": ["people_4g"], "target_share": [99.0]})
    with pytest.raises(InputError) as caught:
        told(targets=targets, observations=_own(code="77777", value_share=0.5))
    assert [(f.file, f.row, f.column) for f in caught.value.faults] == [
        ("observations", 1, "code"), ("targets", 1, "target_share"),
    ]  # fmt: skip


def test_target_says_how_sure_it_is(told: Told) -> None:
    assert row(told(), "people_5g", state="unknown")["target_confidence"] == "high"
    own = pd.DataFrame({"indicator": ["people_5g"], "target_share": [0.9]})
    assert row(told(targets=own), "people_5g", state="unknown")["target_confidence"] is None


def test_furthest_are_the_widest_gaps_of_today(told: Told) -> None:
    targets = pd.DataFrame(
        {"indicator": ["people_4g", "difficult_villages_signal"], "target_share": [1.0, 1.0]}
    )
    table = told(targets=targets)
    found = furthest(table)
    assert found["indicator"].tolist() == ["difficult_villages_signal", "people_4g"]
    assert (found["state"] == "current").all()
    worst = furthest(table, count=1, level="commune")
    assert worst[["code", "indicator"]].to_numpy().tolist() == [
        ["00002", "difficult_villages_signal"]
    ]
    with pytest.raises(ParameterError, match="no level 'village'"):
        furthest(table, level="village")


def test_same_tables_give_the_same_table(told: Told) -> None:
    pd.testing.assert_frame_equal(told(), told())


@settings(max_examples=6)
@given(
    served=st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1, max_size=6)
)
def test_province_is_the_sum_of_its_communes_and_shares_keep_within_bounds(
    served: list[tuple[int, int]],
) -> None:
    codes = [f"{i:05d}" for i in range(len(served))]
    whole = [max(pair) for pair in served]
    reached = [min(pair) for pair in served]
    communes = pd.DataFrame({"code": codes, "name": codes, "people": whole})
    communes = communes.assign(people_served_any=reached, people_served_origin="measured")
    villages = pd.DataFrame({"commune_code": [], "rsrp_dbm_any": [], "difficulty": []})
    table = progress(communes, villages, base_year=2025)
    people = table[(table["indicator"] == "people_4g") & (table["state"] == "current")]
    parts, total = people[people["level"] == "commune"], people[people["level"] == "province"]
    assert total["reached"].sum() == parts["reached"].sum() == sum(reached)
    known = people["value_share"].dropna()
    assert known.between(0, 1).all()
    short = people["reached"] < people["of"]
    assert not (people["value_share"][short] == 1).any()
    gaps = table[["target_share", "value_share", "gap_share"]].dropna().astype(float)
    due = (gaps["target_share"] - gaps["value_share"]).clip(lower=0)
    assert np.allclose(gaps["gap_share"], due, atol=1e-6)
