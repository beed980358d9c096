"""Within which ranges do the radio models hold, and who says so?

The tables are read by the checks and printed by the documentation. A value outside is refused,
never clamped.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.errors import ParameterError
from infraplan.units import VACUUM_REFRACTIVITY_GRADIENT_N_KM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

__all__ = [
    "FARTHEST_P1812_KM",
    "FULL_MODEL_FROM_KM",
    "GRID_RANGES",
    "NEAREST_P1812_KM",
    "PATH_RANGES",
    "POLARIZATIONS",
    "SHARED_RANGES",
    "Range",
    "clutter_faults",
    "link_faults",
    "place_faults",
    "polarization_faults",
    "range_faults",
    "refuse",
]

NEAREST_P1812_KM: Final = 0.25
FARTHEST_P1812_KM: Final = 3000.0
"""Path lengths for which P.1812-8 was made, km (section 1)."""

FULL_MODEL_FROM_KM: Final = NEAREST_P1812_KM * (1.0 - 1e-9)
"""Where grids pass from free space and diffraction to the whole model: 0.25 km to rounding."""

POLARIZATIONS: Final = ("horizontal", "vertical")


class Range(NamedTuple):
    """Where one parameter may lie.

    Attributes
    ----------
    name
        The parameter; its name ends in its unit where it has one.
    lowest, highest
        Smallest and largest value.
    source
        Who says so.
    is_open
        True if the ends themselves are outside.
    """

    name: str
    lowest: float
    highest: float
    source: str
    is_open: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether a value is a finite number within the range."""
        given = np.asarray(value)
        if given.ndim or given.dtype.kind not in "fiu" or not math.isfinite(value):
            return False
        if self.is_open:
            return self.lowest < value < self.highest
        return self.lowest <= value <= self.highest

    def __str__(self) -> str:
        """Return the range in words, for messages and documentation."""
        if math.isinf(self.highest):
            words = f"{'above' if self.is_open else 'at least'} {self.lowest:g}"
        elif self.is_open:
            words = f"between {self.lowest:g} and {self.highest:g}, both excluded"
        else:
            words = f"from {self.lowest:g} to {self.highest:g}"
        return f"{words} ({self.source})"


_INPUTS = "Recommendation ITU-R P.1812-8, Annex 1, Table 1"

SHARED_RANGES: Final = (
    Range("time_percent", 1.0, 50.0, _INPUTS),
    Range("tx_height_m", 1.0, 3000.0, _INPUTS),
    Range("rx_height_m", 1.0, 3000.0, _INPUTS),
    Range(
        "delta_n", 0.0, VACUUM_REFRACTIVITY_GRADIENT_N_KM - 1.0,
        "P.1812-8, equation (6): positive, and below the 157 at which rays follow the Earth",
    ),
    Range("n0", 0.0, 1000.0, "physics; the maps of P.453-14 run from 250 to 450", is_open=True),
)  # fmt: skip
"""What single paths and grids have in common."""

PATH_RANGES: Final = (
    Range("frequency_ghz", 0.03, 6.0, _INPUTS),
    Range("location_percent", 1.0, 99.0, _INPUTS),
    *(
        Range(f"{end}_latitude_deg", -80.0, 80.0, _INPUTS) for end in ("tx", "rx")
    ),
    *(
        Range(f"{end}_longitude_deg", -180.0, 180.0, _INPUTS) for end in ("tx", "rx")
    ),
    Range("coast_tx_km", 0.0, math.inf, "P.1812-8, Annex 1, section 4.5"),
    Range("coast_rx_km", 0.0, math.inf, "P.1812-8, Annex 1, section 4.5"),
    Range("location_sigma_db", 0.0, 50.0, "a standard deviation in dB; P.1812-8, section 4.8"),
    *SHARED_RANGES,
)  # fmt: skip
"""For one path: :func:`infraplan.radio.p1812.transmission_loss`."""

GRID_RANGES: Final = (
    Range("frequency_mhz", 30.0, 6000.0, _INPUTS),
    Range("cell_size_m", 0.0, math.inf, "a length", is_open=True),
    Range("latitude_deg", -90.0, 90.0, "a latitude"),
    *SHARED_RANGES,
)
"""For many pixels of a grid: the sweep and its exact twin."""


def range_faults(ranges: Iterable[Range], values: Mapping[str, float]) -> list[str]:
    """List the values outside their range: name, value, range and source.

    Parameters
    ----------
    ranges
        The ranges to hold; every name must be in ``values``.
    values
        Values by the parameter's name.

    Returns
    -------
    list of str
        One line for each fault, in the order of the ranges; empty if there is none.
    """
    return [
        f"{r.name} is {values[r.name]!s}; give a number {r}"
        for r in ranges
        if not r.holds(values[r.name])
    ]


