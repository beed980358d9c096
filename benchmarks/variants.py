"""What do the knob, more mast heights, clutter, other times, blocks and pruning cost?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from figures import ErrorFigures, markdown
from infraplan.radio.sweep import loss_block, loss_window, loss_windows
from measure import best_of
from ours import exact_losses, sweep_runs, window_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from case import Case
    from ours import Exact

__all__ = ["RAYS_PER_PIXEL", "cost_table", "knob_table"]

RAYS_PER_PIXEL: Final = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
"""Settings of the knob that are measured."""

_HEIGHTS_M: Final = (20.0, 30.0, 42.0, 60.0)
_TIME_PERCENT: Final = 10.0
_LIMIT_DB: Final = 150.0
"""About what separates 4G at 62 dBm of EIRP from a level of -120 dBm."""


def knob_table(case: Case, exact: Mapping[str, Exact]) -> str:
    """Write speed and error for each setting of the knob, all sites together."""
    rows = []
    for rays in RAYS_PER_PIXEL:
        runs = sweep_runs(case, exact, rays)
        speed = sum(run.pixels for run in runs) / sum(run.cpu_s for run in runs)
        errors = [run.errors for run in runs]
        rows.append(
            [
                f"{rays:g}",
                f"{speed / 1e6:.1f}",
                _each([e.mean_db for e in errors], ".3f"),
                _each([e.p99_db for e in errors], ".2f"),
                _each([e.bias_db for e in errors], "+.3f"),
            ]
        )
    names = " / ".join(case.sites)
    return markdown(
        ["`rays_per_pixel`", "Mpx/s", f"mean error, dB ({names})", "p99, dB", "bias, dB"], rows
    )


def cost_table(case: Case, exact: Mapping[str, Exact]) -> str:
    """Write what each feature costs beside the plain window, at the last site."""
    name, site = list(case.sites.items())[-1]
    plain_s, plain_db = _timed(case, lambda: _window(case, site))
    rows = [_row("plain window", plain_s, plain_s, plain_db, _errors(case, site, plain_db, exact))]
    height_m, cell_m = case.ground.height_m, case.ground.cell_size_m
    link = {k: v for k, v in case.link.items() if k != "tx_height_m"}
    many_s, many_db = _timed(
        case,
        lambda: loss_windows(
            height_m, cell_m, *site, radius_m=case.radius_m, tx_heights_m=_HEIGHTS_M, **link
        ),
    )
    rows.append(_row(f"{len(_HEIGHTS_M)} mast heights together", many_s, plain_s, many_db, None))
    clutter_m = _clutter(case)
    exact_one = case.only(name)
    for label, options in (
        ("clutter heights", {"clutter_height_m": clutter_m}),
        (f"{_TIME_PERCENT:g} % of time", {"time_percent": _TIME_PERCENT}),
    ):
        one_s, one_db = _timed(case, lambda options=options: _window(case, site, **options))
        truth = exact_losses(exact_one, options)
        rows.append(_row(label, one_s, plain_s, one_db, _errors(case, site, one_db, truth)))
    rows += _block_rows(case, site, plain_s, plain_db)
    header = ["at the " + name, "CPU ms", "of a plain window", "Mpx/s", "mean / p99 / bias, dB"]
    return markdown(header, rows)


def _block_rows(
    case: Case, site: tuple[int, int], plain_s: float, plain_db: NDArray[np.float32]
) -> list[list[str]]:
    """Time a sixteenth of the window, and the whole of it with pruning."""
    radius = case.radius
    quarter = (2 * radius + 1) // 4
    top, left = site[0] - radius + quarter, site[1] + 1
    small = (top, top + quarter, left, left + quarter)
    whole = (site[0] - radius, site[0] + radius + 1, site[1] - radius, site[1] + radius + 1)
    height, width = case.ground.height_m.shape
    whole = (max(whole[0], 0), min(whole[1], height), max(whole[2], 0), min(whole[3], width))
    rows = []
    for label, block, limit_db in (
        ("a block of a sixteenth", small, None),
        (f"pruned above {_LIMIT_DB:g} dB", whole, _LIMIT_DB),
    ):
        cpu_s, found_db = _timed(case, lambda b=block, m=limit_db: _block(case, site, b, m))
        same_db = plain_db[
            block[0] - site[0] + radius : block[1] - site[0] + radius,
            block[2] - site[1] + radius : block[3] - site[1] + radius,
        ]
        if limit_db is not None:
            same_db = np.where(same_db <= limit_db, same_db, np.nan)
        different = int((~((found_db == same_db) | (np.isnan(found_db) & np.isnan(same_db)))).sum())
        row = _row(label, cpu_s, plain_s, same_db if limit_db is None else plain_db, None)
        rows.append([*row[:-1], f"{different} of {found_db.size} pixels differ from the window"])
    return rows


def _window(case: Case, site: tuple[int, int], **options: object) -> NDArray[np.float32]:
    return loss_window(
        case.ground.height_m, case.ground.cell_size_m, *site, radius_m=case.radius_m,
        **case.link, **options,
    )  # fmt: skip


def _block(
    case: Case, site: tuple[int, int], block: tuple[int, int, int, int], limit_db: float | None
) -> NDArray[np.float32]:
    return loss_block(
        case.ground.height_m, case.ground.cell_size_m, *site, block=block,
        radius_m=case.radius_m, max_loss_db=limit_db, **case.link,
    )  # fmt: skip


def _timed(
    case: Case, call: Callable[[], NDArray[np.float32]]
) -> tuple[float, NDArray[np.float32]]:
    """Call once to compile, then time."""
    call()
    return best_of(case.repeats, call)


def _clutter(case: Case) -> NDArray[np.float32]:
    """Return seeded clutter: patches of 300 m of open ground, houses of 8 m and trees of 15 m."""
    height, width = case.ground.height_m.shape
    patch = max(round(300.0 / case.ground.cell_size_m), 1)
    shape = (-(-height // patch), -(-width // patch))
    kinds = np.random.default_rng(case.seed).choice([0.0, 0.0, 8.0, 15.0], size=shape)
    spread = np.repeat(np.repeat(kinds, patch, axis=0), patch, axis=1)
    return spread[:height, :width].astype(np.float32)


def _errors(
    case: Case,
    site: tuple[int, int],
    window_db: NDArray[np.float32],
    exact: Mapping[str, Exact],
) -> ErrorFigures:
    name = next(n for n, place in case.sites.items() if place == site)
    return window_errors(case, site, window_db, exact[name])


def _row(
    label: str,
    cpu_s: float,
    plain_s: float,
    loss_db: NDArray[np.float32],
    errors: ErrorFigures | None,
) -> list[str]:
    speed = int(np.isfinite(loss_db).sum()) / cpu_s / 1e6
    words = "" if errors is None else _each([errors.mean_db, errors.p99_db, errors.bias_db], ".3f")
    return [label, f"{cpu_s * 1e3:.0f}", f"{cpu_s / plain_s:.2f}", f"{speed:.1f}", words]


def _each(values: list[float], form: str) -> str:
    return " / ".join(format(value, form) for value in values)
