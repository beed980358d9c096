"""How fast and how exact is the radio engine, beside programs that anyone can install?

Prints markdown: the comparison, the errors against the exact twin, the knob's curve, and what each
feature costs. Needs no network; programs that are not installed are listed as such.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from case import Case, PeerRow
from figures import ErrorFigures, bin_names, markdown
from measure import machine, versions
from ours import exact_losses, sweep_row, twin_row
from pages import update_pages
from peer_itmlogic import run_itmlogic
from peer_splat import run_splat
from peer_viewshed import run_viewshed
from terrain import choose_sites, ground_for
from variants import cost_table, knob_table

if TYPE_CHECKING:
    from collections.abc import Callable


_PEERS: Final[dict[str, Callable[[Case], PeerRow | str]]] = {
    "SPLAT!": run_splat,
    "itmlogic": run_itmlogic,
    "gdal_viewshed": run_viewshed,
}

_MANY: Final = 10.0
"""Ratios above this are written without decimals."""


def main(arguments: list[str] | None = None) -> None:
    """Run everything that is asked for and print it."""
    options = _parser().parse_args(arguments)
    case = _case(options)
    conditions = _conditions(case, options)
    print(f"# Radio benchmark\n\n{conditions}")
    exact = exact_losses(case)
    row, runs, first_s = sweep_row(case, exact)
    sections = {
        "Beside public programs": _comparison(
            case, [row, twin_row(case)], first_s, peers=not options.no_peers
        ),
        "Errors against the twin": _error_table(list(case.sites), [run.errors for run in runs]),
    }
    if not options.only_table:
        sections["The knob"] = knob_table(case, exact)
        sections["What more costs"] = cost_table(case, exact)
    for title, text in sections.items():
        print(f"\n## {title}\n\n{text}")
    named = {f"radio: {title}": text for title, text in sections.items()}
    update_pages(options.update, {"radio: Conditions": conditions, **named})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3 km, 500 pixels a site, once")
    parser.add_argument("--synthetic", action="store_true", help="seeded hills, not the real tile")
    parser.add_argument("--no-peers", action="store_true", help="infraplan alone")
    parser.add_argument("--only-table", action="store_true", help="no knob, no costs of features")
    parser.add_argument("--radius-m", type=float, default=15_000.0, help="reach, m (15000)")
    parser.add_argument("--cell-size-m", type=float, default=30.0, help="30 m, or 90 m")
    parser.add_argument("--frequency-mhz", type=float, default=1800.0, help="1800 MHz")
    parser.add_argument("--tx-height-m", type=float, default=30.0, help="mast, m (30)")
    parser.add_argument("--pixels", type=int, default=20_000, help="compared per site (20000)")
    parser.add_argument("--repeats", type=int, default=3, help="best CPU time of (3)")
    parser.add_argument(
        "--update", nargs="*", type=Path, default=[], metavar="PAGE", help="renew figures in pages"
    )
    parser.add_argument("--seed", type=int, default=1, help="of hills and compared pixels (1)")
    return parser


def _case(options: argparse.Namespace) -> Case:
    """Choose terrain and sites."""
    ground = ground_for(options.cell_size_m, seed=options.seed, synthetic=options.synthetic)
    radius_m = min(options.radius_m, 3000.0) if options.quick else options.radius_m
    return Case(
        ground=ground,
        sites=choose_sites(ground, options.radius_m),
        radius_m=radius_m,
        frequency_mhz=options.frequency_mhz,
        tx_height_m=options.tx_height_m,
        rx_height_m=1.5,
        sampled=min(options.pixels, 500) if options.quick else options.pixels,
        seed=options.seed,
        repeats=1 if options.quick else options.repeats,
    )


def _conditions(case: Case, options: argparse.Namespace) -> str:
    """Say on what and with what it was measured."""
    places = (f"{n} (row {r}, column {c})" for n, (r, c) in case.sites.items())
    reach = f"{case.radius_m / 1000:g} km at {case.ground.cell_size_m:g} m"
    heights = f"mast {case.tx_height_m:g} m, receiver {case.rx_height_m:g} m"
    compared = f"errors: {case.sampled} pixels a site, seed {options.seed}"
    lines = (
        f"Machine: {machine()}",
        f"Versions: {versions('infraplan', 'numpy', 'numba', 'scipy')}",
        f"Terrain: {case.ground.described}",
        f"Sites: {', '.join(places)}; figures in this order",
        f"Link: {reach}, {case.frequency_mhz:g} MHz, {heights}",
        f"CPU time of one core, best of {case.repeats}, starting up left out; {compared}",
    )
    return "\n".join(f"- {line}" for line in lines)


def _comparison(case: Case, own: list[PeerRow], first_s: float, *, peers: bool) -> str:
    """Write the table of programs, infraplan's sweep first."""
    lines = [_line(row, own[0]) for row in own]
    for name, run in _PEERS.items() if peers else ():
        row = run(case)
        lines.append([name, row, "", "", "", ""] if isinstance(row, str) else _line(row, own[0]))
    lines.append(["crc-covlib", "not on Debian or PyPI: not run", "", "", "", ""])
    header = [
        "program", "computes", "pixels/s and core", "`loss_window` is … times as fast",
        "against the twin, dB", "memory, MB",
    ]  # fmt: skip
    first = f"The first window of a process takes {first_s:.1f} s on the clock, compiled code read."
    return f"{markdown(header, lines)}\n\n{first}"


def _line(row: PeerRow, fastest: PeerRow) -> list[str]:
    speeds = " / ".join(_short(speed) for speed in row.pixels_per_s)
    ratio = float(np.mean(fastest.pixels_per_s) / np.mean(row.pixels_per_s))
    times = "-" if math.isnan(ratio) else f"{ratio:,.{0 if ratio > _MANY else 2}f}"
    return [row.program, row.computes, speeds, times, row.against, f"{row.peak_mb:.0f}"]


def _short(speed: float) -> str:
    """Write pixels per second with three digits."""
    if math.isnan(speed):
        return "too short"
    for limit, unit in ((1e6, " M"), (1e3, " k")):
        if speed >= limit:
            return f"{speed / limit:.3g}{unit}"
    return f"{speed:.3g}"


def _error_table(names: list[str], errors: list[ErrorFigures]) -> str:
    """Write all figures of the errors, a column for each site."""
    rows = [
        ["pixels compared", *(f"{e.count}" for e in errors)],
        ["known to only one of the two", *(f"{e.unknown}" for e in errors)],
        ["bias, dB", *(f"{e.bias_db:+.3f}" for e in errors)],
        ["mean absolute error, dB", *(f"{e.mean_db:.3f}" for e in errors)],
        ["p50, dB", *(f"{e.p50_db:.3f}" for e in errors)],
        ["p95, dB", *(f"{e.p95_db:.2f}" for e in errors)],
        ["p99, dB", *(f"{e.p99_db:.2f}" for e in errors)],
        ["largest, dB", *(f"{e.most_db:.2f}" for e in errors)],
        ["mean, worst of 16 sectors, dB", *(f"{e.worst_sector_db:.3f}" for e in errors)],
        ["bias, worst of 16 sectors, dB", *(f"{e.worst_bias_db:+.3f}" for e in errors)],
    ]
    for k, name in enumerate(bin_names()):
        rows.append([name, *(f"{e.shares[k]:.2%}" for e in errors)])
    return markdown(["", *names], rows)


if __name__ == "__main__":
    main()
