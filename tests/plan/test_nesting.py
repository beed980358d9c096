"""Is what nesting costs told, and never below nothing?"""

import numpy as np
import pandas as pd
import pytest

from infraplan import plan
from infraplan.errors import ParameterError

YEARS = range(2026, 2029)


@pytest.fixture
def best() -> pd.DataFrame:
    """Free choices for 500 million a year: one ahead of the plan, one as good, one behind."""
    return pd.DataFrame(
        {
            "year": YEARS,
            "budget_vnd": [5e8, 1e9, 1.5e9],
            "covered_weight": [800.0, 500.0, 450.0],
            "upper_bound_weight": [820.0, 700.0, 460.0],
            "covered_people": [790.0, 500.0, 900.0],
        }
    )


def test_the_cost_of_nesting_is_told_by_year_and_at_its_worst(
    three: tuple, best: pd.DataFrame
) -> None:
    shuffled = best.sample(frac=1, random_state=1)
    found = plan.build(*three, years=YEARS, yearly_budget_vnd=5e8, best_by_year=shuffled)
    phases = found.phases
    assert phases["cumulative_weight"].tolist() == [500.0, 500.0, 500.0]
    assert phases["best_weight"].tolist() == [800.0, 500.0, 500.0]
    assert phases["bound_weight"].tolist() == [820.0, 700.0, 500.0]
    assert phases["nesting_cost_weight"].tolist() == [300.0, 0.0, 0.0]
    assert phases["nesting_cost_people"].tolist() == [290.0, 0.0, 0.0]
    totals = found.totals
    assert totals.nesting_worst_year == 2026
    assert (totals.nesting_worst_weight, totals.nesting_worst_people) == (300.0, 290.0)


def test_without_free_choices_the_cost_of_nesting_is_missing_not_nothing(three: tuple) -> None:
    found = plan.build(*three, years=YEARS)
    assert np.isnan(found.phases["nesting_cost_weight"]).all()
    assert found.totals.nesting_worst_year is None


def test_the_budgets_of_the_free_choices_come_from_the_same_place(
    three: tuple, best: pd.DataFrame
) -> None:
    budgets_vnd = plan.budgets_by_year(three[0].budget_vnd, YEARS).cumsum()
    given = best.assign(budget_vnd=budgets_vnd.to_numpy())
    found = plan.build(*three, years=YEARS, best_by_year=given)
    assert found.phases["best_weight"].notna().all()


def test_free_choices_for_other_years_money_or_columns_are_refused(
    three: tuple, best: pd.DataFrame
) -> None:
    def build(given: pd.DataFrame) -> None:
        plan.build(*three, years=YEARS, yearly_budget_vnd=5e8, best_by_year=given)

    with pytest.raises(ParameterError, match="years"):
        build(best.iloc[:2])
    with pytest.raises(ParameterError, match="2027: 7 VND instead of 1,000,000,000 VND"):
        build(best.assign(budget_vnd=[5e8, 7.0, 1.5e9]))
    with pytest.raises(ParameterError, match="lacks the columns covered_people"):
        build(best.drop(columns="covered_people"))
