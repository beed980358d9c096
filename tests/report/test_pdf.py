"""Is the plan for leaders a tagged PDF of twelve pages that states the bundle's figures?"""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pikepdf
import pytest
from PIL import Image

from infraplan.errors import MissingDataError, OutputError, ParameterError
from infraplan.report import fonts
from infraplan.report.frame import tm3_of, to_tm3
from infraplan.report.pdf import PICTURES_MM, plan_pdf
from infraplan.report.pdf.figures import in_sentence
from infraplan.report.pdf.plan import pages_of
from infraplan.report.pdf.typeset import legible, typeset
from infraplan.wording import count, decimal, is_proven, money, percent, percent_at_most

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan.report.facts import Facts

_PAGES_OF_A_PLAN = 12
_MARKUP = '#let $x$ *a* _b_ `c` <d> @e "f" \\ = // /* 80 %'


@pytest.fixture(scope="session")
def pictures() -> Mapping[str, bytes]:
    """Return a grey picture for each map that the plan shows."""
    held = io.BytesIO()
    Image.new("RGB", (174, 148), "#dde4ea").save(held, "PNG")
    return dict.fromkeys(PICTURES_MM, held.getvalue())


@pytest.fixture(scope="session")
def plan_vi(facts: Facts, pictures: Mapping[str, bytes]) -> bytes:
    """Return the plan of the tiny bundle in Vietnamese."""
    return plan_pdf(facts, pictures=pictures, date="2026-01-31")


def _said(facts: Facts, language: str = "en", pictures: Mapping[str, bytes] | None = None) -> str:
    """Return all texts of the pages, before they are set."""
    shown = (pictures or {}).keys()
    pages = [page(facts, language=language, pictures=shown) for page in pages_of(facts)]
    told = [(p.title.said(language), p.lead.said(language), p.blocks) for p in pages]
    return json.dumps(told, ensure_ascii=False)


def _pages(held: bytes) -> Any:
    return pikepdf.open(io.BytesIO(held))


