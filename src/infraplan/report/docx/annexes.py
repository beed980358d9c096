"""Which annexes go with the decision, and how do they become one document?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.report.docx import general, indicators, maps, masts, money, points, routes, spots
from infraplan.report.docx.front import closing, opening, reference
from infraplan.report.docx.package import empty_document, packed, tell
from infraplan.report.docx.pages import fill, set_up
from infraplan.report.docx.render import Outline, annex_markup, roman
from infraplan.report.frame import tm3_of
from infraplan.wording import Text, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docx.document import Document as Document_

    from infraplan.report.docx.blocks import Annex
    from infraplan.report.facts import Facts
    from infraplan.report.frame import Frame

__all__ = ["annexes"]

_DIGEST_SHOWN: Final = 12


def annexes(
    facts: Facts, *, language: str, pictures: Mapping[str, bytes], date: str | None = None
) -> bytes:
    """Return the annexes of a decision on passive telecom infrastructure as a Word document.

    Parameters
    ----------
    facts
        The bundle.
    language
        "vi" or "en".
    pictures
        Subject → PNG, in the order they are shown.
    date
        ISO date (``2026-11-22``) for the heading block; dots where None.

    Returns
    -------
    bytes
        A DOCX file: the same facts, pictures and date give the same bytes.

    Raises
    ------
    CrsError
        If the bundle lies outside Viet Nam and its CRS has no EPSG code.
    """
    frame = tm3_of(facts)
    document, outline = empty_document(language), Outline()
    listed = _annexes(facts, frame, pictures)
    _set_up_pages(document, facts, listed, language)
    with_what = reference(vietnamese=frame.is_vn2000)
    written = [
        annex_markup(document.part, annex, n, outline, language=language, reference=with_what)
        for n, annex in enumerate(listed, start=1)
    ]
    front = _front(facts, outline, language=language, vietnamese=frame.is_vn2000, date=date)
    fill(document, [front, *written])
    tell(
        document,
        title=phrase("docx_title").said(language),
        subject=facts.study_title.said(language),
        digest=facts.sha256,
        date=date,
    )
    return packed(document)


def _annexes(facts: Facts, frame: Frame, pictures: Mapping[str, bytes]) -> tuple[Annex, ...]:
    return (
        general.annex(facts, frame),
        masts.annex(facts, frame),
        routes.annex(facts, frame),
        points.annex(facts, frame),
        money.annex(facts),
        spots.annex(facts),
        indicators.annex(facts),
        maps.annex(facts, pictures),
    )


def _foot(facts: Facts, number: int) -> Text:
    """Say at the foot of each page which annex it is, how sure, and of which bundle."""
    digest = plain(facts.sha256[:_DIGEST_SHOWN])
    mark = facts.basis_mark
    parts = [
        phrase("docx_annex", {"number": plain(roman(number))}) if number else facts.study_title,
        *([] if mark is None else [mark]),
        phrase("docx_foot_digest", {"digest": digest}),
    ]
    said = parts[0]
    for part in parts[1:]:
        said += plain(" · ") + part
    return said


def _set_up_pages(
    document: Document_, facts: Facts, listed: Sequence[Annex], language: str
) -> None:
    """Give the front and each annex a section with its own pages and foot."""
    foots = [_foot(facts, number).said(language) for number in range(len(listed) + 1)]
    set_up(document.sections[0], landscape=False, foot=foots[0])
    for annex, foot in zip(listed, foots[1:], strict=True):
        set_up(document.add_section(), landscape=annex.landscape, foot=foot)


def _front(
    facts: Facts, outline: Outline, *, language: str, vietnamese: bool, date: str | None
) -> str:
    """Return heading block, lists and signature, which stand before the annexes."""
    before = opening(
        facts.study_title, outline, language=language, vietnamese=vietnamese, dated=_dated(date)
    )
    return "".join([*before, *closing(language=language, vietnamese=vietnamese)])


def _dated(date: str | None) -> Text:
    """Write the date as the form asks for it; dots without one."""
    if date is None:
        return phrase("docx_place_date")
    year, month, day = date.split("-")
    return phrase("docx_dated", {"day": plain(day), "month": plain(month), "year": plain(year)})
