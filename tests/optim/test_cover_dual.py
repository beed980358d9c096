"""Does a descent over a wide reach, whose steps skip candidates, still prove true bounds?"""

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim import cover_input
from infraplan.optim.cover_bound import upper_bound
from infraplan.optim.cover_dual import WIDE_ENTRIES
from infraplan.optim.cover_model import Cover

SITES = 4
KNOWN_SHARE = 0.4
"""Part of all weight that some four sites are known to cover."""


class Wide(NamedTuple):
    """A problem wide enough for skipping, with its raw input."""

    dense: NDArray[np.bool_]
    weight: NDArray[np.float64]
    cover: Cover


@pytest.fixture(scope="module")
def wide() -> Wide:
    rng = np.random.default_rng(3)
    candidates, demand = rng.random((650, 2)), rng.random((24_000, 2))
    apart = (candidates[:, :1] - demand[:, 0]) ** 2 + (candidates[:, 1:] - demand[:, 1]) ** 2
    dense = apart < 0.2**2
    weight = rng.integers(1, 50, len(demand)).astype(np.float64)
    cover = cover_input.problem(
        sparse.csr_array(dense.astype(np.int8)),
        weight,
        np.zeros(len(candidates)),
        np.full(len(candidates), -1),
        np.empty(0, dtype=np.int64),
        SITES,
        None,
    )
    return Wide(dense, weight, cover)


def test_the_reach_is_wide_enough_to_skip_candidates(wide: Wide) -> None:
    assert wide.cover.matrix.nnz >= WIDE_ENTRIES


def test_bound_is_the_one_that_its_prices_prove(wide: Wide) -> None:
    weight = wide.cover.reach.weight
    found = upper_bound(wide.cover, known=KNOWN_SHARE * wide.weight.sum(), target=0.0, steps=60)
    assert found.demand_price.min() >= 0.0
    assert (found.demand_price <= weight).all()
    score = wide.cover.matrix.astype(np.float64) @ found.demand_price
    proven = (weight - found.demand_price).sum() + np.sort(score)[-SITES:].sum()
    # the engine rounds down to a whole weight, and up by one part in 1e9
    assert proven - 1.0 <= found.value <= proven * (1.0 + 1e-8) + 1.0
    assert found.value < weight.sum()


def test_no_choice_exceeds_bound_or_ceilings(wide: Wide) -> None:
    found = upper_bound(wide.cover, known=KNOWN_SHARE * wide.weight.sum(), target=0.0, steps=60)
    rng = np.random.default_rng(4)
    size = wide.cover.matrix.astype(np.float64) @ wide.cover.reach.weight
    for _ in range(300):
        part = size * rng.random(len(size)) ** 0.2
        rows = np.argsort(-part)[:SITES]
        covered = wide.weight[wide.dense[wide.cover.ids[rows]].any(axis=0)].sum()
        assert covered <= found.value
        assert (covered <= found.ceiling[rows]).all()
