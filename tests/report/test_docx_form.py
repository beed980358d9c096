"""Are the annexes a sound Word document: styles, fields, captions, pages, properties?"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from PIL import Image

from infraplan.report.docx import annexes
from infraplan.wording import phrase

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document

    from infraplan.report.facts import Facts

ANNEXES = 8
VALUE, ANCHOR = qn("w:val"), qn("w:anchor")


def _png(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (120, 140, 160)).save(out, "PNG")
    return out.getvalue()


PICTURES = {"communes": _png(80, 100), "plan": _png(300, 60)}


@pytest.fixture(scope="module", params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made(facts: Facts, language: str) -> bytes:
    return annexes(facts, language=language, pictures=PICTURES)


@pytest.fixture(scope="module")
def document(made: bytes) -> Document:
    return docx.Document(BytesIO(made))


def _part(made: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(made)) as package:
        return package.read(name).decode()


def test_pages_are_a4_with_the_margins_of_the_decree(document: Document) -> None:
    assert len(document.sections) == ANNEXES + 1
    across = [s.orientation == WD_ORIENT.LANDSCAPE for s in document.sections]
    assert across.count(True) >= 4
    for section, lies in zip(document.sections, across, strict=True):
        sides = (section.page_width, section.page_height)
        assert sorted(round(side.mm) for side in sides) == [210, 297]
        assert (section.page_width > section.page_height) is lies
        assert 20 <= round(section.top_margin.mm) <= 25
        assert 20 <= round(section.bottom_margin.mm) <= 25
        assert 30 <= round(section.left_margin.mm) <= 35
        assert 15 <= round(section.right_margin.mm) <= 20


def test_pages_are_numbered_at_the_centre_of_the_head_but_not_the_first(
    document: Document,
) -> None:
    for section in document.sections:
        assert section.different_first_page_header_footer
        assert " PAGE " in [
            f.get(qn("w:instr")) for f in section.header._element.iter(qn("w:fldSimple"))
        ]
        assert not section.first_page_header._element.findall(f".//{qn('w:fldSimple')}")
        (start,) = section._sectPr.findall(qn("w:pgNumType"))
        assert start.get(qn("w:start")) == "1"


def test_text_is_times_new_roman_of_13_points_and_nothing_is_formatted_by_hand(
    document: Document, made: bytes
) -> None:
    body = document.styles["Body Text"]
    assert body.font.size == Pt(13)
    styles = _part(made, "word/styles.xml")
    assert set(re.findall(r'w:ascii="([^"]+)"', styles)) == {"Times New Roman"}
    text = _part(made, "word/document.xml")
    assert not re.search(r"<w:(b|i|sz|rFonts|jc|spacing|ind|color|shd|tblBorders)[ />]", text)
    used = set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"', text))
    assert used <= set(re.findall(r'w:styleId="([^"]+)"', styles))


def test_each_annex_has_number_title_and_what_it_goes_with(
    document: Document, language: str
) -> None:
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert len(headings) == ANNEXES
    stem = "Phụ lục" if language == "vi" else "Annex"
    numbers = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
    assert [h.split("\n")[0] for h in headings] == [f"{stem} {n}" for n in numbers]
    references = [p.text for p in document.paragraphs if p.style.name == "Annex Reference"]
    assert references == [phrase("docx_with_decision").said(language)] * (ANNEXES + 1)


def test_tables_keep_their_rows_whole_and_repeat_their_heads(document: Document) -> None:
    tables = [t for t in document.tables if t.style.name == "Annex Table"]
    assert len(tables) >= 12
    for table in tables:
        head, *rows = table._tbl.findall(qn("w:tr"))
        assert head.find(f"./{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert rows
        for row in (head, *rows):
            assert row.find(f"./{qn('w:trPr')}/{qn('w:cantSplit')}") is not None


def test_columns_fill_the_width_of_the_text(document: Document) -> None:
    sections = {
        round(Length(s.page_width - s.left_margin - s.right_margin).mm) for s in document.sections
    }
    for table in document.tables:
        grid = [int(c.get(qn("w:w"))) for c in table._tbl.tblGrid.findall(qn("w:gridCol"))]
        assert round(sum(grid) / 1440 * 25.4) in sections
        for row in table._tbl.findall(qn("w:tr")):
            widths = [int(w.get(qn("w:w"))) for w in row.iter(qn("w:tcW"))]
            assert sum(widths) == sum(grid)


def test_figures_stand_right_and_totals_are_bold(document: Document) -> None:
    number, total = document.styles["Table Number"], document.styles["Table Total Number"]
    assert number.paragraph_format.alignment is not None
    assert number.paragraph_format.alignment.name == "RIGHT"
    assert total.font.bold
    used = {
        p.style.name for t in document.tables for row in t.rows for c in row.cells
        for p in c.paragraphs
    }  # fmt: skip
    assert {"Table Head", "Table Number", "Table Total", "Table Total Number"} <= used


def test_captions_count_by_fields_and_lists_lead_to_them(document: Document, language: str) -> None:
    body = document.element.body
    words = {kind: phrase(f"docx_{kind}").said(language) for kind in ("table", "figure")}
    counted: dict[str, list[str]] = {word: [] for word in words.values()}
    for found in body.iter(qn("w:fldSimple")):
        word = found.get(qn("w:instr")).split()[1]
        counted[word].append("".join(t.text for t in found.iter(qn("w:t"))))
    tables = [t for t in document.tables if t.style.name == "Annex Table"]
    assert counted[words["table"]] == [str(i) for i in range(1, len(tables) + 1)]
    assert counted[words["figure"]] == ["1", "2"]
    marks = [m.get(qn("w:name")) for m in body.iter(qn("w:bookmarkStart"))]
    numbers = [m.get(qn("w:id")) for m in body.iter(qn("w:bookmarkStart"))]
    assert len(set(marks)) == len(marks)
    assert sorted(numbers) == sorted(m.get(qn("w:id")) for m in body.iter(qn("w:bookmarkEnd")))
    assert len(set(numbers)) == len(numbers)
    links = [link.get(ANCHOR) for link in body.iter(qn("w:hyperlink"))]
    assert set(links) <= set(marks)
    headings = [p for p in document.paragraphs if p.style.name in {"Heading 1", "Heading 2"}]
    assert len(links) == len(headings) + len(tables) + len(PICTURES)


def test_the_three_lists_are_closed_fields_with_their_entries(
    document: Document, language: str
) -> None:
    kinds = [c.get(qn("w:fldCharType")) for c in document.element.body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"] * 3
    said = [i.text.split() for i in document.element.body.iter(qn("w:instrText"))]
    assert [i[0] for i in said] == ["TOC"] * 3
    entries = [p.text for p in document.paragraphs if p.style.name == "toc 1"]
    assert entries[1].endswith(phrase("docx_title_masts").said(language))


def test_pictures_fit_the_page_and_are_read_out(document: Document, language: str) -> None:
    shapes = document.inline_shapes
    assert len(shapes) == len(PICTURES)
    for shape, (width, height) in zip(shapes, ((80, 100), (300, 60)), strict=True):
        assert shape.width <= Mm(165)
        assert shape.height <= Mm(215)
        assert shape.width / shape.height == pytest.approx(width / height, rel=0.01)
    said = [s._inline.docPr.get("descr") for s in shapes]
    assert len(set(said)) == len(said)
    assert all(len(text) > 20 for text in said)
    assert said[0].startswith("Bản đồ" if language == "vi" else "Map")


def test_text_is_marked_with_its_language(made: bytes, language: str) -> None:
    expected = "vi-VN" if language == "vi" else "en-GB"
    styles = _part(made, "word/styles.xml")
    assert set(re.findall(r'<w:lang w:val="([^"]+)"', styles)) == {expected}


def test_properties_hold_title_and_digest_but_no_clock(made: bytes, facts: Facts) -> None:
    core = _part(made, "docProps/core.xml")
    assert facts.sha256 in core
    assert facts.study_title.vi in core or facts.study_title.en in core
    assert "dcterms:created" not in core
    assert "dcterms:modified" not in core
    assert "python-docx" not in core


def test_a_date_stands_in_the_heading_and_the_properties(facts: Facts) -> None:
    made = annexes(facts, language="vi", pictures={}, date="2026-11-22")
    assert "ngày 22 tháng 11 năm 2026" in _part(made, "word/document.xml")
    assert "2026-11-22T00:00:00Z" in _part(made, "docProps/core.xml")


def test_the_digest_and_the_mark_stand_on_every_page(document: Document, facts: Facts) -> None:
    assert facts.basis_mark is not None
    for section in document.sections:
        for part in (section.footer, section.first_page_footer):
            text = "".join(p.text for p in part.paragraphs)
            assert facts.sha256[:12] in text
            assert facts.basis_mark.vi in text or facts.basis_mark.en in text
    assert any(facts.sha256 in p.text for p in document.paragraphs)


def test_the_same_facts_give_the_same_bytes(facts: Facts, made: bytes, language: str) -> None:
    again = annexes(facts, language=language, pictures=dict(PICTURES))
    assert again == made
    with zipfile.ZipFile(BytesIO(made)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.browser
def test_libreoffice_opens_it_and_counts_its_pages(
    facts: Facts, made: bytes, language: str, tmp_path: Path
) -> None:
    soffice, pdftotext = shutil.which("soffice"), shutil.which("pdftotext")
    if soffice is None or pdftotext is None:
        pytest.skip("needs soffice and pdftotext")
    (tmp_path / "annexes.docx").write_bytes(made)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path),
         str(tmp_path / "annexes.docx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    said = subprocess.run(
        [pdftotext, "-layout", str(tmp_path / "annexes.pdf"), "-"],
        check=True, capture_output=True, timeout=60,
    ).stdout.decode()  # fmt: skip
    pages = said.split("\f")[:-1]
    assert len(pages) >= ANNEXES + 1
    stem = "Phụ lục" if language == "vi" else "Annex"
    firsts = [page.strip().splitlines()[0].strip() for page in pages if page.strip()]
    for number in ("I", "IV", "VIII"):
        assert f"{stem} {number}" in firsts
    assert facts.sha256 in said
