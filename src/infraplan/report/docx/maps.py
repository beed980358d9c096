"""What does Annex VIII say: the maps that belong to the other annexes?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.report.docx.blocks import Annex, Block, Figure, Prose
from infraplan.wording import Text, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan.report.facts import Facts

__all__ = ["annex"]


def annex(facts: Facts, pictures: Mapping[str, bytes]) -> Annex:
    """Return Annex VIII: each picture as large as the page allows, with its caption."""
    blocks: list[Block] = [_figure(facts, subject, made) for subject, made in pictures.items()]
    said = "docx_maps" if blocks else "docx_maps_none"
    return Annex(phrase("docx_title_maps"), [Prose(phrase(said)), *blocks])


def _figure(facts: Facts, subject: str, picture: bytes) -> Figure:
    caption = _caption(facts, subject)
    mark = facts.basis_mark
    if mark is not None:
        caption += plain(" (") + Text(mark.vi.lower(), mark.en.lower()) + plain(")")
    place = {"caption": caption, "study": facts.study_title}
    return Figure(caption, phrase("docx_map_alternative", place), picture)


def _caption(facts: Facts, subject: str) -> Text:
    """Say what a map shows; a subject without words of its own is named as it is."""
    planned = facts.plan_years
    values = {
        "technology": plain(facts.technology),
        "first": plain(planned[0] if planned else None),
        "last": plain(planned[-1] if planned else None),
        "base": plain(facts.base_year),
    }
    key = f"docx_map_{subject}"
    return phrase(key, values) if key in catalog.phrases() else plain(subject)
