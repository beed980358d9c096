"""What does an antenna file say: an MSI/Planet pattern (.msi, .pln, .txt)?

A file holds a header of one keyword per line, then the attenuation in the horizontal and in the
vertical cut, in dB below the main direction, one angle per line. Reading never repairs what is in
doubt: up to two missing angles are interpolated, anything else is a fault with its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.errors import Fault, InputError
from infraplan.sources.antenna_cuts import MISSING_MOST, CutPoint, evenly_spaced, main_lobe_deg

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["DIPOLE_GAIN_DBI", "AntennaCuts", "read_antenna"]

DIPOLE_GAIN_DBI: Final = 2.15
"""Gain of a half-wave dipole over an isotropic antenna, dB: 0 dBd (ITU-R V.573-6, section 3)."""

_SECTIONS: Final = ("HORIZONTAL", "VERTICAL")
_POINT: Final = ("degrees", "dB")
_NUMBER: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_MHZ_PER: Final = {"ghz": 1000.0, "mhz": 1.0, "khz": 1e-3}
_TILT_FOUND_DEG: Final = 1.5
"""A stated electrical tilt and the main lobe of the vertical cut agree when this close."""
_ENCODINGS: Final = ("utf-8-sig", "cp1252")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_NAMED_MOST: Final = 12
"""So many faults of one file are listed one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class AntennaCuts:
    """A measured antenna.

    Attributes
    ----------
    name, make, comment
        As the file says; the name is the file's own where it says none.
    frequency_mhz
        Middle of the frequencies it was measured for, MHz; NaN where not said.
    gain_dbi
        Gain in the main direction, dBi; NaN where not said.
    electrical_tilt_deg
        Downtilt that the vertical cut has, degrees, by the middle of its main lobe.
    horizontal_db
        Attenuation, dB, per degree (or finer, as measured) clockwise from the front.
    vertical_db
        The same from the horizon in front (0) through straight down (90).
    """

    name: str
    make: str
    comment: str
    frequency_mhz: float
    gain_dbi: float
    electrical_tilt_deg: float
    horizontal_db: NDArray[np.float64]
    vertical_db: NDArray[np.float64]


def read_antenna(path: Path, *, label: str) -> AntennaCuts:
    """Read an MSI/Planet file.

    Parameters
    ----------
    path
        The file. Keywords may be in any case; numbers may have decimal commas.
    label
        Its name for messages.

    Returns
    -------
    AntennaCuts
        Both cuts, evenly spaced over the whole turn.

    Raises
    ------
    InputError
        If it is no such file or anything in it is wrong; every fault is listed with its line.

    References
    ----------
    Planet antenna database: GAIN is in dBd unless it says dBi; angles of the vertical cut count
    downwards from the horizon; attenuations are positive.
    """
    header, sections, faults = _split(_lines(path, label), label)
    cuts = {}
    for name in _SECTIONS:
        found = [s for s in sections if s.name == name]
        if found:
            cuts[name], more = _one_cut(found, label)
            faults += more
        else:
            problem = f"the file has no {name} section"
            remedy = "give an MSI/Planet file with a HORIZONTAL and a VERTICAL section"
            faults.append(Fault(label, problem, remedy))
    gain_dbi = _gain_dbi(header, label, faults)
    frequency_mhz = _frequency_mhz(header, label, faults)
    if faults:
        raise InputError(_shortened(faults, label))
    vertical_db = _right_way_up(cuts["VERTICAL"], _stated_tilt_deg(header), label)
    return AntennaCuts(
        name=header.get("NAME", ("", 0))[0] or path.stem,
        make=header.get("MAKE", ("", 0))[0],
        comment=header.get("COMMENT", ("", 0))[0],
        frequency_mhz=frequency_mhz,
        gain_dbi=gain_dbi,
        electrical_tilt_deg=main_lobe_deg(vertical_db),
        horizontal_db=cuts["HORIZONTAL"],
        vertical_db=vertical_db,
    )


def _shortened(faults: list[Fault], label: str) -> list[Fault]:
    """Return faults by line, and only so many of them."""
    ordered = sorted(faults, key=lambda f: f.row or 0)
    more = len(ordered) - _NAMED_MOST
    if more <= 0:
        return ordered
    remedy = "see that this is an MSI/Planet file of attenuations in dB"
    return [*ordered[:_NAMED_MOST], Fault(label, f"{more} more lines are wrong", remedy)]


@dataclass(slots=True)
class _Section:
    """One cut as it stands in the file."""

    name: str
    row: int
    stated: int | None
    points: list[CutPoint]


Header = dict[str, tuple[str, int]]


def _lines(path: Path, label: str) -> list[str]:
    content = path.read_bytes()
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace").splitlines()
    if b"\0" in content:
        remedy = "give the text file of the antenna, .msi, .pln or .txt"
        raise InputError([Fault(label, "the file is not text", remedy)])
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding).splitlines()
        except UnicodeDecodeError:
            continue
    remedy = "save the antenna file as UTF-8 text"
    raise InputError([Fault(label, "the file is in an unknown encoding", remedy)])


def _split(lines: list[str], label: str) -> tuple[Header, list[_Section], list[Fault]]:
    """Split a file into header lines and sections; lines are counted from 1."""
    header: Header = {}
    sections: list[_Section] = []
    faults: list[Fault] = []
    for row, line in enumerate(lines, 1):
        words = _words(line)
        if not words or words[0].startswith("#"):
            continue
        key = words[0].upper().rstrip(":=")
        if key in _SECTIONS and (not words[1:] or words[1].isdigit()):
            stated = int(words[1]) if words[1:] else None
            sections.append(_Section(key, row, stated, []))
        elif _NUMBER.fullmatch(words[0]) and sections:
            faults += _add_point(sections[-1], words, row, label)
        elif key[0].isalpha():
            header.setdefault(key, (" ".join(words[1:]).strip(" :="), row))
        else:
            remedy = "give a keyword and its value, or an angle and an attenuation"
            faults.append(Fault(label, f"the line {line.strip()[:40]!r} says nothing", remedy, row))
    return header, sections, faults


