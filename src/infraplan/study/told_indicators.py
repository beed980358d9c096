"""Which indicators and targets does a study tell itself, and what is wrong with them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.errors import Fault
from infraplan.names import fold
from infraplan.study.districts import district_codes, districts_of
from infraplan.study.gather_tables import read_files
from infraplan.study.gathered import tell
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infraplan.study.gathered import Gathered
    from infraplan.study_file import TablePart

__all__ = ["add_observations", "add_targets"]

_SHARE: Final = "share"
_TITLES: Final = ("title_vi", "title_en")
_SHARE_TOLERANCE: Final = 0.005
"""A share in whole percent agrees with its counts."""


def add_observations(found: Gathered, part: TablePart, folder: Path) -> None:
    """Read what a study tells of indicators itself; everything that is wrong is listed."""
    frame, file, rows = _read(found, "indicators", part, folder)
    if frame is None:
        return
    places = _places(found)
    faults = [
        Fault(file, problem, remedy, row=row, column=column)
        for row, said in zip(rows, frame.to_dict("records"), strict=True)
        for column, problem, remedy in (
            *_place_faults(said, places),
            *_value_faults(said),
            *_indicator_faults(said),
        )
    ]
    frame = _settled(frame, places)
    faults += _repeated(frame, file, rows, ["level", "code", "indicator", "year"])
    found.faults += faults
    found.observations = frame  # with faults no study is built, but targets may name what is new


def add_targets(found: Gathered, part: TablePart, folder: Path) -> None:
    """Read the targets of a study; everything that is wrong is listed."""
    frame, file, rows = _read(found, "targets", part, folder)
    if frame is None:
        return
    known = {*_shares(), *found.observations["indicator"]}
    remedy = "give a key of catalog/indicator_kinds.csv, or add the indicator under [indicators]"
    faults = [
        Fault(file, f"there is no indicator {name!r}", remedy, row=row, column="indicator")
        for row, name in zip(rows, frame["indicator"], strict=True)
        if name not in known
    ]
    found.faults += faults
    if not faults:
        found.targets = frame


def _read(
    found: Gathered, name: str, part: TablePart, folder: Path
) -> tuple[pd.DataFrame | None, str, list[int]]:
    """Read and check one table; None where anything is wrong, which is listed."""
    tell(found, part.note)
    if not part.files:
        key = f"{name}.path"
        found.faults.append(Fault(found.name, "no path is given", "add `path`", column=key))
        return None, "", []
    raw, file = read_files(found, name, part, folder)
    if raw is None:
        return None, "", []
    found.faults += raw.faults
    found.notes += raw.notes
    if raw.faults:
        return None, "", []
    table = "observations" if name == "indicators" else name
    checked = check(raw.frame, spec(table), file=file, first_row=raw.first_row)
    found.faults += checked.faults
    if checked.faults:
        return None, "", []
    rows = raw.frame.index.to_numpy(dtype=np.int64) + raw.first_row
    frame = pd.DataFrame(checked.frame).reindex(columns=list(spec(table).names))
    return frame, file, rows.tolist()


def _places(found: Gathered) -> dict[str, Mapping[str, str]]:
    """Return what a table may call a place, and its code, by level."""
    if "communes" not in found.tables:
        return {}
    codes = found.tables["communes"]["code"].astype(str)
    parents = found.tables["communes"].get("parent_code", pd.Series(dtype=object)).dropna()
    return {
        "commune": {code: code for code in codes},
        "old_district": district_codes(districts_of(codes)),
        "province": {_number(code): code for code in sorted(set(parents.astype(str)))},
    }


def _place_faults(
    said: Mapping[Any, Any], places: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """List codes of places that the study has not; the province needs none."""
    known, code = places.get(said["level"]), said["code"]
    whole = said["level"] == "province"
    if known is None or (whole and (pd.isna(code) or not known)):
        return
    some = ", ".join(list(known.values() if whole else known)[:3]) or "none"
    if pd.isna(code):
        yield "code", f"a {said['level']} has no code", f"give its code, such as {some}"
    elif (_number(code) if whole else _called(code)) not in known:
        problem = f"the study has no {said['level']} {code!r}"
        yield "code", problem, f"give a code of the study, such as {some}"


def _value_faults(said: Mapping[Any, Any]) -> Iterator[tuple[str, str, str]]:
    """List rows without a value, counts that are none, and shares that contradict them."""
    share, reached, whole = (said[name] for name in ("value_share", "reached", "of"))
    counted = np.isfinite(reached) and np.isfinite(whole)
    if np.isfinite(reached) != np.isfinite(whole):
        missing = "of" if np.isfinite(reached) else "reached"
        yield missing, "one of reached and of is empty", "give both, or value_share alone"
    elif counted and reached > whole:
        yield "reached", f"{reached:g} of {whole:g} are reached", "give reached <= of"
    elif not counted and not np.isfinite(share):
        yield "value_share", "the row has no value", "give value_share, or reached and of"
    elif counted and np.isfinite(share) and whole > 0:
        own = reached / whole
        if abs(own - share) > _SHARE_TOLERANCE:
            problem = f"{share:g} is not {reached:g} of {whole:g}, which is {own:.3f}"
            yield "value_share", problem, "leave value_share empty, or mend the counts"


def _indicator_faults(said: Mapping[Any, Any]) -> Iterator[tuple[str, str, str]]:
    """List indicators that nobody knows and the table does not name."""
    name = said["indicator"]
    if name in _shares():
        return
    if name in set(catalog.table("indicator_kinds")["indicator"]):
        yield "indicator", f"{name} is no share", f"give one of {', '.join(_shares())}"
        return
    for title in _TITLES:
        if pd.isna(said[title]):
            problem = f"the indicator {name!r} is new and has no {title}"
            yield title, problem, f"give {title}, or one of {', '.join(_shares())}"


def _shares() -> list[str]:
    kinds = catalog.table("indicator_kinds")
    return list(kinds.loc[kinds["unit"] == _SHARE, "indicator"])


def _called(code: object) -> str:
    """Return how a place is looked up: districts also by their names."""
    text = str(code).strip()
    return text if text.isascii() and " " not in text else fold(text).replace(" ", "-")


def _number(code: object) -> str:
    """Return a province's code without zeros before it: among longer codes it may get some."""
    return str(code).strip().lstrip("0")


def _settled(frame: pd.DataFrame, places: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return the table with the codes of the study, in the order of places and years."""
    codes = [
        places.get(level, {}).get(_called(code), code)
        for level, code in zip(frame["level"], frame["code"], strict=True)
    ]
    told = frame.assign(code=pd.Series(codes, index=frame.index, dtype=object))
    return told.where(told["level"] != "province", told.assign(code=None))


def _repeated(frame: pd.DataFrame, file: str, rows: list[int], key: list[str]) -> list[Fault]:
    """List rows that tell the same thing again."""
    again = frame.duplicated(key).to_numpy()
    return [
        Fault(
            file,
            f"{frame['indicator'].iloc[i]} of {frame['code'].iloc[i] or 'the province'} has a "
            f"value for {frame['year'].iloc[i]:.0f} already",
            "keep one of the rows",
            row=rows[i],
            column="year",
        )
        for i in np.flatnonzero(again)
    ]
