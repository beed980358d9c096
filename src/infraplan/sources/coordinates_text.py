r"""Which coordinates do texts say: decimals, degrees and minutes, hemispheres, pairs in one cell?

Angles may be written 105,3333 or 105°20'00"Đ or E105 20 0 or 105d20m0s; letters and words of
hemispheres are English (N S E W) or Vietnamese (B Bắc, N Nam, Đ Đông, T Tây).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.sources.numbers import plain_text, read_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Axis", "read_axis", "split_positions"]

_SIXTY, _SECONDS = 60.0, 3600.0
_DEGREES: Final = (-180.0, 180.0)
_METRES: Final = (181_000.0, 10_000_000.0)
"""Ranges that tell 105.333 (degrees) from 567.234 (567,234 m written with a point)."""
_FIGURE: Final = r"(\d+(?:[.,]\d+)?)"
_SIXTIETHS: Final = r"(\d{1,2}(?:[.,]\d+)?)"
_ANGLE: Final = re.compile(
    rf"([+-]?){_FIGURE}\s*(?:°|\*|độ|deg|do|d|o|:|-|\s)\s*"
    rf"(?:{_SIXTIETHS}\s*(?:'(?!')|phút|phut|min|ph|p|m|:|-|\s|$)\s*"
    rf"(?:{_SIXTIETHS}\s*(?:\"|''|giây|giay|sec|s|g)?)?)?",
    re.IGNORECASE,
)
_SECONDS_LETTER: Final = re.compile(r"\d\s*d.*\d\s*m.*\ds", re.IGNORECASE)
_NAMES: Final = r"(?:(?:vĩ|kinh)(?: độ)?|lat(?:itude)?|long?(?:itude)?|[xy])?\s*[:=]?\s*"
_WORDS: Final = {
    "north": "B", "south": "S", "east": "E", "west": "W",
    "bắc": "B", "bac": "B", "nam": "S", "đông": "E", "dong": "E", "tây": "W", "tay": "W",
}  # fmt: skip
_LETTERS: Final = {"N": "N", "S": "S", "E": "E", "W": "W", "B": "B", "Đ": "E", "D": "E", "T": "W"}
_NORTH_FOR_SURE: Final = "B"
_SIDE: Final = rf"({'|'.join(_WORDS)}|[nsewbđt]|D)"
_BEFORE: Final = re.compile(rf"{_NAMES}(?i:{_SIDE})?\.?\s*(?=[+-]?[\d.,])", re.IGNORECASE)
_AFTER: Final = re.compile(rf"(?<=[\d.,°'\"sgm\s])\s*(?i:{_SIDE})\.?$")
_WKT: Final = re.compile(r"point\s*z?\s*\(\s*(\S+)\s+(\S+)(?:\s+\S+)?\s*\)", re.IGNORECASE)
_SPLITTERS: Final = (r"\s*;\s*", r"\s*[|/]\s*", r"\s*,\s+", r"\s+-\s+", r"\s+", r",")
_PAIR = 2


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One column of coordinates.

    Attributes
    ----------
    values
        Numbers, NaN where there is none; negative in the south and west.
    sides
        ``"N"``, ``"S"``, ``"E"``, ``"W"`` where a text says it, else empty.
    wrong, unclear
        Texts that say no number, and texts that may say two (see ``Numbers``).
    """

    values: NDArray[np.float64]
    sides: NDArray[np.str_]
    wrong: NDArray[np.bool_]
    unclear: NDArray[np.bool_]


