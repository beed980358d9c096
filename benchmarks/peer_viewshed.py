"""How fast is GDAL at mere sight, the limit of what a loss map could cost?"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import rasterio
from rasterio.transform import from_origin

from case import Case, PeerRow
from measure import Cost, net_speed, run_program

__all__ = ["run_viewshed"]

_PROGRAM: Final = "gdal_viewshed"
_LEAST_REPEATS: Final = 5
"""A run takes less than a tenth of a second, most of it to start up."""

_CURVATURE: Final = 0.75
"""Radio rays bend: an Earth 4/3 as large."""


def run_viewshed(case: Case) -> PeerRow | str:
    """Run GDAL's viewshed at each site; a string says why not."""
    if shutil.which(_PROGRAM) is None:
        return "not installed: Debian package `gdal-bin`"
    said = subprocess.run([_PROGRAM, "--version"], capture_output=True, text=True, check=False)
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write_terrain(case, folder)
        runs = [_run_site(case, site, folder) for site in case.sites.values()]
    shares = " / ".join(f"{share:.0%}" for _, _, share in runs)
    return PeerRow(
        program=f"`{_PROGRAM}` ({said.stdout.split(',')[0].strip()})",
        computes="sight only, 0 or 1: no loss",
        pixels_per_s=tuple(speed for speed, _, _ in runs),
        peak_mb=max(cost.peak_mb for _, cost, _ in runs),
        against=f"no loss; {shares} in sight",
    )


def _write_terrain(case: Case, folder: Path) -> None:
    rows, columns = case.ground.height_m.shape
    profile = {
        "driver": "GTiff",
        "width": columns,
        "height": rows,
        "count": 1,
        "dtype": "float32",
        "crs": "EPSG:32631",
        "transform": from_origin(300_000, 4_800_000, *(2 * [case.ground.cell_size_m])),
    }
    with rasterio.open(folder / "terrain.tif", "w", **profile) as file:
        file.write(case.ground.height_m, 1)


def _run_site(case: Case, site: tuple[int, int], folder: Path) -> tuple[float, Cost, float]:
    """Return pixels per second, cost, and the share of pixels in sight."""
    repeats = _LEAST_REPEATS * case.repeats
    costs = [_run(case, site, case.radius_m, folder) for _ in range(repeats)]
    with rasterio.open(folder / "sight.tif") as file:
        values = file.read(1)
    row, column = np.mgrid[-case.radius : case.radius + 1, -case.radius : case.radius + 1]
    pixels = int((np.hypot(row, column) * case.ground.cell_size_m <= case.radius_m).sum())
    start_s = min(
        _run(case, site, 2 * case.ground.cell_size_m, folder).cpu_s for _ in range(repeats)
    )
    best = min(costs, key=lambda cost: cost.cpu_s)
    share = float((values == 1).sum()) / pixels
    return net_speed(pixels, best.cpu_s, start_s), best, share


def _run(case: Case, site: tuple[int, int], reach_m: float, folder: Path) -> Cost:
    """Compute one viewshed."""
    cell_m = case.ground.cell_size_m
    x_m, y_m = 300_000 + (site[1] + 0.5) * cell_m, 4_800_000 - (site[0] + 0.5) * cell_m
    place = ("-ox", str(x_m), "-oy", str(y_m), "-oz", str(case.tx_height_m))
    values = ("-vv", "1", "-iv", "0", "-ov", "255", "-cc", str(_CURVATURE))
    reach = ("-tz", str(case.rx_height_m), "-md", str(reach_m))
    return run_program(
        (_PROGRAM, "-q", *place, *reach, *values, "terrain.tif", "sight.tif"), folder
    )
