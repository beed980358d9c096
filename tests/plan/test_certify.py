"""Do the model of the years, its bounds and the orders of building speak of the same thing?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from infraplan.plan.certify import best_years, knapsack_bound
from infraplan.plan.needs import Needs, needs
from infraplan.plan.ordering import greedy_order
from infraplan.plan.rollout import Demand, Rollout, built_in_order, reached, shared_demand
from infraplan.plan.rollout_model import as_point, order_of, rollout_model
from infraplan.results import Choice, Links, Service

from .strategies import case_arguments

YEARS = range(2026, 2029)


def _rollout(choice: Choice, links: Links, opens: int = 2000) -> Rollout:
    if len(links.table):
        links.table.loc[len(links.table) - 1, "works_id"] = "W"
    costs = [*choice.new_sites["capex_vnd"], *links.table["capex_vnd"]]
    return Rollout(
        cost_vnd=np.array(costs, dtype=float),
        purse_vnd=np.cumsum([choice.budget_vnd / 3] * 3),
        needs=needs(
            choice.new_sites["site_id"].tolist(), links, years=YEARS, works_years={"W": opens}
        ),
        demand=shared_demand(choice.service),
    )


@given(
    arguments=case_arguments(),
    opens=st.integers(2025, 2030),
    random=st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_any_order_is_a_point_of_the_model_worth_as_much_and_below_every_bound(
    make_case: object, arguments: dict, opens: int, random: object
) -> None:
    rollout = _rollout(*make_case(**arguments), opens)
    order = list(range(rollout.n_sites))
    random.shuffle(order)
    year = built_in_order(rollout, order)
    for row, purse_vnd in enumerate(rollout.purse_vnd):
        assert rollout.cost_vnd[year <= row].sum() <= purse_vnd + 1
    worth = reached(rollout, order)
    assert worth <= knapsack_bound(rollout) * (1 + 1e-9)
    if not len(rollout.demand.weight):
        return
    model = rollout_model(rollout)
    point = as_point(rollout, model, year)
    assert (model.milp.matrix @ point <= model.milp.row_upper + 1e-6).all()
    assert model.milp.objective @ point * model.scale == pytest.approx(worth)
    assert reached(rollout, order_of(rollout, model, point)) >= worth * (1 - 1e-9)


def test_what_costs_nothing_is_in_the_bound_whatever_ranks_before_it() -> None:
    n_sites = 21
    rollout = Rollout(
        cost_vnd=np.array([3.0] + [0.0] * (n_sites - 1)),
        purse_vnd=np.array([2.0]),
        needs=Needs(
            direct=((),) * n_sites,
            whole=tuple((site,) for site in range(n_sites)),
            earliest=np.zeros(n_sites, dtype=np.int64),
        ),
        demand=Demand(
            served=tuple(np.array([site]) for site in range(n_sites)),
            weight=np.array([15.0] + [2.0] * (n_sites - 1)),
        ),
    )
    assert reached(rollout, range(n_sites)) == 40.0  # all the sites without a price
    assert 40.0 <= knapsack_bound(rollout) <= 55.0
    assert best_years(rollout, gap_share=0.0, time_limit_s=60, effort=1.0, seed=0).value == 40.0


@given(arguments=case_arguments())
@settings(max_examples=40, deadline=None)
def test_demand_put_together_weighs_the_same(make_case: object, arguments: dict) -> None:
    choice, _ = make_case(**arguments)
    demand = shared_demand(choice.service)
    for site, rows in enumerate(demand.served):
        own = choice.service.weight[choice.service.matrix.toarray()[site]].sum()
        assert demand.weight[rows].sum() == pytest.approx(own)
    columns = {tuple(c) for c in choice.service.matrix.toarray().T if c.any()}
    assert len(demand.weight) <= len(columns)


def test_more_effort_is_never_worse_and_a_clock_is_told(make_case: object) -> None:
    rng = np.random.default_rng(7)
    count, people = 14, rng.lognormal(3, 1, 60)
    choice, links = make_case(
        kinds=["new_mast", "shared_mast"] * 7,
        people=people.tolist(),
        serves=[set(rng.choice(60, 12, replace=False).tolist()) for _ in range(count)],
        ends=list(range(count)),
        parents=[None, *rng.integers(0, 3, count - 1).clip(max=np.arange(count - 1)).tolist()],
        lengths_m=rng.uniform(200, 5000, count).tolist(),
        budget_vnd=8e9,
    )
    rollout = _rollout(choice, links)
    little, much = (
        best_years(rollout, gap_share=0.0, time_limit_s=np.inf, effort=effort, seed=0)
        for effort in (0.01, 1.0)
    )
    assert reached(rollout, greedy_order(rollout)) <= little.value <= much.value * (1 + 1e-9)
    assert much.value <= much.upper_bound <= knapsack_bound(rollout) * (1 + 1e-9)
    assert much.value <= little.upper_bound * (1 + 1e-6)
    clock = best_years(rollout, gap_share=0.0, time_limit_s=0.0, effort=1.0, seed=0)
    assert clock.status == "time_limit"
    assert clock.value <= much.value * (1 + 1e-9)
    assert much.value <= clock.upper_bound * (1 + 1e-9)


def test_demand_without_weight_is_nobodys_reason_to_build() -> None:
    service = Service(
        matrix=sparse.csr_array(np.ones((2, 3), dtype=bool)),
        weight=np.array([0.0, 2.0, 3.0]),
        people=np.array([9.0, 0.0, 3.0]),
    )
    demand = shared_demand(service)
    assert [rows.tolist() for rows in demand.served] == [[0], [0]]
    assert demand.weight.tolist() == [5.0]
