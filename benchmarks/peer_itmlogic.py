"""How fast is itmlogic, the Longley-Rice model in pure Python, on the same profiles?

itmlogic (MIT licence) comes from PyPI with the extra `bench`.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.ndimage import map_coordinates

from case import Case, PeerRow, in_words
from figures import median_difference
from infraplan.radio import loss_at
from measure import best_of, in_new_process

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["run_itmlogic"]

_PROFILES: Final = 300
_NEPER_DB: Final = 20.0 / math.log(10.0)
_GROUND: Final = {"eps": 15.0, "sgm": 0.005}
"""Relative permittivity, and conductivity in S/m, of farmland and forest."""

_REFRACTIVITY_N: Final = 301.0


def run_itmlogic(case: Case) -> PeerRow | str:
    """Run the model on some profiles of each site, one sample a cell; a string says why not."""
    if importlib.util.find_spec("itmlogic") is None:
        return "not installed: PyPI package `itmlogic` (extra `bench`)"
    speeds, peaks, differences = [], [], []
    for site in case.sites.values():
        (cpu_s, loss_db), peak_mb = in_new_process(_time_site, case, site)
        rows, columns = case.pixels(site, _PROFILES)
        height_m, cell_m = case.ground.height_m, case.ground.cell_size_m
        exact_db = loss_at(height_m, cell_m, *site, rows, columns, **case.link)
        speeds.append(len(rows) / cpu_s)
        peaks.append(peak_mb)
        free_db = case.free_space_db(site, rows, columns)
        differences.append(median_difference(loss_db, exact_db, free_db))
    return PeerRow(
        program=f"itmlogic {importlib.metadata.version('itmlogic')}",
        computes=f"Longley-Rice (ITM) in Python, {_PROFILES} ready profiles a site",
        pixels_per_s=tuple(speeds),
        peak_mb=max(peaks),
        against=in_words(differences),
    )


def _time_site(case: Case, site: tuple[int, int]) -> tuple[float, NDArray[np.float64]]:
    """Return the CPU time of the model alone, s, and its losses, dB."""
    places = zip(*case.pixels(site, _PROFILES), strict=True)
    profiles = [_profile(case, site, row, column) for row, column in places]
    return best_of(
        case.repeats, lambda: np.array([_loss_db(case, step, posts) for step, posts in profiles])
    )


def _profile(case: Case, site: tuple[int, int], row: int, column: int) -> tuple[float, list[float]]:
    """Return the step, m, and heights from the mast to a pixel, about a sample a cell."""
    cells = math.hypot(row - site[0], column - site[1])
    count = max(math.ceil(cells), 3)
    share = np.linspace(0.0, 1.0, count + 1)
    places = [site[0] + share * (row - site[0]), site[1] + share * (column - site[1])]
    posts = map_coordinates(case.ground.height_m, places, order=1, output=np.float64)
    return cells * case.ground.cell_size_m / count, posts.tolist()


def _loss_db(case: Case, step_m: float, posts_m: list[float]) -> float:
    """Return the median loss over one profile, dB."""
    from itmlogic.preparatory_subroutines.qlrpfl import qlrpfl  # noqa: PLC0415 - an extra
    from itmlogic.statistics.avar import avar  # noqa: PLC0415 - an extra

    number = case.frequency_mhz / 47.7
    impedance = complex(_GROUND["eps"], 376.62 * _GROUND["sgm"] / number)
    state: dict[str, Any] = {
        **_GROUND,
        "fmhz": case.frequency_mhz,
        "hg": [case.tx_height_m, case.rx_height_m],
        "pfl": [len(posts_m) - 1, step_m, *posts_m],
        "wn": number,
        "ens": _REFRACTIVITY_N,
        "gme": 157e-9 * (1.0 - 0.04665 * math.exp(_REFRACTIVITY_N / 179.3)),
        "zgnd": np.sqrt(impedance - 1.0) / impedance,  # vertical polarisation
        "klim": 5,
        "klimx": 0,
        "mdvarx": 11,
        "lvar": 5,
        "kwx": 0,
    }
    state = qlrpfl(state)
    extra_db, state = avar(0.0, 0.0, 0.0, state)
    return float(_NEPER_DB * math.log(2.0 * number * state["dist"]) + extra_db)
