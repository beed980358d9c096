"""Which column of a user's table is meant by which column of the data dictionary?

Headers are compared without case, signs and diacritics. Units and remarks in brackets are read
too: a header whose unit is another than the dictionary's is not taken for it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from infraplan import catalog
from infraplan.names import from_tcvn3, looks_like_tcvn3
from infraplan.tables import spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infraplan.tables.spec import Column

__all__ = ["POSITION_FIELDS", "doubled_columns", "header_key", "match_columns"]

POSITION_FIELDS: Final = ("lon", "lat", "x", "y", "position")
"""Fields beyond the dictionaries: coordinates as two columns or as one."""
_ANY, _UNIT, _WORD = "any", "unit", "word"
_DICTIONARIES: Final = {"census": "communes"}
"""A census is a table of communes without their boundaries."""
_UNITS_OF_POSITIONS: Final = ("deg", "m")
_BRACKETS: Final = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_PARTS: Final = re.compile(r"[\n\r/|;:–—]+|\s-\s")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MOST_WORDS = 3
"""A unit or remark at the end of a header has at most so many words."""


def header_key(name: str) -> str:
    """Return a header in lower case, without diacritics and with letters and digits only.

    Examples
    --------
    >>> header_key("Kinh độ (°)"), header_key("TOẠ ĐỘ_X"), header_key("areaKm²")
    ('kinhdo', 'toadox', 'areakm2')
    """
    return "".join(_words(name))


def match_columns(names: Sequence[str], table: str) -> dict[str, str]:
    """Find the columns of a table by their headers.

    Parameters
    ----------
    names
        Headers of the file, in their order.
    table
        Name of the dictionary, such as ``"towers"``.

    Returns
    -------
    dict
        Header → field of the dictionary, one of :data:`POSITION_FIELDS`, or another field that
        ``catalog/column_aliases.csv`` lists for the table. Where several headers mean the same
        field, the one that bears the field's own name has it, else the first.

    Examples
    --------
    >>> match_columns(["Mã trạm", "KINH DO", "Vĩ độ (°)", "Độ cao cột (m)", "Ghi chú"], "towers")
    {'Mã trạm': 'tower_id', 'KINH DO': 'lon', 'Vĩ độ (°)': 'lat', 'Độ cao cột (m)': 'mast_height_m'}
    """
    return {own[0]: field for field, own in _by_field(names, table).items()}


def doubled_columns(names: Sequence[str], table: str) -> dict[str, tuple[str, ...]]:
    """Return the fields that several headers mean, each with all its headers, the taken one first.

    Examples
    --------
    >>> doubled_columns(["Tên trạm", "Site name"], "towers")
    {'name': ('Tên trạm', 'Site name')}
    """
    return {field: tuple(own) for field, own in _by_field(names, table).items() if len(own) > 1}


def _by_field(names: Sequence[str], table: str) -> dict[str, list[str]]:
    """Return field → headers that mean it, the one to take first."""
    readable = [from_tcvn3(n) for n in names] if looks_like_tcvn3(names) else names
    found: dict[str, list[str]] = {}
    for name, text in zip(names, readable, strict=True):
        field = _field(text, table)
        if field is None:
            continue
        own = found.setdefault(field, [])
        own.insert(0 if name == field else len(own), name)
    return found


@cache
def _field(text: str, table: str) -> str | None:
    """Return the field that a header means, None where it means none.

    The whole header goes before itself without brackets, units and remarks; those go before its
    parts, as in "Kinh độ / Longitude".
    """
    aliases = _aliases(table)
    whole = header_key(text)
    if whole in aliases:
        return aliases[whole]
    unit = _unit_in_brackets(text)
    bare = _BRACKETS.sub(" ", text)
    for part in (bare, *_PARTS.split(bare)):
        for key, trailing in _shortened(part):
            field = aliases.get(key)
            if field is not None and _fits(unit or trailing, field, table):
                return field
    return None


def _shortened(text: str) -> Iterator[tuple[str, str]]:
    """Give the keys of a header with ever more words left off, each with the unit left off."""
    unit, words = "", _words(text)
    yield "".join(words), unit
    while words:
        for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
            last = "".join(words[-count:])
            if last in _aliases(_WORD) or last in _aliases(_UNIT) or _YEAR.fullmatch(last):
                unit = unit or _aliases(_UNIT).get(last, "")
                words = words[:-count]
                break
        else:
            return
        yield "".join(words), unit


def _unit_in_brackets(text: str) -> str:
    """Return the unit that a remark in brackets names, empty where none does."""
    inside = [remark for pair in _BRACKETS.findall(text) for remark in pair if remark]
    signs, words = _signs(), _aliases(_UNIT)
    units = [signs.get(r.strip().casefold(), "") or words.get(header_key(r), "") for r in inside]
    return next((unit for unit in units if unit), "")


@cache
def _signs() -> Mapping[str, str]:
    """Return the units that are signs and not letters, such as ° and %."""
    rows = catalog.table("column_aliases")
    rows = rows[rows["table"] == _UNIT]
    return MappingProxyType(dict(zip(rows["alias"], rows["field"], strict=True)))


def _fits(unit: str, field: str, table: str) -> bool:
    """Tell whether a field may be written in a unit; one without a unit says nothing."""
    if not unit:
        return True
    if field in POSITION_FIELDS:
        return unit in _UNITS_OF_POSITIONS
    own = next((c.unit for c in _columns(table) if c.name == field), "")
    return unit == own if own else True


def _columns(table: str) -> tuple[Column, ...]:
    return spec(_DICTIONARIES.get(table, table)).columns


@cache
def _aliases(table: str) -> Mapping[str, str]:
    """Return key → field; a table's own rows go before those for any, its fields before both."""
    rows = catalog.table("column_aliases")
    plain = table in (_UNIT, _WORD)
    found: dict[str, str] = {}
    for owner in (table,) if plain else (_ANY, table):
        chosen = rows[rows["table"] == owner]
        pairs = zip(chosen["alias"], chosen["field"], strict=True)
        found |= {header_key(alias): field for alias, field in pairs}
    if not plain:
        found |= {header_key(c.name): c.name for c in _columns(table)}
    found.pop("", None)
    return MappingProxyType(found)


def _words(text: str) -> list[str]:
    """Return the plain words of a header; a capital within one starts another."""
    parted = re.sub(r"(?<=[a-z]{2})(?=[A-Z])", " ", unicodedata.normalize("NFKC", text))
    bare = unicodedata.normalize("NFD", parted.casefold().replace("đ", "d"))
    ascii_ = "".join(c for c in bare if not unicodedata.combining(c))
    return re.findall(r"[a-z0-9]+", ascii_)
