"""Do the points of an antenna's cut go evenly around, and where does its main lobe point?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.errors import Fault

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MISSING_MOST", "CutPoint", "evenly_spaced", "main_lobe_deg"]

_TURN_DEG: Final = 360.0
_COARSEST_DEG: Final = 5.0
MISSING_MOST: Final = 2
"""So many angles that a file leaves out are interpolated."""
_SAME_DEG: Final = 1e-6
_HALF_POWER_DB: Final = 3.0
_MOST_DB: Final = 200.0


class CutPoint(NamedTuple):
    """One line of a cut: angle, attenuation, number of the line."""

    angle_deg: float
    loss_db: float
    row: int


def evenly_spaced(
    points: list[CutPoint], label: str, section: str, row: int
) -> tuple[NDArray[np.float64], list[Fault]]:
    """Bring a cut to evenly spaced attenuations over the whole turn, from angle 0.

    Parameters
    ----------
    points
        As read, in any order, angles from -180 to 360 degrees; 360 repeats 0. Where every value
        is 0 or negative, they are gains and change their sign.
    label, section, row
        File, section and its line, for messages.

    Returns
    -------
    numpy.ndarray
        Attenuation, dB, shape (n,), in the cut's own step; up to two missing angles are
        interpolated linearly. Empty where there is a fault.
    list of Fault
        What is wrong, with lines.
    """
    faults = _value_faults(points, label, section)
    if not points:
        remedy = "give one line per degree: angle and attenuation"
        faults = [Fault(label, f"the section {section} is empty", remedy, row, section)]
    if faults:
        return np.empty(0), faults
    losses_db, faults = _by_angle(points, label, section)
    angles = np.array(sorted(losses_db))
    steps = np.diff(np.append(angles, angles[0] + _TURN_DEG))
    step_deg = float(np.median(steps))
    count = round(_TURN_DEG / step_deg)
    missing = count - angles.size
    even = abs(count * step_deg - _TURN_DEG) < 1e-3 and np.allclose(  # noqa: PLR2004 - rounding
        steps / step_deg, np.round(steps / step_deg), atol=1e-3
    )
    if not even or step_deg > _COARSEST_DEG or not 0 <= missing <= MISSING_MOST:
        problem = f"{section} has {angles.size} angles, {step_deg:g}° apart in the median"
        if even and missing > MISSING_MOST:
            problem += f"; {missing} are missing, the first after {_first_gap(angles, steps):g}°"
        remedy = f"give even steps of at most {_COARSEST_DEG:g}° over the whole turn"
        faults.append(Fault(label, problem, remedy, row, section))
    if faults:
        return np.empty(0), faults
    values = np.array([losses_db[a] for a in angles])
    wanted = np.arange(count) * step_deg
    return np.interp(wanted, angles, values, period=_TURN_DEG), faults


def _first_gap(angles: NDArray[np.float64], steps: NDArray[np.float64]) -> float:
    return float(angles[int(np.argmax(steps))])


def _value_faults(points: list[CutPoint], label: str, section: str) -> list[Fault]:
    """List angles off the turn, and attenuations that are negative among positive ones."""
    all_gains = all(p.loss_db <= 0.0 for p in points)
    faults = [
        Fault(label, f"the angle is {p.angle_deg:g}", "give 0 to 359 degrees", p.row, section)
        for p in points
        if not -_TURN_DEG / 2 <= p.angle_deg <= _TURN_DEG
    ]
    faults += [
        Fault(
            label,
            f"the attenuation is {p.loss_db:g} dB",
            "give dB below the main direction, from 0 up",
            p.row,
            section,
        )
        for p in points
        if abs(p.loss_db) > _MOST_DB or (p.loss_db < 0.0 and not all_gains)
    ]
    return faults


def _by_angle(
    points: list[CutPoint], label: str, section: str
) -> tuple[dict[float, float], list[Fault]]:
    """Return attenuation by angle from 0 to below 360; an angle that says two things is a fault."""
    losses_db: dict[float, float] = {}
    rows: dict[float, int] = {}
    faults = []
    for point in points:
        angle = round(point.angle_deg % _TURN_DEG, 6) % _TURN_DEG
        loss_db = abs(point.loss_db)
        known = losses_db.setdefault(angle, loss_db)
        first = rows.setdefault(angle, point.row)
        closing = point.angle_deg in (_TURN_DEG, -_TURN_DEG / 2, _TURN_DEG / 2)
        if abs(known - loss_db) > _SAME_DEG and not closing:
            problem = f"the angle {angle:g}° stands already in line {first} with {known:g} dB"
            faults.append(Fault(label, problem, "delete one of the lines", point.row, section))
    return losses_db, faults


def main_lobe_deg(vertical_db: NDArray[np.float64]) -> float:
    """Return the downtilt of a vertical cut: the middle of its main lobe's 3 dB points, degrees.

    Positive below the horizon; 0 where the front has no lobe that falls by 3 dB on both sides.
    """
    step_deg = _TURN_DEG / vertical_db.size
    angles = np.arange(-90.0, 90.0 + step_deg / 10, step_deg / 10)
    places = np.arange(vertical_db.size) * step_deg
    half = np.interp(angles, places, vertical_db, period=_TURN_DEG)
    peak = int(np.argmin(half))
    down = half - half[peak] >= _HALF_POWER_DB
    before, after = np.flatnonzero(down[:peak]), np.flatnonzero(down[peak:])
    if not (before.size and after.size):
        return 0.0
    first, last = angles[before[-1]], angles[peak + after[0]]
    return float(round((first + last) / 2.0, 1))