def _text(held: bytes, folder: Path) -> str:
    """Return the text of a PDF, in reading order, with plain spaces."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed")
    path = folder / "plan.pdf"
    path.write_bytes(held)
    done = subprocess.run([program, "-raw", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().replace("\u00a0", " ").split())


def _certified(facts: Facts) -> str:
    gap = float(facts.manifest["certificate"]["sites_gap_share"])
    return "đã chứng minh không có cách chọn" if is_proven(gap) else percent_at_most(gap).vi


def test_the_plan_has_twelve_pages_and_a_bookmark_for_each_question(plan_vi: bytes) -> None:
    with _pages(plan_vi) as pdf:
        assert len(pdf.pages) == _PAGES_OF_A_PLAN
        with pdf.open_outline() as outline:
            assert len(outline.root) == _PAGES_OF_A_PLAN - 1


def test_the_plan_is_tagged_titled_and_in_its_language(
    facts: Facts, pictures: Mapping[str, bytes], plan_vi: bytes
) -> None:
    english = plan_pdf(facts, language="en", pictures=pictures)
    for held, language, title in (
        (plan_vi, "vi", facts.study_title.vi),
        (english, "en", facts.study_title.en),
    ):
        with _pages(held) as pdf:
            root = pdf.Root
            assert bool(root.MarkInfo.Marked)
            assert "/StructTreeRoot" in root
            assert str(root.Lang) == language
            assert title in str(pdf.docinfo["/Title"])
            assert facts.sha256 in str(pdf.docinfo["/Keywords"])
            meta = pdf.open_metadata()
            assert meta["pdfuaid:part"] == "1"


def test_pictures_and_charts_have_words_in_their_stead(plan_vi: bytes) -> None:
    with _pages(plan_vi) as pdf:
        figures = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]
        assert len(figures) >= len(PICTURES_MM)
        assert all(str(each.get("/Alt", "")) for each in figures)
        heads = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/TH"
        ]
        assert heads


def test_every_font_is_embedded_and_of_the_house(plan_vi: bytes) -> None:
    with _pages(plan_vi) as pdf:
        described = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
        ]
        assert described
        for each in described:
            assert any(f"/FontFile{kind}" in each for kind in ("", "2", "3"))
            assert "BeVietnamPro" in str(each.FontName)


def test_the_same_bundle_gives_the_same_bytes(
    facts: Facts, pictures: Mapping[str, bytes], plan_vi: bytes
) -> None:
    assert plan_pdf(facts, pictures=pictures, date="2026-01-31") == plan_vi
    with _pages(plan_vi) as pdf:
        assert "/CreationDate" not in pdf.docinfo


@pytest.mark.browser
def test_qpdf_finds_nothing_wrong(plan_vi: bytes, tmp_path: Path) -> None:
    program = shutil.which("qpdf")
    if program is None:
        pytest.skip("qpdf is not installed")
    path = tmp_path / "plan.pdf"
    path.write_bytes(plan_vi)
    done = subprocess.run([program, "--check", str(path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.browser
def test_the_pages_state_the_figures_of_the_bundle(
    facts: Facts, plan_vi: bytes, tmp_path: Path
) -> None:
    said = _text(plan_vi, tmp_path)
    totals, plan = facts.manifest["totals"], facts.manifest["plan_totals"]
    wanted = [
        count(totals["people_unserved"]).vi,
        count(totals["people"]).vi,
        count(totals["villages_without_signal"]).vi,
        money(plan["capex_vnd"]).vi,
        money(plan["low_vnd"]).vi,
        money(plan["high_vnd"]).vi,
        count(plan["people_gained"]).vi,
        _certified(facts),
        facts.sha256,
        "31/01/2026",
        *(str(code) for code in facts.explanations["site_id"]),
        *(decimal(vnd / 1e9, 2).vi for vnd in facts.phases["capex_vnd"].astype(float)),
    ]
    assert [each for each in wanted if each not in said] == []
    mark = facts.basis_mark
    assert mark is not None
    assert said.count(mark.vi) >= _PAGES_OF_A_PLAN


def test_an_empty_plan_of_one_commune_is_told_whole(
    poor_facts: Facts, pictures: Mapping[str, bytes]
) -> None:
    with _pages(plan_pdf(poor_facts, language="en", pictures=pictures)) as pdf:
        assert len(pdf.pages) == _PAGES_OF_A_PLAN - 2
    said = _said(poor_facts)
    assert "The plan proposes no site" in said
    assert "no year spends anything" in said
    assert "can be reached from the sites considered" in said
    assert "nan" not in said


def test_names_of_eighty_letters_keep_to_their_pages(
    long_facts: Facts, pictures: Mapping[str, bytes]
) -> None:
    with _pages(plan_pdf(long_facts, pictures=pictures)) as pdf:
        assert len(pdf.pages) == _PAGES_OF_A_PLAN


@pytest.mark.browser
def test_a_name_is_never_markup_and_no_letter_stops_the_report(
    facts: Facts, tmp_path: Path
) -> None:
    study = {**facts.manifest["study"], "title_vi": _MARKUP}
    odd = dataclasses.replace(
        facts,
        manifest={**facts.manifest, "study": study},
        communes=facts.communes.assign(full_name=f"{_MARKUP} 日 😀 \u0007"),
    )
    said = _text(plan_pdf(odd, pictures={}), tmp_path)
    assert said.count(f"{_MARKUP} ? ?") >= len(facts.communes)
    assert said.count(_MARKUP) > said.count(f"{_MARKUP} ? ?")


def test_letters_that_the_font_lacks_become_question_marks() -> None:
    assert legible("日本 Việt\u0007 a\u202eb\u2009c") == "?? Việt ab c"


def test_missing_maps_are_said_and_not_left_blank(facts: Facts) -> None:
    assert _said(facts).count("was not made with the report") == len(PICTURES_MM)


def test_no_page_says_nan(facts: Facts) -> None:
    for language in ("vi", "en"):
        said = _said(facts, language)
        assert "nan" not in said.replace("finan", "").lower().split()
        assert "None" not in said


def test_indicators_furthest_from_target_and_the_ranking_are_listed(facts: Facts) -> None:
    gaps = [0.424, 0.092, np.nan, 0.0]
    indicators = pd.DataFrame(
        {
            "level": "province",
            "code": "25",
            "indicator": ["a", "b", "c", "d"],
            "title_vi": ["Chỉ tiêu A", "Chỉ tiêu B", "Chỉ tiêu C", "Chỉ tiêu D"],
            "title_en": ["Indicator A", "Indicator B", "Indicator C", "Indicator D"],
            "state": ["current", "current", "unknown", "current"],
            "year": [2025, 2025, None, 2025],
            "value_share": [0.576, 0.898, np.nan, 1.0],
            "target_share": [1.0, 0.99, 0.5, 1.0],
            "target_year": [2030.0, 2030.0, np.nan, np.nan],
            "gap_share": gaps,
            "value_origin": ["simulated", "declared", None, "declared"],
            "closing_vnd": [1e9, np.nan, np.nan, np.nan],
            "closes_vi": ["Xây 3 vị trí", None, None, None],
            "closes_en": ["Build 3 sites", None, None, None],
        }
    )
    codes = facts.communes["code"].astype(str).tolist()
    ranking = pd.DataFrame(
        {
            "code": codes,
            "name": "bare",
            "score": [90.0 - i for i in range(len(codes))],
            "rank": range(1, len(codes) + 1),
            "rank_best": 1,
            "rank_worst": len(codes),
            "known_weight_share": 0.55,
        }
    )
    said = _said(dataclasses.replace(facts, indicators=indicators, ranking=ranking))
    assert "Furthest from its target: Indicator A, 42.4 points short" in said
    assert said.index("Indicator A") < said.index("Indicator B")
    assert "Indicator C" not in said
    assert said.index("Other indicators") < said.index("Indicator D")
    assert percent(0.898).en in said
    assert "Build 3 sites" in said
    assert "3 indicators of the province have a value, 1 is not known" in said
    assert "bare" not in said
    assert percent(0.55).en + " of the weights rest on known values" in said
    assert "Other indicators of the province with a value (1 of 1)" in said
    assert f"1 – {len(codes)}" in said


def test_a_bundle_without_indicators_says_so(facts: Facts) -> None:
    without = dataclasses.replace(facts, indicators=pd.DataFrame(), ranking=pd.DataFrame())
    assert "No indicator can be compared with a target yet" in _said(without)


def test_a_kind_of_commune_is_small_within_a_sentence() -> None:
    assert in_sentence("Phường Việt Trì").vi == "phường Việt Trì"
    assert in_sentence("Xanh").vi == "Xanh"


def test_the_sites_of_the_first_year_are_listed_with_their_coordinates(facts: Facts) -> None:
    first = facts.new_sites[facts.new_sites["year"] == facts.plan_years[0]]
    places = to_tm3(first.geometry, tm3_of(facts))
    said = _said(facts)
    told = said[said.index("to visit, ") :]
    for site, (x_m, y_m) in zip(first["site_id"], places.to_numpy(), strict=True):
        assert str(site) in told
        assert decimal(x_m, 0).en in told
        assert decimal(y_m, 0).en in told


def test_every_note_of_the_study_is_told(facts: Facts) -> None:
    said = _said(facts, "vi")
    assert [
        n["vi"]
        for n in facts.manifest["notes"]
        if json.dumps(n["vi"], ensure_ascii=False)[1:-1] not in said
    ] == []


def test_a_full_disk_is_one_clear_error(
    facts: Facts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(OutputError, match="set TMPDIR"):
        plan_pdf(facts, pictures={})


def test_wrong_arguments_are_named(facts: Facts) -> None:
    with pytest.raises(ParameterError, match="not written in 'fr'"):
        plan_pdf(facts, language="fr", pictures={})
    with pytest.raises(ParameterError, match="is no day"):
        plan_pdf(facts, pictures={}, date="31.1.")


def test_a_picture_that_is_none_is_an_error_with_a_remedy(facts: Facts) -> None:
    with pytest.raises(OutputError, match="could not be typeset"):
        plan_pdf(facts, pictures={"gaps": b"no picture"})


def test_a_missing_font_is_named(
    facts: Facts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "_FOLDER", tmp_path)
    with pytest.raises(MissingDataError, match="font of the reports is missing"):
        plan_pdf(facts, pictures={})
    with pytest.raises(MissingDataError, match="font of the reports is missing"):
        typeset({}, {})
