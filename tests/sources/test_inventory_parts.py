"""Are the rows of one tower joined, and only those?"""

from __future__ import annotations

import csv
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infraplan.sources.inventory import Inventory, read_inventory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PHU_THO = (104.75, 20.6, 105.95, 21.95)
HEADER = ["STT", "Mã trạm", "Nhà mạng", "Kinh độ", "Vĩ độ", "Công nghệ"]


def row(
    key: str = "A1",
    operator: str = "Viettel",
    technology: str = "4G",
    *,
    lon: float = 105.2,
    more: Sequence[object] = (),
) -> list[object]:
    return [key, operator, lon, 21.3, technology, *more]


def read(tmp_path: Path, rows: Sequence[Sequence[object]], *columns: str) -> Inventory:
    """Read rows that a first column numbers, so that none repeats another in every cell."""
    path = tmp_path / "l.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        numbered = [[i, *said] for i, said in enumerate(rows, 1)]
        csv.writer(stream).writerows([[*HEADER, *columns], *numbered])
    return read_inventory(path, file=path.name, near=PHU_THO)


def said(found: Inventory) -> str:
    return "\n".join(note.en for note in found.notes)


def test_a_row_for_each_technology_is_one_tower(tmp_path: Path) -> None:
    found = read(tmp_path, [row(technology=t) for t in ("2G", "4G", "3G")] + [row("A2", lon=105.3)])
    assert found.faults == ()
    assert found.towers["tower_id"].tolist() == ["A1", "A2"]
    assert found.towers["technologies"].tolist() == ["2G|3G|4G", "4G"]
    assert found.towers["source_row"].tolist() == [2, 5]
    assert set(found.towers["technologies_origin"]) == {"declared"}
    assert "2 rows name another technology" in said(found)
    assert "rows 3, 4" in said(found)
    assert "very place" not in said(found)


def test_a_row_for_each_sector_is_one_tower(tmp_path: Path) -> None:
    bands = {"3G": "2100", "4G": "1800"}
    rows = [row(technology=t, more=[z, bands[t]]) for t, z in product(bands, (0, 120, 240))]
    found = read(tmp_path, rows, "Azimuth", "Băng tần")
    assert found.faults == ()
    (tower,) = found.towers.to_dict("records")
    assert tower["technologies"] == "3G|4G"
    assert tower["bands"] == "B3|UMTS2100"
    assert tower["azimuths_deg"] == "0|120|240"


def test_directions_of_each_technology_are_not_mixed(tmp_path: Path) -> None:
    rows = [row(technology="3G", more=["0/120/240"]), row(technology="4G", more=["60/180/300"])]
    found = read(tmp_path, rows, "Azimuth")
    assert found.faults == ()
    assert found.towers["tower_id"].tolist() == ["A1", "A1-4G"]
    assert found.towers["azimuths_deg"].tolist() == ["0|120|240", "60|180|300"]


def test_antennas_at_several_heights_stay_apart(tmp_path: Path) -> None:
    rows = [row(technology=t, more=[h, 48]) for t, h in (("2G", 40), ("4G", 45), ("3G", 40))]
    found = read(tmp_path, rows, "Độ cao anten", "Độ cao cột")
    assert found.faults == ()
    assert found.towers["tower_id"].tolist() == ["A1", "A1-4G"]
    assert found.towers["technologies"].tolist() == ["2G|3G", "4G"]
    assert found.towers["antenna_height_m"].tolist() == [40, 45]
    assert "but other antennas" in said(found)
    assert "row 3" in said(found)


def test_the_mast_of_joined_rows_is_the_first_and_the_highest(tmp_path: Path) -> None:
    rows = [row(technology=t, more=[h, o]) for t, h, o in (("2G", 42, ""), ("4G", 45.5, "VNPT"))]
    found = read(tmp_path, rows, "Độ cao cột", "Chủ sở hữu")
    assert found.towers["mast_height_m"].tolist() == [45.5]
    assert found.towers["owner"].tolist() == ["vinaphone"]
    assert "1 row says something else of the mast" in said(found)


def test_several_operators_each_with_several_rows(tmp_path: Path) -> None:
    rows = [row(operator=o, technology=t) for o in ("Viettel", "VNPT") for t in ("3G", "4G")]
    found = read(tmp_path, rows)
    assert found.faults == ()
    assert found.towers["tower_id"].tolist() == ["A1-viettel", "A1-vinaphone"]
    assert found.towers["technologies"].tolist() == ["3G|4G", "3G|4G"]


