"""How is the document's file written, so that the same content gives the same bytes?"""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Final

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml

from infraplan.report.docx.markup import clean
from infraplan.report.docx.styles import styles_markup

if TYPE_CHECKING:
    from docx.document import Document as Document_
    from docx.opc.rel import Relationships

__all__ = ["empty_document", "packed", "tell"]

_KEPT: Final = frozenset({RT.STYLES, RT.SETTINGS})
_KEPT_OUTSIDE: Final = frozenset({RT.OFFICE_DOCUMENT, RT.CORE_PROPERTIES})
_FIRST: Final = "[Content_Types].xml"
_LOCALE: Final = {"vi": "vi-VN", "en": "en-GB"}
_MARKS: Final = {"vi": (",", ";"), "en": (".", ",")}
_LONGEST: Final = 255
_WORD_2013: Final = 15


def empty_document(language: str) -> Document_:
    """Return a document without content, with the styles and settings of the annexes.

    What the template of python-docx brings beyond that (theme, thumbnail, numbering) is left out.
    """
    document = docx.Document()
    _drop(document.part.rels, _KEPT)
    _drop(document.part.package.rels, _KEPT_OUTSIDE)
    styles = document.styles.element
    styles.clear()
    styles.extend(parse_xml(styles_markup(language)))
    settings = document.settings.element
    settings.clear()
    settings.extend(parse_xml(_settings_markup(language)))
    return document


def tell(document: Document_, *, title: str, subject: str, digest: str, date: str | None) -> None:
    """Set the document's properties; it carries a date only where one is given.

    Parameters
    ----------
    document
        Changed in place.
    title, subject
        What it is, and of what.
    digest
        SHA-256 of the bundle it was made from.
    date
        ISO date, or None.
    """
    properties = document.core_properties
    properties._element.clear()  # noqa: SLF001 - the template's author and date are not ours
    properties.title, properties.subject = clean(title)[:_LONGEST], clean(subject)[:_LONGEST]
    properties.identifier = f"sha256:{digest}"
    properties.keywords = f"infraplan; {digest}"
    if date is not None:
        moment = dt.datetime.combine(dt.date.fromisoformat(date), dt.time(), dt.UTC)
        properties.created = properties.modified = moment.replace(tzinfo=None)


def packed(document: Document_) -> bytes:
    """Return the document's file; neither clock nor order of parts enters it."""
    raw, out = BytesIO(), BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(given.namelist(), key=lambda n: (n != _FIRST, n)):
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, given.read(name))
    return out.getvalue()


def _drop(relations: Relationships, kept: frozenset[str]) -> None:
    for key in [key for key, relation in relations.items() if relation.reltype not in kept]:
        del relations[key]


def _settings_markup(language: str) -> str:
    decimal_mark, list_mark = _MARKS[language]
    place = "http://schemas.microsoft.com/office/word"
    return (
        f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting '
        f'w:name="compatibilityMode" w:uri="{place}" w:val="{_WORD_2013}"/></w:compat>'
        f'<w:themeFontLang w:val="{_LOCALE[language]}"/><w:decimalSymbol w:val="{decimal_mark}"/>'
        f'<w:listSeparator w:val="{list_mark}"/></w:settings>'
    )
