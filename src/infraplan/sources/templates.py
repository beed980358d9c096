"""Which tables can a planner fill in, and how does such a table look when it is empty?

The columns come from ``catalog/templates.csv``; types, units, ranges and allowed values from the
dictionary of the table.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.sources.workbook_write import fit_print, put_text, save, write_whole
from infraplan.tables import Column, spec
from infraplan.wording import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["tables", "write"]

_ROWS: Final = 5_000
"""Rows that the lists of allowed values reach down to."""
_DICTIONARIES: Final = {"census": "communes", "indicators": "observations"}
"""A census is a table of communes without their boundaries; indicators are filled in as told."""
_DEGREES: Final = {"lon": (-180.0, 180.0), "lat": (-90.0, 90.0)}
_SAMPLES: Final = ("example_1", "example_2")
_NUMBERS: Final = ("number", "integer")
_LIST_MOST: Final = 255
"""Characters that Excel takes in a list of allowed values."""
_SIGNS: Final = {"deg": "°", "persons": "", "households": "", "km2": "km²"}
"""How a unit of the dictionaries is written in a header."""
_HEAD: Final = PatternFill("solid", start_color="FF1F4E78")
_HEAD_FONT: Final = Font(bold=True, color="FFFFFFFF")
_REQUIRED: Final = PatternFill("solid", start_color="FFC00000")
_EXAMPLE_FONT: Final = Font(italic=True, color="FF7F7F7F")
_WIDTH: Final = 22
_GUIDE_WIDTHS: Final = (38, 22, 60, 60, 10, 40, 24)
_GUIDE_HEADS: Final = (
    "template_column",
    "template_key",
    "template_meaning_vi",
    "template_meaning_en",
    "template_needed",
    "template_allowed",
    "template_example",
)


@dataclass(frozen=True, slots=True)
class _Field:
    """One column of a template."""

    name: str
    header: str
    meaning: tuple[str, str]
    examples: tuple[str, ...]
    allowed: tuple[str, ...]
    strict: bool
    required: bool
    number: bool
    limits: tuple[float | None, float | None]


def tables() -> tuple[str, ...]:
    """Return the names of the tables that have a template.

    Examples
    --------
    >>> tables()[:5]
    ('towers', 'communes', 'census', 'villages', 'facilities')
    """
    return tuple(dict.fromkeys(catalog.table("templates")["table"]))


def write(table: str, path: Path) -> Path:
    """Write a table to fill in.

    Parameters
    ----------
    table
        One of :func:`tables`.
    path
        An .xlsx with lists of allowed values, a guide and two rows of examples; or a .csv with
        the names and the examples.

    Returns
    -------
    pathlib.Path
        `path`. The same table always gives the same bytes, and what is written reads back
        without a fault.

    Raises
    ------
    ParameterError
        If there is no such template, or the name ends otherwise.
    OutputError
        If it cannot be written.
    """
    if table not in tables():
        known = ", ".join(tables())
        raise ParameterError(f"There is no template {table!r}. Remedy: choose one of {known}.")
    fields = _fields(table)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return write_whole(path, _as_csv(fields))
    if suffix == ".xlsx":
        return save(_as_workbook(table, fields), path)
    raise ParameterError(f"{path.name} is no .xlsx or .csv. Remedy: let its name end so.")


def _fields(table: str) -> list[_Field]:
    """Return the columns of a template, in the order of the catalogue."""
    known = {c.name: c for c in spec(_DICTIONARIES.get(table, table)).columns}
    rows = catalog.table("templates")
    return [
        _field({str(k): str(v) for k, v in row.items()}, known.get(row["field"]))
        for row in rows[rows["table"] == table].to_dict("records")
    ]


def _field(row: dict[str, str], column: Column | None) -> _Field:
    name = row["field"]
    unit = "deg" if column is None else column.unit
    sign = _SIGNS.get(unit, unit)
    allowed = tuple(row["allowed"].split("|")) if row["allowed"] else ()
    return _Field(
        name=name,
        header=f"{row['vi']} – {row['en']}" + (f" ({sign})" if sign else ""),
        meaning=(row["note_vi"], row["note_en"] or ("" if column is None else column.meaning)),
        examples=tuple(row[key] for key in _SAMPLES),
        allowed=allowed or (() if column is None else column.allowed),
        strict=column is not None and bool(column.allowed),
        required=column is None or column.required,
        number=column is None or column.type in _NUMBERS,
        limits=_DEGREES[name] if column is None else (column.minimum, column.maximum),
    )


def _as_csv(fields: Sequence[_Field]) -> bytes:
    """Return names and examples as a CSV that spreadsheet programs open with its diacritics."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([f.header for f in fields])
    for place in range(len(_SAMPLES)):
        writer.writerow([f.examples[place].replace(",", ".") for f in fields])
    return out.getvalue().encode("utf-8-sig")


