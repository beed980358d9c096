"""Do poor or odd bundles still give whole annexes?"""

from __future__ import annotations

import dataclasses
from io import BytesIO
from typing import TYPE_CHECKING

import docx
import pandas as pd
import pytest
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from hypothesis import given
from hypothesis import strategies as st

from infraplan.report.docx import annexes
from infraplan.report.docx.markup import attribute, paragraph, run
from infraplan.wording import phrase

if TYPE_CHECKING:
    from docx.document import Document

    from infraplan.report.facts import Facts

HOSTILE = 'A<b>&"\x00\x0b\x1f\uffff\nB'


def _document(facts: Facts, language: str = "vi") -> Document:
    return docx.Document(BytesIO(annexes(facts, language=language, pictures={})))


def _cells(document: Document) -> list[str]:
    return [t.text or "" for t in document.element.body.iter() if t.tag.endswith("}t")]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_plan_of_one_commune_gives_all_annexes(poor_facts: Facts, language: str) -> None:
    assert poor_facts.new_sites.empty
    assert poor_facts.links.empty
    document = _document(poor_facts, language)
    assert sum(p.style.name == "Heading 1" for p in document.paragraphs) == 8
    assert phrase("table_empty").said(language) in _cells(document)


def test_a_bundle_without_gaps_gives_all_annexes(facts: Facts) -> None:
    document = _document(dataclasses.replace(facts, gaps=facts.gaps.iloc[:0]))
    assert sum(p.style.name == "Heading 1" for p in document.paragraphs) == 8


def test_a_bundle_without_indicators_says_so(facts: Facts) -> None:
    bare = dataclasses.replace(facts, indicators=pd.DataFrame(), ranking=pd.DataFrame())
    said = [p.text for p in _document(bare).paragraphs]
    assert phrase("docx_indicators_none").vi in said


def test_names_of_eighty_letters_are_whole(long_facts: Facts) -> None:
    document = _document(long_facts)
    name = long_facts.communes["name"].iloc[0]
    assert len(name) == 80
    assert name in _cells(document)


def test_letters_that_xml_forbids_are_left_out(facts: Facts) -> None:
    odd = dataclasses.replace(
        facts,
        manifest={**facts.manifest, "study": {"id": "odd", "title_vi": HOSTILE * 40}},
        communes=facts.communes.assign(full_name=HOSTILE, name=HOSTILE),
        gaps=facts.gaps.assign(village_names=HOSTILE),
    )
    assert 'A<b>&" B' in _cells(_document(odd))


@given(st.text(alphabet=st.characters()))
def test_any_text_becomes_a_paragraph(text: str) -> None:
    markup = f"<a {nsdecls('w')} b={attribute(text)}>{paragraph(run(text), 'BodyText')}</a>"
    element = parse_xml(markup)
    said = "".join(t.text or "" for t in element.iter() if t.tag.endswith("}t"))
    assert element.get("b") == said
    assert set(said) - {" "} <= set(text)


def test_a_place_outside_viet_nam_has_no_form_or_law_of_viet_nam(facts: Facts) -> None:
    def moved(table: object) -> object:
        return table.set_geometry(table.geometry.translate(-103.7, 21.2))  # type: ignore[attr-defined]

    away = dataclasses.replace(
        facts,
        manifest={**facts.manifest, "crs_of_rasters": "EPSG:32631"},
        **{name: moved(getattr(facts, name)) for name in ("communes", "new_sites", "links")},
    )
    said = " ".join(_cells(_document(away)))
    for key in ("docx_motto", "docx_state", "docx_caption_legal", "docx_chair"):
        assert phrase(key).vi not in said
    assert "EPSG:32631" in said


def test_a_site_without_year_or_commune_is_listed_as_such(facts: Facts) -> None:
    sites = facts.new_sites.assign(commune_code=None, year=pd.NA)
    said = _cells(_document(dataclasses.replace(facts, new_sites=sites)))
    assert said.count(phrase("year_none").vi) >= len(sites)
