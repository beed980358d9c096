"""What text does a cell of a spreadsheet hold: numbers, dates, truth values and odd characters?"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from infraplan.names import clean, from_tcvn3, looks_like_tcvn3, mend_mojibake

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ERRORS", "UNCOMPUTED", "code_text", "is_number", "spelled", "text_of"]

ERRORS: Final = frozenset(
    ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
)
"""What spreadsheet programs show where a formula failed."""
UNCOMPUTED: Final = "\0"
"""Stands in a grid for a formula whose value the file does not hold."""

_WHOLE_MOST: Final = 1e15
"""Larger floats do not hold every whole number; they are written as they are."""
_NUMBER: Final = re.compile(r"[+-]?\d[\d.,  ]*(?:[eE][+-]?\d+)?")
_WHOLE: Final = re.compile(r"(\d+)(?:[.,]0*)?")
_AMBIGUOUS: Final = re.compile(r"-?\d{1,3}\.\d{3}")
"""A decimal number that would look like thousands once it is text."""
_TCVN3_SAMPLE: Final = 2_000
"""Texts of a column that tell whether it is in the old encoding."""


def text_of(value: object) -> str | None:
    """Return the value of a cell as text, None where it is blank; letters are not touched yet.

    Examples
    --------
    >>> text_of(4924.0), text_of(" Trạm 01 "), text_of(True), text_of(" ")
    ('4924', 'Trạm 01', 'TRUE', None)
    """
    if value is None:
        return None
    text = str(value).strip()
    if isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
    elif isinstance(value, float):
        whole = value.is_integer() and abs(value) < _WHOLE_MOST
        text = str(int(value)) if whole else repr(value)
        if _AMBIGUOUS.fullmatch(text):
            text += "0"
    elif isinstance(value, dt.datetime) and value.time() == dt.time():
        text = value.date().isoformat()
    return text or None


def is_number(text: str) -> bool:
    """Tell whether a text is a number, however it writes its decimals and thousands."""
    return _NUMBER.fullmatch(text.strip()) is not None


def code_text(text: str, *, digits: int) -> str:
    """Return a code with the leading zeros that a spreadsheet took from it.

    Examples
    --------
    >>> code_text("4924", digits=5), code_text("4924.0", digits=5), code_text("AD-02", digits=5)
    ('04924', '04924', 'AD-02')
    """
    whole = _WHOLE.fullmatch(text)
    return whole[1].zfill(digits) if whole else text


def spelled(values: Sequence[str | None]) -> tuple[list[str | None], str]:
    """Return the texts of a column in clean Unicode, and from what they were mended.

    Parameters
    ----------
    values
        Texts as they stand in the file; whether they are in the old TCVN3 encoding is told from
        all of them together.

    Returns
    -------
    tuple of list and str
        The texts; and ``"tcvn3"``, ``"mojibake"`` (UTF-8 that was read as Windows-1252) or "".
    """
    odd = [v for v in dict.fromkeys(values) if v and not v.isascii()]
    if odd and looks_like_tcvn3(odd[:_TCVN3_SAMPLE]):
        return [v if v is None or v.isascii() else clean(from_tcvn3(v)) for v in values], "tcvn3"
    mended = any(mend_mojibake(v) != v for v in odd)
    texts = [None if v is None else (_clean(v) or None) for v in values]
    return texts, "mojibake" if mended else ""


@lru_cache(maxsize=65_536)
def _clean(text: str) -> str:
    """Return a text in one spelling; the same few names stand in thousands of rows."""
    return clean(mend_mojibake(text))
