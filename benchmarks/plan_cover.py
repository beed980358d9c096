"""How good and how fast is infraplan's maximal cover, beside spopt and the plain solver?"""

from __future__ import annotations

import importlib.util
import math
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from figures import markdown
from infraplan.optim import maximal_cover
from plan_cases import COVERS, Found, Planar, covered, load_cover, save_cover, smaller
from plan_peer_highs import run_highs, run_highs_merged
from plan_peer_spopt import run_spopt
from plan_process import BEGIN, Run, in_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["cover_table", "run_own"]

_MOST_MB: Final = 12_000.0
"""Memory at which a peer is stopped, MB."""
_OWN_S: Final = 60.0
"""Limit of infraplan, s: that of its goal for hard cases."""
_GRACE_S: Final = 5.0
"""A solver that was told the limit gets so much more to come to its end, s."""
_SHORT_S: Final = 0.1
"""Times below are written with a digit more, s."""
_QUICK_SHARE: Final = 0.03
_PEERS: Final[dict[str, Callable[..., object]]] = {
    "spopt": run_spopt,
    "HiGHS": run_highs,
    "HiGHS, merged": run_highs_merged,
}


def cover_table(*, limit_s: float, peers: bool, quick: bool) -> str:
    """Run every case with every program and write the table."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for case in _quick_cases() if quick else COVERS:
            path = Path(folder) / "cover.npz"
            pairs = in_time(save_cover, case, path, limit_s=limit_s).result
            rows += list(_rows(case, path, pairs, limit_s, peers=peers))
    header = [
        "case", "program", "clock, s", "CPU, s", "served, share of all", "certified gap",
        "memory, MB", "infraplan is … times as fast",
    ]  # fmt: skip
    return markdown(header, rows)


def _quick_cases() -> list[Planar]:
    """Return the first and the last case, much smaller."""
    return [smaller(COVERS[k], _QUICK_SHARE) for k in (0, -1)]


def _rows(
    case: Planar, path: Path, pairs: int, limit_s: float, *, peers: bool
) -> Iterator[list[str]]:
    """Run one case with every program, infraplan first."""
    total = float(load_cover(path).weight.sum())
    own = in_time(run_own, path, case, _OWN_S, limit_s=_OWN_S + _GRACE_S).or_fail()
    said = f"{case.described}, {pairs:,} pairs"
    yield [said, f"**infraplan**, asked for {case.asked_share:.1%}", *_cells(own, own, total)]
    for name in case.peers if peers else ():
        if name == "spopt" and importlib.util.find_spec("spopt") is None:
            yield ["", name, "not installed: package `spopt`", *[""] * 5]
            continue
        run = in_time(
            _PEERS[name], path, case, limit_s, limit_s=limit_s + _GRACE_S, most_mb=_MOST_MB
        )
        yield ["", name, *_cells(run, own, total)]


def _cells(run: Run, own: Run, total: float) -> list[str]:
    """Write what a run came to."""
    memory = f"{run.peak_mb:,.0f}"
    found: Found | None = run.result
    if found is None:
        state = "its model not built" if run.said == BEGIN else "no answer"
        return [f"{run.ended}: {state}", "", "", "", memory, ""]
    times = [f"{x:.{2 if x >= _SHORT_S else 3}f}" for x in (found.wall_s, found.cpu_s)]
    if math.isnan(found.weight):
        return [*times, "no choice", "", memory, ""]
    fast = "" if run is own else f"{found.cpu_s / own.result.cpu_s:,.0f}"
    gap = 1.0 - found.weight / found.bound if found.bound > 0.0 else 0.0
    return [
        *times,
        f"{found.weight / total:.3%}",
        "proven best" if gap <= maximal_cover.OPTIMAL_GAP_SHARE else f"{gap:.3%}",
        memory,
        fast,
    ]


def run_own(path: Path, case: Planar, limit_s: float, say: Callable[[str], None]) -> Found:
    """Solve a case with infraplan."""
    cover = load_cover(path)
    _compile()
    say(BEGIN)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    found = maximal_cover.solve(
        cover.reach,
        cover.weight,
        max_sites=case.sites,
        gap_share=case.asked_share,
        time_limit_s=limit_s,
    )
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    weight = covered(cover, found.chosen, case.sites)
    return Found(weight, found.upper_bound, cpu_s, wall_s)


def _compile() -> None:
    """Solve a case that needs every kernel, so that compiling is not timed."""
    random = np.random.default_rng(1)
    reach = sparse.csr_array(random.random((60, 400)) < 0.1)  # noqa: PLR2004 - a tenth
    weight = random.integers(1, 9, 400).astype(np.float64)
    maximal_cover.solve(reach, weight, max_sites=6, gap_share=0.0, effort=0.1)
