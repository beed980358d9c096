"""Does the workbook say what the bundle says, and do its formulas give what it stores?"""

from __future__ import annotations

import csv
import dataclasses
import math
import shutil
import subprocess
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from infraplan.report.xlsx import SHEETS, workbook
from infraplan.wording import phrase

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from infraplan.report import Facts

NAMES_ROW, FIRST_ROW = 4, 6


@pytest.fixture(scope="module")
def made(facts: Facts) -> bytes:
    return workbook(facts, language="vi")


@pytest.fixture(scope="module")
def formulas(made: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(made))


@pytest.fixture(scope="module")
def values(made: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(made), data_only=True)


def _sheet(book: Workbook, name: str, language: str = "vi") -> Worksheet:
    return book[phrase(f"xlsx_sheet_{name}").said(language)]


def _rows(sheet: Worksheet, count: int) -> list[dict[str, Any]]:
    """Return the rows of a table by the names of their columns in the CSV."""
    names = [cell.value for cell in sheet[NAMES_ROW]]
    last = FIRST_ROW + count - 1
    found = sheet.iter_rows(min_row=FIRST_ROW, max_row=last, values_only=True)
    return [{n: v for n, v in zip(names, row, strict=True) if n} for row in found]


def _is_formula(value: object) -> bool:
    return isinstance(value, str) and value.startswith("=")


def test_sheets_stand_in_their_order_with_names_in_the_language(facts: Facts) -> None:
    for language in ("vi", "en"):
        book = openpyxl.load_workbook(BytesIO(workbook(facts, language=language)))
        expected = [phrase(f"xlsx_sheet_{name}").said(language) for name in SHEETS]
        assert book.sheetnames == expected


def test_the_same_facts_give_the_same_bytes(facts: Facts, made: bytes) -> None:
    assert workbook(facts, language="vi") == made


@pytest.mark.parametrize(
    ("sheet", "file", "least"),
    [
        ("communes", "communes.csv", 8),
        ("villages", "villages.csv", 10),
        ("gaps", "gaps.csv", 10),
        ("proposals", "new_sites.csv", 18),
        ("links", "links.csv", 10),
        ("costs", "costs.csv", 6),
        ("bill", "bill.csv", 3),
        ("owners", "costs_by_owner.csv", 6),
        ("indicators", "indicators.csv", 10),
        ("ranking", "ranking.csv", 6),
    ],
)
def test_every_number_is_the_csv_s_to_the_last_digit(
    values: Workbook, bundle_folder: Path, sheet: str, file: str, least: int
) -> None:
    with (bundle_folder / file).open(encoding="utf-8-sig", newline="") as stream:
        told = list(csv.DictReader(stream))
    shown = _rows(_sheet(values, sheet), len(told))
    columns = [name for name in shown[0] if name in told[0]]
    assert len(columns) >= least
    compared = 0
    for row, csv_row in zip(shown, told, strict=True):
        for column in columns:
            value, text = row[column], csv_row[column]
            if isinstance(value, int | float):
                assert value == float(text), (sheet, column)
                compared += 1
            elif value is None:
                assert text == "", (sheet, column)
    assert compared >= len(told)


def test_codes_stay_text(values: Workbook, facts: Facts) -> None:
    rows = _rows(_sheet(values, "communes"), len(facts.communes))
    assert [row["code"] for row in rows] == ["00001", "00002", "00003", "00004"]


def test_people_by_year_are_those_of_the_outlook(values: Workbook, facts: Facts) -> None:
    rows = _rows(_sheet(values, "communes"), len(facts.communes))
    table = facts.outlook
    for year in facts.years:
        wanted = table[
            (table["year"] == year)
            & (table["technology"] == "4G")
            & (table["operator"] == "any")
            & (table["environment"] == "outdoors")
            & (table["level"] == "served")
        ]
        told = dict(zip(wanted["commune_code"], wanted["people_served"], strict=True))
        column = f"coverage.parquet people_served {year}"
        assert {row["code"]: row[column] for row in rows} == told


def test_totals_are_formulas_over_the_rows_that_a_filter_leaves(
    formulas: Workbook, values: Workbook, facts: Facts
) -> None:
    names = [cell.value for cell in _sheet(formulas, "communes")[NAMES_ROW]]
    column = names.index("people") + 1
    cell = _sheet(formulas, "communes").cell(3, column)
    letter = cell.column_letter
    assert cell.value == f"=SUBTOTAL(9,${letter}$6:${letter}$9)"
    assert _sheet(values, "communes").cell(3, column).value == facts.communes["people"].sum()


