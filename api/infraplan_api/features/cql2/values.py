"""What kinds of value do filters compare, and how are many of them compared at once?"""

from __future__ import annotations

import operator
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from infraplan_api.features.fault import FaultError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = [
    "Truth",
    "Values",
    "both",
    "changed",
    "compared",
    "either",
    "liked",
    "truth",
    "without_case",
    "without_marks",
]

Truth = pd.arrays.BooleanArray
"""True, false or not known of each feature; its & | ~ follow the logic of CQL2."""

_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_NO_MARK: Final = str.maketrans("đĐ", "dD")


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """One value per feature, or a single one for all of them.

    Attributes
    ----------
    kind
        text, number, boolean, moment or geometry.
    values
        Shape (n,) or (1,); where missing, any value of the kind.
    missing
        Of the same shape; True where there is none.
    """

    kind: str
    values: NDArray[Any]
    missing: NDArray[np.bool_]


def truth(values: NDArray[np.bool_], unknown: NDArray[np.bool_], count: int) -> Truth:
    """Return the truth of `count` features from arrays of shape (count,) or (1,)."""
    return Truth(
        np.broadcast_to(values, (count,)).astype(np.bool_),
        np.broadcast_to(unknown, (count,)).copy(),
    )


def both(left: Truth, right: Truth) -> Truth:
    """Return where both are true; not known where that decides."""
    found: Truth = left & right
    return found


def either(left: Truth, right: Truth) -> Truth:
    """Return where one of them is true; not known where that decides."""
    found: Truth = left | right  # type: ignore[operator]  # the stubs lack the operator
    return found


def compared(op: str, left: Values, right: Values, count: int) -> Truth:
    """Compare two values of each feature.

    Raises
    ------
    FaultError
        If their kinds cannot be compared.
    """
    if left.kind != right.kind:
        raise FaultError(f"a {left.kind} cannot be compared with a {right.kind}")
    if left.kind == "geometry":
        raise FaultError("geometries are compared with S_INTERSECTS and the like, not with " + op)
    found = np.asarray(_COMPARE[op](left.values, right.values), dtype=np.bool_)
    return truth(found, left.missing | right.missing, count)


def liked(left: Values, pattern: str, count: int, *, any_case: bool) -> Truth:
    r"""Tell of each text whether it has the shape of a pattern.

    Parameters
    ----------
    left
        The texts.
    pattern
        ``%`` stands for any characters, ``_`` for one, ``\`` makes the next one plain.
    count
        How many features there are.
    any_case
        Whether capitals and small letters are the same.
    """
    if left.kind != "text":
        raise FaultError(f"LIKE compares texts; a {left.kind} stands before it")
    shape = _shape(unicodedata.normalize("NFC", pattern), any_case=any_case)
    memo = {text: shape.match(text) is not None for text in set(left.values.tolist())}
    found = np.array([memo[text] for text in left.values.tolist()], dtype=np.bool_)
    return truth(found, left.missing, count)


def _shape(pattern: str, *, any_case: bool) -> re.Pattern[str]:
    """Return a pattern that never goes back, so that no pattern is slow on any text."""
    pieces, plain = [""], False
    for character in pattern:
        if plain or character not in "\\%_":
            pieces[-1] += re.escape(character)
            plain = False
        elif character == "\\":
            plain = True
        elif character == "%":
            pieces.append("")
        else:
            pieces[-1] += "."
    first, *between = pieces
    last = f".*{between.pop()}" if between else ""
    inner = "".join(f"(?>.*?{piece})" for piece in between if piece)
    flags = re.DOTALL | (re.IGNORECASE if any_case else 0)
    return re.compile(rf"{first}{inner}{last}\Z", flags)


def without_case(text: str) -> str:
    """Return a text whose capitals are small.

    Examples
    --------
    >>> without_case("PHÚ Thọ")
    'phú thọ'
    """
    return unicodedata.normalize("NFC", text.casefold())


def without_marks(text: str) -> str:
    """Return a text without diacritics.

    Examples
    --------
    >>> without_marks("Đồng Lương")
    'Dong Luong'
    """
    parts = unicodedata.normalize("NFD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_NO_MARK)


def changed(given: Values, change: Callable[[str], str]) -> Values:
    """Return texts after a change to each of them; each different one is changed once."""
    if given.kind != "text":
        raise FaultError(f"CASEI and ACCENTI take a text, not a {given.kind}")
    texts = given.values.tolist()
    memo = {text: change(text) for text in set(texts)}
    values = np.array([memo[text] for text in texts], dtype=object)
    return Values("text", values, given.missing)
