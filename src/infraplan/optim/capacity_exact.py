"""What does the exact model say about sites of limited capacity?"""

import numpy as np
from scipy import sparse

from infraplan.optim.capacity_model import CapacityProblem
from infraplan.optim.floor_exact import ROUNDING_SHARE, FloorExact, choice_rows, need_rows
from infraplan.optim.milp import Milp, maximize


def _model(whole: CapacityProblem) -> tuple[Milp, float]:
    """Return the programme over x and the share z of each demand that each site serves.

    maximise sum w_j z_ij over sum_i z_ij <= 1, sum_j load_j z_ij <= capacity_i x_i, z_ij <= x_i,
    floors, and x within number, budget and groups; sites that stand have x = 1.
    """
    cover = whole.cover
    n, entries = cover.n_candidates, cover.matrix.nnz
    pairs = sparse.coo_array(cover.matrix)
    site, demand = pairs.coords
    number = np.arange(entries)
    per_demand = sparse.csr_array(
        (np.ones(entries), (demand, number)), shape=(len(cover.weight), entries)
    )
    scale = 1.0 / np.where(whole.capacity > 0.0, whole.capacity, 1.0)
    per_site = sparse.csr_array(
        (whole.load[demand] * scale[site], (site, number)), shape=(n, entries)
    )
    own = sparse.csr_array((np.ones(entries), (number, site)), shape=(entries, n))
    needs, asked = need_rows(cover)
    choice, upper = choice_rows(cover)
    stands = sparse.csr_array(sparse.eye_array(n))[whole.standing]
    empty = sparse.csr_array((choice.shape[0] + len(whole.standing), entries))
    blocks = [
        sparse.hstack([sparse.csr_array((len(cover.weight), n)), per_demand]),
        sparse.hstack([sparse.diags_array(-whole.capacity * scale), per_site]),
        sparse.hstack([-own, sparse.eye_array(entries)]),
        sparse.hstack([sparse.csr_array((needs.shape[0], n)), -needs @ per_demand]),
        sparse.hstack([sparse.vstack([choice, -stands]), empty]),
    ]
    size = 1.0 / float(cover.weight.max())
    milp = Milp(
        objective=np.concatenate([np.zeros(n), cover.weight[demand] * size]),
        matrix=sparse.csc_array(sparse.vstack(blocks)),
        row_upper=np.concatenate(
            [
                np.ones(len(cover.weight)),
                np.zeros(n + entries),
                -asked,
                upper,
                -np.ones(len(whole.standing)),
            ]
        ),
        n_integer=n,
    )
    return milp, size


def solve_exact(
    whole: CapacityProblem, *, gap_share: float, work_limit: float, time_limit_s: float, seed: int
) -> FloorExact:
    """Solve the problem with the mixed-integer solver; options as for plain floors."""
    milp, size = _model(whole)
    result = maximize(
        milp,
        gap_share=gap_share,
        check_limit=max(1, round(work_limit / max(1, milp.matrix.nnz))),
        time_limit_s=time_limit_s,
        seed=seed,
    )
    rows = None
    if result.point is not None:
        rows = np.flatnonzero(np.rint(result.point[: whole.cover.n_candidates])).astype(np.int64)
    bound = result.upper_bound / size
    return FloorExact(rows, bound * (1.0 + ROUNDING_SHARE), result.status)