def test_tenants_of_joined_rows_are_added_once(tmp_path: Path) -> None:
    rows = [row(technology=t, more=["MobiFone"]) for t in ("3G", "4G")]
    found = read(tmp_path, rows, "Dùng chung với")
    assert found.towers["tower_id"].tolist() == ["A1", "A1-mobifone"]


def test_a_row_that_adds_nothing_is_a_fault_and_the_others_are_joined(tmp_path: Path) -> None:
    found = read(tmp_path, [row(), row(), row(technology="3G")])
    (fault,) = found.faults
    assert (fault.row, fault.column) == (3, "Mã trạm")
    assert "3G|4G" in found.towers["technologies"].tolist()


@pytest.mark.parametrize(("lon", "faults"), [(105.2002, 0), (105.2004, 1)])
def test_one_identifier_at_two_places_is_a_fault(tmp_path: Path, lon: float, faults: int) -> None:
    found = read(tmp_path, [row(), row(technology="3G", lon=lon)])
    assert [f.row for f in found.faults] == [3] * faults


def test_a_wrong_cell_of_a_joined_row_is_told_with_its_row(tmp_path: Path) -> None:
    rows = [row(technology="2G", more=[45]), row(technology="3G", more=["cao"])]
    found = read(tmp_path, rows, "Độ cao cột")
    (fault,) = found.faults
    assert (fault.row, fault.column) == (3, "Độ cao cột")


def test_a_row_without_a_position_is_told_once(tmp_path: Path) -> None:
    rows = [row(technology="2G"), row(technology="3G"), row(technology="4G")]
    rows[0][2] = "abc"
    (fault,) = read(tmp_path, rows).faults
    assert (fault.row, fault.column) == (2, "Kinh độ")


SAID = st.tuples(
    st.sampled_from(["A1", "A2"]),
    st.sampled_from(["viettel", "vinaphone"]),
    st.sampled_from(["2G", "3G", "4G", "3G/4G"]),
    st.sampled_from(["", "0", "120", "0/120"]),
    st.sampled_from(["", "30", "40"]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SAID, min_size=1, max_size=8))
def test_nothing_of_any_row_is_lost(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    said = [row(key, own, of, more=[turn, high]) for key, own, of, turn, high in rows]
    found = read(tmp_path, said, "Azimuth", "Độ cao anten")
    assert found.faults or found.towers["tower_id"].is_unique
    told = found.towers.to_dict("records")
    for key, operator, technology, turn, high in rows:
        assert any(
            tower["tower_id"].startswith(key)
            and tower["operator"] == operator
            and set(technology.split("/")) <= set(tower["technologies"].split("|"))
            and set(turn.split("/")) - {""} <= set(str(tower["azimuths_deg"]).split("|"))
            and (not high or tower["antenna_height_m"] == float(high))
            for tower in told
        )


def test_coordinates_that_are_left_out_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, [row(more=[2358517.85, 567233.75])], "X", "Y")
    assert found.faults == ()
    assert "the columns X; Y were neither used nor compared" in said(found)


@pytest.mark.parametrize(
    ("text", "technologies"),
    [
        ("2/3/4G", "2G|3G|4G"),
        ("234G", "2G|3G|4G"),
        ("L1800/U2100", "3G|4G"),
        ("LTE1800", "4G"),
        ("4, 5G", "4G|5G"),
    ],
)
def test_technologies_in_short(tmp_path: Path, text: str, technologies: str) -> None:
    found = read(tmp_path, [row(technology=text)])
    assert found.faults == ()
    assert found.towers["technologies"].tolist() == [technologies]


@pytest.mark.parametrize("text", ["3G (chưa có 4G)", "không 4G", "2G đã tắt", "6G"])
def test_technologies_that_are_denied_are_no_technologies(tmp_path: Path, text: str) -> None:
    (fault,) = read(tmp_path, [row(technology=text)]).faults
    assert (fault.row, fault.column) == (2, "Công nghệ")


def test_a_column_of_yes_and_no_may_repeat_its_name(tmp_path: Path) -> None:
    found = read(tmp_path, [row(technology="", more=["2G", "LTE"])], "2G", "4G")
    assert found.faults == ()
    assert found.towers["technologies"].tolist() == ["2G|4G"]
    (fault,) = read(tmp_path, [row(technology="", more=["3G", ""])], "2G", "4G").faults
    assert fault.column == "2G"
