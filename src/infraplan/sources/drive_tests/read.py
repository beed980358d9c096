"""Which samples does a log hold, and which of its rows are none, for what reason?"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from infraplan import catalog
from infraplan.errors import Fault, InputError, MissingDataError
from infraplan.geo import GEOGRAPHIC
from infraplan.sources.drive_tests.carriers import carriers
from infraplan.sources.drive_tests.levels import levels
from infraplan.sources.drive_tests.positions import positions
from infraplan.sources.drive_tests.text import ROW, read_log
from infraplan.sources.drive_tests.times import OF_DAY, times
from infraplan.sources.drive_tests.values import (
    header_technology,
    identifiers,
    operators,
    roles,
    technologies,
)
from infraplan.sources.files import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.sources.drive_tests.text import Log

__all__ = ["Samples", "read_samples"]

_IDENTIFIERS = ("cell_id", "cell_name", "eci", "enodeb", "sector", "pci", "site_id")


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Measured levels, each at a position.

    Attributes
    ----------
    frame
        Table ``samples`` of the data dictionaries, in the order of the file, with the CRS of its
        positions.
    file, sha256
        Name and digest of the file.
    rows
        Rows of the file below its header.
    dropped
        Reason → rows that are no samples; with the rows of `frame` they add up to `rows`.
    columns
        What a sample has → the column of the file that it was read from.
    negated
        Whether the levels had no minus sign in the file.
    """

    frame: gpd.GeoDataFrame
    file: str
    sha256: str
    rows: int
    dropped: Mapping[str, int]
    columns: Mapping[str, str]
    negated: bool


def read_samples(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    crs: str | None = None,
    operator: str | None = None,
    technology: str | None = None,
) -> Samples:
    """Read drive tests, walk tests or crowd samples from a text file of columns.

    Parameters
    ----------
    path
        CSV, also packed by gzip: comma, semicolon, tab or bar; decimal points or commas; UTF-8 or
        UTF-16; lines above the header are skipped.
    columns
        What a sample has → the file's column, by its name or as "#" and its number from 1 on,
        where the catalogue ``sample_columns`` does not know it; "" leaves it out.
    crs
        CRS of positions given as x and y; latitude and longitude are WGS 84.
    operator, technology
        Of the rows that name none.

    Returns
    -------
    Samples
        Rows that are no samples are counted by reason, never lost silently.

    Raises
    ------
    MissingDataError
        If there is no such file.
    InputError
        If the file cannot be read, lacks a position or a level, or holds no sample at all; every
        fault is listed.
    """
    if not path.is_file():
        raise MissingDataError(f"There is no file of samples {path}. Remedy: check the path.")
    file = path.name
    log = read_log(path, file=file, columns=columns or {})
    faults = [*log.faults, *_option_faults(log, file, crs, technology)]
    if faults:
        raise InputError(faults)
    level = levels(log, file=file)
    place = positions(log, file=file, crs=crs or GEOGRAPHIC)
    time, wrong_time = _when(log)
    no_time = [_no_time(log, file)] if len(time) and wrong_time.all() else []
    faults = [*level.faults, *place.faults, *no_time]
    if faults:
        raise InputError(faults)
    frame = _identities(log, operator, technology)
    frame["level_dbm"], frame["time"] = level.values_dbm, time
    reasons = {**place.wrong, **level.wrong, "time_unreadable": wrong_time, **_roles(log)}
    dropped, keep = _count(reasons, log.broken, len(log.frame))
    located = gpd.GeoDataFrame(frame, geometry=place.points, crs=place.crs)[keep]
    said = pd.DataFrame(located.drop(columns=[ROW, "geometry"]))
    again = said.assign(position=located.geometry.to_wkb()).duplicated()
    dropped["duplicate"] = int(again.sum())
    located = located[~again.to_numpy()].reset_index(drop=True)
    rows = len(log.frame) + log.broken
    dropped = {reason: count for reason, count in dropped.items() if count}
    if located.empty:
        raise InputError([_no_sample(file, rows, dropped)])
    return Samples(
        frame=located,
        file=file,
        sha256=sha256(path),
        rows=rows,
        dropped=MappingProxyType(dropped),
        columns=MappingProxyType(dict(log.header)),
        negated=level.negated,
    )


def _option_faults(log: Log, file: str, crs: str | None, technology: str | None) -> list[Fault]:
    """List what is wrong with the options."""
    faults = []
    if crs is not None:
        try:
            CRS.from_user_input(crs)
        except CRSError:
            faults.append(Fault(file, f"there is no CRS {crs!r}", "give a code such as EPSG:9208"))
    elif "x" in log.header and not _in_degrees(log) and not log.faults:
        remedy = "say it: --crs EPSG:9208 (VN-2000 TM-3 104°45′), or EPSG:4326 for degrees"
        faults.append(Fault(file, "x and y are given without their CRS", remedy))
    known = tuple(catalog.table("technologies")["technology"])
    if technology is not None and technology not in known:
        problem = f"the technology is {technology!r}"
        faults.append(Fault(file, problem, f"give one of {', '.join(known)}"))
    return faults


