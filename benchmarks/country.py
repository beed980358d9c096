"""Does memory per worker stay flat over a whole country, and does throughput follow the workers?

Starts a Dask scheduler and worker processes on the loopback, predicts a sample of the tiles of a
simulated country with 1, 2, … of them, samples their memory, and prints Markdown tables.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from figures import markdown
from infraplan.workflow.country import Country, CountryResult, run_country
from measure import machine, versions

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE_S: Final = 60.0
_EVERY_S: Final = 0.5
_MEGABYTE: Final = 1e6
_HOUR_S: Final = 3600.0
_PARTS: Final = 4
_CORES: Final = (2, 16, 64, 256)
_NATION: Final = (100_000, 150_000)
"""Stations of the whole country, least and most: an assumption, see docs/scale.md."""


@dataclass(slots=True)
class Memory:
    """Memory of worker processes while tiles are done: (tiles done, bytes) by process."""

    processes: list[psutil.Process]
    done: int = 0
    samples: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Sample until told to end."""
        while not self.ended.wait(_EVERY_S):
            for process in self.processes:
                found = self.samples.setdefault(process.pid, [])
                found.append((self.done, process.memory_info().rss))

    def most_mb(self, part: int, total: int) -> str:
        """Say the most memory of any worker in one of some equal parts of the work, MB."""
        low, high = part * total / _PARTS, (part + 1) * total / _PARTS
        held = [b for s in self.samples.values() for n, b in s if low <= n < high]
        return f"{max(held) / _MEGABYTE:,.0f}" if held else "–"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One pass over the sample with so many workers."""

    workers: int
    result: CountryResult
    memory: Memory
    idle_mb: float

    @property
    def cpu_s(self) -> float:
        """CPU time of all tiles, s."""
        return sum(t.measure.cpu_s for t in self.result.tiles if t.measure)


def main(arguments: list[str] | None = None) -> None:
    """Run the sample with each number of workers and print what it took."""
    options = _parser().parse_args(arguments)
    country = _country(options)
    tiles = 6 if options.quick else options.tiles
    counts = [int(count) for count in options.workers.split(",")]
    outcomes = [_measured(country, tiles, count) for count in counts]
    same = all(_facts(o.result) == _facts(outcomes[0].result) for o in outcomes)
    print(f"{machine()}; {versions('infraplan', 'distributed', 'numba', 'numpy')}\n")
    print(
        f"Simulated country: {country.stations:,} three-sector stations, "
        f"{country.area_m2 / 1e6:,.0f} km², {math.prod(country.shape):,} cells of "
        f"{country.cell_size_m:g} m, {len(country.tiles())} tiles of {country.tile_cells} cells a "
        f"side, reach {country.reach_m / 1e3:g} km. Measured on {tiles} tiles spread evenly; what "
        f"is said of the whole country is scaled by cells. "
        f"Results alike: {'yes' if same else 'NO'}."
    )
    print(f"\n{_throughput(outcomes)}\n\n{_memory(outcomes)}\n\n{_nation(outcomes[-1])}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiles", type=int, default=64, help="tiles of the sample")
    parser.add_argument("--workers", default="1,2", help="numbers of workers, such as 1,2")
    parser.add_argument("--stations", type=int, default=100_000, help="in the whole country")
    parser.add_argument("--cell-size", type=float, default=30.0, help="side of a cell, m")
    parser.add_argument("--tile", type=int, default=1000, help="cells along a tile's side")
    parser.add_argument("--seed", type=int, default=1, help="of terrain and stations")
    parser.add_argument("--quick", action="store_true", help="a small country, six tiles")
    return parser


def _country(options: argparse.Namespace) -> Country:
    if options.quick:
        return Country(
            stations=300, seed=options.seed, blocks_across=2, blocks_down=4, cell_size_m=200.0,
            tile_cells=60, reach_m=5000.0,
        )  # fmt: skip
    return Country(
        stations=options.stations,
        seed=options.seed,
        cell_size_m=options.cell_size,
        tile_cells=options.tile,
    )


def _measured(country: Country, tiles: int, workers: int) -> Outcome:
    """Predict the sample with so many workers, each of which has done a tile before."""
    with (
        tempfile.TemporaryDirectory() as name,
        _cluster(Path(name), workers) as (address, started),
    ):
        warm = country.tiles()[: 2 * workers]
        run_country(country, Path(name) / "warm", tiles=warm, dask=address)
        memory = Memory([psutil.Process(process.pid) for process in started])
        idle = max(p.memory_info().rss for p in memory.processes) / _MEGABYTE
        watcher = threading.Thread(target=memory.watch)
        watcher.start()

        def count(done: int, total: int) -> None:
            memory.done = done
            print(f"{workers} workers: {done} of {total} tiles", file=sys.stderr)

        try:
            chosen = country.sample(tiles)
            out = Path(name) / "tiles"
            result = run_country(country, out, tiles=chosen, dask=address, progress=count)
        finally:
            memory.ended.set()
            watcher.join()
    return Outcome(workers, result, memory, idle)


@contextmanager
def _cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and workers of one thread; end them, by their numbers."""
    file = folder / "scheduler.json"
    shared = ("--no-dashboard", "--host", "127.0.0.1", "--scheduler-file", str(file))
    single = ("--no-nanny", "--nthreads", "1", "--local-directory", str(folder / "scratch"))
    with (folder / "log").open("wb") as log:
        start = [sys.executable, "-m", "dask"]
        commands = [[*start, "scheduler", "--port", "0", *shared]]
        commands += [[*start, "worker", *single, *shared]] * workers
        running = [subprocess.Popen(command, stdout=log, stderr=log) for command in commands]
        try:
            yield _wait_for_address(file), running[1:]
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait()


