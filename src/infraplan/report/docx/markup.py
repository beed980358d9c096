"""How are paragraphs, fields and bookmarks written in WordprocessingML?

Texts come from data, so characters that XML forbids are left out and the others escaped.
"""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

__all__ = [
    "attribute",
    "bookmark",
    "clean",
    "field_begin",
    "field_end",
    "hyperlink",
    "paragraph",
    "run",
    "sequence",
    "twips",
]

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS: Final = re.compile(r"[\t\n\r\x85\u2028\u2029]+")
_TWIPS_PER_MM: Final = 1440 / 25.4


def clean(text: str) -> str:
    """Return one line of text that XML can hold."""
    return _FORBIDDEN.sub("", _BREAKS.sub(" ", text))


def attribute(text: str) -> str:
    """Quote a text as the value of an attribute."""
    return quoteattr(clean(text))


def twips(length_mm: float) -> int:
    """Return a length in twentieths of a point."""
    return round(length_mm * _TWIPS_PER_MM)


def run(text: str, style: str | None = None) -> str:
    r"""Return a run of text.

    Examples
    --------
    >>> run("a < b\x00")
    '<w:r><w:t xml:space="preserve">a &lt; b</w:t></w:r>'
    """
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r>'


def paragraph(content: str, style: str, properties: str = "") -> str:
    """Return a paragraph of runs in a style."""
    head = f'<w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>'
    return f"<w:p>{head}{content}</w:p>"


def bookmark(content: str, name: str, number: int) -> str:
    """Put a bookmark around runs; names and numbers are unique in the document."""
    start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
    return f'{start}{content}<w:bookmarkEnd w:id="{number}"/>'


def sequence(kind: str, number: int) -> str:
    """Return a field that counts captions of a kind, and shows this number until it is updated."""
    instruction = attribute(f" SEQ {kind} \\* ARABIC ")
    return f"<w:fldSimple w:instr={instruction}>{run(str(number))}</w:fldSimple>"


def hyperlink(content: str, anchor: str) -> str:
    """Return runs that lead to a bookmark."""
    return f'<w:hyperlink w:anchor="{anchor}" w:history="1">{content}</w:hyperlink>'


def field_begin(instruction: str) -> str:
    """Open a field whose result may reach over several paragraphs."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def field_end() -> str:
    """Close a field."""
    return '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
