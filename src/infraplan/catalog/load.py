"""What does the catalogue say: bands, antennas, thresholds, prices, rules and dictionaries?

Each catalogue is a CSV beside this file; each row of a constant carries its source, year and
confidence. `words`, with every `words_<topic>`, holds what page, map, terminal and reports say in
both languages.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, TypedDict

import pandas as pd

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Beamwidths",
    "beamwidths",
    "dictionary",
    "digest_text",
    "level_dbm",
    "names",
    "phrases",
    "row",
    "rule",
    "table",
    "value",
    "words",
]

_WORDS = "words"


class Beamwidths(TypedDict):
    """A sector antenna of ``antennas.csv``.

    Attributes
    ----------
    horizontal_beamwidth_deg, vertical_beamwidth_deg
        Widths between the points 3 dB down, degrees.
    front_to_back_db, side_lobe_db
        Largest attenuation in all, and in the vertical cut, dB.
    """

    horizontal_beamwidth_deg: float
    vertical_beamwidth_deg: float
    front_to_back_db: float
    side_lobe_db: float


@cache
def _read(path: str) -> pd.DataFrame:
    source = files("infraplan.catalog").joinpath(path)
    with source.open(encoding="utf-8") as stream:
        return pd.read_csv(stream, dtype=str, keep_default_na=False)


def names() -> tuple[str, ...]:
    """Return the names of the catalogues, sorted."""
    folder = files("infraplan.catalog")
    return tuple(sorted(p.name[:-4] for p in folder.iterdir() if p.name.endswith(".csv")))


def table(name: str) -> pd.DataFrame:
    """Return a catalogue as text columns, in the order of its file.

    Parameters
    ----------
    name
        One of :func:`names`, such as ``"bands"``.

    Raises
    ------
    ParameterError
        If there is no such catalogue.
    """
    if name not in names():
        raise ParameterError(f"There is no catalogue {name!r}; there are {', '.join(names())}.")
    return _read(f"{name}.csv").copy()


@cache
def row(name: str, key: str) -> Mapping[str, str]:
    """Return the row of a catalogue whose first column is `key`.

    Raises
    ------
    ParameterError
        If there is no such row; the message lists the keys there are.

    Examples
    --------
    >>> row("bands", "B8")["technology"]
    '4G'
    """
    frame = table(name)
    first = str(frame.columns[0])
    found = frame[frame[first] == key]
    if found.empty:
        known = ", ".join(frame[first])
        raise ParameterError(f"The catalogue {name!r} has no row {key!r}; it has {known}.")
    return MappingProxyType({str(c): str(v) for c, v in found.iloc[0].items()})


@cache
def _words() -> pd.DataFrame:
    parts = [name for name in names() if name == _WORDS or name.startswith(f"{_WORDS}_")]
    return pd.concat([table(name) for name in parts], ignore_index=True)


def words() -> pd.DataFrame:
    """Return all phrases: `words` and every `words_<topic>`, with columns key, vi and en."""
    return _words().copy()


@cache
def _phrases() -> Mapping[str, Mapping[str, str]]:
    rows = _words().to_dict("records")
    said = {str(r["key"]): MappingProxyType({"vi": r["vi"], "en": r["en"]}) for r in rows}
    return MappingProxyType(said)


def phrases() -> Mapping[str, Mapping[str, str]]:
    """Return each phrase's ``vi`` and ``en`` by its key.

    Examples
    --------
    >>> phrases()["year"]["en"]
    'Year'
    """
    return _phrases()


def value(name: str, key: str, column: str) -> float:
    """Return one number of a catalogue.

    Examples
    --------
    >>> value("bands", "B8", "frequency_mhz")
    942.5
    """
    return float(row(name, key)[column])


def rule(name: str) -> float:
    """Return the number of a rule of ``rules.csv``.

    Examples
    --------
    >>> rule("spacing_m")
    400.0
    """
    return value("rules", name, "value")


def beamwidths(antenna: str) -> Beamwidths:
    """Return the figures of an antenna of ``antennas.csv``.

    Raises
    ------
    ParameterError
        If there is no such antenna.

    Examples
    --------
    >>> beamwidths("sector_3gpp")["vertical_beamwidth_deg"]
    10.0
    """
    given = row("antennas", antenna)
    return Beamwidths(
        horizontal_beamwidth_deg=float(given["horizontal_beamwidth_deg"]),
        vertical_beamwidth_deg=float(given["vertical_beamwidth_deg"]),
        front_to_back_db=float(given["front_to_back_db"]),
        side_lobe_db=float(given["side_lobe_db"]),
    )


def level_dbm(technology: str, level: str) -> float:
    """Return the least RSRP of a level of ``service_levels.csv``, dBm.

    Raises
    ------
    ParameterError
        If there is no such level for this technology.

    Examples
    --------
    >>> level_dbm("4G", "served")
    -105.0
    """
    levels = table("service_levels")
    found = levels[(levels["technology"] == technology) & (levels["level"] == level)]
    if found.empty:
        raise ParameterError(
            f"catalog/service_levels.csv has no level {level!r} for {technology!r}. "
            "Remedy: add a row with its source."
        )
    return float(found["minimum_rsrp_dbm"].iloc[0])


@cache
def dictionary(table_name: str) -> pd.DataFrame:
    """Return the data dictionary of a table: column, type, unit, required, range, meaning."""
    return _read(f"tables/{table_name}.csv")


def digest_text() -> str:
    """Return all catalogues as one text, so that a digest of it changes when any row does."""
    return "\n".join(f"# {name}\n{table(name).to_csv(index=False)}" for name in names())