def _words(line: str) -> list[str]:
    """Split a line at spaces and semicolons, and at the comma, colon or = that parts two words."""
    words = line.replace(";", " ").replace('"', "").split()
    if not words:
        return []
    first = re.fullmatch(r"([A-Za-z_]+)[,:=]+(.*)", words[0])
    if first is not None:
        return [first[1], *([first[2]] if first[2] else []), *words[1:]]
    if len(words) == 1 and words[0].count(",") == 1:
        return words[0].split(",")
    return words


def _add_point(section: _Section, words: list[str], row: int, label: str) -> list[Fault]:
    if len(words) != len(_POINT) or not _NUMBER.fullmatch(words[1]):
        problem = f"the line {' '.join(words)[:40]!r} is no angle and attenuation"
        return [
            Fault(label, problem, f"give two numbers: {' and '.join(_POINT)}", row, section.name)
        ]
    section.points.append(CutPoint(_number(words[0]), _number(words[1]), row))
    return []


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _one_cut(found: list[_Section], label: str) -> tuple[NDArray[np.float64], list[Fault]]:
    """Return the cut of a section; a repeated section must say the same."""
    cut, faults = evenly_spaced(found[0].points, label, found[0].name, found[0].row)
    first = found[0]
    gap = abs((first.stated or len(first.points)) - len(first.points))
    if gap > MISSING_MOST and not faults:
        problem = f"{first.name} announces {first.stated} lines and has {len(first.points)}"
        remedy = "mend the number, or copy the file again: it may be cut short"
        faults.append(Fault(label, problem, remedy, first.row, first.name))
    for again in found[1:]:
        if [(p.angle_deg, p.loss_db) for p in again.points] != [
            (p.angle_deg, p.loss_db) for p in first.points
        ]:
            problem = f"the section {again.name} stands already in line {first.row} and says more"
            remedy = "give each antenna, frequency and tilt a file of its own"
            faults.append(Fault(label, problem, remedy, again.row, again.name))
    return cut, faults


def _gain_dbi(header: Header, label: str, faults: list[Fault]) -> float:
    """Return the gain in dBi; a gain without a unit is in dBd, as the format has it."""
    if not header.get("GAIN", ("", 0))[0]:
        return float("nan")
    text, row = header["GAIN"]
    unit = r"\(?(dbd|dbi|db)?\)?"
    form = rf"{unit}\s*({_NUMBER.pattern})\s*{unit}\s*(?:\(.*\))?"
    match = re.fullmatch(form, text, re.IGNORECASE)
    if match is None:
        remedy = "give a number and its unit, such as GAIN 15.3 dBi"
        faults.append(Fault(label, f"the gain is {text!r}", remedy, row, "GAIN"))
        return float("nan")
    over_isotropic = (match[3] or match[1] or "").lower() == "dbi"
    return _number(match[2]) + (0.0 if over_isotropic else DIPOLE_GAIN_DBI)


def _frequency_mhz(header: Header, label: str, faults: list[Fault]) -> float:
    """Return the middle of the frequencies the header names, MHz."""
    if not header.get("FREQUENCY", ("", 0))[0]:
        return float("nan")
    text, row = header["FREQUENCY"]
    found = [_number(n) for n in re.findall(r"\d+(?:[.,]\d+)?", text)]
    unit = next((u for u in _MHZ_PER if u in text.lower()), "mhz")
    if not found or min(found) <= 0:
        remedy = "give MHz, such as FREQUENCY 947.5"
        faults.append(Fault(label, f"the frequency is {text!r}", remedy, row, "FREQUENCY"))
        return float("nan")
    return (min(found) + max(found)) / 2.0 * _MHZ_PER[unit]


def _stated_tilt_deg(header: Header) -> float | None:
    """Return the electrical downtilt that the header states, degrees; None where it states none."""
    for key in ("ELECTRICAL_TILT", "TILT"):
        text = header.get(key, ("", 0))[0]
        found = re.findall(r"[-+]?\d+(?:[.,]\d+)?", text)
        if len(found) == 1 and (key == "ELECTRICAL_TILT" or "ELECTRICAL" in text.upper()):
            return _number(found[0])
    return None


def _right_way_up(
    vertical_db: NDArray[np.float64], stated_deg: float | None, label: str
) -> NDArray[np.float64]:
    """Turn a vertical cut whose angles count upwards, by the electrical tilt that the file states.

    The main lobe of a cut is at that tilt, or at the horizon where it was measured without.
    """
    if not stated_deg:
        return vertical_db
    lobe_deg = main_lobe_deg(vertical_db)
    if min(abs(lobe_deg - stated_deg), abs(lobe_deg)) <= _TILT_FOUND_DEG:
        return vertical_db
    if abs(lobe_deg + stated_deg) <= _TILT_FOUND_DEG:
        return np.roll(vertical_db[::-1], 1)
    problem = (
        f"the file states an electrical tilt of {stated_deg:g}°, but the main lobe of its vertical "
        f"cut is at {lobe_deg:g}°"
    )
    raise InputError([Fault(label, problem, "mend TILT, or give the file of this tilt")])