def test_summary_figures_are_formulas_that_match_the_plan(
    formulas: Workbook, values: Workbook
) -> None:
    words = {phrase("xlsx_agrees").vi, phrase("xlsx_differs").vi}
    told, calculated = _sheet(values, "summary"), _sheet(formulas, "summary")
    checks = 0
    for row in range(7, 45):
        said = told.cell(row, 5).value
        if said in words:
            assert said == phrase("xlsx_agrees").vi, told.cell(row, 1).value
            assert _is_formula(calculated.cell(row, 5).value)
            checks += 1
    assert checks >= 15


def test_years_added_up_again_match_the_plan_s(values: Workbook, facts: Facts) -> None:
    sheet = _sheet(values, "phases")
    names = [cell.value for cell in sheet[NAMES_ROW]]
    years = len(facts.phases)
    second = FIRST_ROW + years + 4
    for number, name in enumerate(names[:11], 1):
        told = [float(v) for v in facts.phases[name]]
        plan = [sheet.cell(FIRST_ROW + 1 + i, number).value for i in range(years)]
        assert plan == told, name
        again = [sheet.cell(second + 1 + i, number).value for i in range(years)]
        step = 0.5 * 9 if name.endswith("_vnd") else 0.05 * 9
        assert again == pytest.approx(told, abs=step), name
    found = [row[1].value for row in sheet.iter_rows() if row[0].value == "Khớp với phương án"]
    assert found == ["Khớp"]


def test_a_figure_that_was_changed_is_noticed(facts: Facts) -> None:
    phases = facts.phases.copy()
    phases["capex_vnd"] += 1_000_000
    changed = workbook(dataclasses.replace(facts, phases=phases), language="en")
    book = openpyxl.load_workbook(BytesIO(changed), data_only=True)
    rows = _sheet(book, "phases", "en").iter_rows(values_only=True)
    assert [row[1] for row in rows if row[0] == "Matches the plan"] == ["Differs"]
    plan = {**facts.manifest["plan_totals"], "capex_vnd": 1.0}
    manifest = {**facts.manifest, "plan_totals": plan}
    changed = workbook(dataclasses.replace(facts, manifest=manifest), language="en")
    book = openpyxl.load_workbook(BytesIO(changed), data_only=True)
    rows = _sheet(book, "summary", "en").iter_rows(values_only=True)
    assert [row[4] for row in rows if row[0] == "Capital cost"] == ["Differs"]


def test_scores_are_made_again_from_weights(values: Workbook, facts: Facts) -> None:
    sheet = _sheet(values, "ranking")
    titles = [cell.value for cell in sheet[5]]
    again = titles.index(phrase("xlsx_score_again").vi)
    rows = sheet.iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 3, values_only=True)
    scores = [row[again] for row in rows]
    assert scores == pytest.approx([float(v) for v in facts.ranking["score"]], abs=0.06)


def test_text_of_the_data_stays_text(facts: Facts, bad_letters: str) -> None:
    hostile = [bad_letters, "+84 123", "-1", "@SUM(A1)"]
    communes = facts.communes.assign(name=hostile, full_name=hostile)
    study = {**facts.manifest["study"], "title_vi": bad_letters, "id": "a&&\x01"}
    manifest = {**facts.manifest, "study": study}
    hostile_facts = dataclasses.replace(facts, communes=communes, manifest=manifest)
    made = workbook(hostile_facts, language="vi")
    sheet = _sheet(openpyxl.load_workbook(BytesIO(made)), "communes")
    cells = [sheet.cell(FIRST_ROW + i, 2) for i in range(4)]
    assert [cell.data_type for cell in cells] == ["s"] * 4
    assert cells[0].value.startswith("=1+1 <b>&")
    assert [cell.value for cell in cells[1:]] == hostile[1:]


