"""Which cell of a table does a fault mean, by its row and by any name of its column?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.sources.aliases import POSITION_FIELDS
from infraplan.sources.tabular_known import Known, known_to

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraplan.errors import Fault
    from infraplan.sources.tabular_grid import Sheet

__all__ = ["Place", "places_of"]

_GEOMETRY: Final = "geometry"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault is.

    Attributes
    ----------
    fault
        The fault.
    row
        Row as the spreadsheet counts; the header's for a whole column; None for the whole file.
    column
        Column, counted from 0; the first one for a whole row; None for the whole file.
    missing
        Whether the column is not there: it is to be added beside the table.
    """

    fault: Fault
    row: int | None
    column: int | None
    missing: bool = False


def places_of(faults: Sequence[Fault], read: Sheet, *, table: str | None) -> list[Place]:
    """Find the cell that each fault means.

    Parameters
    ----------
    faults
        Faults of one file, whose columns bear the file's names or the dictionary's.
    read
        The table as it was read.
    table
        Name of the table; where None, any table's names are known.
    """
    columns = _columns(read, table)
    first = read.places[0]
    beyond = read.places[-1] + 1
    added: dict[str, int] = {}
    places = []
    for fault in faults:
        if fault.column is None:
            row, column = fault.row, None if fault.row is None else first
            places.append(Place(fault, row, column))
            continue
        row = read.header_row if fault.row is None else fault.row
        if fault.column in columns:
            places.append(Place(fault, row, columns[fault.column]))
        elif fault.row is not None:
            places.append(Place(fault, row, first))
        else:
            added.setdefault(fault.column, beyond + len(added))
            places.append(Place(fault, row, added[fault.column], missing=True))
    return places


def _columns(read: Sheet, table: str | None) -> Mapping[str, int]:
    """Return every name a column may be called by → its place in the file."""
    header = [str(c) for c in read.frame.columns]
    place_of = dict(zip(header, read.places, strict=True))
    found: dict[str, int] = {}
    known = known_to(table)
    best = known.fields(header)
    others = [Known((name,), known.own).fields(header) for name in known.tables]
    for fields in (best, *others):
        for name, field in fields.items():
            found.setdefault(field, place_of[name])
    for field in POSITION_FIELDS:
        if field in found:
            found.setdefault(_GEOMETRY, found[field])
    return found | place_of