def polarization_faults(polarization: str) -> list[str]:
    """List what is wrong with the name of a polarisation."""
    if polarization in POLARIZATIONS:
        return []
    return [f"polarization is {polarization!r}; give 'horizontal' or 'vertical'"]


def link_faults(
    *,
    cell_size_m: float,
    frequency_mhz: float,
    tx_height_m: float,
    rx_height_m: float,
    polarization: str,
    time_percent: float,
    delta_n: float,
    n0: float,
    latitude_deg: float,
) -> list[str]:
    """List every parameter of :func:`infraplan.radio.link.new_link` outside its range.

    Returns
    -------
    list of str
        One line for each fault: name, value, range and source; empty if there is none.

    Examples
    --------
    >>> link_faults(
    ...     cell_size_m=30.0, frequency_mhz=0.0, tx_height_m=30.0, rx_height_m=1.5,
    ...     polarization="vertical", time_percent=50.0, delta_n=45.0, n0=325.0,
    ...     latitude_deg=21.0)[0][:54]
    'frequency_mhz is 0.0; give a number from 30 to 6000 (R'
    """
    values = {
        "cell_size_m": cell_size_m,
        "frequency_mhz": frequency_mhz,
        "tx_height_m": tx_height_m,
        "rx_height_m": rx_height_m,
        "time_percent": time_percent,
        "delta_n": delta_n,
        "n0": n0,
        "latitude_deg": latitude_deg,
    }
    return range_faults(GRID_RANGES, values) + polarization_faults(polarization)


def place_faults(height_m: NDArray[np.floating], row: int, column: int) -> list[str]:
    """List what is wrong with the terrain, or with a transmitter's place on it."""
    if not isinstance(height_m, np.ndarray) or isinstance(height_m, np.ma.MaskedArray):
        return [f"height_m is a {type(height_m).__name__}; give a plain array, NaN where unknown"]
    if height_m.ndim != 2 or height_m.dtype.kind != "f":
        found = f"{height_m.ndim} dimensions of {height_m.dtype}"
        return [f"height_m has {found}; give 2 dimensions of floating-point metres"]
    rows, columns = height_m.shape
    place = f"row {row}, column {column}"
    if not all(isinstance(i, (int, np.integer)) and not isinstance(i, bool) for i in (row, column)):
        return [f"the transmitter is at {place}; give whole numbers"]
    if not (0 <= row < rows and 0 <= column < columns):
        return [f"the transmitter at {place} is off the grid of {rows} by {columns} posts"]
    if math.isnan(height_m[row, column]):
        return [f"the transmitter at {place} stands on unknown terrain; fill it or move the site"]
    return []


def clutter_faults(
    clutter_height_m: NDArray[np.floating] | None,
    height_m: NDArray[np.floating],
    part: tuple[slice, slice] = (slice(None), slice(None)),
) -> list[str]:
    """List what is wrong with the clutter over some terrain; NaN in it counts as none.

    Parameters
    ----------
    clutter_height_m
        Clutter, m, or None.
    height_m
        The terrain, whose shape it must have.
    part
        The only rows and columns whose values are looked at: those that will be used.
    """
    if clutter_height_m is None:
        return []
    is_masked = isinstance(clutter_height_m, np.ma.MaskedArray)
    if is_masked or not isinstance(clutter_height_m, np.ndarray):
        given = type(clutter_height_m).__name__
        return [f"clutter_height_m is a {given}; give a plain array, NaN where unknown"]
    shape = np.shape(height_m)
    fits = clutter_height_m.ndim == 2 and clutter_height_m.shape == shape
    if not fits or clutter_height_m.dtype.kind not in "fiu":
        found = f"shape {clutter_height_m.shape} of {clutter_height_m.dtype}"
        return [f"clutter_height_m has {found}; give metres in the shape {shape}"]
    used_m = clutter_height_m[part]
    if np.isinf(used_m).any() or (used_m < 0).any():
        lowest, highest = np.nanmin(used_m), np.nanmax(used_m)
        return [f"clutter_height_m runs from {lowest} to {highest}; give finite metres from 0 up"]
    return []


def refuse(faults: list[str]) -> None:
    """Raise one error for all faults, if there are any.

    Raises
    ------
    ParameterError
        If the list is not empty; the message holds all of it.
    """
    if faults:
        raise ParameterError("The loss cannot be computed: " + "; ".join(faults) + ".")
