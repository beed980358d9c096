"""When was a sample taken? Logs write time in many forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["OF_DAY", "times"]

OF_DAY = r"^\d{1,2}:\d{2}(?::\d{2}(?:[.,:]\d+)?)?\s*(?:[AaPp][Mm]|SA|CH)?$"
"""A time of day without its date."""

_YEAR_FIRST = r"^(\d{4})[-./年 ]?(\d{1,2})[-./]?(\d{1,2})"
_YEAR_LAST = r"^(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d{2})(?!\d)"
_CLOCK = (
    r"(?:[T_ ,]+|(?<=\d{8}))(\d{1,2})[:._h]?(\d{2})(?:[:._]?(\d{2})(?:[.,:](\d+))?)?"
    r"\s*([AaPp][Mm]|SA|CH)?"
)
_CLOCK_FIRST = r"^(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*(?:[AaPp][Mm]|SA|CH))?)[ ,]+(\d.*)$"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_DAY_MONTH = rf"(?i)^(\d{{1,2}})[-/. ]{_MONTH}[-/., ]+(\d{{4}}|\d{{2}})(?!\d)"
_MONTH_DAY = rf"(?i)^{_MONTH} (\d{{1,2}}),? (\d{{4}})(?!\d)"
_ZONE = r"(Z|[+\-]\d{2}:?\d{2})$"
_EPOCHS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (1e8, 1.0))
_MOST_MONTH, _NOON, _CENTURY = 12, 12, 2000
_FIRST, _LAST = pd.Timestamp(1995, 1, 1), pd.Timestamp(2100, 1, 1)


def times(texts: pd.Series) -> NDArray[np.datetime64]:
    """Return instants to the second; NaT where a text is none.

    Parameters
    ----------
    texts
        ISO 8601, seconds or milliseconds since 1970, or dates with the year first or last, months
        by number or English name, SA and CH (morning and afternoon) as well as AM and PM. A time
        with a zone is turned into UTC, one without is taken as it stands. In dates with the year
        last the day comes first, as in Viet Nam, unless that cannot be for some row of the file.

    Examples
    --------
    >>> times(pd.Series(["2025.05.01_10.22.31", "01/05/2025 10:22", "1746094951000"])).tolist()
    ... # doctest: +NORMALIZE_WHITESPACE
    [datetime.datetime(2025, 5, 1, 10, 22, 31), datetime.datetime(2025, 5, 1, 10, 22),
     datetime.datetime(2025, 5, 1, 10, 22, 31)]
    """
    codes, different = pd.factorize(texts)
    text = _tidied(pd.Series(different, dtype="str").str.strip())
    found = _epochs(text)
    open_ = found.isna()
    if open_.any():
        found[open_] = _written(text[open_])
    found = found.where((found >= _FIRST) & (found < _LAST))
    return found.to_numpy(dtype="datetime64[s]")[codes]


def _tidied(text: pd.Series) -> pd.Series:
    """Put the date before the clock, and numbers in the place of the names of months."""

    def number(name: str) -> int:
        return _MONTHS.index(name.casefold()) + 1

    text = text.str.replace(_CLOCK_FIRST, r"\2 \1", regex=True)
    text = text.str.replace(
        _DAY_MONTH, lambda m: f"{_year(m[3])}-{number(m[2]):02d}-{m[1]:0>2}", regex=True
    )
    return text.str.replace(
        _MONTH_DAY, lambda m: f"{m[3]}-{number(m[1]):02d}-{m[2]:0>2}", regex=True
    )


def _year(text: str) -> int:
    return int(text) + (_CENTURY if len(text) < len(str(_CENTURY)) else 0)


def _written(text: pd.Series) -> pd.Series:
    """Read dates with the year first or last."""
    last = text.str.extract(_YEAR_LAST)
    second = pd.to_numeric(last[1], errors="coerce")
    first = pd.to_numeric(last[0], errors="coerce")
    month_first = bool((second > _MOST_MONTH).any() and not (first > _MOST_MONTH).any())
    order = (2, 0, 1) if month_first else (2, 1, 0)
    found = _dates(text, text.str.extract(_YEAR_FIRST), order=(0, 1, 2))
    open_ = found.isna()
    if open_.any():
        found[open_] = _dates(text[open_], last[open_], order=order)
    return found


def _epochs(text: pd.Series) -> pd.Series:
    """Read seconds, milliseconds, micro- or nanoseconds since 1970."""
    plain = text.where(text.str.fullmatch(r"\d{9,10}(?:\.\d+)?|\d{12,13}|\d{15,16}|\d{18,19}"))
    number = pd.to_numeric(plain, errors="coerce").astype("float64")
    seconds = pd.Series(np.nan, index=text.index)
    for least, factor in _EPOCHS:
        seconds = seconds.where(~((number >= least) & seconds.isna()), number / factor)
    return pd.to_datetime(seconds.round(), unit="s").astype("datetime64[s]")


def _dates(text: pd.Series, date: pd.DataFrame, *, order: tuple[int, int, int]) -> pd.Series:
    """Put dates and clocks together; `order` says where year, month and day stand."""
    year, month, day = (pd.to_numeric(date[i], errors="coerce") for i in order)
    year = year.where(year >= 100, year + _CENTURY)  # noqa: PLR2004 - two digits
    date_text = text.str.replace(_YEAR_FIRST if order[0] == 0 else _YEAR_LAST, "", regex=True)
    rest = ("00000000 " + date_text.str.lstrip("T_ ,")).where(date_text != "", "")
    clock = rest.str.extract(_CLOCK)
    parts = {"year": year, "month": month, "day": day}
    for place, unit in enumerate(("hour", "minute", "second")):
        parts[unit] = pd.to_numeric(clock[place], errors="coerce").fillna(0)
    half = clock[4].str.lower()
    parts["hour"] = parts["hour"].where(
        half.isna(), parts["hour"] % _NOON + _NOON * (half.isin(["pm", "ch"]))
    )
    at = pd.to_datetime(pd.DataFrame(parts), errors="coerce").astype("datetime64[s]")
    return at - _zones(rest)


def _zones(rest: pd.Series) -> pd.Series:
    """Return how far the zone named at the end is ahead of UTC."""

    def ahead(zone: object) -> float:
        if not isinstance(zone, str) or zone == "Z":
            return 0.0
        digits = re.sub(r"\D", "", zone)
        seconds = int(digits[:2]) * 3600.0 + int(digits[2:]) * 60.0
        return -seconds if zone.startswith("-") else seconds

    seconds = rest.str.extract(_ZONE)[0].map(ahead).fillna(0.0)
    return pd.to_timedelta(seconds, unit="s").astype("timedelta64[s]")
