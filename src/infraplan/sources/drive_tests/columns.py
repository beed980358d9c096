"""Which column of a log holds what? Its names are compared without case, signs and diacritics."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["FIELDS", "Found", "field_of_name", "find_columns", "plain_name"]

_UNITS = ("dbm", "mhz", "degrees", "deg", "wgs84", "m")
_POSITIONS = (("latitude", "longitude"), ("x", "y"), ("point",))
_LEVELS = ("level_dbm", "level_asu")


@cache
def _aliases() -> Mapping[str, tuple[str, int]]:
    """Return alias → (field, place in the catalogue: the smaller is preferred)."""
    rows = catalog.table("sample_columns")
    return {a: (f, i) for i, (a, f) in enumerate(zip(rows["alias"], rows["field"], strict=True))}


FIELDS = tuple(dict.fromkeys(catalog.table("sample_columns")["field"]))
"""What a column may hold, in the order of the catalogue."""


def plain_name(text: str) -> str:
    """Return a name in lower case, without diacritics and with letters and digits only.

    Examples
    --------
    >>> plain_name("Kinh độ"), plain_name("RSRP (dBm)")
    ('kinhdo', 'rsrpdbm')
    """
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(c for c in bare if c.isascii() and c.isalnum())


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
    ranks: dict[str, int] = {}
    twice: dict[str, list[str]] = {}
    for place, name in enumerate(names):
        field, rank = _field_of(name)
        if not field:
            continue
        if rank == ranks.get(field):
            twice.setdefault(field, [header[places[field]]]).append(header[place])
        if rank < ranks.get(field, len(_aliases())):
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
    return _field_of(plain_name(name))[0]


def _field_of(name: str) -> tuple[str, int]:
    """Return the field that a name stands for, and its rank; a unit at its end is ignored."""
    aliases = _aliases()
    for candidate in (name, *(name.removesuffix(u) for u in _UNITS if name.endswith(u))):
        if candidate in aliases:
            return aliases[candidate]
    return "", len(aliases)


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
