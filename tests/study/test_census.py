"""Do the communes get the people that a census table counts, every one of them told?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from infraplan.study import Study, check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PART = '[census]\npath = "dan-so.xlsx"\n'
HEADER = ["STT", "Mã ĐVHC", "Tên xã", "Dân số (người)", "Số hộ"]


def census(study: Path, rows: Sequence[Sequence[object]], header: Sequence[str] = HEADER) -> Path:
    book = openpyxl.Workbook()
    for row in (["BIỂU DÂN SỐ"], header, *rows):
        book.active.append(list(row))
    book.save(study.parent / "dan-so.xlsx")
    study.write_text(study.read_text("utf-8") + PART, encoding="utf-8")
    return study


def rows(*people: object) -> list[list[object]]:
    return [[i, i, f"Xã {i}", count, "1.250"] for i, count in enumerate(people, 1)]


def told(study: Study) -> str:
    return "\n".join(note.en for note in study.provenance.notes)


def test_people_come_by_codes_that_lost_their_zeros(tiny_file: Path) -> None:
    study = Study.build(census(tiny_file, [*rows(2000, 3000, 4000, 5000), ["Tổng", None, None, 1]]))
    assert study.communes["people"].tolist() == [2000, 3000, 4000, 5000]
    assert set(study.communes["households"]) == {1250}
    assert set(study.communes["people_origin"]) == {"declared"}
    assert study.people.values.sum() == pytest.approx(14_000, rel=1e-5)
    assert "people of 4 communes, 14,000 in total" in told(study)
    assert "census" in {s.table for s in study.provenance.sources}


def test_people_come_by_name_where_there_are_no_codes(tiny_file: Path) -> None:
    named = [["X. 2", 3000], ["xa 1", 2000], ["Xã 4", 5000], ["XÃ 3", 4000]]
    study = Study.build(census(tiny_file, named, ["Tên xã", "Dân số"]))
    assert study.communes["people"].tolist() == [2000, 3000, 4000, 5000]


def test_rows_beyond_the_study_and_communes_without_a_row_are_told(tiny_file: Path) -> None:
    study = Study.build(census(tiny_file, [*rows(2000, 3000), [9, "99999", "Xã 9", 700, 1]]))
    assert study.communes["people"].tolist() == [2000, 3000, 1100, 1200]
    assert "1 row is of communes beyond the study, with 700 people" in told(study)
    assert "2 communes of the study are not in it: 00003, 00004" in told(study)


def test_every_fault_of_a_census_names_its_row(tiny_file: Path) -> None:
    said = rows(2000, "nhiều", None, -5)
    said[1][1] = 1
    report = check(census(tiny_file, said))
    assert {f.file for f in report.faults} == {"dan-so.xlsx"}
    assert {(f.row, f.column) for f in report.faults} == {
        (4, "code"),
        (4, "people"),
        (5, "people"),
        (6, "people"),
    }


def test_a_census_of_another_province_is_refused(tiny_file: Path) -> None:
    (fault,) = check(census(tiny_file, [[1, "99999", "Xã 9", 700, 1]])).faults
    assert "no row is of a commune of the study" in fault.problem


def test_a_name_that_stands_twice_is_refused(tiny_file: Path) -> None:
    named = [["Xã 1", 2000], ["xã 1", 2000]]
    (fault,) = check(census(tiny_file, named, ["Tên xã", "Dân số"])).faults
    assert (fault.row, fault.column) == (4, "name")
