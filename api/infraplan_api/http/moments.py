"""What does a moment look like in a request? A day, or a day with a time of RFC 3339."""

from __future__ import annotations

from typing import Final

__all__ = ["MOMENT"]

_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"
_DAY_OF_YEAR = (
    "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-9])|(?:0[13-9]|1[0-2])-30|(?:0[13578]|1[02])-31)"
)
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
MOMENT: Final = (
    rf"{_YEAR}-{_DAY_OF_YEAR}"
    rf"(?:[Tt]{_CLOCK}:[0-5][0-9](?:\.[0-9]{{1,9}})?(?:[Zz]|[+-]{_CLOCK}))?"
)
"""A pattern of ECMA 262, pydantic and Python; of days that do not exist it lets only 29 February
of a common year pass."""
