"""How many people does a census count in each commune of the study?"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan import names
from infraplan.errors import Fault
from infraplan.study.gather_tables import read_files
from infraplan.study.gathered import tell
from infraplan.tables import TableSpec, check, spec
from infraplan.wording import count, phrase, plain

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.study.gathered import Gathered
    from infraplan.study_file import TablePart

__all__ = ["add_census"]

_COUNTS: Final = ("people", "households")
_COLUMNS: Final = ("code", "name", *_COUNTS, *(f"{name}_origin" for name in _COUNTS))
_DECLARED: Final = "declared"
_MOST_NAMED: Final = 10
_NOWHERE: Final = -1


def add_census(found: Gathered, part: TablePart, folder: Path) -> None:
    """Give the communes the people and households of a census table, by their codes.

    Rows are matched by name where the table has no codes. Rows of communes beyond the study are
    left out and told with their people; a commune of the study that the census lacks keeps what
    the boundaries say. Everything that is wrong with the table is listed.
    """
    tell(found, part.note)
    raw, file = read_files(found, "census", part, folder)
    if raw is None:
        return
    found.faults += raw.faults
    found.notes += raw.notes
    if raw.faults:
        return
    coded = "code" in raw.frame.columns
    checked = check(raw.frame, _spec(coded=coded), file=file, first_row=raw.first_row)
    found.faults += checked.faults
    if checked.faults or "communes" not in found.tables:
        return
    rows = raw.frame.index.to_numpy(dtype=np.int64) + raw.first_row
    key = "code" if coded else "name"
    place = _places(found, checked.frame[key], key, file, rows)
    if place is not None:
        _fill(found, checked.frame, place, file)


def _spec(*, coded: bool) -> TableSpec:
    """Return what a census must say: codes or names, and people."""
    needed = ("code" if coded else "name", "people")
    columns = [
        replace(c, required=c.name in needed)
        for c in spec("communes").columns
        if c.name in _COLUMNS and (coded or c.name != "code")
    ]
    return TableSpec("census", tuple(columns))


def _places(
    found: Gathered, said: pd.Series, key: str, file: str, rows: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """Return the commune of each row, -1 beyond the study; None where faults were listed."""
    own = [str(value) for value in found.tables["communes"][key]]
    digits = max(map(len, own)) if key == "code" and all(map(str.isdigit, own)) else 0
    means = partial(_code, digits=digits) if key == "code" else names.match_key
    there = [means(value) for value in own]
    known = {name: i for i, name in enumerate(there)}
    double = {name for name in there if there.count(name) > 1}
    place = np.full(len(said), _NOWHERE, dtype=np.int64)
    first: dict[str, int] = {}
    for i, value in enumerate(said):
        word = means(str(value))
        if word not in known:
            continue
        if word in double or word in first:
            problem = f"{value!r} stands already in row {rows[first[word]]}" if word in first else (
                f"several communes of the study are called {value!r}")  # fmt: skip
            remedy = "give the codes of the communes, each once"
            found.faults.append(Fault(file, problem, remedy, int(rows[i]), key))
            return None
        first[word] = i
        place[i] = known[word]
    if not first:
        problem = f"no row is of a commune of the study; the first is {said.iloc[0]!r}"
        remedy = "give the codes that the boundaries have, such as " + repr(
            found.tables["communes"]["code"].iloc[0]
        )
        found.faults.append(Fault(file, problem, remedy, column=key))
        return None
    return place


def _code(text: str, *, digits: int) -> str:
    """Return a code with the zeros that a spreadsheet took from it."""
    return text.zfill(digits) if text.isdigit() else text


def _fill(found: Gathered, census: gpd.GeoDataFrame, place: NDArray[np.int64], file: str) -> None:
    """Write what the census says into the communes, and tell what it says beyond them."""
    communes = found.tables["communes"]
    inside = place != _NOWHERE
    for name in _COUNTS:
        if name not in census.columns:
            continue
        origin = f"{name}_origin"
        for column, kind in ((name, "float64"), (origin, "object")):
            if column not in communes.columns:
                communes[column] = pd.Series(np.nan, index=communes.index, dtype=kind)
        told = inside & census[name].notna().to_numpy()
        at = communes.index[place[told]]
        communes.loc[at, name] = census.loc[told, name].to_numpy(dtype=np.float64)
        known_by = census[origin].fillna(_DECLARED) if origin in census.columns else None
        communes.loc[at, origin] = _DECLARED if known_by is None else known_by[told].to_numpy()
    people = census["people"].to_numpy(dtype=np.float64, na_value=np.nan)
    figures = {
        "file": plain(file),
        "communes": count(int(inside.sum())),
        "people": count(round(float(np.nansum(people[inside])))),
    }
    found.notes.append(phrase("census_taken", figures))
    if not inside.all():
        left = count(round(float(np.nansum(people[~inside]))))
        values = {"file": plain(file), "rows": count(int((~inside).sum())), "people": left}
        found.notes.append(phrase("census_beyond", values))
    lacking = sorted(set(range(len(communes))) - set(place[inside].tolist()))
    if lacking:
        codes = [str(communes["code"].iloc[i]) for i in lacking]
        listed = ", ".join(codes[:_MOST_NAMED]) + (" …" if len(codes) > _MOST_NAMED else "")
        values = {"file": plain(file), "count": count(len(codes)), "list": plain(listed)}
        found.notes.append(phrase("census_lacks", values))
