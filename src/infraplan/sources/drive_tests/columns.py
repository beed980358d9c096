"""Which column of a log holds what? Its names are compared without case, signs and diacritics.

Tools put words around them (``All-Serving Cell RSRP (dBm)``): a name that is not known as it is
counts for the known one that is left without such words, after every name known as it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["FIELDS", "Found", "field_of_name", "find_columns", "plain_name"]

_UNITS = ("dbm", "mhz", "degrees", "deg", "wgs84", "m")
_POSITIONS = (("latitude", "longitude"), ("x", "y"), ("point",))
_LEVELS = ("level_dbm", "level_asu")
_ESSENTIAL = {"latitude", "longitude", "x", "y", "point", *_LEVELS}
_WORDS_MOST = 10
"""A longer name is a sentence."""


@cache
def _aliases() -> Mapping[str, tuple[str, int]]:
    """Return alias → (field, place in the catalogue: the smaller is preferred)."""
    rows = catalog.table("sample_columns")
    return {a: (f, i) for i, (a, f) in enumerate(zip(rows["alias"], rows["field"], strict=True))}


@cache
def _qualifiers() -> frozenset[str]:
    """Return the words that tools put around the names of columns."""
    rows = catalog.table("sample_values")
    return frozenset(rows["said"][rows["field"] == "qualifier"])


FIELDS = tuple(dict.fromkeys(catalog.table("sample_columns")["field"]))
"""What a column may hold, in the order of the catalogue."""


def plain_name(text: str) -> str:
    """Return a name in lower case, without diacritics and with letters and digits only.

    Examples
    --------
    >>> plain_name("Kinh độ"), plain_name("RSRP (dBm)")
    ('kinhdo', 'rsrpdbm')
    """
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    """Return the plain words of a name; a capital within one starts another."""
    parted = re.sub(r"(?<=[a-z]{2})(?=[A-Z])", " ", text)
    bare = unicodedata.normalize("NFD", parted.casefold().replace("đ", "d"))
    ascii_ = "".join(c for c in bare if not unicodedata.combining(c))
    return re.findall(r"[a-z0-9]+", ascii_)


@dataclass(frozen=True, slots=True)
class Found:
    """Which columns of a header are known.

    Attributes
    ----------
    places
        Field → number of its column, from 0.
    faults
        What keeps the columns from being used.
    """

    places: Mapping[str, int]
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Whether there is a position and a level."""
        return not _missing(self.places)


def find_columns(
    header: Sequence[str], *, file: str, row: int, columns: Mapping[str, str]
) -> Found:
    """Find the columns of a log by their names.

    Parameters
    ----------
    header
        Names of the columns, as written.
    file, row
        Name and line of the header, for messages.
    columns
        Field → name of its column, or "#" and its number from 1 on, where the reader says so;
        goes before the catalogue. Without a name the field is left out.

    Returns
    -------
    Found
        Where two columns could hold the same field, the one that the catalogue lists first.
    """
    names = [plain_name(name) for name in header]
    places: dict[str, int] = {}
    ranks: dict[str, float] = {}
    twice: dict[str, list[str]] = {}
    for place, name in enumerate(header):
        field, rank = _field_of(name)
        if not field:
            continue
        telling = field in _ESSENTIAL or rank < len(_aliases())
        if rank == ranks.get(field) and telling:
            twice.setdefault(field, [header[places[field]]]).append(name)
        if rank < ranks.get(field, float("inf")):
            places[field], ranks[field] = place, rank
            twice.pop(field, None)
    faults = _said(places, twice, header, names, file=file, row=row, columns=columns)
    faults += [_two_columns(field, of, places[field], file, row) for field, of in twice.items()]
    if not faults:
        faults += _missing_faults(places, header, file, row)
    return Found(places, tuple(faults))


def field_of_name(name: str) -> str:
    """Return what a column of this name holds by the catalogue, empty where it is not known.

    Examples
    --------
    >>> field_of_name("Vĩ độ"), field_of_name("eNB ID"), field_of_name("colour")
    ('latitude', 'enodeb', '')
    """
    return _field_of(name)[0]


