"""What is the loss at every sample along one ray, many samples at a time?

Free space plus Bullington's edge, from polynomials that processors evaluate in vectors: logarithms
to base 2 by the exponent and a polynomial of the mantissa. The polynomials are within 3e-6 of the
logarithm and 5e-6 of the power, which is within 1e-4 dB of the loss.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.radio.freespace import FREE_SPACE_CONSTANT_DB
from infraplan.radio.jit import kernel
from infraplan.radio.p1812.bullington import CLEAR_NU

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["free_space_row", "write_losses"]

SINGLE: Final = np.float32

L1: Final = SINGLE(1.442544937133789)
L2: Final = SINGLE(-0.7181450724601746)
L3: Final = SINGLE(0.4575483202934265)
L4: Final = SINGLE(-0.27790364623069763)
L5: Final = SINGLE(0.12179642170667648)
L6: Final = SINGLE(-0.025840960443019867)
"""log2(1 + x) = x (L1 + L2 x + ... + L6 x^5) for x from 0 to 1, exact at both ends."""

E1: Final = SINGLE(0.6930039525032043)
E2: Final = SINGLE(0.2415498048067093)
E3: Final = SINGLE(0.05174427852034569)
E4: Final = SINGLE(0.013701988384127617)
"""2^x = 1 + x (E1 + E2 x + E3 x^2 + E4 x^3) for x from 0 to 1, exact at both ends."""

ZERO: Final = SINGLE(0.0)
ONE: Final = SINGLE(1.0)
MANTISSA: Final = np.int32((1 << 23) - 1)
MANTISSA_BITS: Final = np.int32(23)
BIAS: Final = np.int32(127)
ONE_BITS: Final = np.int32(127 << 23)

DB_PER_OCTAVE: Final = SINGLE(20.0 * math.log10(2.0))
DB_PER_SQUARED_OCTAVE: Final = SINGLE(10.0 * math.log10(2.0))
NEAREST_SQUARED: Final = SINGLE(1e-12)
"""Keeps a distance of 0 out of the logarithm, km^2."""

CLEAR: Final = SINGLE(CLEAR_NU)
SHIFT: Final = SINGLE(0.1)
EDGE_DB: Final = SINGLE(6.9)
OCTAVES_PER_DB: Final = SINGLE(-1.0 / (6.0 * math.log(2.0)))
ADDED_DB: Final = SINGLE(10.0)
ADDED_DB_PER_KM: Final = SINGLE(0.02)
"""Equations (12) and (21) of P.1812-8, Annex 1."""


@kernel
def write_losses(
    height_m: NDArray[np.float32],
    square: NDArray[np.float32],
    first: int,
    step_km: float,
    rise_m: float,
    frequency_ghz: float,
    loss_out_db: NDArray[np.float32],
) -> None:
    """Write free space plus Bullington's loss, in dB, from step ``first`` on.

    Parameters
    ----------
    height_m, square
        Ground above the transmitter's ground, m, and nu |nu| of the equivalent edge, from that step
        on: loops from 0 over arrays of their own are what the compiler makes vectors of.
    first
        Step of the first sample.
    step_km, rise_m, frequency_ghz
        Distance of the samples, km, receiver less transmitter height, m, and frequency, GHz.
    loss_out_db
        Losses, dB.
    """
    free_db = SINGLE(FREE_SPACE_CONSTANT_DB + 20.0 * math.log10(frequency_ghz))
    per_step = SINGLE(step_km)
    rise_km = SINGLE(1e-3 * rise_m)
    km_per_m = SINGLE(1e-3)
    start = np.int32(first)
    for k in range(loss_out_db.size):
        signed = square[k]
        nu = math.sqrt(abs(signed))
        nu = -nu if signed < ZERO else nu
        shifted = nu - SHIFT
        grown = SINGLE(math.sqrt(shifted * shifted + ONE) + shifted)
        bits = grown.view(np.int32)
        x = np.int32((bits & MANTISSA) | ONE_BITS).view(np.float32) - ONE
        octaves = SINGLE(np.int32((bits >> MANTISSA_BITS) - BIAS)) + x * (
            L1 + x * (L2 + x * (L3 + x * (L4 + x * (L5 + x * L6))))
        )
        edge_db = EDGE_DB + DB_PER_OCTAVE * octaves
        edge_db = ZERO if nu <= CLEAR else edge_db
        power = OCTAVES_PER_DB * edge_db
        whole = np.int32(power) - np.int32(1)
        x = power - SINGLE(whole)
        fading = np.int32((whole + BIAS) << MANTISSA_BITS).view(np.float32) * (
            ONE + x * (E1 + x * (E2 + x * (E3 + x * E4)))
        )
        away_km = per_step * SINGLE(np.int32(start + k))
        over_km = km_per_m * height_m[k] + rise_km
        slant = SINGLE(away_km * away_km + over_km * over_km)
        bits = slant.view(np.int32)
        x = np.int32((bits & MANTISSA) | ONE_BITS).view(np.float32) - ONE
        octaves = SINGLE(np.int32((bits >> MANTISSA_BITS) - BIAS)) + x * (
            L1 + x * (L2 + x * (L3 + x * (L4 + x * (L5 + x * L6))))
        )
        loss_out_db[k] = (
            free_db
            + DB_PER_SQUARED_OCTAVE * octaves
            + edge_db
            + (ONE - fading) * (ADDED_DB + ADDED_DB_PER_KM * away_km)
        )


@kernel
def free_space_row(
    height_m: NDArray[np.float32],
    south_km: float,
    first_column: int,
    cell_km: float,
    rise_m: float,
    frequency_ghz: float,
    loss_db: NDArray[np.float32],
) -> None:
    """Raise the losses of a row of pixels to free space at least, in dB; NaN stays.

    Parameters
    ----------
    height_m
        Ground, m.
    south_km, first_column, cell_km
        Distance of the row, km, and of its first pixel in pixels of this size, km.
    rise_m
        Receiver less transmitter height over the datum of ``height_m``, m.
    frequency_ghz
        Frequency, GHz.
    loss_db
        Losses, dB, in place.
    """
    free_db = SINGLE(FREE_SPACE_CONSTANT_DB + 20.0 * math.log10(frequency_ghz))
    south_squared = SINGLE(south_km * south_km)
    per_column = SINGLE(cell_km)
    rise = SINGLE(rise_m)
    km_per_m = SINGLE(1e-3)
    start = np.int32(first_column)
    for k in range(loss_db.size):
        east_km = per_column * SINGLE(np.int32(start + k))
        over_km = km_per_m * (height_m[k] + rise)
        slant = SINGLE(south_squared + east_km * east_km + over_km * over_km + NEAREST_SQUARED)
        bits = slant.view(np.int32)
        x = np.int32((bits & MANTISSA) | ONE_BITS).view(np.float32) - ONE
        octaves = SINGLE(np.int32((bits >> MANTISSA_BITS) - BIAS)) + x * (
            L1 + x * (L2 + x * (L3 + x * (L4 + x * (L5 + x * L6))))
        )
        least_db = free_db + DB_PER_SQUARED_OCTAVE * octaves
        loss_db[k] = max(loss_db[k], least_db)
