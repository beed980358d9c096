"""How does the plan for leaders come together: cover, a question a page, one tagged PDF?"""

from __future__ import annotations

from datetime import date as calendar
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from infraplan.errors import ParameterError
from infraplan.report.charts import chart
from infraplan.report.pdf.aims import aims_page
from infraplan.report.pdf.figures import (
    amount,
    plan_years_text,
    total,
    total_sites,
)
from infraplan.report.pdf.need import gaps_page, left_out_page, operators_page
from infraplan.report.pdf.proof import proof_page
from infraplan.report.pdf.proposal import cost_page, proposal_page, reach_page
from infraplan.report.pdf.trust import data_page, next_page, risks_page
from infraplan.report.pdf.typeset import typeset
from infraplan.wording import Text, count, money, percent, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infraplan.report.facts import Facts
    from infraplan.report.pdf.blocks import Page

__all__ = ["PICTURES_MM", "plan_pdf"]

PICTURES_MM: Final = MappingProxyType(
    {
        "communes": (174.0, 150.0),
        "gaps": (174.0, 138.0),
        "plan": (174.0, 172.0),
        "coverage_end": (174.0, 108.0),
    }
)
"""Maps that the pages show, each with its width and height; other sizes are scaled to fit."""

_PAGES: Final = (
    left_out_page,
    operators_page,
    gaps_page,
    proposal_page,
    cost_page,
    proof_page,
    reach_page,
    aims_page,
    risks_page,
    next_page,
    data_page,
)

_OF_BUILDING: Final = (cost_page, proof_page)
"""Pages that have nothing to tell where nothing is built."""

_CHARTS_MM: Final = {
    "operators": (174.0, 112.0),
    "cost_by_year": (174.0, 128.0),
    "marginal_cost": (174.0, 106.0),
    "served_by_year": (174.0, 76.0),
}
"""Size of each chart on its page."""

_DIGEST_SHOWN: Final = 16


def plan_pdf(
    facts: Facts,
    *,
    language: str = "vi",
    pictures: Mapping[str, bytes],
    date: str | None = None,
) -> bytes:
    """Typeset the plan for leaders: A4 pages, one question a page; twelve, ten for an empty plan.

    Parameters
    ----------
    facts
        The bundle.
    language
        "vi" or "en".
    pictures
        Maps as PNG by subject, see :data:`PICTURES_MM`; a page whose map is missing says so.
    date
        Day of the report as ISO 8601, such as "2026-01-31"; left out where None.

    Returns
    -------
    bytes
        A tagged PDF (PDF/UA-1) with bookmarks and embedded fonts; the same bundle gives the same
        bytes.

    Raises
    ------
    ParameterError
        If the language is neither, or the date is not one.
    MissingDataError
        If the font of the reports is missing.
    OutputError
        If the document cannot be typeset.
    """
    if language not in {"vi", "en"}:
        raise ParameterError(
            f"The plan for leaders is not written in {language!r}. Expected: vi or en. Remedy: "
            "choose one of these."
        )
    day = None if date is None else _day(date)
    shown = {subject: pictures[subject] for subject in PICTURES_MM if subject in pictures}
    pages = [page(facts, language=language, pictures=shown.keys()) for page in pages_of(facts)]
    assets = {f"{subject}.png": held for subject, held in shown.items()}
    for subject, (wide, high) in _CHARTS_MM.items():
        assets[f"{subject}.svg"] = chart(
            facts, subject, language=language, width_mm=wide, height_mm=high
        )
    return typeset(_document(facts, pages, language, day), assets)


def pages_of(facts: Facts) -> list[Callable[..., Page]]:
    """Return what makes each page: two fewer where the plan builds nothing."""
    return [page for page in _PAGES if total_sites(facts) or page not in _OF_BUILDING]


def _document(facts: Facts, pages: list[Page], language: str, day: Text | None) -> dict[str, Any]:
    """Return what the templates read."""
    mark = facts.basis_mark
    foot = {
        "digest": plain(facts.sha256[:_DIGEST_SHOWN]),
        "version": plain(facts.manifest["infraplan_version"]),
        "date": plain(None) if day is None else day,
        "year": plain(facts.base_year),
    }
    return {
        "language": language,
        "title": _title(facts).said(language),
        "author": f"infraplan {facts.manifest['infraplan_version']}",
        "keywords": [f"sha256:{facts.sha256}"],
        "head": facts.study_title.said(language),
        "mark": "" if mark is None else mark.said(language),
        "foot": phrase("pdf_foot" if day is None else "pdf_foot_dated", foot).said(language),
        "cover": _cover(facts, language, day),
        "pages": [
            {"title": p.title.said(language), "lead": p.lead.said(language), "blocks": p.blocks}
            for p in pages
        ],
    }


def _day(date: str) -> Text:
    """Write a day the Vietnamese way, and by ISO 8601."""
    try:
        day = calendar.fromisoformat(date)
    except ValueError as fault:
        raise ParameterError(
            f"{date!r} is no day. Expected: a date by ISO 8601 such as 2026-01-31. Remedy: write "
            "year, month and day."
        ) from fault
    return Text(f"{day:%d/%m/%Y}", day.isoformat())


def _title(facts: Facts) -> Text:
    return phrase("pdf_title", {"study": facts.study_title, "years": plan_years_text(facts)})


def _cover(facts: Facts, language: str, day: Text | None) -> dict[str, Any]:
    technology = {"technology": plain(facts.technology)}
    subtitle = phrase("pdf_cover_subtitle", {**technology, "years": plan_years_text(facts)})
    basis = Text("", "")
    if facts.basis_mark is not None:
        basis = phrase("badge_text") + plain(" ") + facts.data_basis + plain(".")
    imprint = {
        "digest": plain(facts.sha256),
        "version": plain(facts.manifest["infraplan_version"]),
        "date": plain(None) if day is None else day,
        "year": plain(facts.base_year),
    }
    key = "pdf_cover_imprint" if day is None else "pdf_cover_imprint_dated"
    return {
        "kicker": phrase("pdf_cover_kicker").said(language),
        "title": facts.study_title.said(language),
        "subtitle": subtitle.said(language),
        "numbers": [
            {"what": what.said(language), "number": big.said(language), "note": note.said(language)}
            for what, big, note in _three_numbers(facts)
        ],
        "basis": basis.said(language),
        "contents": phrase("pdf_cover_contents").said(language),
        "imprint": phrase(key, imprint).said(language),
    }


def _three_numbers(facts: Facts) -> list[tuple[Text, Text, Text]]:
    """Return the three numbers of the first page, with what they count."""
    people, unserved = total(facts, "people"), total(facts, "people_unserved")
    sites = total_sites(facts)
    share = unserved / people if people > 0 else float("nan")
    plan_note = phrase(
        "big_plan_note" if sites else "pdf_cover_no_plan",
        {
            "cost": money(amount(facts, "capex_vnd")),
            "years": plan_years_text(facts),
            "people": count(amount(facts, "people_gained")),
        },
    )
    return [
        (
            phrase("big_people", {"technology": plain(facts.technology)}),
            count(unserved),
            phrase("big_people_note", {"share": percent(share), "people": count(people)}),
        ),
        (
            phrase("big_villages"),
            count(total(facts, "villages_without_signal")),
            phrase(
                "big_villages_note",
                {
                    "villages": count(total(facts, "villages")),
                    "weak": count(total(facts, "villages_weak")),
                },
            ),
        ),
        (phrase("big_plan"), phrase("big_plan_number", {"sites": count(sites)}), plan_note),
    ]