def _wait_for_address(file: Path) -> str:
    """Return what the scheduler writes into its file, which takes it a moment."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(FileNotFoundError, json.JSONDecodeError):
            return str(json.loads(file.read_text(encoding="utf-8"))["address"])
        time.sleep(0.1)
    raise SystemExit("The scheduler did not start.")


def _facts(result: CountryResult) -> list[tuple[object, ...]]:
    """Return what must not depend on where tiles were predicted."""
    return [(t.name, t.served_cells, t.level_counts, t.sinr_counts) for t in result.tiles]


def _throughput(outcomes: list[Outcome]) -> str:
    first = outcomes[0].result.seconds
    rows = []
    for outcome in outcomes:
        tiles, seconds = outcome.result.tiles, outcome.result.seconds
        whole = _whole(outcome.result)
        rows.append(
            [
                str(outcome.workers),
                f"{seconds:,.0f}",
                f"{len(tiles) / seconds * _HOUR_S:,.0f}",
                f"{first / seconds:.2f}",
                f"{outcome.cpu_s / len(tiles):.2f}",
                f"{outcome.cpu_s / seconds / outcome.workers:.2f}",
                f"{seconds * whole / _HOUR_S:,.2f}",
            ]
        )
    header = ["workers", "wall s", "tiles per hour", "times the first", "CPU s per tile"]
    header += ["busy share of a worker", "whole country, h"]
    return markdown(header, rows)


def _memory(outcomes: list[Outcome]) -> str:
    rows = []
    for outcome in outcomes:
        parts = [outcome.memory.most_mb(p, len(outcome.result.tiles)) for p in range(_PARTS)]
        measures = [t.measure for t in outcome.result.tiles if t.measure]
        peak = max(m.peak_bytes for m in measures) / _MEGABYTE
        cells = [str(outcome.workers), f"{outcome.idle_mb:,.0f}", *parts]
        rows.append([*cells, f"{peak:,.0f}"])
    header = ["workers", "before, MB"]
    header += [f"quarter {part + 1}, MB" for part in range(_PARTS)] + ["peak, MB"]
    return markdown(header, rows)


def _nation(outcome: Outcome) -> str:
    """Say what so many cores would need for all provinces, work growing as stations do."""
    country = outcome.result.country
    hours = outcome.cpu_s * _whole(outcome.result) / _HOUR_S
    rows = []
    for stations in _NATION:
        needed = hours * stations / country.stations
        times = [f"{needed / cores:,.2f}" for cores in _CORES]
        rows.append([f"{stations:,}", f"{needed:,.1f}", *times])
    header = ["stations", "CPU hours", *(f"h on {cores} such cores" for cores in _CORES)]
    return markdown(header, rows)


def _whole(result: CountryResult) -> float:
    """Return how many times the sample's cells the country has."""
    return math.prod(result.country.shape) / sum(tile.cells for tile in result.tiles)


if __name__ == "__main__":
    main()
