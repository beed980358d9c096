"""Which rows of a block are cells of the country and the area, and what is wrong with the others?

A row is counted under the first reason that applies, in the order of :data:`REASONS`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from infraplan import catalog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["REASONS", "Sieve"]

REASONS: Final = ("number", "country", "nowhere", "outside", "radio", "range")
"""Why rows are left out; rows of the last reason are kept without their range."""

_NUMBER: Final = r"^[+-]?(\d{1,30}\.?\d{0,30}|\.\d{1,30})([eE][+-]?\d{1,2})?$"
_GLOBE_DEG: Final = (180.0, 90.0)
_WHOLE_MOST: Final = 2.0**53
"""Greater numbers cannot be told apart as float64."""
_OTHERS_MOST: Final = 1000
_NAME: Final = 10


@dataclass(slots=True)
class Sieve:
    """Takes blocks of text rows, keeps the cells that are wanted and counts the rest.

    Attributes
    ----------
    mcc
        Mobile country code that is wanted.
    bounds
        West, south, east and north of the area that is wanted, degrees.
    counts
        Reason → rows.
    first
        Reason → place of its first row.
    others
        Other country codes and radios that were met, with their rows.
    """

    mcc: int
    bounds: tuple[float, float, float, float]
    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)

    def keep(self, batch: Any, start: int) -> pd.DataFrame | None:  # noqa: ANN401 - no types
        """Return the cells of a block, None where there is none.

        Parameters
        ----------
        batch
            Record batch of text columns.
        start
            Place of its first row among all rows.
        """
        place = np.arange(start, start + batch.num_rows)
        mcc = _numbers(batch["mcc"])
        filled = compute.not_equal(batch["radio"], "").to_numpy(zero_copy_only=False)
        filled |= ~np.isnan(mcc)
        self._count("number", place[np.isnan(mcc) & filled])
        other = ~np.isnan(mcc) & (mcc != self.mcc)
        self._count("country", place[other])
        codes, rows = np.unique(mcc[other], return_counts=True)
        self._meet({f"MCC {c:g}": int(n) for c, n in zip(codes, rows, strict=True)})
        batch, place = _where(mcc == self.mcc, batch, place)
        lon, lat = _numbers(batch["lon"]), _numbers(batch["lat"])
        here = self._located(lon, lat, place)
        batch, place = _where(here, batch, place)
        if not len(place):
            return None
        return self._cells(batch, place, lon[here], lat[here])

    def _located(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], place: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Tell which positions lie in the area."""
        unread = np.isnan(lon) | np.isnan(lat)
        half_turn, right_angle = _GLOBE_DEG
        nowhere = (np.abs(lon) > half_turn) | (np.abs(lat) > right_angle)
        nowhere |= (lon == 0) & (lat == 0)
        west, south, east, north = self.bounds
        within = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north) & ~nowhere
        self._count("number", place[unread])
        self._count("nowhere", place[nowhere])
        self._count("outside", place[~unread & ~nowhere & ~within])
        return np.asarray(within, dtype=np.bool_)

    def _cells(
        self,
        batch: Any,  # noqa: ANN401 - pyarrow has no types
        place: NDArray[np.int64],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
    ) -> pd.DataFrame:
        """Return the cells of located rows."""
        said = compute.ascii_upper(compute.ascii_trim_whitespace(batch["radio"]))
        radios = catalog.table("cell_radios")["radio"].to_numpy(dtype=object)
        found = compute.index_in(said, value_set=pa.array(radios, pa.string()))
        radio = compute.fill_null(found, -1).to_numpy(zero_copy_only=False)
        known = radio >= 0
        self._count("radio", place[~known])
        self._meet(_odd_names(said.filter(pa.array(~known))))
        names = ("net", "area", "cell", "range", "samples")
        columns = {name: _numbers(batch[name]) for name in names}
        keys = np.column_stack([columns[name] for name in names[:3]])
        readable = ~np.isnan(np.column_stack(list(columns.values()))).any(axis=1)
        readable &= ((keys >= 0) & (keys <= _WHOLE_MOST) & (keys % 1 == 0)).all(axis=1)
        self._count("number", place[known & ~readable])
        kept = known & readable
        self._count("range", place[kept & (columns["range"] <= 0)])
        exact = compute.equal(compute.ascii_trim_whitespace(batch["changeable"]), "0")
        updated = np.nan_to_num(_numbers(batch["updated"]))
        numbers = np.where(readable[:, None], keys, 0).astype(np.int64)
        frame = pd.DataFrame(
            {
                "radio": radios[radio],
                **dict(zip(names[:3], numbers.T, strict=True)),
                "lon": lon,
                "lat": lat,
                "range_m": np.where(columns["range"] > 0, columns["range"], np.nan),
                "samples": np.maximum(np.nan_to_num(columns["samples"]), 1.0),
                "exact": exact.to_numpy(zero_copy_only=False),
                "updated": updated,
                "place": place,
            }
        )
        cells: pd.DataFrame = frame.loc[kept]
        return cells

    def _count(self, reason: str, places: NDArray[np.int64]) -> None:
        if places.size:
            self.counts[reason] += int(places.size)
            self.first[reason] = min(int(places[0]), self.first.get(reason, int(places[0])))

    def _meet(self, rows: Mapping[str, int]) -> None:
        if len(self.others) < _OTHERS_MOST:
            self.others.update(rows)


def _where(wanted: NDArray[np.bool_], batch: Any, place: NDArray[np.int64]) -> tuple[Any, Any]:  # noqa: ANN401 - pyarrow has no types
    return batch.filter(pa.array(wanted)), place[wanted]


def _odd_names(names: Any) -> dict[str, int]:  # noqa: ANN401 - pyarrow has no types
    """Return how often each text stands in an array that may hold bytes of any encoding."""
    told = compute.value_counts(names.cast(pa.binary())).to_pylist()[:_OTHERS_MOST]
    return {
        "".join(c for c in t["values"][:_NAME].decode("utf-8", "replace") if c.isprintable()): int(
            t["counts"]
        )
        for t in told
    }


def _numbers(texts: Any) -> NDArray[np.float64]:  # noqa: ANN401 - pyarrow has no types
    """Read a column of text as numbers; what is none is NaN."""
    try:
        numbers = compute.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        trimmed = compute.ascii_trim_whitespace(texts)
        readable = compute.match_substring_regex(trimmed, _NUMBER)
        numbers = compute.cast(compute.if_else(readable, trimmed, "nan"), pa.float64())
    values = np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    return values
