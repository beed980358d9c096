"""How is an error, a fault or a line of help, written in English, said in Vietnamese?

The English text stays in the code, where the error is raised. ``catalog/messages/*.csv`` holds a
Vietnamese sentence for each English one, with numbered holes where values stand: ``{0}`` in both.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from infraplan.wording.templates import Template, halves, read

if TYPE_CHECKING:
    from infraplan.errors import Fault

__all__ = ["fault_in", "said_in", "where_in"]

_DEEPEST = 8
_REMEDY = "Remedy: "
_LISTED = re.compile(r"\s*(?:\d+\. |[-·•] )?")
_BREAKS = (
    re.compile(r"(?<=[.!?]) +(?=[A-Z`'\-])"),
    re.compile(r"(?<=;) "),
    re.compile(r"(?<=:) "),
)
_LIST = re.compile(r"(?<=,) ")
_WHERE = re.compile(
    r"([^:]+?)(?=, (?:row|column) )(?:, row (\d+))?(?:, column ('[^']*'|\"[^\"]*\"))?: "
)
_FIRST_LETTERS = 5
_JOINT = "; "
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\[[^\]]*\]")
_FIGURE = re.compile(
    r"(VND )?([−-]?\d{1,3}(?:,\d{3})*(?:\.\d+)?)( (?:m|km|km²|%|billion|million))?"
)
_UNITS = {" billion": " tỷ", " million": " triệu"}


def said_in(message: str, language: str) -> str:
    """Say a message of infraplan, written in English, in a language.

    Parameters
    ----------
    message
        A whole message, such as ``str(error)``, in one or several lines.
    language
        "vi" or "en".

    Returns
    -------
    str
        The message; parts that the catalogue does not know stay English.

    Examples
    --------
    >>> said_in("There is no file a.csv. Remedy: mend the path.", "vi")
    'Không có tệp a.csv. Cách khắc phục: sửa lại đường dẫn.'
    """
    return message if language != "vi" else _said(message, 0)


def where_in(fault: Fault, language: str) -> str:
    """Say where a fault is: the file, the row, the column.

    Examples
    --------
    >>> from infraplan.errors import Fault
    >>> where_in(Fault("a.csv", "it is empty", "fill it", row=2, column="code"), "vi")
    "a.csv, dòng 2, cột 'code'"
    """
    row, column = ("dòng", "cột") if language == "vi" else ("row", "column")
    where = said_in(fault.file, language)
    if fault.row is not None:
        where += f", {row} {fault.row}"
    if fault.column is not None:
        where += f", {column} {fault.column!r}"
    return where


def fault_in(fault: Fault, language: str) -> str:
    """Say a fault in one line: where, what, remedy.

    Examples
    --------
    >>> from infraplan.errors import Fault
    >>> fault_in(Fault("a.csv", "it is empty", "fill it", row=2), "en")
    'a.csv, row 2: it is empty. Remedy: fill it'
    """
    remedy = said_in(_REMEDY, language)
    problem = said_in(fault.problem, language)
    return f"{where_in(fault, language)}: {problem}. {remedy}{said_in(fault.remedy, language)}"


@lru_cache(maxsize=4096)
def _said(text: str, depth: int) -> str:
    """Say a text: as one sentence of the table, else line by line and part by part."""
    if depth > _DEEPEST or not text.strip():
        return text
    _, whole = _fit(text, depth)
    if whole is not None:
        return whole
    if "\n" in text:
        return "\n".join(_line(line, depth + 1) for line in text.split("\n"))
    before, remedy, after = text.partition(_REMEDY)
    if remedy and after:
        gap = " " if before.strip() else ""
        start = _part(before.rstrip(), depth + 1)
        return start + gap + _said(_REMEDY, depth) + _part(after, depth + 1)
    found = _WHERE.match(text)
    if found:
        return _place(found) + _part(text[found.end() :], depth)
    return _parts(text, depth)


def _line(line: str, depth: int) -> str:
    """Say one line of a list; its number or mark stays before it."""
    mark = _LISTED.match(line)
    start = mark.end() if mark else 0
    return line[:start] + _said(line[start:], depth)


def _place(found: re.Match[str]) -> str:
    """Say the file, row and column before a fault."""
    file, row, column = found.groups()
    where = [file, f"dòng {row}" if row else "", f"cột {column}" if column else ""]
    return ", ".join(part for part in where if part) + ": "


def _parts(text: str, depth: int) -> str:
    """Say the parts of a text that are known: sentences, then what ; : and , set apart."""
    for between in (*_BREAKS, _LIST):
        spans = _outside_quotes(text, between)
        if spans:
            ends = [0, *(end for _, end in spans)]
            starts = [*(start for start, _ in spans), len(text)]
            parts = [text[a:b] for a, b in zip(ends, starts, strict=True)]
            gaps = [*(text[a:b] for a, b in spans), ""]
            said = [p if between is _LIST and _is_name(p) else _part(p, depth) for p in parts]
            return "".join(part + gap for part, gap in zip(said, gaps, strict=True))
    return text


def _is_name(part: str) -> bool:
    """Tell whether a part of a list is one word, such as the name of a column."""
    return " " not in part


def _part(part: str, depth: int) -> str:
    """Say a part, with or without the mark at its end, whichever the table fits better."""
    bare = part.rstrip(" .;:,")
    with_mark, without = _fit(part, depth), _fit(bare, depth)
    if with_mark[1] is not None and with_mark[0] >= without[0]:
        return with_mark[1]
    if without[1] is not None:
        return without[1] + part[len(bare) :]
    return _said(part, depth + 1)


def _outside_quotes(text: str, between: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return where a text breaks, but for breaks within quotation marks and brackets."""
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    spans = [found.span() for found in between.finditer(text)]
    return [s for s in spans if not any(a < s[0] < b for a, b in quoted)]


