"""Is an operator's own list read whatever its form, and everything wrong with it told at once?"""

from __future__ import annotations

import csv
import unicodedata
from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
import pytest

from infraplan.geo.vn2000 import from_wgs84
from infraplan.sources.inventory import Inventory, read_inventory
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PHU_THO = (104.75, 20.6, 105.95, 21.95)
HEADER = ["STT", "Mã trạm", "Tên trạm", "Nhà mạng", "Kinh độ", "Vĩ độ", "Công nghệ", "Độ cao cột"]


def sheet(path: Path, rows: Sequence[Sequence[object]], *, titles: int = 0) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    for number in range(titles):
        page.append([f"DANH SÁCH TRẠM {number}"])
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def text(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    return path


def row(number: int = 1, **said: object) -> list[object]:
    cells: dict[str, object] = {
        "stt": number,
        "id": f"PTO{number:03d}",
        "name": f"Trạm {number}",
        "operator": "Viettel",
        "lon": 105.2 + number / 100,
        "lat": 21.3,
        "technology": "4G",
        "height": 45,
    }
    return list({**cells, **said}.values())


def read(path: Path, **options: object) -> Inventory:
    return read_inventory(path, file=path.name, near=PHU_THO, **options)  # type: ignore[arg-type]


def one(tmp_path: Path, header: Sequence[str], cells: Sequence[object]) -> Inventory:
    """Read a list of one tower with further columns."""
    return read(text(tmp_path / "l.csv", [[*HEADER, *header], [*row(), *cells]]))


def test_rows_come_with_their_origins_and_where_they_stand(tmp_path: Path) -> None:
    found = read(sheet(tmp_path / "t.xlsx", [HEADER, row(1), row(2)], titles=2))
    assert found.faults == ()
    towers = found.towers
    assert towers.crs == "EPSG:4326"
    assert list(towers.columns) == list(spec("towers").names)
    assert towers["tower_id"].tolist() == ["PTO001", "PTO002"]
    assert towers["operator"].tolist() == ["viettel"] * 2
    assert towers["mast_height_m"].tolist() == [45.0, 45.0]
    assert towers["source_row"].tolist() == [4, 5]
    assert set(towers["geometry_origin"]) == {"declared"}
    assert set(towers["mast_height_m_origin"]) == {"declared"}
    assert towers["antenna_height_m_origin"].isna().all()
    assert check(towers, spec("towers"), file="t").faults == ()


def test_offices_form_is_read_with_metres_commas_and_the_north_first(tmp_path: Path) -> None:
    east, north = from_wgs84([105.21], [21.33], crs="EPSG:9208")
    header = ["Mã trạm", "Nhà mạng", "X (m)", "Y (m)", "Chiều cao cột (m)"]
    cells = [f"{north[0]:.2f}".replace(".", ","), f"{east[0]:.2f}".replace(".", ","), "45,5m"]
    path = sheet(tmp_path / "t.xlsx", [header, ["A1", "VNPT", *cells]], titles=1)
    found = read(path, crs="EPSG:9208")
    point = found.towers.geometry[0]
    assert (point.x, point.y) == pytest.approx((105.21, 21.33), abs=1e-7)
    assert found.towers["mast_height_m"][0] == 45.5
    assert any("X (m) holds northings" in n.en for n in found.notes)


def test_decomposed_letters_are_the_same_words(tmp_path: Path) -> None:
    rows = [HEADER, row(operator="Vinaphone", name="Hòa Bình")]
    plain = read(text(tmp_path / "a.csv", rows)).towers
    apart = [[unicodedata.normalize("NFD", str(c)) for c in r] for r in rows]
    again = read(text(tmp_path / "b.csv", apart)).towers
    assert again.drop(columns="source_file").equals(plain.drop(columns="source_file"))


def test_text_in_the_old_encoding_is_read(tmp_path: Path) -> None:
    rows = [["M· tr¹m", "Tªn tr¹m", "Nhµ m¹ng", "Kinh ®é", "VÜ ®é"],
            ["A1", "X· L­¬ng S¬n", "Viettel", "105.2", "21.3"],
            ["A2", "Phó Thä", "Viettel", "105.3", "21.3"]]  # fmt: skip
    found = read(sheet(tmp_path / "t.xlsx", rows))
    assert found.faults == ()
    assert found.towers["name"].tolist() == ["Xã Lương Sơn", "Phú Thọ"]


def test_one_column_for_both_coordinates(tmp_path: Path) -> None:
    rows = [["Mã", "Nhà mạng", "Tọa độ"], ["A1", "Viettel", "21°18'0\"B 105°12'0\"Đ"]]
    point = read(text(tmp_path / "t.csv", rows)).towers.geometry[0]
    assert (point.x, point.y) == pytest.approx((105.2, 21.3))


def test_a_geopackage_keeps_its_own_crs(tmp_path: Path) -> None:
    east, north = from_wgs84([105.21], [21.33], crs="EPSG:9208")
    path = tmp_path / "t.gpkg"
    frame = gpd.GeoDataFrame(
        {"ma_tram": ["A1"], "nha_mang": ["MobiFone"]},
        geometry=gpd.points_from_xy(east, north),
        crs="EPSG:9208",
    )
    frame.to_file(path)
    found = read(path)
    assert found.faults == ()
    point = found.towers.geometry[0]
    assert (point.x, point.y) == pytest.approx((105.21, 21.33), abs=1e-7)
    frame.geometry = frame.buffer(10)
    frame.to_file(path)
    (fault,) = read(path).faults
    assert "not one point" in fault.problem


@pytest.mark.parametrize(
    ("said", "technologies"),
    [("4G LTE", "4G"), ("3G+4G", "3G|4G"), ("2G/3G/4G", "2G|3G|4G"), ("GSM, NodeB", "2G|3G"),
     ("5G NSA", "5G"), ("BTS", None), ("", None), ("2G3G4G", "2G|3G|4G")],
)  # fmt: skip
def test_technologies_in_one_column(tmp_path: Path, said: str, technologies: str | None) -> None:
    found = read(text(tmp_path / "t.csv", [HEADER, row(technology=said)]))
    assert found.faults == ()
    assert found.towers["technologies"].tolist() == [technologies]


def test_technologies_in_columns_of_yes_and_no(tmp_path: Path) -> None:
    found = one(tmp_path, ["2G", "Có 3G", "5G"], ["x", "không", "2"])
    assert found.faults == ()
    assert found.towers["technologies"].tolist() == ["2G|4G|5G"]


@pytest.mark.parametrize(
    ("said", "known", "kind"),
    [("A2b", "A2b", None), ("cột loại a1A", "A1a", None), ("Tự đứng", "A2b", "self_supporting"),
     ("Dây co", None, "guyed"), ("Dây co trên mái", "A2a", "guyed"), ("Cột lạ", None, "Cột lạ")],
)  # fmt: skip
def test_class_and_kind_of_the_mast(
    tmp_path: Path, said: str, known: str | None, kind: str | None
) -> None:
    towers = one(tmp_path, ["Loại cột"], [said]).towers
    assert (towers["mast_class"][0], towers["mast_kind"][0]) == (known, kind)


def test_bands_directions_power_and_owner(tmp_path: Path) -> None:
    header = ["Băng tần (MHz)", "Góc phương vị (độ)", "Nguồn điện", "Chủ sở hữu"]
    towers = one(tmp_path, header, ["900/1800", "0/120/240", "Điện lưới", "VNPT"]).towers
    assert towers["bands"][0] == "B3|B8"
    assert towers["azimuths_deg"][0] == "0|120|240"
    assert towers["power_source"][0] == "grid"
    assert towers["owner"][0] == "vinaphone"
    assert towers["owner_origin"][0] == "declared"


@pytest.mark.parametrize("said", ["VNPT, Mobifone", "dùng chung với VNPT và Mobifone"])
def test_operators_that_share_a_mast_become_towers(tmp_path: Path, said: str) -> None:
    found = one(tmp_path, ["Dùng chung với"], [said])
    towers = found.towers
    assert towers["tower_id"].tolist() == ["PTO001", "PTO001-vinaphone", "PTO001-mobifone"]
    assert towers["operator"].tolist() == ["viettel", "vinaphone", "mobifone"]
    assert towers["technologies"].tolist() == ["4G", None, None]
    assert towers["mast_height_m"].tolist() == [45.0] * 3
    assert towers["source_row"].tolist() == [2] * 3
    assert any(n.en.endswith("2 towers were added for operators that share a mast")
               for n in found.notes)  # fmt: skip


@pytest.mark.parametrize("said", ["không", "", "-", "có", "0"])
def test_no_named_tenant_adds_no_tower(tmp_path: Path, said: str) -> None:
    found = one(tmp_path, ["Dùng chung với"], [said])
    assert len(found.towers) == 1
    assert found.faults == ()


def test_several_operators_in_one_cell_share_the_mast(tmp_path: Path) -> None:
    found = read(text(tmp_path / "t.csv", [HEADER, row(operator="Viettel/VNPT")]))
    assert found.towers["operator"].tolist() == ["viettel", "vinaphone"]


def test_one_identifier_of_two_operators_is_two_towers(tmp_path: Path) -> None:
    rows = [HEADER, row(), row(operator="VNPT")]
    found = read(text(tmp_path / "t.csv", rows))
    assert found.faults == ()
    assert found.towers["tower_id"].tolist() == ["PTO001-viettel", "PTO001-vinaphone"]


def test_identifiers_and_operator_may_be_given_or_made(tmp_path: Path) -> None:
    path = text(tmp_path / "tram.csv", [["Kinh độ", "Vĩ độ"], [105.2, 21.3]])
    found = read(
        path, operator="MobiFone", values={"technologies": "4G", "geometry_origin": "measured"}
    )
    assert found.faults == ()
    assert found.towers["tower_id"].tolist() == ["tram-2"]
    assert found.towers["operator"].tolist() == ["mobifone"]
    assert found.towers["technologies"].tolist() == ["4G"]
    assert found.towers["geometry_origin"].tolist() == ["measured"]
    assert any("no column of identifiers" in n.en for n in found.notes)


def test_an_unknown_operator_is_kept_and_told(tmp_path: Path) -> None:
    found = read(text(tmp_path / "t.csv", [HEADER, row(operator="Mạng Xa")]))
    assert found.towers["operator"].tolist() == ["Mạng Xa"]
    assert any("Mạng Xa" in n.vi for n in found.notes)


def test_every_fault_comes_at_once_under_the_files_own_names(tmp_path: Path) -> None:
    bad = row(3, id="PTO001", operator="", technology="6G", height="bốn lăm")
    rows = [HEADER, row(1), row(2, lat="abc"), bad, row(4, height=4500), row(1)]
    found = read(sheet(tmp_path / "t.xlsx", rows, titles=1))
    assert [(f.row, f.column) for f in found.faults] == [
        (4, "Vĩ độ"), (5, "Công nghệ"), (5, "Mã trạm"), (5, "Nhà mạng"), (5, "Độ cao cột"),
        (6, "Độ cao cột"), (7, "Mã trạm"),
    ]  # fmt: skip
    problems = [f.problem for f in found.faults]
    assert problems[1] == "the technology is '6G'"
    assert problems[2] == "'PTO001' stands already in row 3"
    assert problems[-1] == "the row repeats row 3 in every cell"
    assert all(f.file == "t.xlsx" for f in found.faults)


@pytest.mark.parametrize(
    ("header", "said", "expected"),
    [("Azimuth", "0/400", "0 to 360"), ("4G", "có thể", "write x"), ("EIRP", "cao", "dBm")],
)
def test_a_cell_that_says_nothing_known_is_a_fault(
    tmp_path: Path, header: str, said: str, expected: str
) -> None:
    (fault,) = one(tmp_path, [header], [said]).faults
    assert (fault.row, fault.column) == (2, header)
    assert expected in fault.remedy


def test_the_same_place_twice_is_noted(tmp_path: Path) -> None:
    rows = [HEADER, row(1), row(2, lon=105.21), row(3, lon=105.21, operator="VNPT")]
    found = read(text(tmp_path / "t.csv", rows))
    assert found.faults == ()
    noted = [n.en for n in found.notes if "very place" in n.en]
    assert noted == [
        "t.csv: 1 row stands at the very place of an earlier row of the same operator: row 3"
    ]


def test_what_a_list_must_say_is_asked_for(tmp_path: Path) -> None:
    found = read(text(tmp_path / "t.csv", [["Mã trạm", "Độ cao cột"], ["A", 45]]))
    assert [f.column for f in found.faults] == ["lon", "operator"]
    assert found.towers.empty
    assert list(found.towers.columns) == list(spec("towers").names)


def test_columns_of_the_study_file_go_before_the_aliases(tmp_path: Path) -> None:
    rows = [["a", "b", "c", "Tên trạm"], ["7", 105.2, 21.3, "Trạm"]]
    path = text(tmp_path / "t.csv", rows)
    found = read(path, columns={"tower_id": "a", "lon": "b", "lat": "c"}, operator="Viettel")
    assert found.towers["tower_id"].tolist() == ["7"]
    wrong = read(path, columns={"tower_id": "z", "colour": "a"}, operator="Viettel")
    assert [f.column for f in wrong.faults][:2] == ["z", "colour"]


def test_two_columns_that_could_be_one_are_a_fault_and_two_names_a_note(tmp_path: Path) -> None:
    (fault,) = one(tmp_path, ["Chiều cao cột"], [40]).faults
    assert "Độ cao cột, Chiều cao cột" in fault.problem
    found = one(tmp_path, ["Site name"], ["x"])
    assert found.faults == ()
    assert any("Tên trạm = Site name" in n.en for n in found.notes)


def test_a_list_without_rows_is_a_fault(tmp_path: Path) -> None:
    found = read(text(tmp_path / "t.csv", [HEADER]))
    assert len(found.faults) == 1
    assert found.towers.empty


def test_planned_and_dismantled_towers_are_left_out_and_told(tmp_path: Path) -> None:
    states = ["Đang hoạt động", "Quy hoạch 2027", "Đã tháo dỡ", "Ngừng hoạt động", "", "loại B"]
    rows = [[*row(n), state] for n, state in enumerate(states, 1)]
    found = read(sheet(tmp_path / "a.xlsx", [[*HEADER, "Tình trạng"], *rows]))
    assert not found.faults
    assert list(found.towers["tower_id"]) == ["PTO001", "PTO005", "PTO006"]
    said = " / ".join(note.en for note in found.notes)
    assert "1 row is planned or not yet on air, and left out: row 3" in said
    assert "2 rows are out of service or dismantled, and left out: rows 4, 5" in said
    assert "loại B" in said


def test_a_list_of_dismantled_towers_alone_is_a_fault(tmp_path: Path) -> None:
    found = read(sheet(tmp_path / "a.xlsx", [[*HEADER, "Status"], [*row(), "dismantled"]]))
    assert [f.problem for f in found.faults] == ["no tower of the list stands today"]


def test_a_doubled_identifier_is_told_also_where_the_crs_is_open(tmp_path: Path) -> None:
    header = ["Mã trạm", "Nhà mạng", "X (m)", "Y (m)"]
    lon, lat = [105.1 + n / 50 for n in range(12)], [21.3 + n / 99 for n in range(12)]
    east, north = from_wgs84(lon, lat, crs="EPSG:9208")
    rows = [[f"T{n}", "Viettel", north[n], east[n]] for n in range(12)]
    rows[7][0] = "T1"
    found = read(sheet(tmp_path / "a.xlsx", [header, *rows]))
    assert ["several CRS" in f.problem for f in found.faults] == [True, False]
    assert "'T1' stands already in row 3" in found.faults[1].problem
    assert found.faults[1].row == 9
