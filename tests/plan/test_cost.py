"""Do bills, prices, annuities and the cost of ownership come to what a hand works out?"""

from dataclasses import replace

import pandas as pd
import pytest

from infraplan import plan
from infraplan.catalog import value
from infraplan.errors import ParameterError
from infraplan.plan.cost import annuity_share
from infraplan.plan.ownership import ownership
from infraplan.results import Prices

YEARS = range(2026, 2031)


def test_the_assumptions_list_each_price_used_with_its_source(three: tuple) -> None:
    prices = plan.build(*three, years=YEARS, yearly_budget_vnd=1e12).assumptions
    quantity = dict(zip(prices["item"], prices["quantity"], strict=True))
    assert quantity == {
        "mast_foundation": 2.0,
        "mast_metre": 84.0,
        "base_station_4g": 3.0,
        "colocation": 1.0,
        "colocation_rent": 1.0,
        "mast_opex": 2.0,
        "fibre_aerial": 3500.0,
    }
    fibre = prices.set_index("item").loc["fibre_aerial"]
    assert fibre["high_total_vnd"] == 3500.0 * value("costs", "fibre_aerial", "high_vnd")
    assert prices[["source", "confidence", "origin"]].notna().all(axis=None)
    assert not prices["replaced"].any()


def test_a_price_of_the_users_sheet_counts_and_is_marked(three: tuple) -> None:
    choice, links = three
    row = {"item": ["base_station_4g"], "likely_vnd": [3e8], "origin": ["declared"]}
    prices = choice.prices.replaced(pd.DataFrame(row))
    cheaper = choice.new_sites.assign(capex_vnd=choice.new_sites["capex_vnd"] - 1e8)
    changed = replace(choice, prices=prices, new_sites=cheaper)
    found = plan.build(changed, links, years=YEARS, yearly_budget_vnd=1e12)
    marked = found.assumptions.set_index("item")
    assert marked["replaced"].to_dict() == {
        item: item == "base_station_4g" for item in marked.index
    }
    # 460 + 840 estimated, 900 declared, 60 + 245 assumed
    assert found.totals.capex_vnd == 2.505e9
    assert found.totals.assumed_price_share == pytest.approx(305 / 2505)


def test_an_annuity_repays_its_price_with_interest() -> None:
    share = annuity_share(8, 0.1)
    assert sum(share / 1.1**year for year in range(1, 9)) == pytest.approx(1.0)
    assert annuity_share(8, 0.0) == 1 / 8
    assert annuity_share(8, 1e-9) == pytest.approx(1 / 8)


def test_the_yearly_cost_is_annuities_and_running_costs(make_case: object) -> None:
    choice, links = make_case(
        kinds=["shared_mast"], people=[5.0], ends=[None], parents=[], lengths_m=[], budget_vnd=1e9
    )
    found = plan.build(choice, links, years=YEARS, discount_rate_share=0.0)
    # 400 million over 8 years, 60 over 10, and 48 of rent
    assert found.totals.yearly_vnd == pytest.approx(50e6 + 6e6 + 48e6)
    assert found.costs["yearly_vnd"].tolist() == pytest.approx([104e6])


def test_the_cost_of_ownership_is_what_a_hand_works_out(three: tuple) -> None:
    found = plan.build(*three, years=range(2026, 2030), yearly_budget_vnd=5e8)
    # C1 in 2026: 460 million, 48 a year; its station lasts 8 years: 400 again in 2034.
    # C0 with two links in 2029: 1,260 million, 35 a year.
    tco = found.tco.set_index("year")
    assert tco.index.tolist() == list(range(2026, 2036))
    assert tco.loc[tco["capex_vnd"] > 0, "capex_vnd"].to_dict() == {2026: 4.6e8, 2029: 1.26e9}
    assert tco.loc[tco["renewal_vnd"] > 0, "renewal_vnd"].to_dict() == {2034: 4e8}
    assert tco["opex_vnd"].tolist() == [48e6] * 3 + [83e6] * 7
    hand = 460 + sum(48 / 1.1**year for year in range(10)) + 400 / 1.1**8
    hand += 1260 / 1.1**3 + sum(35 / 1.1**year for year in range(3, 10))
    assert found.totals.tco_vnd == pytest.approx(hand * 1e6)
    assert found.phases["opex_vnd"].tolist() == [48e6, 48e6, 48e6, 83e6]


def test_the_horizon_never_ends_before_the_plan(three: tuple) -> None:
    assert len(plan.build(*three, years=YEARS, horizon_years=2).tco) == 5
    assert len(plan.build(*three, years=YEARS, horizon_years=25).tco) == 25


def test_what_lasts_two_and_a_half_years_is_renewed_when_its_life_is_over() -> None:
    lines = pd.DataFrame(
        {"kind": ["capex"], "life_years": [2.5], "built_year": [2027], "low_vnd": [1.0],
         "likely_vnd": [2.0], "high_vnd": [3.0]}
    )  # fmt: skip
    table = ownership(lines, first_year=2026, horizon_years=8, discount_rate_share=0.0)
    assert table["capex_vnd"].tolist() == [0, 2, 0, 0, 0, 0, 0, 0]
    assert table["renewal_vnd"].tolist() == [0, 0, 0, 0, 2, 0, 2, 0]
    assert table["discounted_high_vnd"].sum() == 9.0


def test_faults_of_bills_and_prices_are_told_together(three: tuple) -> None:
    choice, links = three
    extra = {"owner_id": ["X", "C0"], "item": ["gold", "base_station_4g"], "quantity": [1.0, -2.0]}
    bill = pd.concat([choice.bill, pd.DataFrame(extra)], ignore_index=True)
    table = choice.prices.table.copy()
    table.loc["fibre_aerial", "low_vnd"] = 1e9
    table.loc["colocation", "life_years"] = 0.0
    with pytest.raises(ParameterError) as caught:
        plan.build(replace(choice, bill=bill, prices=Prices(table)), links, years=YEARS)
    message = str(caught.value)
    for part in (
        "no site of the plan: X",
        "without a price: gold",
        "at least 0: base_station_4g",
        "fibre_aerial: low, likely and high price are 1,000,000,000, 70,000, 120,000 VND",
        "colocation: life_years is 0.0",
    ):
        assert part in message


def test_a_table_that_its_bill_does_not_add_up_to_is_refused(three: tuple) -> None:
    choice, links = three
    links.table.loc[1, "capex_vnd"] = 1.0
    with pytest.raises(ParameterError, match=r"L1 \(1 VND, its bill 70,000,000 VND\)"):
        plan.build(choice, links, years=YEARS)