def _fit(text: str, depth: int) -> tuple[int, str | None]:
    """Return how much of a text the table knows, and the text as it says it; None for neither."""
    exact, _ = _table()
    if text in exact:
        return len(text), exact[text]
    figure = _FIGURE.fullmatch(text)
    if figure:
        return len(text), _figure(*figure.groups())
    fits = (
        (template, values)
        for template in _beginning(text[:_FIRST_LETTERS])
        if (values := template.match(text, whole=depth == 0 and ": " not in text)) is not None
    )
    found = next(fits, None)
    if found is None:
        return -1, None
    template, values = found
    joined = _joined(text, depth)
    if joined is not None and joined[0] > template.weight:
        return joined
    return template.weight, template.filled([_said(value, depth + 1) for value in values])


def _joined(text: str, depth: int) -> tuple[int, str] | None:
    """Say sentences that are joined by semicolons, where the table knows each of them."""
    parts = text.split(_JOINT)
    if len(parts) == 1 or depth >= _DEEPEST:
        return None
    fits = [_fit(part, depth + 1) for part in parts]
    said = [told for _, told in fits if told is not None]
    weight = sum(weight for weight, _ in fits)
    return (weight, _JOINT.join(said)) if len(said) == len(parts) else None


def _figure(money: str | None, number: str, unit: str | None) -> str:
    """Write a figure that was grouped or rounded for display; a plain value stays as it is."""
    if "," in number or money or unit:
        number = number.translate(str.maketrans(",.", ".,"))
    return f"{number}{_UNITS.get(unit or '', unit or '')}{' đồng' if money else ''}"


@cache
def _table() -> tuple[dict[str, str], tuple[Template, ...]]:
    """Return sentences without holes, and those with holes, the longest first."""
    exact, holed = {}, []
    rows = read()
    known = {english for english, _ in rows}
    parts = (part for row in rows for part in halves(*row) if part[0] not in known)
    for english, vietnamese in (*rows, *parts):
        template = Template(english, vietnamese)
        if template.holes:
            holed.append(template)
        else:
            exact[template.plain] = template.filled([])
    holed.sort(key=lambda t: (-t.weight, t.english))
    return exact, tuple(holed)


@lru_cache(maxsize=1024)
def _beginning(letters: str) -> tuple[Template, ...]:
    """Return the sentences with holes that may begin with these letters."""
    return tuple(template for template in _table()[1] if template.begins(letters))