def _as_workbook(table: str, fields: Sequence[_Field]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    title = phrase(f"template_{table}")
    sheet.title = title.vi
    for place, field in enumerate(fields, start=1):
        _fill_column(sheet, place, field)
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 45
    _fill_guide(book.create_sheet(phrase("template_guide").vi), fields)
    for made in book.worksheets:
        fit_print(made)
    return book


def _fill_column(sheet: Worksheet, place: int, field: _Field) -> None:
    """Write one column: its name, two examples, and what its cells may hold."""
    head = sheet.cell(1, place, field.header)
    head.fill = _REQUIRED if field.required else _HEAD
    head.font = _HEAD_FONT
    head.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    letter = get_column_letter(place)
    sheet.column_dimensions[letter].width = _WIDTH
    for row, example in enumerate(field.examples, start=2):
        cell = sheet.cell(row, place)
        cell.font = _EXAMPLE_FONT
        if example and field.number:
            cell.value = float(example.replace(",", "."))
        elif example:
            put_text(cell, example)
    if not field.number:
        sheet.column_dimensions[letter].number_format = "@"  # codes keep their zeros
    rule = _validation(field)
    if rule is not None:
        rule.add(f"{letter}2:{letter}{_ROWS + 1}")
        sheet.add_data_validation(rule)


def _validation(field: _Field) -> DataValidation | None:
    """Return the list or range that the cells of a column are held to, if any."""
    low, high = field.limits
    if field.allowed:
        listed = ",".join(field.allowed)
        if len(listed) > _LIST_MOST:
            return None
        rule = DataValidation("list", formula1=f'"{listed}"', allow_blank=True)
        rule.showErrorMessage = field.strict
        rule.error = phrase("template_one_of").vi + ", ".join(field.allowed)
    elif field.number and low is not None and high is not None:
        rule = DataValidation("decimal", "between", f"{low:g}", f"{high:g}", allow_blank=True)
        rule.showErrorMessage = True
        rule.error = phrase("template_between").vi + f"{low:g} – {high:g}"
    else:
        return None
    rule.promptTitle = field.name[:32]
    rule.prompt = f"{field.meaning[0]}\n{field.meaning[1]}"[:_LIST_MOST].strip()
    rule.showInputMessage = bool(rule.prompt)
    return rule


def _fill_guide(sheet: Worksheet, fields: Sequence[_Field]) -> None:
    """Write what each column means, below a line on how to use the table."""
    how = phrase("template_how")
    sheet["A1"], sheet["A2"] = how.vi, how.en
    for place, key in enumerate(_GUIDE_HEADS, start=1):
        said = phrase(key)
        text = said.vi if said.vi == said.en else f"{said.vi} – {said.en}"
        head = sheet.cell(4, place, text)
        head.fill, head.font = _HEAD, _HEAD_FONT
        sheet.column_dimensions[get_column_letter(place)].width = _GUIDE_WIDTHS[place - 1]
    yes = phrase("template_yes")
    for row, field in enumerate(fields, start=5):
        example = next((e for e in field.examples if e), "")
        needed = f"{yes.vi} – {yes.en}" if field.required else ""
        texts = [
            field.header,
            field.name,
            *field.meaning,
            needed,
            ", ".join(field.allowed),
            example,
        ]
        for place, text in enumerate(texts, start=1):
            cell = sheet.cell(row, place)
            if text:
                put_text(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
