"""Which bytes of a file does a client want (RFC 9110, section 14)?"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from infraplan_api.errors import RangeNotSatisfiableError

__all__ = ["Span", "spans_of"]

Span = tuple[int, int]
"""First byte and the one after the last."""

_MOST: Final = 16
_RANGE = re.compile(r"^(\d{0,18})-(\d{0,18})$")


def spans_of(header: str | None, size: int) -> tuple[Span, ...] | None:
    """Return the spans that a ``Range`` asks for, None where the whole file is to be sent.

    Parameters
    ----------
    header
        Value of ``Range``; one that is malformed or of another unit is ignored, as the standard
        says.
    size
        Of the file, bytes.

    Raises
    ------
    RangeNotSatisfiableError
        If no span lies in the file, or there are too many, or they overlap.
    """
    unit, _, listed = (header or "").partition("=")
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    if unit.strip().lower() != "bytes" or not parts:
        return None
    if len(parts) > _MOST:
        raise _refused(size, f"{len(parts)} ranges are asked for, {_MOST} are allowed")
    spans = []
    for part in parts:
        found = _RANGE.match(part)
        if found is None or part == "-":
            return None
        first, last = found.groups()
        if first and last and int(first) > int(last):
            return None
        span = _span(first, last, size)
        if span is not None:
            spans.append(span)
    if not spans:
        raise _refused(size, "no range lies in the file")
    ordered = sorted(spans)
    if any(b[0] < a[1] for a, b in pairwise(ordered)):
        raise _refused(size, "the ranges overlap")
    return tuple(spans)


def _span(first: str, last: str, size: int) -> Span | None:
    """Return a span cut at the end of the file, None where it begins beyond it."""
    if not first:
        begin, end = max(size - int(last), 0), size
    else:
        begin, end = int(first), min(int(last) + 1, size) if last else size
    return (begin, end) if begin < end else None


def _refused(size: int, problem: str) -> RangeNotSatisfiableError:
    return RangeNotSatisfiableError(
        f"{problem}. Remedy: the file has {size} bytes; ask for some of them, or leave the header "
        "Range out.",
        headers={"content-range": f"bytes */{size}"},
    )
