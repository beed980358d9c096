"""Which link do all programs compute, over which pixels?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from figures import sample_pixels
from infraplan.radio.freespace import loss_db

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from terrain import Ground

__all__ = ["Case", "PeerRow", "in_words"]


@dataclass(frozen=True, slots=True)
class Case:
    """One mast's window, the same for all programs.

    Attributes
    ----------
    ground
        The terrain.
    sites
        Name of a place to row and column of its post.
    radius_m, frequency_mhz, tx_height_m, rx_height_m
        Reach, m; frequency, MHz; heights of the antennas above ground, m.
    sampled
        So many pixels a site are compared with the exact twin.
    seed
        Draws them.
    repeats
        Each time is the best of so many.
    """

    ground: Ground
    sites: dict[str, tuple[int, int]]
    radius_m: float
    frequency_mhz: float
    tx_height_m: float
    rx_height_m: float
    sampled: int
    seed: int
    repeats: int

    @property
    def radius(self) -> int:
        """Reach in whole cells."""
        return math.floor(self.radius_m / self.ground.cell_size_m)

    @property
    def link(self) -> dict[str, float]:
        """What :func:`infraplan.radio.loss_at` wants to know of the link."""
        return {
            "frequency_mhz": self.frequency_mhz,
            "tx_height_m": self.tx_height_m,
            "rx_height_m": self.rx_height_m,
        }

    def only(self, name: str) -> Case:
        """Return the same case with one of its sites."""
        return replace(self, sites={name: self.sites[name]})

    def pixels(
        self, site: tuple[int, int], count: int | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return rows and columns, on the grid, of a site's compared pixels."""
        rows, columns = sample_pixels(self.radius, count or self.sampled, self.seed)
        height, width = self.ground.height_m.shape
        rows, columns = rows + site[0], columns + site[1]
        on = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        return rows[on], columns[on]

    def free_space_db(
        self, site: tuple[int, int], rows: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the free-space loss to pixels, over their distance on the ground, dB."""
        cells = np.hypot(rows - site[0], columns - site[1])
        return loss_db(cells * self.ground.cell_size_m, self.frequency_mhz)


@dataclass(frozen=True, slots=True)
class PeerRow:
    """What one program did, site by site in the order of the case.

    Attributes
    ----------
    program, computes
        Its name and version, and the model in few words.
    pixels_per_s
        Speed on one core; NaN where the run was too short to tell.
    peak_mb
        Largest memory of its process, MB.
    against
        Its difference from the exact twin in words.
    """

    program: str
    computes: str
    pixels_per_s: tuple[float, ...]
    peak_mb: float
    against: str


def in_words(differences_db: list[tuple[float, float]]) -> str:
    """Say how far another model lies from the twin at each site, in sight and in the shadow."""
    sight, shadow = (" / ".join(map(_signed, part)) for part in zip(*differences_db, strict=True))
    return f"another model: median {sight} in sight, {shadow} in the shadow"


def _signed(value_db: float) -> str:
    return "-" if math.isnan(value_db) else f"{value_db:+.1f}"
