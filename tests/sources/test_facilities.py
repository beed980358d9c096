"""Are the words of lists of facilities understood, and unknown ones left to be told?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraplan import catalog
from infraplan.sources import facilities, tabular
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> tabular.RawTable:
    return tabular.read_tabular(
        path, file=path.name, columns={}, values={}, x="lon", y="lat", crs=None, located=True,
        table="facilities",
    )  # fmt: skip


def test_vietnamese_list_of_facilities_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "cơ-sở.csv"
    path.write_text(
        "mã cơ sở,tên cơ sở,loại hình,kết nối,kinh độ,vĩ độ\n"
        "T1,Trường Hùng Vương,Trường THCS,Có,105.1,21.1\n"
        "T2,Trạm y tế Tân Hoà,TRẠM Y TẾ,chưa,105.2,21.2\n"
        "T3,UBND xã,Trụ sở UBND,x,105.3,21.3\n"
        "T4,,Bưu điện văn hóa xã,,105.4,21.4\n"
        "T5,,Nhà văn hoá,0,105.5,21.5\n",
        encoding="utf-8",
    )
    raw = facilities.understand(read(path))
    checked = check(raw.frame, spec("facilities"), file=path.name, first_row=raw.first_row)
    assert checked.faults == ()
    frame = checked.frame
    assert frame["kind"].tolist() == ["school", "clinic", "office", "post", "culture"]
    assert frame["connected"].tolist() == ["yes", "no", "yes", None, "no"]
    assert set(frame["geometry_origin"]) == {"declared"}


def test_unknown_kind_is_a_fault_that_names_its_row(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("facility_id,kind,lon,lat\nA,school,105,21\nB,chợ,105,21\n", encoding="utf-8")
    raw = facilities.understand(read(path))
    faults = check(raw.frame, spec("facilities"), file="x.csv", first_row=raw.first_row).faults
    assert [str(f) for f in faults] == [
        (
            "x.csv, row 3, column 'kind': the value is 'chợ'. Remedy: give one of school, clinic, "
            "office, post, culture"
        )
    ]


def test_origins_that_the_list_gives_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "facility_id,kind,lon,lat,geometry_origin\nA,school,105,21,approximate\n", encoding="utf-8"
    )
    assert facilities.understand(read(path)).frame["geometry_origin"].tolist() == ["approximate"]


def test_every_word_of_the_catalogue_means_a_kind_of_the_dictionary() -> None:
    allowed = {c.name: set(c.allowed) for c in spec("facilities").columns}
    for row in catalog.table("facility_words").to_dict("records"):
        assert row["value"] in allowed[str(row["field"])]
    assert set(catalog.table("osm_facilities")["kind"]) == allowed["kind"]


@pytest.mark.real
def test_points_of_interest_of_ibiza_are_schools(shared: Path) -> None:
    raw = facilities.understand(read(shared / "data/ibiza/points-of-interest.csv"))
    checked = check(raw.frame, spec("facilities"), file="poi", first_row=raw.first_row)
    assert checked.faults == ()
    assert checked.frame["kind"].tolist() == ["school"] * 100
    assert checked.frame.geometry.x.between(1.1, 1.7).all()
    assert checked.frame.geometry.y.between(38.8, 39.2).all()
