"""Are names, times and texts taken as people and tools write them in logs?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraplan.errors import InputError
from infraplan.sources.drive_tests import Samples, field_of_name, read_samples

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, text: str | bytes, name: str = "log.csv", **options: object) -> Samples:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_samples(path, **options)  # type: ignore[arg-type]


def refused(folder: Path, text: str | bytes, **options: object) -> str:
    with pytest.raises(InputError) as error:
        read(folder, text, **options)
    return str(error.value)


DECORATED = {
    "tems": "Time,All-Longitude,All-Latitude,All-Serving Cell Name,All-Serving Cell RSRP (dBm)",
    "carriers": "Time,Longitude (deg),Latitude (deg),Cell name,Serving Cell RSRP (dBm)[PCell]",
    "xcal": "TIME_STAMP,Lon,Lat,Cell Name,LTE KPI PCell Serving RSRP[dBm]",
    "crowd": "test_date,client_longitude,client_latitude,cell_name,num_lte_rsrp_dBm",
    "viet": "Thời gian đo,Kinh độ (°),Vĩ độ (°),Tên Cell phục vụ,Cường độ tín hiệu RSRP (dBm)",
    "nemo": "Time,Longitude (serving),Latitude (serving),Cell name,RSRP (serving)",
}


@pytest.mark.parametrize("tool", sorted(DECORATED))
def test_words_around_the_names_of_columns_do_not_matter(tmp_path: Path, tool: str) -> None:
    samples = read(tmp_path, f"{DECORATED[tool]}\n2025-05-01 10:00,105.2,21.3,A1,-95\n")
    row = samples.frame.iloc[0]
    assert (row.geometry.x, row.geometry.y, row["level_dbm"]) == (105.2, 21.3, -95.0)
    assert (row["cell_name"], row["time"]) == ("A1", "2025-05-01T10:00:00")


@pytest.mark.parametrize(
    "name", ["Scell RSRP", "NRxRSRP", "LTE RSSI", "Site Latitude", "Tốc độ", "Độ cao", "LTE TAC"]
)
def test_columns_of_other_things_are_left_alone(name: str) -> None:
    assert not field_of_name(name)


def test_rsrp_with_any_words_goes_before_a_level_that_may_be_anything(tmp_path: Path) -> None:
    samples = read(tmp_path, "lat,lon,signal_strength,attr_lte_rsrp\n21.3,105.2,-65,-95\n")
    assert samples.columns["level_dbm"] == "attr_lte_rsrp"


def test_a_cell_has_a_number_and_a_name(tmp_path: Path) -> None:
    row = read(tmp_path, "lat,lon,rsrp,CellID,Cellname\n21.3,105.2,-95,12,VPC1_1\n").frame.iloc[0]
    assert (row["cell_id"], row["cell_name"]) == ("12", "VPC1_1")


@pytest.mark.parametrize(
    ("header", "value", "technology"),
    [
        ("SS-RSRP", "", "5G"),
        ("SS-RSRP", "LTE", "5G"),
        ("RSCP", "", "3G"),
        ("RxLev", "", "2G"),
        ("RSRP", "", None),
        ("RSRP", "LTE", "4G"),
        ("RxLev", "LTE", "4G"),
    ],
)
def test_name_of_the_level_tells_the_technology(
    tmp_path: Path, header: str, value: str, technology: str | None
) -> None:
    row = read(tmp_path, f"lat,lon,{header},tech\n21.3,105.2,-95,{value}\n").frame.iloc[0]
    assert row["technology"] == technology


def test_name_of_the_channel_tells_the_technology(tmp_path: Path) -> None:
    row = read(tmp_path, "lat,lon,RSRP,NR-ARFCN\n21.3,105.2,-95,154600\n").frame.iloc[0]
    assert (row["technology"], row["frequency_mhz"]) == ("5G", 773.0)


def test_rows_flagged_as_neighbours_are_dropped(tmp_path: Path) -> None:
    text = "lat,lon,rsrp,neighboring\n21.3,105.2,-95,false\n21.3,105.2,-99,true\n"
    samples = read(tmp_path, text)
    assert samples.frame["level_dbm"].tolist() == [-95.0]
    assert dict(samples.dropped) == {"neighbour": 1}


def test_a_file_whose_times_are_all_empty_is_taken(tmp_path: Path) -> None:
    samples = read(tmp_path, "lat,lon,rsrp,time\n21.3,105.2,-95,\n21.3,105.3,-95,N/A\n")
    assert (len(samples.frame), samples.frame["time"].isna().all()) == (2, True)


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("01-May-2023 10:22:31", 10),
        ("1 May 23, 10:22:31", 10),
        ("May 1, 2023 10:22:31 AM", 10),
        ("10:22:31 01/05/2023", 10),
        ("01/05/2023 10:22:31 SA", 10),
        ("01/05/2023 10:22:31 CH", 22),
    ],
)
def test_times_as_people_write_them(tmp_path: Path, said: str, hour: int) -> None:
    samples = read(tmp_path, f'lat,lon,rsrp,time\n21.3,105.2,-95,"{said}"\n')
    assert samples.frame["time"].tolist() == [f"2023-05-01T{hour}:22:31"]


def test_old_line_ends_encodings_and_dashes_are_taken(tmp_path: Path) -> None:
    assert len(read(tmp_path, "lat,lon,rsrp\r21.3,105.2,-95\r21.3,105.3,-95\r").frame) == 2
    old = "Kinh độ,Vĩ độ,RSRP\n105.2,21.3,–95\n"
    decomposed = old.replace("ộ", "ô\u0323").replace("ĩ", "i\u0303")
    assert read(tmp_path, decomposed.encode("cp1258")).frame["level_dbm"].tolist() == [-95.0]


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    assert "cannot be told apart" in refused(tmp_path, "lat,lon,rsrp," + "a" * 200_000)


def test_wrong_levels_positions_and_times_are_said_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, "lat,lon,rsrp,time\n105.2,21.3,45,noon\n")
    assert "3 faults" in said
    assert "--column latitude=lon --column longitude=lat" in said
