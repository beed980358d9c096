"""Which figures of coverage does a bundle hold, laid out so that any of them is found at once?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan import catalog
from infraplan_api.coverage.simple import simple_table
from infraplan_api.places.whole import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from infraplan_api.bundle import Bundle

__all__ = ["COUNTED", "Combination", "Figures", "figures_of", "share_name"]

COUNTED: Final = {
    "people": ("people_served", "people"),
    "area": ("area_served_m2", "area_m2"),
    "households": ("households_served", "households"),
    "villages": ("villages_served", "villages"),
}
"""What is counted, its numerator and its denominator."""

_SHARE_DIGITS: Final = 4
_DIGITS: Final = 1
"""As the tables of the bundle have them; m2 are whole."""
_TABLE: Final = "coverage"
_ORIGIN: Final = "people_served_origin"


class Combination(NamedTuple):
    """What figures are of: one row of the arrays."""

    technology: str
    environment: str
    level: str
    year: int
    operator: str


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """All figures of coverage of a bundle.

    Attributes
    ----------
    codes
        Codes of the communes, sorted: the columns of the arrays.
    combinations
        What the rows of the arrays are of, in the order of answers.
    thresholds_dbm
        Least RSRP that counts as served, dBm, for each row.
    communes
        Column of the table to its values, one row for each combination; NaN where not known.
    province
        The same for all communes together: sums over the communes of which both numerator and
        denominator are known, and their quotient. All rounded as the bundle's tables are.
    origins
        How the figures are known, for each row and commune.
    """

    codes: tuple[str, ...]
    combinations: tuple[Combination, ...]
    thresholds_dbm: NDArray[np.float64]
    communes: Mapping[str, NDArray[np.float64]]
    province: Mapping[str, NDArray[np.float64]]
    origins: NDArray[np.object_]

    def column(self, code: str) -> int:
        """Return the column of a commune that is there."""
        return self.codes.index(code)


def share_name(counted: str, whole: str) -> str:
    """Return the name of a share, which says what it is a share of.

    Examples
    --------
    >>> share_name("area", "commune")
    'area_served_share_of_commune_area'
    """
    return f"{counted}_served_share_of_{whole}_{counted}"


def figures_of(bundle: Bundle) -> Figures:
    """Return the figures of a bundle, laid out at the first call."""
    return once(bundle, "coverage figures", _laid_out)


def _laid_out(bundle: Bundle) -> Figures:
    """Lay out the table; a bundle without one has what its communes.csv says."""
    table = bundle.table(_TABLE) if bundle.has(f"{_TABLE}.parquet") else simple_table(bundle)
    codes = tuple(sorted(bundle.table("communes")["code"].astype(str)))
    combinations = _combinations(bundle, table)
    row_of = {combination: i for i, combination in enumerate(combinations)}
    column_of = {code: i for i, code in enumerate(codes)}
    fields = (table[name].tolist() for name in Combination._fields)
    rows = np.array([row_of[Combination(*c)] for c in zip(*fields, strict=True)], dtype=np.intp)
    columns = np.array([column_of[c] for c in table["commune_code"].tolist()], dtype=np.intp)
    shape = (len(combinations), len(codes))
    communes = {
        name: _placed(table[name], rows, columns, shape)
        for counted, parts in COUNTED.items()
        for name in (*parts, share_name(counted, "commune"))
    }
    thresholds_dbm = np.full(shape[0], np.nan)
    thresholds_dbm[rows] = table["threshold_dbm"].to_numpy(np.float64)
    origins = np.full(shape, "", dtype=object)
    origins[rows, columns] = table[_ORIGIN].fillna("").astype(str).to_numpy(object)
    return Figures(
        codes=codes,
        combinations=combinations,
        thresholds_dbm=thresholds_dbm,
        communes=_rounded(communes),
        province=_rounded(_province(communes)),
        origins=origins,
    )


def _combinations(bundle: Bundle, table: pd.DataFrame) -> tuple[Combination, ...]:
    """Return what there is, the plan's technology and the lowest level first."""
    names = list(Combination._fields)
    found = {Combination(*row) for row in table[names].drop_duplicates().itertuples(index=False)}
    technologies = (bundle.technology, *bundle.technologies)
    levels = catalog.table("service_levels")["level"].drop_duplicates().tolist()[::-1]

    def order(c: Combination) -> tuple[object, ...]:
        return (
            technologies.index(c.technology),
            bundle.environments.index(c.environment),
            levels.index(c.level),
            c.year,
            bundle.operators.index(c.operator),
        )

    return tuple(sorted((Combination(*c[:3], int(c.year), c.operator) for c in found), key=order))


def _placed(
    values: pd.Series,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    shape: tuple[int, int],
) -> NDArray[np.float64]:
    """Return a column of the table as rows of combinations and columns of communes."""
    placed = np.full(shape, np.nan)
    placed[rows, columns] = values.to_numpy(np.float64, na_value=np.nan)
    return placed


def _rounded(columns: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Round figures as the tables of the bundle are rounded, so that they are the same."""
    rounded = {}
    for name, values in columns.items():
        whole = _DIGITS if "_m2" not in name else 0
        rounded[name] = np.round(values, _SHARE_DIGITS if "_share_" in name else whole)
    return rounded


def _province(communes: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Add up the communes of which numerator and denominator are known."""
    sums: dict[str, NDArray[np.float64]] = {}
    for counted, (served, whole) in COUNTED.items():
        known = np.isfinite(communes[served]) & np.isfinite(communes[whole])
        any_known = np.asarray(known.any(axis=1))
        for name in (served, whole):
            total = np.where(known, communes[name], 0.0).sum(axis=1)
            sums[name] = np.where(any_known, total, np.nan)
        share = np.full(len(any_known), np.nan)
        np.divide(sums[served], sums[whole], out=share, where=sums[whole] > 0)
        sums[share_name(counted, "province")] = share
    return sums
