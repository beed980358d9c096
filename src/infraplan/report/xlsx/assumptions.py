"""What does everything in the workbook rest on: origins, sources, certificate, parameters?"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final

from infraplan.report.xlsx.columns import translated
from infraplan.wording import Text, phrase, plain, word_or

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from infraplan.report.facts import Facts
    from infraplan.report.xlsx.book import Book

__all__ = ["write_assumptions"]

_Cell = tuple[object, str]
"""A value, and the kind of cell it stands in."""

_WIDTHS: Final = (38.0, 34.0, 18.0, 16.0, 14.0, 66.0)
_DEEPEST: Final = 4
_LINE_POINTS: Final = 13.5


def write_assumptions(book: Book, sheet: Worksheet, facts: Facts) -> None:
    """Write notes, origins, sources, certificate and parameters, one block below the other."""
    sheet.hide_gridlines(2)
    for number, width in enumerate(_WIDTHS):
        sheet.set_column(number, number, width)
    big = book.look("text", {"bold": True, "font_size": 14})
    sheet.set_row(0, 22)
    sheet.write_string(0, 0, book.word("xlsx_title_assumptions"), big)
    digest = book.word("xlsx_digest", {"digest": plain(facts.sha256)})
    sheet.write_string(1, 0, digest, book.small())
    row = 3
    for title, heads, rows in _blocks(book, facts):
        row = _block(book, sheet, row, title, heads, rows) + 1
    sheet.freeze_panes(2, 0)


def _blocks(book: Book, facts: Facts) -> Iterator[tuple[str, Sequence[str], list[list[_Cell]]]]:
    """Yield the title, heads and rows of each block; a cell is a value and its kind."""
    told = facts.manifest.get("notes", ())
    notes: list[list[_Cell]] = [[(book.say(Text(n["vi"], n["en"])), "long")] for n in told]
    yield "xlsx_block_notes", (), notes
    yield "xlsx_block_origins", _ORIGIN_HEADS, _origins(book, facts)
    inputs = [
        [(one.get(key, ""), "text") for key in ("table", "file", "date", "licence")]
        + [("", "text"), (f"{one.get('origin', '')}; SHA-256 {one.get('sha256', '')}", "wrap")]
        for one in facts.manifest.get("inputs", ())
    ]
    yield "xlsx_block_inputs", _INPUT_HEADS, inputs
    yield "xlsx_block_certificate", _PAIR_HEADS, list(_pairs(facts.manifest["certificate"], book))
    parameters = facts.manifest.get("parameters", {})
    settled = {
        "infraplan_version": facts.manifest.get("infraplan_version"),
        "catalogue_sha256": facts.manifest.get("catalogue_sha256"),
        "technology": facts.technology,
        "cell_size_m": facts.manifest.get("cell_size_m"),
        "crs_of_rasters": facts.manifest.get("crs_of_rasters"),
        "load_share": facts.manifest.get("load_share"),
        "clutter_model": facts.manifest.get("clutter_model"),
        "demand_weights": facts.manifest.get("demand_weights"),
        "parameters": parameters,
    }
    flat = [[(name, "text"), (value, "exact")] for name, value in _flattened(settled, "")]
    yield "xlsx_block_parameters", _PAIR_HEADS, flat


_ORIGIN_HEADS: Final = ("xlsx_table", "xlsx_column", "xlsx_origin", "xlsx_rows", "xlsx_share")
_INPUT_HEADS: Final = (
    "xlsx_table", "xlsx_file", "xlsx_date", "xlsx_licence", "", "xlsx_source_and_digest",
)  # fmt: skip
_PAIR_HEADS: Final = ("xlsx_parameter", "xlsx_value")


def _origins(book: Book, facts: Facts) -> list[list[_Cell]]:
    """Return how each guessed column is known, and for which part of its rows."""
    frame = facts.origins
    words = translated(book, frame["origin"], "origin")
    rows = zip(frame["table"], frame["column"], words, frame["rows"], frame["share"], strict=True)
    return [
        [
            (f"{book.say(word_or(f'table_{table}', table))} ({table})", "text"),
            (column, "text"),
            (origin, "text"),
            (int(number), "count"),
            (float(share), "share"),
        ]
        for table, column, origin, number, share in rows
    ]


def _pairs(certificate: dict[str, object], book: Book) -> Iterator[list[_Cell]]:
    for name, value in certificate.items():
        title = book.say(word_or(f"xlsx_certificate_{name}", name))
        kind = "exact_share" if name.endswith("_share") else "exact"
        yield [(f"{title} ({name})" if title != name else name, "text"), (value, kind)]


def _flattened(value: object, name: str, depth: int = 0) -> Iterator[tuple[str, object]]:
    """Yield each parameter by its path; a list, and what is nested deep, as JSON."""
    if isinstance(value, dict) and value and depth < _DEEPEST:
        for key in sorted(value):
            yield from _flattened(value[key], f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, dict | list):
        yield name, json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
    else:
        yield name, value


def _block(
    book: Book,
    sheet: Worksheet,
    row: int,
    title: str,
    heads: Sequence[str],
    rows: list[list[_Cell]],
) -> int:
    """Write one block; return the next free row."""
    sheet.write_string(row, 0, book.word(title), book.look("text", {"bold": True, "font_size": 12}))
    row += 1
    for number, head in enumerate(heads):
        text = book.say(phrase(head)) if head else ""
        numeric = head in ("xlsx_rows", "xlsx_share")
        sheet.write_string(row, number, text, book.head(numeric=numeric))
    row += 1 if heads else 0
    for cells in rows:
        for number, (value, kind) in enumerate(cells):
            if kind == "long":
                style = book.look("text", {"text_wrap": True})
                sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", style)
                sheet.write_string(row, 0, str(value), style)
                sheet.set_row(row, _height(str(value), sum(_WIDTHS)))
            else:
                book.put(sheet, row, number, value, _style(book, kind))
                if kind == "wrap":
                    sheet.set_row(row, _height(str(value), _WIDTHS[number]))
        row += 1
    return row


def _style(book: Book, kind: str) -> Format:
    """Return the format of a cell: numbers of a column right, what is told left."""
    if kind in ("count", "share"):
        return book.body(kind)
    more: dict[str, object] = {"align": "left"}
    if kind == "wrap":
        more["text_wrap"] = True
    return book.body("exact_share" if kind == "exact_share" else "text", more)


def _height(text: str, width: float) -> float:
    """Return the height in points of a row whose text is wrapped to a width in characters."""
    return _LINE_POINTS * max(1, math.ceil(len(text) / width))
