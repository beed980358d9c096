"""What stands before and after the annexes: heading block, contents, recipients, signature?

Everything that the office fills in is a row of dots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.report.docx.blocks import PORTRAIT_MM
from infraplan.report.docx.markup import (
    field_begin,
    field_end,
    hyperlink,
    paragraph,
    run,
    twips,
)
from infraplan.wording import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.report.docx.render import Entry, Outline
    from infraplan.wording import Text

__all__ = ["closing", "opening", "reference"]

_AGENCY_MM: Final = 60.0
_SIGNATURE_MM: Final = 80.0


def opening(
    title: Text, outline: Outline, *, language: str, vietnamese: bool, dated: Text
) -> list[str]:
    """Return the heading block, the title and the lists of annexes, tables and figures.

    Parameters
    ----------
    title
        Of the study.
    outline
        What the annexes hold.
    language
        "vi" or "en".
    vietnamese
        Whether the place is in Viet Nam; elsewhere its own form stands at the head.
    dated
        Place and date, or dots.
    """
    left, right = _letter_head(vietnamese, dated, language)
    word_table, word_figure = (phrase(k).said(language) for k in ("docx_table", "docx_figure"))
    return [
        _side_by_side(left, right, _AGENCY_MM),
        paragraph(run(phrase("docx_title").said(language)), "Title"),
        paragraph(run(phrase("docx_subtitle", {"study": title}).said(language)), "Subtitle"),
        paragraph(run(reference(vietnamese=vietnamese).said(language)), "AnnexReference"),
        *_listed("docx_contents", 'TOC \\o "1-2" \\n \\h \\z \\u', outline.headings, language),
        *_listed("docx_tables", f'TOC \\n \\h \\z \\c "{word_table}"', outline.tables, language),
        *_listed("docx_figures", f'TOC \\n \\h \\z \\c "{word_figure}"', outline.figures, language),
    ]


def reference(*, vietnamese: bool) -> Text:
    """Say what the annexes go with; number and date are dots."""
    return phrase("docx_with_decision" if vietnamese else "docx_with_decision_own")


def closing(*, language: str, vietnamese: bool) -> list[str]:
    """Return the recipients, left, and the place for signature and seal, right."""
    own = "" if vietnamese else "_own"
    recipients = [
        paragraph(run(phrase("docx_recipients").said(language)), "RecipientHead"),
        *(paragraph(run(phrase("docx_recipient").said(language)), "Recipient") for _ in range(3)),
    ]
    signature = [
        paragraph(run(phrase(f"docx_on_behalf{own}").said(language)), "LetterHeadBold"),
        paragraph(run(phrase(f"docx_chair{own}").said(language)), "LetterHeadBold"),
        paragraph(run(phrase("docx_signed").said(language)), "LetterDate"),
        *(paragraph("", "LetterHead") for _ in range(4)),
        paragraph(run(phrase("docx_dots_name").said(language)), "LetterHead"),
    ]
    split = PORTRAIT_MM - _SIGNATURE_MM
    return [paragraph("", "BodyText"), _side_by_side(recipients, signature, split)]


def _letter_head(vietnamese: bool, dated: Text, language: str) -> tuple[list[str], list[str]]:  # noqa: FBT001 - both sides need it
    def line(key: str, style: str) -> str:
        return paragraph(run(phrase(key).said(language)), style)

    own = "" if vietnamese else "_own"
    left = [
        line(f"docx_agency_above{own}", "LetterHeadBold"),
        line(f"docx_agency{own}", "LetterHeadBold"),
        line(f"docx_number{own}", "LetterNumber"),
    ]
    motto = paragraph(run(phrase("docx_motto").said(language), "Underlined"), "LetterHeadBold")
    state = [line("docx_state", "LetterHeadBold"), motto] if vietnamese else []
    return left, [*state, paragraph(run(dated.said(language)), "LetterDate")]


def _side_by_side(left: Sequence[str], right: Sequence[str], left_mm: float) -> str:
    """Return two columns without lines: a table that only lays out."""
    widths = (twips(left_mm), twips(PORTRAIT_MM) - twips(left_mm))
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(content)}</w:tc>'
        for width, content in zip(widths, (left, right), strict=True)
    )
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="LetterTable"/><w:tblW w:w="{sum(widths)}" '
        f'w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr></w:tbl>"
    )


def _listed(head: str, instruction: str, entries: Sequence[Entry], language: str) -> list[str]:
    """Return a list as a field that holds its entries, so that it shows before any update."""
    if not entries:
        return []
    styles = {1: "TOC1", 2: "TOC2"} if head == "docx_contents" else {1: "TableofFigures"}
    lines = [hyperlink(run(entry.text), entry.anchor) for entry in entries]
    lines[0] = field_begin(instruction) + lines[0]
    lines[-1] += field_end()
    shown = [paragraph(ln, styles[e.level]) for ln, e in zip(lines, entries, strict=True)]
    return [paragraph(run(phrase(head).said(language)), "ContentsHead"), *shown]
