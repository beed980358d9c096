"""How is a table written: fixed widths, head repeated on each page, rows kept whole?"""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from infraplan.report.docx.blocks import Align
from infraplan.report.docx.markup import attribute, paragraph, run, twips
from infraplan.wording import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraplan.report.docx.blocks import Column, Table
    from infraplan.wording import Text

__all__ = ["grid"]

_HEAD: Final = "TableHead"
_KEPT_WITH_HEAD: Final = 2
_TOTALS: Final = {
    Align.LEFT: "TableTotal",
    Align.CENTRE: "TableTotal",
    Align.RIGHT: "TableTotalNumber",
}
_LOOK: Final = (
    '<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
    'w:noHBand="1" w:noVBand="1"/>'
)


def grid(table: Table, *, language: str, width_mm: float) -> str:
    """Return a table in markup, without its caption and notes.

    Parameters
    ----------
    table
        What to write; a table without rows says so in one row.
    language
        "vi" or "en".
    width_mm
        Width of the text; the columns share it.
    """
    widths = _widths(table.columns, width_mm)
    caption = attribute(table.caption.said(language))
    properties = (
        f'<w:tblPr><w:tblStyle w:val="AnnexTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{_LOOK}<w:tblCaption w:val={caption}/></w:tblPr>'
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = chain(
        [_head(table.columns, widths, language)],
        _rows(table, widths, language),
        [] if table.rows else [_empty(widths, language)],
        [] if table.total is None else [_total(table, table.total, widths, language)],
    )
    return f"<w:tbl>{properties}<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _widths(columns: Sequence[Column], width_mm: float) -> list[int]:
    """Share the width of the text, to the last twip."""
    whole = sum(column.width for column in columns)
    ends, end = [0], 0.0
    for column in columns:
        end += column.width
        ends.append(twips(width_mm * end / whole))
    return [after - before for before, after in pairwise(ends)]


def _cell(text: str, style: str, width: int, span: int = 1, *, kept: bool = False) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}</w:tcPr>'
    content = paragraph(run(text) if text else "", style, "<w:keepNext/>" if kept else "")
    return f"<w:tc>{properties}{content}</w:tc>"


def _line(cells: str, *, head: bool = False) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _head(columns: Sequence[Column], widths: list[int], language: str) -> str:
    cells = zip(columns, widths, strict=True)
    return _line("".join(_cell(c.head.said(language), _HEAD, w) for c, w in cells), head=True)


def _rows(table: Table, widths: list[int], language: str) -> Iterator[str]:
    """Write the rows; the first ones stay with the head, the last one with what follows."""
    last, more = len(table.rows) - 1, table.total is not None or len(table.notes) > 0
    for position, row in enumerate(table.rows):
        kept = position < _KEPT_WITH_HEAD or (position == last and more)
        cells = zip(row, table.columns, widths, strict=True)
        yield _line("".join(_cell(t.said(language), c.align, w, kept=kept) for t, c, w in cells))


def _empty(widths: list[int], language: str) -> str:
    text = phrase("table_empty").said(language)
    return _line(_cell(text, Align.LEFT, sum(widths), len(widths)))


def _total(table: Table, total: Sequence[Text], widths: list[int], language: str) -> str:
    """Write the last row; its first text spans the blanks after it."""
    texts, columns = [text.said(language) for text in total], table.columns
    span = next((i for i, text in enumerate(texts[1:], start=1) if text), len(texts))
    kept = len(table.notes) > 0
    cells = [_cell(texts[0], _TOTALS[Align.LEFT], sum(widths[:span]), span, kept=kept)]
    rest = zip(texts[span:], columns[span:], widths[span:], strict=True)
    cells += [_cell(text, _TOTALS[c.align], width, kept=kept) for text, c, width in rest]
    return _line("".join(cells))
