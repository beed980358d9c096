"""Which jobs does somebody want to see?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from infraplan_api.http.moments import MOMENT

__all__ = ["DATETIME", "Wanted", "span_of"]

DATETIME: Final = rf"^(?:{MOMENT}|(?:{MOMENT}|\.\.)?/(?:{MOMENT}|\.\.)?)$"
"""What ``datetime`` can look like; a date stands for all of its day, UTC."""

_DAY: Final = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the jobs that are wanted have in common.

    Attributes
    ----------
    key_id
        Whose they are; everybody's where None.
    statuses, processes
        Of one of these; any where empty.
    from_s, to_s
        Asked for in this span, seconds since 1970, ends included; open where None.
    least_s, most_s
        Work on them took, or has taken so far, such a time, s; any where None.
    """

    key_id: str | None = None
    statuses: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    from_s: float | None = None
    to_s: float | None = None
    least_s: float | None = None
    most_s: float | None = None

    def where(self, now_s: float) -> tuple[str, tuple[Any, ...]]:
        """Return this as a condition of SQL and its values."""
        took = f"(coalesce(finished_s, {now_s!r}) - started_s)"
        parts: list[tuple[str, tuple[Any, ...]]] = [
            (f"{name} IN ({', '.join('?' * len(values))})", values)
            for name, values in (("status", self.statuses), ("process", self.processes))
            if values
        ]
        parts += [
            (f"{name} ?", (value,))
            for name, value in (
                ("key_id =", self.key_id),
                ("created_s >=", self.from_s),
                ("created_s <=", self.to_s),
                (f"{took} >=", self.least_s),
                (f"{took} <=", self.most_s),
            )
            if value is not None
        ]
        text = " AND ".join(part for part, _ in parts) or "1"
        return text, tuple(value for _, values in parts for value in values)


def span_of(text: str) -> tuple[float | None, float | None]:
    """Return the first and the last second since 1970 that ``datetime`` means; None where open.

    Raises
    ------
    ValueError
        If it is no moment or span, names a moment that does not exist, or ends before it begins.

    Examples
    --------
    >>> span_of("1970-01-02/..")
    (86400.0, None)
    """
    if not re.fullmatch(DATETIME, text, re.ASCII):
        raise ValueError(
            "it is not a moment or a span such as 2026-01-01/2026-12-31 or ../2026-01-01"
        )
    first, slash, last = text.partition("/")
    begin, end = _moment(first, last=False), _moment(last if slash else first, last=True)
    if begin is not None and end is not None and begin > end:
        raise ValueError("it ends before it begins")
    return begin, end


def _moment(text: str, *, last: bool) -> float | None:
    """Return a moment in seconds since 1970; of a date its first or its last."""
    if text in ("", ".."):
        return None
    if len(text) > _DAY:
        return datetime.fromisoformat(text.upper()).timestamp()
    day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return day.timestamp() + (timedelta(days=1).total_seconds() - 1e-6 if last else 0.0)
