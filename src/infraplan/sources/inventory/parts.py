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
    from collections.abc import Collection, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.sources.inventory.rows import Rows
    from infraplan.wording import Text

__all__ = ["Joined", "join_parts"]

_JOINT: Final = "|"
_KEY: Final = ("tower_id", "operator")
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
        Rows, as a spreadsheet counts them, that went into the tower of an earlier row, became
        another tower of its identifier, or might have if each had a position.
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
    lost = _of_lost(table)
    free = table[~np.isin(rows.numbers, [r for r in repeated if r is not None])]
    free = free[free["tower_id"].notna() & free["operator"].notna() & free.geometry.notna()]
    several = free[free.duplicated(list(_KEY), keep=False)]
    taken, gone = set(table["tower_id"].dropna()), set[int]()
    into, apart, odd = list[int](), list[int](), list[int]()
    mended: dict[int, _Row] = {}
    for group in _groups(several[_near_first(several)]):
        towers = _towers(group)
        for number, tower in enumerate(towers):
            first, *others = tower["places"]
            gone.update(others)
            into += others
            odd += tower["odd"]
            if number:
                apart.append(first)
                tower["tower_id"] = _new_name(tower, taken)
                taken.add(tower["tower_id"])
            mended[first] = tower
    numbers = frozenset(int(rows.numbers[i]) for i in (*into, *apart, *lost))
    kept = _mended(table, mended).drop(index=sorted(gone))
    return Joined(kept, numbers, _notes(rows, into, apart, odd))


def _mended(table: gpd.GeoDataFrame, towers: Mapping[int, _Row]) -> gpd.GeoDataFrame:
    """Return the table with what the towers say in the rows where they begin."""
    changed = table.copy()
    for name in ("tower_id", "sharing", *_LISTS, *_ANTENNA, *_MAST):
        if name in table.columns:
            values = [
                towers[i][name] if i in towers else value
                for i, value in zip(table.index, table[name], strict=True)
            ]
            changed[name] = pd.Series(values, index=table.index, dtype=object)
    return changed


def _of_lost(table: gpd.GeoDataFrame) -> list[int]:
    """Return the rows of towers of which some row has no position, so that none can be joined."""
    placed = table.geometry.notna().groupby([table[name] for name in _KEY])
    unknown = placed.transform("all").eq(other=False)
    return [int(i) for i in table.index[unknown]]


def _near_first(rows: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which rows stand where the first of their identifier and operator does."""
    if rows.empty:
        return np.zeros(0, dtype=np.bool_)
    points = pd.DataFrame({"x": rows.geometry.x, "y": rows.geometry.y})
    first = points.groupby([rows[name] for name in _KEY]).transform("first")
    x, y, first_x, first_y = (end[n].to_numpy() for end in (points, first) for n in ("x", "y"))
    apart_m = Geod(ellps="WGS84").inv(first_x, first_y, x, y)[2]
    most_m = catalog.value("mast_rules", "same_identifier_within_m", "value")
    near: NDArray[np.bool_] = np.asarray(apart_m) <= most_m
    return near


def _groups(rows: gpd.GeoDataFrame) -> list[list[_Row]]:
    """Return rows as towers of their own, by identifier and operator; what is missing is None."""
    names = [str(c) for c in rows.columns if c != "geometry"]
    columns = [
        rows[n].tolist() if n == "sharing" else rows[n].astype(object).where(rows[n].notna(), None)
        for n in names
    ]
    groups: dict[tuple[str, ...], list[_Row]] = {}
    for place, *values in zip(rows.index, *columns, strict=True):
        row = dict(zip(names, values, strict=True))
        key = tuple(str(row[name]) for name in _KEY)
        groups.setdefault(key, []).append(row | {"places": [int(place)], "odd": []})
    return list(groups.values())


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
