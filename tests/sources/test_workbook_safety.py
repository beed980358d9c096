"""Are files that would harm the machine or that nobody can read refused, with the remedy?"""

from __future__ import annotations

import gzip
import stat
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from infraplan.sources.archives import archive_faults, unpack
from infraplan.sources.tabular_known import known_to
from infraplan.sources.tabular_text import read_text
from infraplan.sources.workbook import read_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.errors import Fault

OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
MOST_BYTES = 60e6


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Mã trạm", "Kinh độ", "Vĩ độ"], ["A", 105.2, 21.3]):
        sheet.append(row)
    book.save(path)
    return path


def with_member(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, content)
    return path


def only_fault(path: Path) -> Fault:
    read = read_sheet(path, file=path.name, table="towers")
    assert read.frame.empty
    (fault,) = read.faults
    assert fault.file == path.name
    assert fault.remedy
    return fault


def zeros_packed(path: Path, name: str, *, megabytes: int) -> Path:
    block = bytes(1_000_000)
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    with (
        zipfile.ZipFile(path, "a", compresslevel=1) as archive,
        archive.open(member, "w", force_zip64=True) as out,
    ):
        for _ in range(megabytes):
            out.write(block)
    return path


def test_bomb_is_refused_without_being_unpacked(tmp_path: Path) -> None:
    path = zeros_packed(workbook(tmp_path / "t.xlsx"), "xl/worksheets/a.xml", megabytes=1100)
    tracemalloc.start()
    fault = only_fault(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "1,100 MB" in fault.problem
    assert peak < 5e6


def test_bomb_under_the_size_limit_is_known_by_its_ratio(tmp_path: Path) -> None:
    path = zeros_packed(workbook(tmp_path / "t.xlsx"), "xl/worksheets/a.xml", megabytes=50)
    assert "archive bomb" in only_fault(path).problem


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/passwd", "a/../../b", "C:\\x.xml", "..\\x.xml", "\\\\host\\x"]
)
def test_member_that_climbs_is_refused(tmp_path: Path, name: str) -> None:
    path = with_member(workbook(tmp_path / "t.xlsx"), name, b"x")
    fault = only_fault(path)
    assert "outside its folder" in fault.problem


def test_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "link to another file" in only_fault(path).problem


def test_member_that_would_be_written_over_another_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "code\n1\n")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.csv", "code\n")
    (fault,) = archive_faults(path, file="t.zip")
    assert "2 members called 'a.csv'" in fault.problem


def test_archive_that_is_unpacked_writes_nothing_outside(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    path = tmp_path / "t.zip"
    with_member(path, "ok.csv", b"a,b\n")
    with_member(path, "../out.csv", b"a,b\n")
    assert unpack(path, inside, file="t.zip")
    assert [p.name for p in tmp_path.rglob("*.csv")] == []


def test_archive_without_harm_has_no_fault(tmp_path: Path) -> None:
    assert archive_faults(workbook(tmp_path / "t.xlsx"), file="t.xlsx") == ()


def test_archive_with_a_password_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with_member(path, "a.csv", b"x")
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    (fault,) = archive_faults(path, file="t.zip")
    assert "password" in fault.problem


def test_locked_workbook_is_told_from_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    path.write_bytes(OLE2 + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(500))
    fault = only_fault(path)
    assert "protected by a password" in fault.problem
    assert "save it" in fault.remedy
    path = tmp_path / "old.xls"
    path.write_bytes(OLE2 + bytes(2000) + "Workbook".encode("utf-16-le") + bytes(500))
    fault = only_fault(path)
    assert ".xls" in fault.problem
    assert ".xlsx" in fault.remedy


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<html><table></table></html>", "web page"),
        (b"a,b\n1,2\n", "no Excel workbook"),
        (b"PK\x03\x04 cut", "cut short"),
    ],
)
def test_file_under_the_name_of_a_workbook_is_named(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    assert said in only_fault(path).problem


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"xl/workbook.bin": b"x", "[Content_Types].xml": b"<a/>"}, ".xlsb"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"a.txt": b"x"}, "no workbook"),
    ],
)
def test_other_kinds_of_workbook_are_named(
    tmp_path: Path, members: dict[str, bytes], said: str
) -> None:
    path = tmp_path / "t.xlsx"
    for name, content in members.items():
        with_member(path, name, content)
    assert said in only_fault(path).problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_type_is_refused_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = workbook(tmp_path / "t.xlsx")
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        '<!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    )
    with_member(path, "xl/worksheets/sheet9.xml", bomb.encode(encoding))
    assert "DOCTYPE" in only_fault(path).problem


