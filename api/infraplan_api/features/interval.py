"""Which span of time does ``datetime`` mean, and which years does it meet?

A year of a feature is the calendar year in UTC, from its first second to its last.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from infraplan_api.features.fault import FaultError
from infraplan_api.http.moments import MOMENT

__all__ = ["PATTERN", "years_of"]

PATTERN: Final = rf"^(?:{MOMENT}|{MOMENT}/(?:\.\.)?|(?:\.\.)?/{MOMENT}|{MOMENT}/{MOMENT})$"
"""What ``datetime`` can look like; a date stands for all of its day."""

_READ = re.compile(PATTERN)
_DAY: Final = 10
_FIRST, _LAST = 1, 9999


def years_of(text: str) -> tuple[int, int]:
    """Return the first and the last year that a moment or a span meets.

    Parameters
    ----------
    text
        A date or date and time of RFC 3339, or two with a slash between them, of which one may be
        empty or ``..``.

    Raises
    ------
    FaultError
        If it is neither, names a day that does not exist, or ends before it begins.

    Examples
    --------
    >>> years_of("2026-03-01/2027-01-01T00:00:00Z"), years_of("../2025-12-31")
    ((2026, 2027), (1, 2025))
    """
    if not _READ.fullmatch(text):
        raise FaultError(
            "it is not a moment or a span, such as 2026-01-01, 2026-01-01T00:00:00Z, "
            "2026-01-01/2027-12-31, ../2027-12-31 or 2026-01-01/.."
        )
    first, slash, last = text.partition("/")
    begin = _moment(first)
    end = _moment(last) if slash else begin
    if begin is not None and end is not None and begin > end:
        raise FaultError(f"it ends ({last}) before it begins ({first})")
    return (begin.year if begin else _FIRST), (end.year if end else _LAST)


def _moment(text: str) -> dt.datetime | None:
    """Return a moment in UTC, None where the span is open."""
    if text in ("", ".."):
        return None
    try:
        if len(text) == _DAY:
            return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
        return dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise FaultError(f"{text} is not a moment that exists") from error
