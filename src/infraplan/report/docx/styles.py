"""Which paragraph, character and table styles does the document use?

Form of administrative documents by Decree 30/2020/NĐ-CP: Times New Roman, 13 to 14 points, black.
Tables are smaller, as their many columns ask for. Nothing is formatted outside of a style.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from docx.oxml.ns import nsdecls

__all__ = ["FONT", "styles_markup"]

FONT: Final = "Times New Roman"

_BODY_PT: Final = 13.0
_SINGLE: Final = 240
_TWIPS_PER_PT: Final = 20
_LOCALE: Final = {"vi": "vi-VN", "en": "en-GB"}
_KEEP: Final = "<w:keepNext/><w:keepLines/>"


@dataclass(frozen=True, slots=True)
class _Style:
    """A paragraph style: sizes in points, first line in twips."""

    key: str
    name: str
    size_pt: float = _BODY_PT
    align: str = "left"
    before_pt: float = 0
    after_pt: float = 0
    bold: bool = False
    italic: bool = False
    keep: bool = False
    level: int | None = None
    indent: str = ""
    line: int = _SINGLE


_STYLES: Final = (
    _Style("Title", "Title", 14, "center", 18, 6, bold=True, keep=True),
    _Style("Subtitle", "Subtitle", 14, "center", 0, 12, italic=True, keep=True),
    _Style("Heading1", "heading 1", 14, "center", 0, 4, bold=True, keep=True, level=0),
    _Style("Heading2", "heading 2", 13, "left", 10, 4, bold=True, keep=True, level=1),
    _Style("BodyText", "Body Text", 13, "both", 0, 6, indent='<w:ind w:firstLine="567"/>'),
    _Style("ListItem", "List Item", 13, "both", 0, 3, indent='<w:ind w:left="567"/>'),
    _Style("StudyNote", "Study Note", 11, "both", 0, 2, indent='<w:ind w:left="567"/>'),
    _Style("AnnexReference", "Annex Reference", 13, "center", 0, 12, italic=True, keep=True),
    _Style("Caption", "caption", 12, "left", 10, 4, bold=True, keep=True),
    _Style("FigureCaption", "Figure Caption", 12, "center", 4, 12, bold=True),
    _Style("FigurePicture", "Figure Picture", 13, "center", 6, 0, keep=True),
    _Style("TableText", "Table Text", 9, before_pt=1, after_pt=1),
    _Style("TableCentre", "Table Centre", 9, "center", 1, 1),
    _Style("TableNumber", "Table Number", 9, "right", 1, 1),
    _Style("TableHead", "Table Head", 9, "center", 2, 2, bold=True, keep=True),
    _Style("TableTotal", "Table Total", 9, "left", 1, 1, bold=True),
    _Style("TableTotalNumber", "Table Total Number", 9, "right", 1, 1, bold=True),
    _Style("TableNote", "Table Note", 11, "both", 3, 0, italic=True),
    _Style("ContentsHead", "Contents Heading", 13, "center", 14, 6, bold=True, keep=True),
    _Style("TOC1", "toc 1", 12, "left", 2, 2, indent='<w:ind w:left="284" w:hanging="284"/>'),
    _Style("TOC2", "toc 2", 12, "left", 0, 1, indent='<w:ind w:left="567" w:hanging="283"/>'),
    _Style(
        "TableofFigures", "table of figures", 12, "left", 0, 2,
        indent='<w:ind w:left="284" w:hanging="284"/>',
    ),
    _Style("Header", "header", 13, "center"),
    _Style("Footer", "footer", 9, "center"),
    _Style("LetterHead", "Letter Head", 12, "center", keep=True),
    _Style("LetterHeadBold", "Letter Head Bold", 12, "center", bold=True, keep=True),
    _Style("LetterNumber", "Letter Number", 12, "center", 6, keep=True),
    _Style("LetterDate", "Letter Date", 12, "center", 6, italic=True, keep=True),
    _Style("RecipientHead", "Recipient Head", 12, "left", bold=True, italic=True, keep=True),
    _Style("Recipient", "Recipient", 11, "left", keep=True),
    _Style("SectionEnd", "Section End", 1, line=20),
)  # fmt: skip

_TABLES: Final = """
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0"
w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>
<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
<w:style w:type="table" w:customStyle="1" w:styleId="AnnexTable"><w:name w:val="Annex Table"/>
<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>{borders}</w:tblBorders>
<w:tblCellMar><w:left w:w="45" w:type="dxa"/><w:right w:w="45" w:type="dxa"/></w:tblCellMar>
</w:tblPr><w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:shd w:val="clear" w:color="auto"
w:fill="EDEDED"/><w:vAlign w:val="center"/></w:tcPr></w:tblStylePr></w:style>
<w:style w:type="table" w:customStyle="1" w:styleId="LetterTable"><w:name w:val="Letter Table"/>
<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblCellMar><w:left w:w="0" w:type="dxa"/>
<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
"""
_EDGES: Final = ("top", "left", "bottom", "right", "insideH", "insideV")

_CHARACTERS: Final = """
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">
<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>
<w:style w:type="character" w:customStyle="1" w:styleId="AnnexTitle"><w:name w:val="Annex Title"/>
<w:rPr><w:caps/></w:rPr></w:style>
<w:style w:type="character" w:customStyle="1" w:styleId="Underlined"><w:name w:val="Underlined"/>
<w:rPr><w:u w:val="single"/></w:rPr></w:style>
"""


def styles_markup(language: str) -> str:
    """Return the styles part in markup; the language is that of all text.

    Parameters
    ----------
    language
        "vi" or "en".
    """
    fonts = " ".join(f'w:{script}="{FONT}"' for script in ("ascii", "eastAsia", "hAnsi", "cs"))
    locale = _LOCALE[language]
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {fonts}/>"
        f'{_size(_BODY_PT)}<w:lang w:val="{locale}" w:eastAsia="{locale}" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>"
    )
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'
    tables = _TABLES.format(borders="".join(f"<w:{edge} {line}/>" for edge in _EDGES))
    paragraphs = "".join(_paragraph_style(style) for style in _STYLES)
    return (
        f"<w:styles {nsdecls('w')}>{defaults}{_CHARACTERS}{tables.replace(chr(10), ' ')}"
        f"{paragraphs}</w:styles>"
    )


def _size(size_pt: float) -> str:
    half = round(size_pt * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _paragraph_style(style: _Style) -> str:
    custom = "" if style.name in _BUILT_IN else ' w:customStyle="1"'
    rule = "auto" if style.line == _SINGLE else "exact"
    level = "" if style.level is None else f'<w:outlineLvl w:val="{style.level}"/>'
    spacing = (
        f'<w:spacing w:before="{round(style.before_pt * _TWIPS_PER_PT)}" '
        f'w:after="{round(style.after_pt * _TWIPS_PER_PT)}" '
        f'w:line="{style.line}" w:lineRule="{rule}"/>'
    )
    weight = ("<w:b/><w:bCs/>" if style.bold else "") + ("<w:i/><w:iCs/>" if style.italic else "")
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{style.key}">'
        f'<w:name w:val="{style.name}"/><w:basedOn w:val="Normal"/>'
        f"<w:qFormat/><w:pPr>{_KEEP if style.keep else ''}{spacing}{style.indent}"
        f'<w:jc w:val="{style.align}"/>{level}</w:pPr><w:rPr>{weight}{_size(style.size_pt)}</w:rPr>'
        "</w:style>"
    )


_BUILT_IN: Final = frozenset(
    {
        "Title", "Subtitle", "heading 1", "heading 2", "Body Text", "caption", "toc 1", "toc 2",
        "table of figures", "header", "footer",
    }
)  # fmt: skip
