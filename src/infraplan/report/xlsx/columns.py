"""What is a column of the bundle called for people, in which unit, and how wide is it?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from infraplan import catalog
from infraplan.report.xlsx.listing import Column
from infraplan.wording import Text, phrase, plain, word_or

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from infraplan.report.xlsx.book import Book

__all__ = ["columns_of", "operator_name", "titled", "translated"]

_KINDS: Final = (
    (re.compile(r"^(availability|gap)_share$"), "exact_share"),
    (re.compile(r"_share(_|$)"), "share"),
    (re.compile(r"_vnd(_|$)"), "vnd"),
    (re.compile(r"_km2$"), "area_km2"),
    (re.compile(r"_m2(_|$)"), "area"),
    (re.compile(r"_(dbm|db)(_|$)"), "level"),
    (re.compile(r"_(m|ghz)$"), "metre"),
    (re.compile(r"(^|_)weight(_|$)"), "weight"),
    (re.compile(r"^year$"), "year"),
    (re.compile(r"^(inside_)?(lon|lat)$"), "degree"),
    (re.compile(r"(^|_)(people|households|villages|sites_fed|links|sites|mbps)(_|$)"), "count"),
    (re.compile(r"^quantity$"), "quantity"),
    (re.compile(r"^(score|rank)(_|$)"), "level"),
)
"""Kind of number by a column's name; the first match counts, text where none does."""

_UNITS: Final = {
    "exact_share": "%",
    "share": "%",
    "vnd": "xlsx_unit_vnd",
    "area_km2": "km²",
    "area": "m²",
    "level": "",
    "degree": "xlsx_unit_degree",
}
_TEXTS: Final = ("_names", "_name", "_id", "_code", "reason_vi", "_origin")
_WIDTHS: Final = {"vnd": 16.0, "area": 15.0, "degree": 12.0, "year": 8.0, "text": 13.0}
_USUAL_WIDTH: Final = 11.0


def columns_of(
    book: Book,
    frame: pd.DataFrame,
    names: Iterable[str],
    *,
    totals: Iterable[str] = (),
    widths: dict[str, float] | None = None,
    wrapped: Iterable[str] = (),
    operators: Sequence[str] = (),
) -> list[Column]:
    """Return columns of a table of the bundle, those of `names` that it has.

    Parameters
    ----------
    book
        The workbook, for its language.
    frame
        The table.
    names
        Its columns, in the order of the sheet.
    totals
        Those that are added up.
    widths
        In characters, where the usual one does not fit.
    wrapped
        Those with long text.
    operators
        Operators that a column's name may end in.
    """
    added, long, wide = set(totals), set(wrapped), widths or {}
    found = []
    for name in names:
        if name not in frame.columns:
            continue
        kind = "wrap" if name in long else _kind(name)
        width = wide.get(name, _WIDTHS.get(kind, _USUAL_WIDTH))
        found.append(
            Column(name, book.say(_title(name, kind, operators)), kind, width, total=name in added)
        )
    return found


def titled(
    book: Book,
    key: str,
    word: str,
    kind: str,
    *,
    width: float = _USUAL_WIDTH,
    source: str = "",
    total: bool = False,
    formula: Callable[[int], str] | None = None,
) -> Column:
    """Return a column whose title is a phrase of its own."""
    return Column(key, book.word(word), kind, width, source, total, formula)


def operator_name(operator: object) -> Text:
    """Return an operator as the catalogue writes it; one that it does not know as it is."""
    if operator == "any":
        return phrase("xlsx_any_operator")
    known = catalog.table("operators").set_index("operator")["name"]
    return plain(known.get(operator, operator) if isinstance(operator, str) else None)


def translated(book: Book, values: Iterable[object], prefix: str) -> list[str | None]:
    """Return codes in people's words, by the phrases ``<prefix>_<code>``; missing stays.

    Operators have the prefix "operator"; their names come from the catalogue.
    """
    listed = list(values)
    said = {
        value: book.say(
            operator_name(value) if prefix == "operator" else word_or(f"{prefix}_{value}", value)
        )
        for value in dict.fromkeys(v for v in listed if isinstance(v, str))
    }
    return [said[value] if isinstance(value, str) else None for value in listed]


def _kind(name: str) -> str:
    if name.endswith(_TEXTS):
        return "text"
    return next((kind for pattern, kind in _KINDS if pattern.search(name)), "text")


def _title(name: str, kind: str, operators: Sequence[str]) -> Text:
    """Return the title of a column with its unit, and the operator it is about."""
    base, operator = _split(name, operators)
    words = (word_or(f"{prefix}_{base}", "") for prefix in ("xlsx_field", "field"))
    title = next((word for word in words if word.en), plain(base))
    if operator is not None:
        title = title + plain(" – ") + operator_name(operator)
    unit = _UNITS.get(kind, "") or _unit_by_name(base)
    return title + plain(", ") + word_or(unit, unit) if unit else title


def _unit_by_name(base: str) -> str:
    """Return the unit that a name ends in, empty where it has none."""
    endings = {"_dbm": "dBm", "_m": "m", "_ghz": "GHz", "_mbps": "Mbit/s", "_db": "dB"}
    return next((unit for ending, unit in endings.items() if base.endswith(ending)), "")


def _split(name: str, operators: Sequence[str]) -> tuple[str, str | None]:
    """Divide a column's name into what it is and the operator it is about, None for any."""
    for operator in (*operators, "any"):
        base = name.removesuffix(f"_{operator}")
        if base != name:
            return base, None if operator == "any" else operator
    return name, None