def test_macros_and_links_are_ignored_with_a_note(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsm")
    with_member(path, "xl/vbaProject.bin", b"Sub AutoOpen()")
    with_member(path, "xl/externalLinks/externalLink1.xml", b"<a/>")
    read = read_sheet(path, file="t.xlsm", table="towers")
    assert len(read.frame) == 1
    assert not read.faults
    notes = [note.en for note in read.notes]
    assert any("macros are ignored" in note for note in notes)
    assert any("not followed" in note for note in notes)


def blank_rows(path: Path, *, count: int, dimension: str) -> Path:
    """Put blank rows under the table of a workbook, written by hand."""
    workbook(path)
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    head, tail = members[name].decode().split("</sheetData>")
    head = head.replace('ref="A1:C2"', f'ref="{dimension}"')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, content in members.items():
            if other != name:
                archive.writestr(other, content)
        with archive.open(name, "w") as out:
            out.write(head.encode())
            for first in range(3, count + 3, 10_000):
                rows = range(first, min(first + 10_000, count + 3))
                out.write("".join(f'<row r="{i}"><c r="A{i}" s="0"/></row>' for i in rows).encode())
            out.write(b"</sheetData>" + tail.encode())
    return path


def test_two_million_blank_rows_are_not_held(tmp_path: Path) -> None:
    path = blank_rows(tmp_path / "t.xlsx", count=2_000_000, dimension="A1:XFD1048576")
    tracemalloc.start()
    read = read_sheet(path, file="t.xlsx", table="towers")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read.frame["Mã trạm"].tolist() == ["A"]
    assert not read.faults
    assert any("after row 2" in note.en for note in read.notes)
    assert peak < MOST_BYTES


def test_value_far_to_the_right_is_a_fault(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["XFD2"] = "x"
    book.save(path)
    fault = only_fault(path)
    assert (fault.row, fault.column) == (2, "XFD")


def test_sheet_that_is_broken_inside_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            cut = content[: len(content) // 2] if "sheet1" in name else content
            archive.writestr(name, cut)
    assert "damaged" in only_fault(path).problem


def test_packed_csv_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infraplan.sources.tabular_text.sheet_rule", lambda _: 0.2)
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 100_000))
    read = read_text(path, file="t.csv.gz", known=known_to("towers"))
    assert read.frame.empty
    assert "unpack" in read.faults[0].problem


def test_rows_without_number_are_refused_before_they_are_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = blank_rows(tmp_path / "t.xlsx", count=40_000, dimension="A1:C2")
    monkeypatch.setattr(
        "infraplan.sources.workbook_scan.sheet_rule",
        lambda name: {"sheet_rows_most": 30_000.0, "row_most_mb": 4.0}[name],
    )
    assert "more than 30,000 rows" in only_fault(path).problem


def test_row_without_end_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    start = b'<worksheet><sheetData><row r="1">'
    cells = b"".join(b'<c r="A%d"/>' % i for i in range(600_000))
    with_member(path, "xl/worksheets/sheet9.xml", start + cells + b"</row></sheetData></worksheet>")
    assert "a row of a sheet has more than 4 MB" in only_fault(path).problem