def test_nothing_points_outside_and_nothing_tells_the_time(made: bytes) -> None:
    with zipfile.ZipFile(BytesIO(made)) as parts:
        names = parts.namelist()
        assert not [n for n in names if "externalLink" in n or "connections" in n]
        for name in names:
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in parts.read(name)
        assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_numbers_are_shown_as_in_viet_nam(values: Workbook, facts: Facts) -> None:
    sheet = _sheet(values, "communes")
    names = [cell.value for cell in sheet[NAMES_ROW]]
    assert sheet.cell(FIRST_ROW, names.index("people") + 1).number_format == "[$-42A]#,##0"
    share = names.index("people_served_share_of_commune_people_any") + 1
    assert sheet.cell(FIRST_ROW, share).number_format == "[$-42A]0.00\\ %"
    english = openpyxl.load_workbook(BytesIO(workbook(facts, language="en")))
    shown = _sheet(english, "communes", "en").cell(FIRST_ROW, share).number_format
    assert shown == "[$-809]0.00\\ %"


def test_pages_are_set_up_to_print(formulas: Workbook, facts: Facts) -> None:
    for sheet in formulas:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert facts.sha256[:16] in sheet.oddFooter.left.text
        assert sheet.oddFooter.center.text.endswith("MÔ PHỎNG")
    communes = _sheet(formulas, "communes")
    assert communes.print_title_rows == "$4:$5"
    assert communes.freeze_panes == "C6"
    assert communes.auto_filter.ref.startswith("A5:")


def test_charts_stand_beside_the_figures(made: bytes, poor_facts: Facts) -> None:
    with zipfile.ZipFile(BytesIO(made)) as parts:
        assert sum(n.startswith("xl/charts/chart") for n in parts.namelist()) == 3
    with zipfile.ZipFile(BytesIO(workbook(poor_facts, language="vi"))) as parts:
        assert any(n.startswith("xl/charts/chart") for n in parts.namelist())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_plan_of_one_commune_is_a_whole_workbook(poor_facts: Facts, language: str) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(poor_facts, language=language)), data_only=True)
    empty = _sheet(book, "proposals", language)
    assert empty.cell(FIRST_ROW + 1, 1).value == phrase("xlsx_no_rows").said(language)
    rows = _sheet(book, "phases", language).iter_rows(values_only=True)
    title = phrase("xlsx_matches_plan").said(language)
    assert [row[1] for row in rows if row[0] == title] == [phrase("xlsx_agrees").said(language)]


def test_long_names_are_kept_whole(long_facts: Facts) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(long_facts, language="vi")))
    assert len(_sheet(book, "communes").cell(FIRST_ROW, 2).value) == 80


@pytest.mark.browser
def test_libreoffice_calculates_what_the_workbook_stores(
    made: bytes, poor_facts: Facts, tmp_path: Path
) -> None:
    """The stored values are taken out first, so that LibreOffice has to calculate them."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    contents = {"plan": made, "poor": workbook(poor_facts, language="en")}
    for name, content in contents.items():
        openpyxl.load_workbook(BytesIO(content)).save(tmp_path / f"{name}.xlsx")
    again = tmp_path / "again"
    profile = (tmp_path / "profile").as_uri()
    call = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    files = [str(tmp_path / f"{name}.xlsx") for name in contents]
    subprocess.run([*call, "--outdir", str(again), *files], check=True, capture_output=True)
    for name, content in contents.items():
        stored = openpyxl.load_workbook(BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(BytesIO(content))
        found = openpyxl.load_workbook(again / f"{name}.xlsx", data_only=True)
        compared = 0
        for sheet in formulas:
            for cell in (c for row in sheet.iter_rows() for c in row if _is_formula(c.value)):
                ours = stored[sheet.title][cell.coordinate].value
                theirs = found[sheet.title][cell.coordinate].value
                assert _same(ours, theirs), (name, sheet.title, cell.coordinate, ours, theirs)
                compared += 1
        assert compared > 50


def _same(ours: object, theirs: object) -> bool:
    """Tell whether two values of a cell are the same; an empty text is an empty cell."""
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-6)
    return (ours or None) == (theirs or None)


def test_facts_without_levels_still_count_silent_villages(facts: Facts) -> None:
    villages = facts.villages.copy()
    villages["rsrp_dbm_any"] = float("nan")
    made = workbook(dataclasses.replace(facts, villages=villages), language="en")
    book = openpyxl.load_workbook(BytesIO(made), data_only=True)
    rows = _sheet(book, "summary", "en").iter_rows(values_only=True)
    silent = [row[1] for row in rows if row[0] == "Villages without any signal"]
    assert silent == [len(villages)]
    assert pd.isna(villages["rsrp_dbm_any"]).all()
