"""Are heights, operators and prices of options those of candidate, study and catalogue?"""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest

from infraplan.errors import InputError
from infraplan.siting.demand_columns import demand_columns
from infraplan.siting.options import (
    Options,
    heights_of,
    option_bill,
    option_capex_vnd,
    own_mast_vnd,
)
from infraplan.siting.options_market import Market, market_of, named_demand, users
from infraplan.study import Study
from infraplan.study_file import PlanPart


def test_new_masts_have_many_heights_and_existing_ones_their_own(
    served_valley: Study, spots: gpd.GeoDataFrame
) -> None:
    heights = heights_of(served_valley, spots)
    assert heights[0].mast_m == (15.0, 30.0, 42.0)
    assert heights[0].antenna_m == (13.0, 28.0, 40.0)
    assert heights[6].mast_m == (36.0,)
    assert heights[6].antenna_m == (34.0,)


def test_heights_of_the_study_stand_in_where_the_table_has_none(
    served_valley: Study, spots: gpd.GeoDataFrame
) -> None:
    bare = spots.assign(heights_m=[None] * 5 + ["42", "36"])
    usual = [15.0, 30.0, 42.0, 55.0, 70.0]
    assert list(heights_of(served_valley, bare)[0].mast_m) == usual
    file = served_valley.file.model_copy(update={"plan": PlanPart(mast_heights_m=(25.0, 20.0))})
    assert heights_of(replace(served_valley, file=file), bare)[0].mast_m == (20.0, 25.0)


def test_all_unreadable_heights_are_named(served_valley: Study, spots: gpd.GeoDataFrame) -> None:
    wrong = spots.assign(heights_m=["15|x", "-3", "42", "42", "42", None, "36"])
    with pytest.raises(InputError) as found:
        heights_of(served_valley, wrong)
    assert [fault.row for fault in found.value.faults] == [2, 3, 7]


def test_a_bill_holds_height_power_and_rent(served_valley: Study, spots: gpd.GeoDataFrame) -> None:
    options = Options(
        place=np.array([0, 1, 5, 6]),
        mast_height_m=np.array([15.0, 55.0, 42.0, 36.0]),
        antenna_height_m=np.array([13.0, 53.0, 40.0, 34.0]),
        operator=np.array(["viettel", "viettel", "vinaphone", "mobifone"], dtype=object),
        pays_rent=np.array([False, False, True, False]),
    )
    bill = option_bill(spots, options, np.array([1, 2, 3]), ["A", "B", "C"])
    quantity = bill.set_index(["owner_id", "item"])["quantity"]
    assert quantity["A", "mast_metre"] == 55.0
    assert quantity["A", "mast_metre_above_45"] == 10.0
    assert quantity["A", "power_line"] == 200.0
    assert quantity["B", "colocation_rent"] == 1.0
    assert ("C", "colocation_rent") not in quantity.index
    prices = served_valley.prices
    vnd = option_capex_vnd(spots, options, prices)
    low = prices.vnd("mast_foundation") + 15 * prices.vnd("mast_metre")
    assert vnd[0] == pytest.approx(low + prices.vnd("base_station_4g"))
    assert vnd[2] == vnd[3] == prices.vnd("colocation") + prices.vnd("base_station_4g")
    assert own_mast_vnd(np.array([15.0]), prices)[0] == vnd[0]


def test_the_market_knows_who_hangs_where(served_valley: Study, all_gaps: gpd.GeoDataFrame) -> None:
    market = market_of(served_valley, demand_columns(served_valley, all_gaps))
    assert market.operators == ("viettel", "mobifone")
    assert market.tenants == {"S1": {"viettel", "mobifone"}, "S2": {"viettel", "mobifone"}}
    assert market.waiting == {"S1": set(), "S2": {"viettel", "mobifone"}}


MARKET = Market(
    ("a", "b", "c"),
    {"M": frozenset({"b", "c"})},
    {"M": frozenset({"c"})},
)


@pytest.mark.parametrize(
    ("kinds", "host", "allowed", "expected"),
    [
        ([("white", "any")], None, (), ["a"]),
        ([("white", "any")], "M", (), ["c"]),
        ([("white", "any")], "M", ("a", "b"), ["a"]),
        ([("white", "any"), ("weak", "b")], None, (), ["b"]),
        ([("white", "b"), ("congested", "c")], None, (), ["b", "c"]),
        ([("white", "b"), ("congested", "c")], None, ("c",), ["c"]),
        ([("single_operator", "a")], None, (), ["a", "b"]),
        ([("single_operator", "b")], None, (), ["a"]),
        ([("single_operator", "c")], "M", (), ["c", "a"]),
        ([("white", "any")], "M", ("d",), ["d"]),
    ],
)
def test_the_operators_of_a_place(
    kinds: list[tuple[str, str]],
    host: str | None,
    allowed: tuple[str, ...],
    expected: list[str],
    served_valley: Study,
    all_gaps: gpd.GeoDataFrame,
) -> None:
    demand = demand_columns(served_valley, all_gaps)
    size = len(kinds)
    made_up = replace(
        demand,
        kind=np.array([kind for kind, _ in kinds], dtype=object),
        operator=np.array([operator for _, operator in kinds], dtype=object),
    )
    weight = np.arange(size, 0, -1, dtype=np.float64)
    found = users(
        MARKET, named_demand(made_up), weight, np.arange(size), host=host, allowed=allowed
    )
    assert found == expected


def test_nobody_known_leaves_the_operator_open(
    served_valley: Study, all_gaps: gpd.GeoDataFrame
) -> None:
    named = named_demand(demand_columns(served_valley, all_gaps.iloc[:2]))
    nobody = Market((), {}, {})
    assert users(nobody, named, np.ones(3), np.arange(3), host=None, allowed=()) == [None]
