"""How does a finished bundle become a workbook that an auditor can follow?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.report.xlsx.assumptions import write_assumptions
from infraplan.report.xlsx.bill import bill_of, owners_of
from infraplan.report.xlsx.book import Book
from infraplan.report.xlsx.costs import prices_of
from infraplan.report.xlsx.listing import Placed, lay_out, place, set_page
from infraplan.report.xlsx.phases import write_phases
from infraplan.report.xlsx.places import (
    communes_of,
    gaps_of,
    links_of,
    proposals_of,
    villages_of,
)
from infraplan.report.xlsx.summary import write_summary
from infraplan.report.xlsx.targets import indicators_of, ranking_of

if TYPE_CHECKING:
    from infraplan.report.facts import Facts
    from infraplan.report.xlsx.listing import Listing

__all__ = ["SHEETS", "workbook"]

SHEETS: Final = (
    "summary", "communes", "villages", "gaps", "proposals", "links", "costs", "bill", "owners",
    "phases", "indicators", "ranking", "assumptions",
)  # fmt: skip
"""Sheets of the workbook, in their order; ``xlsx_sheet_<name>`` is what each is called."""

_DIGEST_LETTERS: Final = 16


def workbook(facts: Facts, *, language: str) -> bytes:
    """Return the workbook of a bundle: its tables, with formulas for every total.

    Parameters
    ----------
    facts
        What the bundle says.
    language
        "vi" or "en".

    Returns
    -------
    bytes
        XLSX; the same facts give the same bytes. Numbers are those of the bundle's CSVs, only
        shown rounded; formulas are stored with their values.
    """
    book = Book(language)
    sheets = {n: book.file.add_worksheet(book.word(f"xlsx_sheet_{n}")) for n in SHEETS}
    placed: dict[str, Placed] = {}
    listings = _listings(book, facts, placed)
    for name, listing in listings.items():
        placed[name] = place(listing, sheets[name].get_name())
    for name, listing in listings.items():
        lay_out(book, sheets[name], listing, placed[name])
    phases = write_phases(book, sheets["phases"], facts, placed)
    write_summary(book, sheets["summary"], facts, placed, phases)
    write_assumptions(book, sheets["assumptions"], facts)
    mark = facts.basis_mark
    for sheet in sheets.values():
        set_page(
            book,
            sheet,
            left=f"{facts.study_id} · SHA-256 {facts.sha256[:_DIGEST_LETTERS]}…",
            centre="" if mark is None else book.say(mark),
        )
    sheets["summary"].fit_to_pages(1, 1)
    return book.finished(
        title=book.say(facts.study_title),
        subject=book.word("xlsx_subject"),
        keywords=f"SHA-256 {facts.sha256}",
    )


def _listings(book: Book, facts: Facts, placed: dict[str, Placed]) -> dict[str, Listing]:
    """Return the tables of the sheets that are plain tables."""
    return {
        "communes": communes_of(book, facts),
        "villages": villages_of(book, facts),
        "gaps": gaps_of(book, facts),
        "proposals": proposals_of(book, facts),
        "links": links_of(book, facts),
        "costs": prices_of(book, facts, placed),
        "bill": bill_of(book, facts, placed),
        "owners": owners_of(book, facts, placed),
        "indicators": indicators_of(book, facts),
        "ranking": ranking_of(book, facts, placed),
    }
