"""How are pages set up: A4, margins, page numbers, what stands at their foot?

By Decree 30/2020/NĐ-CP: margins of 20 to 25 mm above and below, 30 to 35 mm left, 15 to 20 mm
right; the page number is centred at the head of each page but the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.enum.section import WD_ORIENT
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.shared import Mm

from infraplan.report.docx.blocks import LANDSCAPE_MM, PORTRAIT_MM
from infraplan.report.docx.markup import attribute, paragraph, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as Document_
    from docx.section import Section, _Footer, _Header

__all__ = ["fill", "set_up"]

_SHORT_MM: Final = 210.0
_LONG_MM: Final = 297.0
_LEFT_MM: Final = 30.0
_ABOVE_MM: Final = 20.0
_EDGE_MM: Final = 10.0


def fill(document: Document_, contents: Sequence[str]) -> None:
    """Write the body of a document: one content per section, in markup.

    The body is parsed once as a whole; moving elements from tree to tree costs far more.

    Parameters
    ----------
    document
        Changed in place; its sections are set up.
    contents
        As many as there are sections.
    """
    ends = [section._sectPr.xml for section in document.sections]  # noqa: SLF001 - no public name
    *before, last = zip(contents, ends, strict=True)
    body = "".join(content + paragraph("", "SectionEnd", end) for content, end in before)
    spaces = nsdecls("w", "r", "wp", "a", "pic")
    root = parse_xml(f"<w:document {spaces}><w:body>{body}{''.join(last)}</w:body></w:document>")
    document.part._element = root  # noqa: SLF001 - python-docx replaces no body


def set_up(section: Section, *, landscape: bool, foot: str) -> None:
    """Set size, margins, head and foot of a section; its pages are numbered from 1.

    Parameters
    ----------
    section
        Changed in place.
    landscape
        Whether the pages lie across.
    foot
        What stands at the foot of each page.
    """
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    width_mm, height_mm = (_LONG_MM, _SHORT_MM) if landscape else (_SHORT_MM, _LONG_MM)
    text_mm = LANDSCAPE_MM if landscape else PORTRAIT_MM
    section.page_width, section.page_height = Mm(width_mm), Mm(height_mm)
    section.left_margin, section.right_margin = Mm(_LEFT_MM), Mm(width_mm - _LEFT_MM - text_mm)
    section.top_margin = section.bottom_margin = Mm(_ABOVE_MM)
    section.header_distance = section.footer_distance = Mm(_EDGE_MM)
    section.different_first_page_header_footer = True
    properties = section._sectPr  # noqa: SLF001 - python-docx has no name for the first number
    for old in properties.xpath("./w:pgNumType"):
        properties.remove(old)
    numbers = parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>')
    properties.xpath("./w:pgMar")[0].addnext(numbers)
    _fill(section.header, _page_number())
    _fill(section.first_page_header, paragraph("", "Header"))
    for part in (section.footer, section.first_page_footer):
        _fill(part, paragraph(run(foot), "Footer"))


def _page_number() -> str:
    instruction = attribute(" PAGE ")
    return paragraph(f"<w:fldSimple w:instr={instruction}>{run('2')}</w:fldSimple>", "Header")


def _fill(part: _Header | _Footer, markup: str) -> None:
    """Give a head or foot of its own, with this content."""
    part.is_linked_to_previous = False
    root = part._element  # noqa: SLF001 - the whole content is replaced
    for old in list(root):
        root.remove(old)
    root.extend(parse_xml(f"<w:hdr {nsdecls('w')}>{markup}</w:hdr>"))
