"""How long, and in how much memory, does an OpenCelliD file become the masts of a province?

Makes a file of the exact format with a seed: masts of five operators all over the country, with
three cells each on average and positions spread as measurements spread them. A twentieth of the
masts are put into the province, beside those that chance puts there.

    python benchmarks/cells.py               # ten million rows, a few minutes to make the file
    python benchmarks/cells.py --rows 100000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import csv

from infraplan.geo import metric_crs
from infraplan.sources.masts import assemble
from infraplan.sources.opencellid import group_sites, read_cells
from measure import in_new_process, machine, versions

MCC: Final = 452
PROVINCE: Final = (104.8, 20.6, 105.9, 21.75)
COUNTRY: Final = (102.2, 8.4, 109.4, 23.3)
PROVINCE_SHARE: Final = 0.05
RADIOS: Final = np.array(["GSM", "UMTS", "LTE", "NR"])
RADIO_SHARES: Final = (0.25, 0.3, 0.42, 0.03)
CELLS_PER_SITE: Final = np.array([10, 10, 256, 4096])
NETS: Final = np.array([1, 2, 4, 5, 7])
BLOCK: Final = 1_000_000
METRES_PER_DEGREE: Final = 111_000.0
BIAS_M: Final = 600.0
EARLIEST_S: Final = 1_400_000_000
SPAN_S: Final = 300_000_000


@dataclass(frozen=True, slots=True)
class Result:
    """Times in s, and numbers of rows at each step."""

    read_s: float
    group_s: float
    assemble_s: float
    cells: int
    towers: int
    masts: int
    mast_cells: int


def make_block(rng: np.random.Generator, rows: int, first_site: int) -> pa.Table:
    """Return rows of the exact format; sites are numbered from `first_site`."""
    sites = rows // 3
    site = np.sort(rng.integers(0, sites, rows))
    radio = rng.choice(len(RADIOS), sites, p=RADIO_SHARES)[site]
    inside = rng.random(sites) < PROVINCE_SHARE
    west, south, east, north = (
        np.where(inside, p, c) for p, c in zip(PROVINCE, COUNTRY, strict=True)
    )
    lon = rng.uniform(west, east)[site] + rng.normal(0, BIAS_M / METRES_PER_DEGREE, rows)
    lat = rng.uniform(south, north)[site] + rng.normal(0, BIAS_M / METRES_PER_DEGREE, rows)
    number = first_site + site
    sector = np.arange(rows) - np.searchsorted(site, site)
    cell = number % 900_000 * CELLS_PER_SITE[radio] + sector
    created = rng.integers(EARLIEST_S, EARLIEST_S + SPAN_S, rows)
    return pa.table(
        {
            "radio": RADIOS[radio],
            "mcc": np.full(rows, MCC),
            "net": NETS[rng.integers(0, len(NETS), sites)][site],
            "area": number // 500 % 65_000,
            "cell": np.where(radio == 0, cell % 65_000, cell),
            "unit": np.zeros(rows, np.int64),
            "lon": lon.round(6),
            "lat": lat.round(6),
            "range": rng.integers(1, 20, rows) * 250,
            "samples": rng.geometric(0.05, rows),
            "changeable": np.ones(rows, np.int64),
            "created": created,
            "updated": created + rng.integers(0, SPAN_S, rows),
            "averageSignal": np.zeros(rows, np.int64),
        }
    )


def make_file(path: Path, rows: int, seed: int) -> None:
    """Write a packed file without a header, as OpenCelliD does for one country."""
    rng = np.random.default_rng(seed)
    options = csv.WriteOptions(include_header=False, quoting_style="none")
    with pa.CompressedOutputStream(str(path), "gzip") as stream:
        for start in range(0, rows, BLOCK):
            block = make_block(rng, min(BLOCK, rows - start), start // 3)
            csv.write_csv(block, stream, options)


def run(path: str) -> Result:
    """Read, group and assemble a file; return how long each took."""
    clock = [time.perf_counter()]
    found = read_cells(Path(path), file="cells.csv.gz", mcc=MCC, bounds=PROVINCE)
    clock.append(time.perf_counter())
    towers = group_sites(found.cells, file="cells.csv.gz")
    clock.append(time.perf_counter())
    metric = towers.to_crs(metric_crs(towers))
    made = assemble(metric, merge_within_m=30.0, mast_height_m=30.0)
    clock.append(time.perf_counter())
    read_s, group_s, assemble_s = np.diff(clock)
    return Result(
        *(float(read_s), float(group_s), float(assemble_s)),
        *(len(found.cells), len(towers), len(made.sites), len(made.cells)),
    )


def main() -> None:
    """Make a file, measure it in a process of its own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(machine())
    print(versions("pyarrow", "pandas", "numpy", "scipy", "geopandas"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{MCC}.csv.gz"
        make_file(path, chosen.rows, chosen.seed)
        size_mb = path.stat().st_size / 1e6
        print(f"{chosen.rows:,} rows made with seed {chosen.seed}, {size_mb:.0f} MB packed")
        result, peak_mb = in_new_process(run, str(path))
    total_s = result.read_s + result.group_s + result.assemble_s
    print(f"read: {result.read_s:.1f} s, {chosen.rows / result.read_s:,.0f} rows/s")
    print(f"grouped: {result.group_s:.1f} s, {result.cells:,} cells into {result.towers:,} towers")
    print(
        f"assembled: {result.assemble_s:.1f} s, {result.masts:,} masts with "
        f"{result.mast_cells:,} cells"
    )
    print(f"in all: {total_s:.1f} s on the clock, {peak_mb:,.0f} MB at most")


if __name__ == "__main__":
    main()
