"""Which rows of an inventory are parts of one tower: a row per technology, band or direction?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from pyproj import Geod

from infraplan import catalog
from infraplan.sources.coordinates_said import listed_rows
from infraplan.wording import count, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

    import geopandas as gpd

    from infraplan.sources.inventory.rows import Rows
    from infraplan.wording import Text

__all__ = ["Joined", "join_parts"]

_JOINT: Final = "|"
_LISTS: Final = ("technologies", "bands", "azimuths_deg")
"""What rows of one tower differ in; the tower has all of it."""
_ANTENNA: Final = ("tilt_deg", "eirp_dbm", "antenna_height_m")
"""What one tower can have only once."""
_MAST: Final = ("name", "owner", "mast_class", "mast_kind", "mast_height_m", "power_source")
"""What every row says of the same mast."""

_Row = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Towers of which no row is part of another.

    Attributes
    ----------
    table
        The towers in the order of their first rows.
    rows
        Rows, as a spreadsheet counts them, that went into the tower of an earlier row or became
        another tower of its identifier.
    notes
        How many there were.
    """

    table: gpd.GeoDataFrame
    rows: frozenset[int]
    notes: tuple[Text, ...]


def join_parts(
    table: gpd.GeoDataFrame, rows: Rows, *, repeated: Collection[int | None] = ()
) -> Joined:
    """Join the rows of one identifier, operator and place that list different antennas.

    Rows whose tilts, levels or heights of antennas contradict each other become towers of their
    own, called after their technologies. Rows that differ in no technology, band or direction
    are left as they are, so that the check of identifiers names them.

    Parameters
    ----------
    table
        Towers by the rows of the file.
    rows
        The rows.
    repeated
        Rows, as a spreadsheet counts them, that repeat others in every cell; they are left alone.
    """
    free = table[~np.isin(rows.numbers, [r for r in repeated if r is not None])]
    free = free[free["tower_id"].notna() & free["operator"].notna() & free.geometry.notna()]
    several = free[free.duplicated(["tower_id", "operator"], keep=False)]
    taken, gone = set(table["tower_id"].dropna()), set[int]()
    into, apart, odd = list[int](), list[int](), list[int]()
    changed = table.copy()
    for _, group in several.groupby(["tower_id", "operator"], sort=False):
        towers = _towers(_records(group[_near_first(group)]))
        for number, tower in enumerate(towers):
            first, *others = tower["places"]
            gone.update(others)
            into += others
            odd += tower["odd"]
            if number:
                apart.append(first)
                tower["tower_id"] = _new_name(tower, taken)
                taken.add(tower["tower_id"])
            for name in ("tower_id", "sharing", *_LISTS, *_ANTENNA, *_MAST):
                if name in changed.columns:
                    changed.at[first, name] = tower[name]
    numbers = frozenset(int(rows.numbers[i]) for i in (*into, *apart))
    kept = changed.drop(index=sorted(gone))
    return Joined(kept, numbers, _notes(rows, into, apart, odd))


def _near_first(group: gpd.GeoDataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which rows stand where the first one does."""
    x, y = group.geometry.x.to_numpy(), group.geometry.y.to_numpy()
    first = np.full(len(group), x[0]), np.full(len(group), y[0])
    apart_m = Geod(ellps="WGS84").inv(*first, x, y)[2]
    return np.asarray(apart_m) <= catalog.value("mast_rules", "same_identifier_within_m", "value")


def _records(group: gpd.GeoDataFrame) -> list[_Row]:
    """Return rows as towers of their own, what is missing as None."""
    names: Sequence[Hashable] = [c for c in group.columns if c != "geometry"]
    found = []
    for place, values in zip(group.index, zip(*(group[n] for n in names), strict=True), strict=True):
        row = {
            str(n): v if n == "sharing" or not pd.isna(v) else None
            for n, v in zip(names, values, strict=True)
        }
        found.append(row | {"places": [int(place)], "odd": []})
    return found


def _towers(rows: Sequence[_Row]) -> list[_Row]:
    """Join rows: first the directions of one technology and band, then those two."""
    sectors: list[_Row] = []
    for row in rows:
        if any(_says_nothing_new(row, other) for other in rows if other is not row and
               other["places"] < row["places"]):  # fmt: skip
            continue
        _put(row, sectors, same=("technologies", "bands", *_ANTENNA), new=("azimuths_deg",))
    towers: list[_Row] = []
    for row in sectors:
        _put(row, towers, same=(), new=("technologies", "bands"))
    return towers


def _says_nothing_new(row: _Row, other: _Row) -> bool:
    return all(row[name] == other[name] for name in _LISTS)


def _put(row: _Row, towers: list[_Row], *, same: Sequence[str], new: Sequence[str]) -> None:
    """Join a row to the first tower that it fits, else let it be a tower of its own."""
    either = [n for n in ("azimuths_deg", *_ANTENNA) if n not in (*same, *new)]
    for tower in towers:
        equal = all(row[n] == tower[n] for n in same)
        fits = all(row[n] is None or tower[n] in (None, row[n]) for n in either)
        if equal and fits and any(row[n] != tower[n] for n in new):
            _join(tower, row)
            return
    towers.append(row)


def _join(tower: _Row, row: _Row) -> None:
    """Add what a row says to a tower; of its mast the first word and the greatest height count."""
    for name in _LISTS:
        parts = [p for said in (tower[name], row[name]) if said for p in said.split(_JOINT)]
        key = float if name == "azimuths_deg" else str
        tower[name] = _JOINT.join(sorted(set(parts), key=key)) or None
    for name in (n for n in (*_ANTENNA, *_MAST) if n in tower):
        ours, theirs = tower[name], row[name]
        if name in _MAST and None not in (ours, theirs) and ours != theirs:
            tower["odd"].append(row["places"][0])
        tower[name] = theirs if ours is None or _higher(name, theirs, ours) else ours
    tower["sharing"] = tuple(dict.fromkeys((*tower["sharing"], *row["sharing"])))
    tower["places"] += row["places"]
    tower["odd"] += row["odd"]


def _higher(name: str, theirs: object, ours: object) -> bool:
    numbers = isinstance(theirs, float) and isinstance(ours, float)
    return name == "mast_height_m" and numbers and theirs > ours  # type: ignore[operator]


def _new_name(tower: _Row, taken: Collection[str]) -> str:
    """Call a further tower of an identifier after its technologies."""
    stem = f"{tower['tower_id']}-{(tower['technologies'] or 'x').replace(_JOINT, '+')}"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def _notes(
    rows: Rows, into: Sequence[int], apart: Sequence[int], odd: Sequence[int]
) -> tuple[Text, ...]:
    said = (("joined", into), ("apart", apart), ("differ", odd))
    return tuple(
        phrase(
            f"inventory_rows_{key}",
            {
                "file": plain(rows.file),
                "count": count(len(set(places))),
                "list": listed_rows(rows.numbers[sorted(set(places))]),
            },
        )
        for key, places in said
        if places
    )