def _in_degrees(log: Log) -> bool:
    return {"latitude", "longitude"} <= set(log.header) or "point" in log.header


def _identities(log: Log, operator: str | None, technology: str | None) -> pd.DataFrame:
    """Return whose samples they are, as far as the log says."""
    text = log.frame
    frame = pd.DataFrame({ROW: text[ROW]})
    for name in _IDENTIFIERS:
        frame[name] = identifiers(text[name]) if name in text else None
    frame["operator"] = _operator(text, operator)
    named = pd.Series(None, index=text.index, dtype=object)
    if "technology" in text:
        named = technologies(text["technology"])
    frame["technology"] = _technology(log, named, technology)
    frame["band"], frame["frequency_mhz"] = carriers(text, frame["technology"])
    return frame


def _technology(log: Log, named: pd.Series, otherwise: str | None) -> pd.Series:
    """Return the technology by the rows' words, else by the option, else by the columns' names.

    A level that only 5G has stems from 5G, even where the row calls its connection 4G (NSA).
    """
    told = [header_technology(log.header.get(f, "")) for f in ("level_dbm", "channel")]
    found = named.where(named.notna(), otherwise or told[0] or told[1])
    return found.where(found != "4G", "5G") if told[0] == "5G" else found


def _operator(text: pd.DataFrame, otherwise: str | None) -> pd.Series:
    """Return the operator by the network's code, else by its name, else as the option says."""
    found = pd.Series(None, index=text.index, dtype=object)
    if "plmn" in text:
        found = operators(text["plmn"])
    if {"mcc", "mnc"} <= set(text):
        code = text["mcc"].str.strip() + text["mnc"].str.strip().str.zfill(2)
        found = found.where(found.notna(), operators(code.where(code.str.isdigit(), "")))
    if "operator" in text:
        found = found.where(found.notna(), operators(text["operator"]))
    if otherwise is not None:
        said = operators(pd.Series([otherwise], dtype="str")).iloc[0]
        found = found.where(found.notna(), said)
    return found


def _when(log: Log) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Return times as text, NA where none, and the rows whose time cannot be read.

    A row without time is a sample. A file without any time, or with times of day alone, is
    taken as it is.
    """
    text = log.frame
    none = pd.Series(None, index=text.index, dtype=object)
    nowhere = np.zeros(len(text), dtype=np.bool_)
    if not {"time", "date"} & set(text):
        return none, nowhere
    said = text["time"] if "time" in text else text["date"]
    if {"time", "date"} <= set(text):
        of_day = said.str.strip().str.fullmatch(OF_DAY)
        said = said.where(~of_day, text["date"].str.strip() + " " + said.str.strip())
    instants = pd.Series(times(said), index=text.index)
    if instants.isna().all() and said.str.strip().str.fullmatch(OF_DAY).all():
        return said.astype(object), nowhere
    written = pd.Series(np.datetime_as_string(instants.to_numpy(), unit="s"), dtype=object)
    unreadable = instants.isna() & identifiers(said).notna()
    return written.where(instants.notna(), None), unreadable.to_numpy(dtype=np.bool_)


def _roles(log: Log) -> dict[str, NDArray[np.bool_]]:
    neighbour = np.zeros(len(log.frame), dtype=np.bool_)
    for name in ("role", "neighbour"):
        if name in log.frame:
            neighbour |= roles(log.frame[name], of_neighbours=name == "neighbour")
    return {"neighbour": neighbour}


def _count(
    reasons: Mapping[str, NDArray[np.bool_]], broken: int, rows: int
) -> tuple[dict[str, int], NDArray[np.bool_]]:
    """Count each row that is no sample once, under the first reason that holds."""
    keep = np.ones(rows, dtype=np.bool_)
    dropped = {"row_broken": broken}
    for reason, wrong in reasons.items():
        dropped[reason] = int((keep & wrong).sum())
        keep &= ~wrong
    return dropped, keep


def _no_time(log: Log, file: str) -> Fault:
    name = "time" if "time" in log.header else "date"
    problem = f"no time can be read; the first one is {log.frame[name].iloc[0]!r}"
    remedy = f"write it as 2025-05-31 14:05:59, or leave it out: --column {name}="
    return Fault(file, problem, remedy, column=log.header[name])


def _no_sample(file: str, rows: int, dropped: Mapping[str, int]) -> Fault:
    if not rows:
        return Fault(file, "there is no row below the header", "export the log again")
    why = ", ".join(f"{reason} {count}" for reason, count in dropped.items())
    return Fault(
        file,
        f"none of the {rows} rows is a sample ({why})",
        "look whether the columns were taken for what they are, and the decimal sign of numbers "
        "in a file separated by commas is a point",
    )
