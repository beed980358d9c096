"""How do annexes become the body of a document, with numbered captions and a list of each kind?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from infraplan.report.docx.blocks import LANDSCAPE_MM, PORTRAIT_MM, Figure, Heading, Prose, Table
from infraplan.report.docx.grid import grid
from infraplan.report.docx.markup import bookmark, paragraph, run, sequence
from infraplan.report.docx.picture import picture_run
from infraplan.wording import phrase, plain

if TYPE_CHECKING:
    from docx.parts.document import DocumentPart

    from infraplan.report.docx.blocks import Annex
    from infraplan.wording import Text

__all__ = ["Entry", "Outline", "annex_markup", "roman"]

_HIGHEST_MM: Final = {True: 130.0, False: 200.0}
"""Most height of a picture on a page that lies across, and on an upright one."""

_ROMAN: Final = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a table of contents: its text, the bookmark it leads to, its level."""

    text: str
    anchor: str
    level: int = 1


@dataclass(slots=True)
class Outline:
    """What was numbered so far, in the order of the document."""

    headings: list[Entry] = field(default_factory=list)
    tables: list[Entry] = field(default_factory=list)
    figures: list[Entry] = field(default_factory=list)
    bookmarks: int = 0

    def mark(self) -> int:
        """Return the number of a new bookmark."""
        self.bookmarks += 1
        return self.bookmarks


def roman(number: int) -> str:
    """Return a number from 1 in Roman figures.

    Examples
    --------
    >>> [roman(number) for number in (1, 4, 8, 19)]
    ['I', 'IV', 'VIII', 'XIX']
    """
    said = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        said += letters * times
    return said


def annex_markup(
    part: DocumentPart,
    annex: Annex,
    number: int,
    outline: Outline,
    *,
    language: str,
    reference: Text,
) -> str:
    """Return an annex in markup.

    Parameters
    ----------
    part
        The document's part, which takes the files of pictures.
    annex
        What to write.
    number
        Of the annex, from 1.
    outline
        Its headings and captions are added.
    language
        "vi" or "en".
    reference
        The line below the title: what the annex goes with.
    """
    written = [
        _title(annex, number, outline, language),
        paragraph(run(reference.said(language)), "AnnexReference"),
    ]
    headings = 0
    for block in annex.blocks:
        match block:
            case Heading():
                headings += 1
                written.append(_heading(f"{headings}. {block.text.said(language)}", outline))
            case Prose():
                written.append(paragraph(run(block.text.said(language)), block.style))
            case Table():
                written += _table(block, annex, outline, language)
            case Figure():
                written += _figure(part, block, annex, outline, language)
    return "".join(written)


def _title(annex: Annex, number: int, outline: Outline, language: str) -> str:
    """Return number and title of an annex."""
    numbered = phrase("docx_annex", {"number": plain(roman(number))}).said(language)
    title = annex.title.said(language)
    entry = Entry(f"{numbered}. {title}", f"_Toc_annex_{number}")
    outline.headings.append(entry)
    content = f"{run(numbered)}<w:r><w:br/></w:r>{run(title, 'AnnexTitle')}"
    return paragraph(bookmark(content, entry.anchor, outline.mark()), "Heading1")


def _heading(said: str, outline: Outline) -> str:
    entry = Entry(said, f"_Toc_part_{len(outline.headings) + 1}", level=2)
    outline.headings.append(entry)
    return paragraph(bookmark(run(said), entry.anchor, outline.mark()), "Heading2")


def _table(table: Table, annex: Annex, outline: Outline, language: str) -> list[str]:
    """Return caption, table and notes; a paragraph parts tables that have none."""
    notes = [paragraph(run(note.said(language)), "TableNote") for note in table.notes]
    return [
        _caption(table, outline, language),
        grid(table, language=language, width_mm=_width_mm(annex)),
        *(notes or [paragraph("", "TableNote")]),
    ]


def _figure(
    part: DocumentPart, figure: Figure, annex: Annex, outline: Outline, language: str
) -> list[str]:
    number = len(outline.figures) + 1
    shown = picture_run(
        part,
        figure.picture,
        within_mm=(_width_mm(annex), _HIGHEST_MM[annex.landscape]),
        name=f"{phrase('docx_figure').said(language)} {number}",
        said=figure.alternative.said(language),
        key=number,
    )
    return [paragraph(shown, "FigurePicture"), _caption(figure, outline, language)]


def _width_mm(annex: Annex) -> float:
    return LANDSCAPE_MM if annex.landscape else PORTRAIT_MM


def _caption(block: Table | Figure, outline: Outline, language: str) -> str:
    """Return a caption with its number in a field, bookmarked for references and lists."""
    is_table = isinstance(block, Table)
    entries = outline.tables if is_table else outline.figures
    word = phrase("docx_table" if is_table else "docx_figure").said(language)
    number = len(entries) + 1
    kind = "table" if is_table else "figure"
    text = block.caption.said(language)
    label = run(f"{word} ") + sequence(word, number)
    label = bookmark(label, f"_Ref_{kind}_{number}", outline.mark())
    entry = Entry(f"{word} {number}. {text}", f"_Toc_{kind}_{number}")
    entries.append(entry)
    content = bookmark(label + run(f". {text}"), entry.anchor, outline.mark())
    return paragraph(content, "Caption" if is_table else "FigureCaption")
