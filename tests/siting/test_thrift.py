"""Does thrift keep whom a choice serves, cost no more, and leave nothing that could be dropped?"""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from infraplan.siting.choose_model import Model
from infraplan.siting.thrift import thrifty


def _model(served: np.ndarray, cost_vnd: list[float], place: list[int]) -> Model:
    return Model(
        rows=np.arange(len(served)),
        served=csr_array(served.astype(bool)),
        weight=np.ones(served.shape[1]),
        cost_vnd=np.array(cost_vnd, dtype=np.float64),
        place=np.array(place),
        budget_vnd=1e12,
        reachable=served.any(axis=0),
    )


def test_a_lower_mast_that_serves_the_same_is_taken() -> None:
    model = _model(np.array([[1, 1, 0], [1, 1, 1], [1, 1, 1]]), [1.0, 2.0, 5.0], [0, 0, 0])
    assert thrifty(model, np.array([2])).tolist() == [1]


def test_a_site_that_others_make_needless_is_dropped() -> None:
    model = _model(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 0]]), [3.0, 3.0, 1.0], [0, 1, 2])
    assert thrifty(model, np.array([0, 1, 2])).tolist() == [1, 2]


def test_nothing_chosen_stays_nothing() -> None:
    model = _model(np.array([[1, 1]]), [1.0], [0])
    assert thrifty(model, np.zeros(0, dtype=np.int64)).tolist() == []


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**31))
def test_all_stay_served_at_no_higher_cost_and_no_single_change_saves(seed: int) -> None:
    random = np.random.default_rng(seed)
    options, demand = int(random.integers(1, 12)), int(random.integers(1, 9))
    served = random.random((options, demand)) < 0.4
    place = random.integers(0, 6, options)
    cost_vnd = random.integers(1, 6, options).astype(float)
    model = _model(served, cost_vnd.tolist(), place.tolist())
    chosen = np.array([random.choice(np.flatnonzero(place == p)) for p in np.unique(place)])
    kept = thrifty(model, np.sort(chosen))
    before, after = model.covered(chosen), model.covered(kept)
    assert (after | ~before).all()
    assert cost_vnd[kept].sum() <= cost_vnd[chosen].sum()
    assert len(np.unique(place[kept])) == len(kept)
    for one, instead in itertools.product(kept, [None, *range(options)]):
        others = [row for row in kept if row != one]
        fewer = others if instead is None else [*others, instead]
        if instead is not None and place[instead] in place[others]:
            continue
        serves = model.covered(np.array(fewer, dtype=np.int64))
        saves = cost_vnd[fewer].sum() < cost_vnd[kept].sum()
        assert not (saves and (serves | ~after).all())
