"""Which English sentences does the catalogue know in Vietnamese, and does a text fit one?"""

from __future__ import annotations

import csv
from string import Formatter

from infraplan.settings import package_folder

__all__ = ["Template", "halves", "read"]

_FEW_LETTERS = 4
_REMEDIES = (". Remedy: ", ". Cách khắc phục: ")


class Template:
    """A sentence with numbered holes, in English and in Vietnamese.

    Parameters
    ----------
    english, vietnamese
        The sentence; ``{0}``, ``{1}`` … stand for values, ``{{`` for a brace. The Vietnamese one
        may leave out a hole, such as one that only holds the "s" of a plural.
    """

    __slots__ = ("_literals", "_numbers", "english", "holes", "plain", "vietnamese", "weight")

    def __init__(self, english: str, vietnamese: str) -> None:
        self.english, self.vietnamese = english, vietnamese
        parts = list(Formatter().parse(english))
        self._numbers = [int(name) for _, name, _, _ in parts if name is not None]
        literals = [""]
        for literal, name, _, _ in parts:
            literals[-1] += literal
            if name is not None:
                literals.append("")
        self._literals = literals
        self.holes = frozenset(self._numbers)
        self.plain = "".join(literals)
        self.weight = sum(character.isalpha() for character in self.plain)

    def begins(self, text: str) -> bool:
        """Tell whether the sentence may begin with these letters."""
        return self._literals[0].startswith(text) or text.startswith(self._literals[0])

    def match(self, text: str, *, whole: bool = False) -> list[str] | None:
        """Return the values that stand in the holes of a text, or None where it does not fit.

        Each fixed part is looked for as far to the left as it goes, so that the time taken grows
        with the length of the text only. A sentence of few letters, such as "{0} is {1}", fits
        figures only, but for a `whole` message, which is ours.
        """
        first, last = self._literals[0], self._literals[-1]
        if len(text) < len(self.plain) or not text.startswith(first) or not text.endswith(last):
            return None
        values, at, end = [], len(first), len(text) - len(last)
        for literal in self._literals[1:-1]:
            found = text.find(literal, at, end)
            if found < 0:
                return None
            values.append(text[at:found])
            at = found + len(literal)
        if at > end:
            return None
        values.append(text[at:end])
        has_letters = any(character.isalpha() for value in values for character in value)
        if has_letters and not whole and self.weight < _FEW_LETTERS:
            return None
        return self._by_number(values)

    def _by_number(self, values: list[str]) -> list[str] | None:
        """Return the values in the order of their numbers; one that comes twice is the same."""
        found: dict[int, str] = {}
        for number, value in zip(self._numbers, values, strict=True):
            if found.setdefault(number, value) != value:
                return None
        return [found.get(number, "") for number in range(max(found) + 1)]

    def filled(self, values: list[str]) -> str:
        """Return the Vietnamese sentence with its holes filled."""
        return self.vietnamese.format(*values)


def read() -> list[tuple[str, str]]:
    """Return the English and the Vietnamese of each row of ``catalog/messages/*.csv``."""
    rows: list[tuple[str, str]] = []
    for path in sorted((package_folder() / "catalog" / "messages").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            rows += [(row["en"], row["vi"]) for row in csv.DictReader(stream)]
    return rows


def halves(english: str, vietnamese: str) -> list[tuple[str, str]]:
    """Return what is wrong and the remedy of a message as two: faults are made of the halves.

    Examples
    --------
    >>> halves("{0} is bad. Remedy: mend {0}.", "{0} hỏng. Cách khắc phục: sửa {0}.")
    [('{0} is bad', '{0} hỏng'), ('mend {0}', 'sửa {0}')]
    """
    ours, theirs = english.split(_REMEDIES[0]), vietnamese.split(_REMEDIES[1])
    if len(ours) != len(_REMEDIES) or len(theirs) != len(_REMEDIES):
        return []
    pairs = [(a.removesuffix("."), b.removesuffix(".")) for a, b in zip(ours, theirs, strict=True)]
    return [(a, b) for a, b in pairs if _holes(b) <= _holes(a)]


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
