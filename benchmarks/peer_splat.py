"""How fast is SPLAT!, the path-loss program that Debian ships, on the same posts?

SPLAT! (GPL-2 or later) is run as a separate program, here only; infraplan neither contains nor
needs it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np

from case import Case, PeerRow, in_words
from figures import median_difference
from infraplan.radio import loss_at
from measure import Cost, net_speed, run_program

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["run_splat"]

_POSTS_PER_DEGREE: Final = {"splat-hd": 3600, "splat": 1200}
_METRES_PER_DEGREE: Final = 111_195.0
_STRETCH_MOST: Final = 0.05
_START_UP_KM: Final = 0.1
"""A run this short costs what reading the terrain and writing the map cost."""


def run_splat(case: Case) -> PeerRow | str:
    """Run SPLAT!'s Longley-Rice coverage at each site; a string says why not.

    The posts are laid at the equator, where SPLAT!'s steps of 1 or 3 arc seconds are square, so
    that it sees the same array, stretched by 3 %.
    """
    chosen = _program(case.ground.cell_size_m)
    if chosen is None:
        return "SPLAT! needs posts every 30 or 90 m"
    if shutil.which(chosen) is None:
        return "not installed: Debian package `splat`"
    if max(case.ground.height_m.shape) > _POSTS_PER_DEGREE[chosen]:
        return f"{chosen} holds {_POSTS_PER_DEGREE[chosen]} posts a degree; the terrain has more"
    with TemporaryDirectory() as name:
        folder = Path(name)
        tile = _write_tile(case, chosen, folder)
        runs = [_run_site(case, chosen, site, tile, folder) for site in case.sites.values()]
    return PeerRow(
        program=f"SPLAT! 1.4.2 (`{chosen}`)",
        computes="Longley-Rice (ITM), a profile for each pixel",
        pixels_per_s=tuple(speed for speed, _, _ in runs),
        peak_mb=max(cost.peak_mb for _, cost, _ in runs),
        against=in_words([difference for _, _, difference in runs]),
    )


def _program(cell_size_m: float) -> str | None:
    """Return the build whose posts are this far apart."""
    for program, posts in _POSTS_PER_DEGREE.items():
        if abs(_METRES_PER_DEGREE / posts / cell_size_m - 1.0) < _STRETCH_MOST:
            return program
    return None


def _write_tile(case: Case, program: str, folder: Path) -> NDArray[np.int64]:
    """Write the terrain as SPLAT!'s tile 0-1 N, 1-2 W; return first row and column of it."""
    posts = _POSTS_PER_DEGREE[program]
    rows, columns = case.ground.height_m.shape
    start = np.array([(posts - rows) // 2, (posts - columns) // 2])
    tile = np.zeros((posts, posts), dtype=np.int64)
    known = np.rint(case.ground.height_m).astype(np.int64)
    tile[start[0] : start[0] + rows, start[1] : start[1] + columns] = known
    suffix = "-hd" if program.endswith("-hd") else ""
    lines = ["2", "0", "1", "1", *map(str, tile[::-1, ::-1].ravel().tolist())]
    (folder / f"0:1:1:2{suffix}.sdf").write_text("\n".join(lines) + "\n", encoding="ascii")
    return start


def _run_site(
    case: Case, program: str, site: tuple[int, int], start: NDArray[np.int64], folder: Path
) -> tuple[float, Cost, tuple[float, float]]:
    """Return pixels per second, cost, and median differences from the exact twin, dB."""
    posts = _POSTS_PER_DEGREE[program]
    north = (posts - 1 - (start[0] + site[0])) / posts
    west = 1.0 + (posts - 1 - (start[1] + site[1])) / posts
    mast = f"mast\n{north:.9f}\n{west:.9f}\n{case.tx_height_m}m\n"
    (folder / "mast.qth").write_text(mast, encoding="ascii")
    model = f"15.0\n0.005\n301.0\n{case.frequency_mhz}\n5\n1\n0.50\n0.50\n"
    (folder / "mast.lrp").write_text(model, encoding="ascii")
    reach_km = case.radius_m / 1000.0
    start_s = min(_run(case, program, _START_UP_KM, folder).cpu_s for _ in range(case.repeats))
    costs = [_run(case, program, reach_km, folder) for _ in range(case.repeats)]
    best = min(costs, key=lambda cost: cost.cpu_s)
    _run(case, program, reach_km, folder, "-ano", "loss.txt")
    found, loss_db = _read_losses(case, posts, start, folder)
    rows, columns = case.pixels(site)
    height_m, cell_m = case.ground.height_m, case.ground.cell_size_m
    exact_db = loss_at(height_m, cell_m, *site, rows, columns, **case.link)
    free_db = case.free_space_db(site, rows, columns)
    differences_db = median_difference(loss_db[rows, columns], exact_db, free_db)
    return net_speed(found, best.cpu_s, start_s), best, differences_db


def _read_losses(
    case: Case, posts: int, start: NDArray[np.int64], folder: Path
) -> tuple[int, NDArray[np.float64]]:
    """Return how many pixels SPLAT! computed, and their losses on the terrain's grid, dB."""
    found = np.loadtxt(  # obstructed places are marked with a star behind the loss
        folder / "loss.txt", delimiter=",", skiprows=2, usecols=(0, 1, 4), comments="*"
    )
    row = posts - 1 - np.rint(found[:, 0] * posts).astype(np.int64) - start[0]
    column = posts - 1 - np.rint((found[:, 1] - 1.0) * posts).astype(np.int64) - start[1]
    height, width = case.ground.height_m.shape
    on = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    loss_db = np.full((height, width), np.nan)
    loss_db[row[on], column[on]] = found[on, 2]
    return len(found), loss_db


def _run(case: Case, program: str, reach_km: float, folder: Path, *more: str) -> Cost:
    """Compute one coverage map."""
    fixed = ("-metric", "-olditm", "-N", "-n", "-d", ".", "-o", "map.ppm")
    reach = ("-t", "mast.qth", "-L", str(case.rx_height_m), "-R", str(reach_km))
    return run_program((program, *reach, *fixed, *more), folder)