def read_axis(texts: Sequence[object], *, degrees: bool | None) -> Axis:
    r"""Read one column of coordinates.

    Parameters
    ----------
    texts
        Its cells.
    degrees
        Whether they are angles (True), metres (False), or either.

    Examples
    --------
    >>> axis = read_axis(["21°19'30,5\"B", "21 30 00", "21,5 Bắc"], degrees=True)
    >>> axis.values.round(4).tolist(), axis.sides.tolist()
    ([21.3251, 21.5, 21.5], ['N', '', 'N'])
    """
    bodies: list[str] = []
    sides: list[str] = []
    letters: set[str] = set()
    for text in texts:
        body, letter = _without_side(plain_text(text))
        bodies.append(body)
        letters.add(letter.upper())
        sides.append(_WORDS.get(letter.casefold(), _LETTERS.get(letter.upper(), "")))
    if "B" in letters:  # a column with B for Bắc writes N for Nam, the south
        sides = ["S" if s == "N" else s for s in sides]
    sides = ["N" if s == _NORTH_FOR_SURE else s for s in sides]
    angles = [None if degrees is False else _angle(body) for body in bodies]
    ranges = [_DEGREES] if degrees else [_METRES] if degrees is False else [_DEGREES, _METRES]
    rest = read_numbers([b if a is None else "" for b, a in zip(bodies, angles, strict=True)],
                        ranges=ranges)  # fmt: skip
    values = np.array([np.nan if a is None else a for a in angles], dtype=np.float64)
    values = np.where(np.isnan(values), rest.values, values)
    said = np.array(sides, dtype=np.str_)
    negative = np.isin(said, ("S", "W"))
    return Axis(np.where(negative, -np.abs(values), values), said, rest.wrong, rest.unclear)


@lru_cache(maxsize=100_000)
def _without_side(text: str) -> tuple[str, str]:
    """Return a text without its hemisphere, and the letter or word for it."""
    before = _BEFORE.match(text)
    body, said = text, ""
    if before is not None:
        body, said = text[before.end() :], before.group(1) or ""
    after = _AFTER.search(body)
    if after is not None and not (after.group(1) in "sS" and _SECONDS_LETTER.search(body)):
        body, said = body[: after.start(1)].rstrip(), said or after.group(1)
    return body, said


def _angle(text: str) -> float | None:
    """Return the angle that a text with signs of degrees, minutes or seconds says."""
    found = _ANGLE.fullmatch(text)
    if found is None:
        return None
    sign, *figures = found.groups()
    parts = [float(f.replace(",", ".")) if f is not None else None for f in figures]
    degrees, minutes, seconds = parts
    if degrees is None:
        return None
    broken = (minutes is not None and degrees % 1) or (seconds is not None and (minutes or 0) % 1)
    if broken or degrees > _DEGREES[1] or (minutes or 0) >= _SIXTY or (seconds or 0) >= _SIXTY:
        return None
    size = degrees + (minutes or 0) / _SIXTY + (seconds or 0) / _SECONDS
    return -size if sign == "-" else size


def split_positions(texts: Sequence[object]) -> tuple[list[str], list[str]]:
    """Part the two coordinates of each cell, latitude first where the text follows custom.

    Parameters
    ----------
    texts
        Cells such as "21.32, 105.40", "21,32; 105,40" or "POINT (105.4 21.32)".

    Returns
    -------
    tuple of list
        First and second coordinate; a cell that cannot be parted stands whole in the first.

    Examples
    --------
    >>> split_positions(["21.32, 105.40", "21,32 105,40", "POINT (105.4 21.3)"])
    (['21.32', '21,32', '21.3'], ['105.40', '105,40', '105.4'])
    """
    pairs = [_pair(plain_text(t)) for t in texts]
    return [first for first, _ in pairs], [second for _, second in pairs]


@lru_cache(maxsize=100_000)
def _pair(text: str) -> tuple[str, str]:
    point = _WKT.fullmatch(text)
    if point is not None:
        return point.group(2), point.group(1)
    bare = text.strip("()[] ")
    for splitter in _SPLITTERS:
        parts = re.split(splitter, bare)
        middle = len(parts) // _PAIR
        if len(parts) % _PAIR:
            continue
        joint = "," if splitter == "," else " "
        halves = joint.join(parts[:middle]), joint.join(parts[middle:])
        if all(_is_coordinate(half) for half in halves):
            return halves
    return text, ""


def _is_coordinate(text: str) -> bool:
    axis = read_axis([text], degrees=None)
    return bool(np.isfinite(axis.values[0]) or axis.unclear[0])
