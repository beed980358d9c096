"""How fast and how exact are infraplan's own sweep and twin?"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from case import Case, PeerRow
from figures import ErrorFigures, error_figures
from infraplan.radio.sweep import loss_at, loss_window
from measure import best_of, in_new_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = [
    "Exact",
    "SweepRun",
    "exact_losses",
    "sweep_row",
    "sweep_runs",
    "twin_row",
    "window_errors",
]

_TWIN_PIXELS: Final = 3000


@dataclass(frozen=True, slots=True)
class Exact:
    """The twin's losses at one site's compared pixels, dB, and where they are on the grid."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    loss_db: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SweepRun:
    """One site's window: known pixels, CPU time, s, and errors against the twin."""

    pixels: int
    cpu_s: float
    errors: ErrorFigures


def exact_losses(case: Case, options: Mapping[str, object] | None = None) -> dict[str, Exact]:
    """Compute the twin's losses at every site, with more keywords of it where given."""
    found = {}
    height_m, cell_m = case.ground.height_m, case.ground.cell_size_m
    more = {**case.link, **(options or {})}
    for name, site in case.sites.items():
        rows, columns = case.pixels(site)
        loss_db = loss_at(height_m, cell_m, *site, rows, columns, **more)
        found[name] = Exact(rows, columns, loss_db)
    return found


def window_errors(
    case: Case, site: tuple[int, int], window_db: NDArray[np.float32], exact: Exact
) -> ErrorFigures:
    """Compare a window with the twin."""
    row, column = exact.rows - site[0], exact.columns - site[1]
    fast_db = window_db[row + case.radius, column + case.radius]
    return error_figures(fast_db, exact.loss_db, row, column)


def sweep_runs(
    case: Case, exact: Mapping[str, Exact], rays_per_pixel: float | None = None
) -> list[SweepRun]:
    """Time the sweep at every site, best of the repeats, and compare it with the twin."""
    chosen = {} if rays_per_pixel is None else {"rays_per_pixel": rays_per_pixel}
    runs = []
    for name, site in case.sites.items():
        cpu_s, window_db = best_of(case.repeats, lambda site=site: _window(case, site, **chosen))
        errors = window_errors(case, site, window_db, exact[name])
        runs.append(SweepRun(int(np.isfinite(window_db).sum()), cpu_s, errors))
    return runs


def sweep_row(case: Case, exact: Mapping[str, Exact]) -> tuple[PeerRow, list[SweepRun], float]:
    """Measure the sweep in a process of its own; return also what its first call took, s."""
    (runs, first_s), peak_mb = in_new_process(_fresh_sweep, case, dict(exact))
    errors = [run.errors for run in runs]
    row = PeerRow(
        program="**infraplan** `loss_window`",
        computes="ITU-R P.1812-8, rays shared by all pixels",
        pixels_per_s=tuple(run.pixels / run.cpu_s for run in runs),
        peak_mb=peak_mb,
        against=(
            f"mean {_three([e.mean_db for e in errors])}, p99 {_three([e.p99_db for e in errors])}"
            f", bias {_three([e.bias_db for e in errors], '+.2f')}"
        ),
    )
    return row, runs, first_s


def twin_row(case: Case) -> PeerRow:
    """Measure the twin in a process of its own."""
    speeds, peak_mb = in_new_process(_fresh_twin, case)
    return PeerRow(
        program="**infraplan** `loss_at`",
        computes="ITU-R P.1812-8, a profile for each pixel, three samples a cell",
        pixels_per_s=tuple(speeds),
        peak_mb=peak_mb,
        against="the twin itself",
    )


def _window(case: Case, site: tuple[int, int], **chosen: float) -> NDArray[np.float32]:
    return loss_window(
        case.ground.height_m, case.ground.cell_size_m, *site, radius_m=case.radius_m,
        **case.link, **chosen,
    )  # fmt: skip


def _fresh_sweep(case: Case, exact: dict[str, Exact]) -> tuple[list[SweepRun], float]:
    start_s = time.perf_counter()
    _window(case, next(iter(case.sites.values())))
    first_s = time.perf_counter() - start_s
    return sweep_runs(case, exact), first_s


def _fresh_twin(case: Case) -> list[float]:
    speeds = []
    height_m, cell_m = case.ground.height_m, case.ground.cell_size_m
    for site in case.sites.values():
        rows, columns = case.pixels(site, _TWIN_PIXELS)
        loss_at(height_m, cell_m, *site, rows[:1], columns[:1], **case.link)
        cpu_s, _ = best_of(
            case.repeats,
            lambda s=site, r=rows, c=columns: loss_at(height_m, cell_m, *s, r, c, **case.link),
        )
        speeds.append(rows.size / cpu_s)
    return speeds


def _three(values: list[float], form: str = ".2f") -> str:
    return " / ".join(format(value, form) for value in values)