@cache
def _field_of(name: str) -> tuple[str, float]:
    """Return the field that a name stands for, and its rank; the smaller is preferred.

    A unit at its end is ignored. Names with words around them come after all others, but for
    levels: RSRP with any words goes before names that only may mean it.
    """
    aliases = _aliases()
    plain = plain_name(name)
    for candidate in (plain, *(plain.removesuffix(u) for u in _UNITS if plain.endswith(u))):
        if candidate in aliases:
            return aliases[candidate]
    words = _words(name)
    loose = [i for i, word in enumerate(words) if word in _qualifiers()]
    if len(words) > _WORDS_MOST:
        return "", float("inf")
    for count in range(1, len(loose) + 1):
        for left_out in combinations(loose, count):
            rest = "".join(word for i, word in enumerate(words) if i not in left_out)
            if rest in aliases:
                field, rank = aliases[rest]
                later = 0 if field in _LEVELS else len(aliases)
                return field, later + rank + count / (_WORDS_MOST + 1)
    return "", float("inf")


def _said(
    places: dict[str, int],
    twice: dict[str, list[str]],
    header: Sequence[str],
    names: Sequence[str],
    *,
    file: str,
    row: int,
    columns: Mapping[str, str],
) -> list[Fault]:
    """Put in the columns that the reader names, and list those that are not there."""
    faults = []
    for field, theirs in columns.items():
        if field not in FIELDS:
            problem = f"{field!r} is nothing that a sample has"
            faults.append(Fault(file, problem, f"name one of {', '.join(FIELDS)}", column=field))
            continue
        place = _place(theirs, names)
        if place is None:
            problem = f"the column named for {field} is not there; the file has {_listed(header)}"
            remedy = "mend the name, or give its number from 1 on, such as #5"
            faults.append(Fault(file, problem, remedy, row, theirs))
            continue
        twice.pop(field, None)
        if place < 0:
            places.pop(field, None)
        else:
            places[field] = place
    return faults


def _place(said: str, names: Sequence[str]) -> int | None:
    """Return the place of a column by its name or number, -1 for none at all, None if unknown."""
    if not said.strip():
        return -1
    if said.startswith("#") and said[1:].isdecimal():
        return int(said[1:]) - 1 if 0 < int(said[1:]) <= len(names) else None
    return names.index(plain_name(said)) if plain_name(said) in names else None


def _two_columns(field: str, of: list[str], place: int, file: str, row: int) -> Fault:
    problem = f"{' and '.join(of)} could both hold the {field}"
    remedy = f"say which one does, by its number: --column {field}=#{place + 1}"
    return Fault(file, problem, remedy, row, of[-1])


def _missing(places: Mapping[str, int]) -> list[str]:
    """Name what a sample cannot do without and no column holds."""
    lacking = []
    if not any(all(f in places for f in pair) for pair in _POSITIONS):
        lacking.append("position")
    if not any(f in places for f in _LEVELS):
        lacking.append("level")
    return lacking


def _missing_faults(
    places: Mapping[str, int], header: Sequence[str], file: str, row: int
) -> list[Fault]:
    examples = {
        "position": "latitude and longitude (lat, lon, vĩ độ, kinh độ …), or x and y with their "
        "CRS",
        "level": "the level in dBm (RSRP, RxLev, mức thu …); RSSI of 4G is not one, as it grows "
        "with the load",
    }
    options = {"position": "latitude=NAME --column longitude=NAME", "level": "level_dbm=NAME"}
    return [
        Fault(
            file,
            f"no column holds {examples[what]}; the file has {_listed(header)}",
            f"export it too, or say which column holds it: --column {options[what]}",
            row,
            what,
        )
        for what in _missing(places)
    ]


def _listed(header: Sequence[str]) -> str:
    most = 30
    shown = ", ".join(repr(n) for n in header[:most])
    return shown + (f" and {len(header) - most} more" if len(header) > most else "")
