"""Which cells of the study may a sample come from, by what it says of itself?

In this order: the cell it names; the cells of the site it names; the cells with its physical
cell identity; the cells of its operator. Each time only those of its operator, technology and
carrier count, as far as it names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.calibration.identity import Key, cell_keys, named_columns, site_keys
from infraplan.sources.drive_tests import plain_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["SAID", "Candidates", "Directory", "candidates_of", "directory"]

SAID = (
    "cell_id",
    "cell_name",
    "eci",
    "enodeb",
    "sector",
    "pci",
    "site_id",
    "operator",
    "technology",
    "band",
    "frequency_mhz",
)
"""What a sample may say of the cell it was received from."""

_DEFAULT_TECHNOLOGY = "4G"


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """The cells of a study by everything that may name them.

    Attributes
    ----------
    operator, technology, band
        Of each cell, as plain names.
    frequency_mhz
        Of each cell.
    by_cell, by_site, by_pci
        Key → numbers of cells.
    sector
        Of each cell, empty where the table does not say.
    """

    operator: NDArray[np.object_]
    technology: NDArray[np.object_]
    band: NDArray[np.object_]
    frequency_mhz: NDArray[np.float64]
    by_cell: Mapping[Key, list[int]]
    by_site: Mapping[Key, list[int]]
    by_pci: Mapping[str, list[int]]
    sector: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Cells that a sample may come from.

    Attributes
    ----------
    how
        "cell", "site", "pci" or "operator" by what it was matched; the reason where there is none.
    cells
        Numbers of cells, ascending.
    """

    how: str
    cells: tuple[int, ...]


def directory(cells: gpd.GeoDataFrame) -> Directory:
    """Return the cells by everything that may name them; columns beyond the dictionary count."""
    named = named_columns(cells)
    said = pd.DataFrame({field: cells[column] for field, column in named.items()})
    by_cell: dict[Key, list[int]] = {}
    by_site: dict[Key, list[int]] = {}
    by_pci: dict[str, list[int]] = {}
    for number, record in enumerate(said.to_dict("records")):
        row = {str(name): value for name, value in record.items()}
        for key in cell_keys(row):
            by_cell.setdefault(key, []).append(number)
        for key in site_keys(row):
            by_site.setdefault(key, []).append(number)
        if "pci" in row and pd.notna(row["pci"]):
            by_pci.setdefault(_plain(row["pci"]), []).append(number)
    sector = said["sector"] if "sector" in said else pd.Series("", index=cells.index)
    return Directory(
        operator=_names(cells["operator"]),
        technology=_names(cells["technology"]),
        band=_names(cells["band"]) if "band" in cells else _names(cells["operator"].mask(True)),
        frequency_mhz=cells["frequency_mhz"].to_numpy(dtype=np.float64),
        by_cell=by_cell,
        by_site=by_site,
        by_pci=by_pci,
        sector=np.array([_plain(v) for v in sector], dtype=object),
    )


