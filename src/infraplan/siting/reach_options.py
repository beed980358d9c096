"""How does the signal of places become options by demand, operator by operator?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from infraplan.siting.demand_columns import SINGLE_OPERATOR
from infraplan.siting.options import NEW_MAST, Options
from infraplan.siting.options_market import Market, Named, market_of, named_demand, users

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.siting.demand_columns import DemandColumns
    from infraplan.siting.options import Heights
    from infraplan.siting.reach_signal import Sight
    from infraplan.study import Study

__all__ = ["Layout", "join"]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Which columns of demand lie in which cell.

    Attributes
    ----------
    row, column
        The cells, in row-major order, shape (cells,).
    first
        First column of each cell, and the number of all, shape (cells + 1,).
    """

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    first: NDArray[np.int64]

    @classmethod
    def of(cls, demand: DemandColumns, width: int) -> Layout:
        """Lay out demand that is sorted by cell, on a grid of so many columns."""
        cell, first = np.unique(demand.row * width + demand.column, return_index=True)
        row, column = np.divmod(cell, width)
        return cls(row, column, np.append(first, len(demand)).astype(np.int64))

    def columns_of(self, cells: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return, for ascending cells, the position of each column's cell among them, and it."""
        start = self.first[cells]
        count = self.first[cells + 1] - start
        position = np.repeat(np.arange(len(cells)), count)
        before = np.cumsum(count) - count
        column = np.arange(len(position)) - (before - start)[position]
        return position, column.astype(np.int32)


@dataclass(slots=True, eq=False)
class _Rows:
    """Rows of the matrix and their options, as they come."""

    place: list[int] = field(default_factory=list)
    mast_m: list[float] = field(default_factory=list)
    antenna_m: list[float] = field(default_factory=list)
    operator: list[str | None] = field(default_factory=list)
    pays_rent: list[bool] = field(default_factory=list)
    indices: list[NDArray[np.int32]] = field(default_factory=list)
    data: list[NDArray[np.int8]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """What is the same for all places."""

    demand: DemandColumns
    layout: Layout
    market: Market
    named: Named
    served_from: int
    kind: list[str]
    host: list[str | None]
    allowed: list[tuple[str, ...]]
    heights: list[Heights]
    useful: dict[str | None, NDArray[np.bool_]] = field(default_factory=dict)

    def of_use(self, operator: str | None) -> NDArray[np.bool_]:
        """Tell of each column whether an operator's site helps it."""
        if operator not in self.useful:
            self.useful[operator] = self.demand.is_served_by(operator)
        return self.useful[operator]


def join(
    study: Study,
    spots: gpd.GeoDataFrame,
    heights: list[Heights],
    sights: list[Sight],
    demand: DemandColumns,
    layout: Layout,
    *,
    served_from: int,
) -> tuple[csr_array, Options]:
    """Turn what each place sees into options by demand.

    Parameters
    ----------
    study
        Its operators.
    spots, heights, sights
        The candidates, their heights, and what each serves; the sights are used up.
    demand, layout
        Whom they may serve, and in which cells.
    served_from
        Margin from which on demand counts as served.

    Returns
    -------
    tuple of scipy.sparse.csr_array and Options
        Margins, int8, and the options, by place, operator and height; options that serve nobody
        are left out.
    """
    scene = _Scene(
        demand,
        layout,
        market_of(study, demand),
        named_demand(demand),
        served_from,
        spots["kind"].tolist(),
        _texts(spots, "host_site_id"),
        [tuple(filter(None, (text or "").split("|"))) for text in _texts(spots, "operators")],
        heights,
    )
    rows = [_Rows() for _ in sights]
    shared = [place for place, kind in enumerate(scene.kind) if kind != NEW_MAST]
    closed = np.zeros(len(demand), dtype=np.bool_)
    for place in shared:
        _add(rows[place], scene, place, sights[place], closed)
    _close(closed, demand, [rows[place] for place in shared], served_from)
    for place, kind in enumerate(scene.kind):
        if kind == NEW_MAST:
            _add(rows[place], scene, place, sights[place], closed)
    sights.clear()
    return _matrix(rows, len(demand))


def _texts(table: gpd.GeoDataFrame, column: str) -> list[str | None]:
    """Return a column of text, None where it is missing."""
    if column not in table:
        return [None] * len(table)
    return [None if pd.isna(value) else str(value) for value in table[column]]


def _close(
    closed: NDArray[np.bool_], demand: DemandColumns, shared: list[_Rows], served_from: int
) -> None:
    """Mark demand for a second operator that an existing mast would serve."""
    for rows in shared:
        for indices, data in zip(rows.indices, rows.data, strict=True):
            closed[indices[data >= served_from]] = True
    closed &= demand.kind == SINGLE_OPERATOR


def _add(rows: _Rows, scene: _Scene, place: int, seen: Sight, closed: NDArray[np.bool_]) -> None:
    """Add the options of one place; what is closed to it is not served."""
    position, column = scene.layout.columns_of(seen.cells)
    host = scene.host[place]
    best = seen.margins.max(axis=0, initial=0)[position] >= scene.served_from
    operators = users(
        scene.market,
        scene.named,
        scene.demand.weight,
        column[best & ~closed[column]],
        host=host,
        allowed=scene.allowed[place],
    )
    there = frozenset() if host is None else scene.market.tenants.get(host, frozenset())
    heights = scene.heights[place]
    for operator in operators:
        useful = scene.of_use(operator)[column] & ~closed[column]
        for mast_m, antenna_m, margin in zip(
            heights.mast_m, heights.antenna_m, seen.margins, strict=True
        ):
            of_column = margin[position]
            kept = useful & (of_column > 0)
            if kept.any():
                rows.place.append(place)
                rows.mast_m.append(mast_m)
                rows.antenna_m.append(antenna_m)
                rows.operator.append(operator)
                rows.pays_rent.append(scene.kind[place] != NEW_MAST and operator not in there)
                rows.indices.append(column[kept])
                rows.data.append(of_column[kept])


def _matrix(rows: list[_Rows], width: int) -> tuple[csr_array, Options]:
    """Join the rows of all places."""
    parts = [part for row in rows for part in row.indices]
    lengths = np.array([len(part) for part in parts], dtype=np.int64)
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    index_type = np.int32 if indptr[-1] <= np.iinfo(np.int32).max else np.int64
    indices = np.concatenate([*parts, np.zeros(0, dtype=np.int32)])
    del parts
    for row in rows:
        row.indices.clear()
    data = np.concatenate([*(d for row in rows for d in row.data), np.zeros(0, dtype=np.int8)])
    matrix = csr_array(
        (data, indices.astype(index_type, copy=False), indptr.astype(index_type)),
        shape=(len(lengths), width),
    )
    operators = np.empty(len(lengths), dtype=object)
    operators[:] = [name for row in rows for name in row.operator]
    options = Options(
        np.array([place for row in rows for place in row.place], dtype=np.int64),
        np.array([height for row in rows for height in row.mast_m], dtype=np.float64),
        np.array([height for row in rows for height in row.antenna_m], dtype=np.float64),
        operators,
        np.array([pays for row in rows for pays in row.pays_rent], dtype=np.bool_),
    )
    return matrix, options