def _plain(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN and NA are not themselves
        return ""
    text = str(value).strip().removesuffix(".0")
    return text.lstrip("0") or ("0" if text else "")


def _names(values: pd.Series) -> NDArray[np.object_]:
    return np.array([plain_name(str(v)) if pd.notna(v) else "" for v in values], dtype=object)


def candidates_of(said: pd.DataFrame, book: Directory) -> list[Candidates]:
    """Find the cells that samples may come from.

    Parameters
    ----------
    said
        Columns :data:`SAID`, one row per different combination.
    book
        The cells.

    Returns
    -------
    list of Candidates
        One per row. Where at least one row names a cell that the study has, a row that names an
        unknown one stems from a cell that the study lacks, and is not forced on another; the
        same holds for sites.
    """
    rows = [{str(name): value for name, value in row.items()} for row in said.to_dict("records")]
    known = _Known(
        cells=any(key in book.by_cell for row in rows for key in cell_keys(row)),
        sites=any(key in book.by_site for row in rows for key in site_keys(row)),
    )
    return [_candidates(row, book, known) for row in rows]


@dataclass(frozen=True, slots=True)
class _Known:
    """Whether any sample names a cell, or a site, that the study has."""

    cells: bool
    sites: bool


def _candidates(row: Mapping[str, object], book: Directory, known: _Known) -> Candidates:
    """Go through the ways to match a sample, the most telling first."""
    allowed, reason = _allowed(row, book)
    if reason:
        return Candidates(reason, ())
    return (
        _by_cell(row, book, known, allowed)
        or _by_site(row, book, known, allowed)
        or _by_pci(row, book, allowed)
        or _by_operator(row, book, allowed)
    )


def _by_cell(
    row: Mapping[str, object], book: Directory, known: _Known, allowed: NDArray[np.bool_]
) -> Candidates | None:
    keys = cell_keys(row)
    if found := _first(keys, book.by_cell, allowed):
        return Candidates("cell", found)
    if any(key in book.by_cell for key in keys):
        return Candidates("cell_contradicts", ())
    return Candidates("cell_unknown", ()) if keys and known.cells else None


def _by_site(
    row: Mapping[str, object], book: Directory, known: _Known, allowed: NDArray[np.bool_]
) -> Candidates | None:
    keys = site_keys(row)
    if found := _of_sector(_first(keys, book.by_site, allowed), row, book):
        return Candidates("site", found)
    return Candidates("site_unknown", ()) if keys and known.sites else None


def _by_pci(
    row: Mapping[str, object], book: Directory, allowed: NDArray[np.bool_]
) -> Candidates | None:
    pci = _plain(row.get("pci"))
    if not (pci and book.by_pci):
        return None
    found = tuple(n for n in book.by_pci.get(pci, []) if allowed[n])
    return Candidates("pci", found) if found else Candidates("pci_unknown", ())


def _by_operator(
    row: Mapping[str, object], book: Directory, allowed: NDArray[np.bool_]
) -> Candidates:
    if not _name(row.get("operator")) and len(set(book.operator)) > 1:
        return Candidates("operator_missing", ())
    return Candidates("operator", tuple(int(n) for n in np.flatnonzero(allowed)))


def _first(
    keys: list[Key], index: Mapping[Key, list[int]], allowed: NDArray[np.bool_]
) -> tuple[int, ...]:
    """Return the allowed cells of the first key that has some."""
    for key in keys:
        found = tuple(n for n in index.get(key, []) if allowed[n])
        if found:
            return found
    return ()


def _of_sector(
    cells: tuple[int, ...], row: Mapping[str, object], book: Directory
) -> tuple[int, ...]:
    """Keep the cells of the named sector, all where the table of cells does not number them."""
    sector = _plain(row.get("sector"))
    same = tuple(n for n in cells if sector and book.sector[n] == sector)
    return same or cells


def _allowed(row: Mapping[str, object], book: Directory) -> tuple[NDArray[np.bool_], str]:
    """Tell which cells fit operator, technology and carrier, or why none does."""
    operator, band = (_name(row.get(what)) for what in ("operator", "band"))
    technology = _name(row.get("technology"))
    allowed = np.ones(len(book.operator), dtype=np.bool_)
    if operator:
        allowed &= book.operator == operator
        if not allowed.any():
            return allowed, "operator_unknown"
    allowed &= book.technology == (technology or plain_name(_DEFAULT_TECHNOLOGY))
    if not allowed.any():
        return allowed, "technology_unknown"
    frequency_mhz = row.get("frequency_mhz")
    same_band = allowed & (book.band == band)
    named = bool(band) and bool(same_band.any())
    if isinstance(frequency_mhz, float) and np.isfinite(frequency_mhz):
        there = same_band if named else allowed
        off_mhz = np.where(there, np.abs(book.frequency_mhz - frequency_mhz), np.inf)
        most = catalog.value("calibration_rules", "frequency_tolerance_mhz", "value")
        near = off_mhz <= min(most, float(off_mhz.min()))
        if near.any():
            return near, ""
    if named:
        return same_band, ""
    return allowed, "carrier_unknown" if band or _name(frequency_mhz) else ""


def _name(value: object) -> str:
    missing = value is None or value != value  # noqa: PLR0124 - NaN and NA are not themselves
    return "" if missing is not False else plain_name(str(value))
