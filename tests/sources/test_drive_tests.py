"""Are logs of many makes read alike, and is what they lack said precisely?"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan import catalog
from infraplan.errors import InputError, MissingDataError
from infraplan.sources.drive_tests import Samples, channel, field_of_name, plain_name, read_samples

if TYPE_CHECKING:
    from pathlib import Path

GNETTRACK = (
    "Timestamp\tLongitude\tLatitude\tSpeed\tOperatorname\tOperator\tCGI\tCellname\tNode\tCellID\t"
    "LAC\tNetworkTech\tNetworkMode\tLevel\tQual\tSNR\tCQI\tLTERSSI\tARFCN\tPSC\tState\n"
    "2023.05.01_10.22.31\t105.2\t21.3\t5\tViettel\t45204\t4520401234188\tA\t4821\t12\t9\t4G\tLTE\t"
    "-95\t-10\t5\t8\t-65\t1275\t101\tI\t\n"
)
TEMS = (
    "Report;drive 7\nVersion;2\n\nDate;Time;Vĩ độ;Kinh độ;RSRP (dBm);PCI;EARFCN (DL);Nhà mạng\n"
    "01/05/2023;10:22:31,5;21,3;105,2;-95,0;101;1275;Viettel\n"
)
OPENCELLID = (
    "mcc,net,area,cell,unit,lon,lat,signal,measured,rating,speed,direction,act\n"
    "452,4,123,1234188,101,105.2,21.3,-95,1682936551000,1,1,1,LTE\n"
)


def read(folder: Path, text: str | bytes, name: str = "log.csv", **options: object) -> Samples:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_samples(path, **options)  # type: ignore[arg-type]


def refused(folder: Path, text: str | bytes, **options: object) -> str:
    with pytest.raises(InputError) as error:
        read(folder, text, **options)
    return str(error.value)


@pytest.mark.parametrize("text", [GNETTRACK, TEMS, OPENCELLID], ids=["gnettrack", "tems", "cells"])
def test_logs_of_three_makes_say_the_same(tmp_path: Path, text: str) -> None:
    samples = read(tmp_path, text)
    row = samples.frame.iloc[0]
    assert (row.geometry.x, row.geometry.y, row["level_dbm"]) == (105.2, 21.3, -95.0)
    assert row["operator"] == "viettel"
    assert row["time"] == "2023-05-01T10:22:31"
    assert samples.frame.crs == "EPSG:4326"
    assert (samples.rows, len(samples.frame), dict(samples.dropped)) == (1, 1, {})


def test_network_numbers_and_carrier_are_read(tmp_path: Path) -> None:
    row = read(tmp_path, GNETTRACK).frame.iloc[0]
    assert (row["eci"], row["enodeb"], row["cell_id"]) == ("4520401234188", "4821", "12")
    assert (row["technology"], row["band"], row["frequency_mhz"]) == ("4G", "B3", 1812.5)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("packed", [False, True])
def test_encoding_and_packing_do_not_matter(tmp_path: Path, encoding: str, packed: bool) -> None:  # noqa: FBT001
    raw = TEMS.encode(encoding)
    samples = read(tmp_path, gzip.compress(raw, mtime=0) if packed else raw)
    assert samples.frame["level_dbm"].tolist() == [-95.0]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_found(tmp_path: Path, separator: str) -> None:
    text = "lat,lon,rsrp\n21.3,105.2,-95\n".replace(",", separator)
    assert len(read(tmp_path, text).frame) == 1


@pytest.mark.parametrize("field", sorted(set(catalog.table("sample_columns")["field"])))
def test_aliases_are_plain_and_lead_to_their_field(field: str) -> None:
    rows = catalog.table("sample_columns")
    for alias in rows["alias"][rows["field"] == field]:
        assert plain_name(alias) == alias
        assert field_of_name(alias.upper()) == field
    assert rows["alias"].is_unique


def test_every_main_field_has_a_dozen_names() -> None:
    counts = catalog.table("sample_columns")["field"].value_counts()
    fields = ["latitude", "longitude", "level_dbm", "cell_id", "pci", "site_id", "operator"]
    assert (counts[[*fields, "technology", "band", "channel", "time"]] >= 12).all()


ROWS = [
    ("21.3,105.2,-95,2025-05-01 10:00:00", None),
    ("21.3,105.2,-95,2025-05-01 10:00:00", "duplicate"),
    ("21.3,105.2,-20,2025-05-01 10:00:00", "level_implausible"),
    ("21.3,105.2,-150,2025-05-01 10:00:00", "level_implausible"),
    ("21.3,105.2,95,2025-05-01 10:00:00", "level_implausible"),
    ("21.3,105.2,0,2025-05-01 10:00:00", "level_zero"),
    ("21.3,105.2,n/a,2025-05-01 10:00:00", "level_missing"),
    ("21.3,105.2,2147483647,2025-05-01 10:00:00", "level_missing"),
    ("0,0,-95,2025-05-01 10:00:00", "position_zero"),
    (",105.2,-95,2025-05-01 10:00:00", "position_missing"),
    ("210.3,105.2,-95,2025-05-01 10:00:00", "position_off_the_globe"),
    ("21.3,105.2,-96,", None),
    ("21.3,105.2,-96,noon", "time_unreadable"),
    ("21.3,105.2", "row_broken"),
    ("21,3,105,2,-95,2025-05-01 10:00:00", "row_broken"),
]


def test_each_bad_row_is_dropped_for_its_reason_and_none_is_lost(tmp_path: Path) -> None:
    text = "\n".join(["lat,lon,rsrp,time", *(row for row, _ in ROWS)])
    samples = read(tmp_path, text + "\n\n")
    expected: dict[str, int] = {}
    for _, reason in ROWS:
        if reason:
            expected[reason] = expected.get(reason, 0) + 1
    assert dict(samples.dropped) == expected
    assert samples.rows == len(ROWS) == len(samples.frame) + sum(expected.values())


def test_all_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, "colour,rssi\nred,-60\n")
    assert "2 faults" in said
    assert "row 1, column 'position'" in said
    assert "row 1, column 'level'" in said
    assert "'colour', 'rssi'" in said
    assert "--column level_dbm=NAME" in said


def test_a_column_may_be_named_numbered_or_left_out(tmp_path: Path) -> None:
    text = "a,b,c,time\n21.3,105.2,-95,yesterday\n"
    columns = {"latitude": "a", "longitude": "B", "level_dbm": "#3", "time": ""}
    assert read(tmp_path, text, columns=columns).frame["level_dbm"].tolist() == [-95.0]
    said = refused(tmp_path, text, columns={"latitude": "z", "colour": "a", "level_dbm": "#9"})
    assert "the column named for latitude is not there" in said
    assert "'colour' is nothing that a sample has" in said
    assert "#9" in said


def test_unreadable_times_are_refused_with_an_example(tmp_path: Path) -> None:
    said = refused(tmp_path, "lat,lon,rsrp,time\n21.3,105.2,-95,yesterday\n")
    assert "'yesterday'" in said
    assert "--column time=" in said


def test_two_columns_for_one_thing_must_be_told_apart(tmp_path: Path) -> None:
    text = "lat,lon,RSRP,rsrp\n21.3,105.2,-95,-99\n"
    assert "RSRP and rsrp could both hold the level_dbm" in refused(tmp_path, text)
    samples = read(tmp_path, text, columns={"level_dbm": "#4"})
    assert samples.frame["level_dbm"].tolist() == [-99.0]


def test_the_better_name_wins(tmp_path: Path) -> None:
    samples = read(tmp_path, "lat,lon,signal,RSRP\n21.3,105.2,-60,-95\n")
    assert samples.columns["level_dbm"] == "RSRP"


def test_lost_minus_sign_is_put_in_and_indexes_are_refused(tmp_path: Path) -> None:
    samples = read(tmp_path, "lat,lon,rsrp\n21.3,105.2,95\n21.4,105.2,101\n")
    assert samples.negated
    assert samples.frame["level_dbm"].tolist() == [-95.0, -101.0]
    text = "lat,lon,rsrp\n21.3,105.2,45\n21.4,105.2,39\n"
    assert "they are not dBm" in refused(tmp_path, text)
    by_index = read(tmp_path, text, columns={"level_asu": "rsrp", "level_dbm": ""})
    assert by_index.frame["level_dbm"].tolist() == [-95.0, -101.0]


def test_swapped_and_metric_positions_are_refused(tmp_path: Path) -> None:
    assert "look swapped" in refused(tmp_path, "lat,lon,rsrp\n105.2,21.3,-95\n")
    text = "lat,lon,rsrp\n2357000,521000,-95\n"
    assert "no position is in degrees" in refused(tmp_path, text)


def test_metric_positions_need_their_crs(tmp_path: Path) -> None:
    text = "x,y,rsrp\n521000,2357000,-95\n"
    assert "without their CRS" in refused(tmp_path, text)
    assert "there is no CRS" in refused(tmp_path, text, crs="EPSG:1")
    samples = read(tmp_path, text, crs="EPSG:32648")
    assert samples.frame.crs == "EPSG:32648"
    degrees = samples.frame.to_crs("EPSG:4326").geometry.iloc[0]
    assert (round(degrees.x, 1), round(degrees.y, 1)) == (105.2, 21.3)


def test_points_and_angles_are_positions_too(tmp_path: Path) -> None:
    wkt = read(tmp_path, 'wkt,rsrp\n"POINT (105.2 21.3)",-95\nnowhere,-95\n')
    assert wkt.frame.geometry.iloc[0].x == 105.2
    assert dict(wkt.dropped) == {"position_missing": 1}
    dms = read(tmp_path, "lat;lon;rsrp\n21°18'00\"N;105°12'00\"E;-95\n")
    np.testing.assert_allclose(dms.frame.geometry.y, 21.3)


def test_neighbours_are_dropped_and_counted(tmp_path: Path) -> None:
    text = "lat,lon,rsrp,serving\n21.3,105.2,-95,true\n21.3,105.2,-99,false\n"
    assert dict(read(tmp_path, text).dropped) == {"neighbour": 1}


@pytest.mark.parametrize(
    "said",
    [
        *("2025-05-01T10:22:31Z", "2025-05-01 10:22:31.250", "2025-05-01T17:22:31+07:00"),
        *("2025.05.01_10.22.31", "20250501102231", "01/05/2025 10:22:31", "1/5/25 10:22:31 AM"),
        *("1746094951", "1746094951000", "1746094951.4", "2025/05/01 10:22:31"),
    ],
)
def test_times_in_many_forms_are_one_instant(tmp_path: Path, said: str) -> None:
    samples = read(tmp_path, f"lat;lon;rsrp;time\n21.3;105.2;-95;{said}\n")
    assert samples.frame["time"].tolist() == ["2025-05-01T10:22:31"]


def test_month_comes_first_only_where_it_must(tmp_path: Path) -> None:
    text = "lat,lon,rsrp,time\n21.3,105.2,-95,05/01/2025\n21.3,105.2,-95,{}\n"
    day_first = read(tmp_path, text.format("06/01/2025")).frame["time"]
    assert day_first.tolist() == ["2025-01-05T00:00:00", "2025-01-06T00:00:00"]
    month_first = read(tmp_path, text.format("05/31/2025")).frame["time"]
    assert month_first.tolist() == ["2025-05-01T00:00:00", "2025-05-31T00:00:00"]


@pytest.mark.parametrize(
    ("said", "operator"),
    [("45204", "viettel"), ("452-01", "mobifone"), ("VN VINAPHONE", "vinaphone"), ("Foo", "Foo")],
)
def test_operators_have_many_names(tmp_path: Path, said: str, operator: str) -> None:
    samples = read(tmp_path, f"lat,lon,rsrp,operator\n21.3,105.2,-95,{said}\n", operator="Mobi")
    assert samples.frame["operator"].tolist() == [operator]


def test_options_fill_what_rows_do_not_say(tmp_path: Path) -> None:
    text = "lat,lon,rsrp,operator,rat\n21.3,105.2,-95,,\n21.3,105.2,-95,VNPT,GSM\n"
    frame = read(tmp_path, text, operator="Viettel", technology="4G").frame
    assert frame["operator"].tolist() == ["viettel", "vinaphone"]
    assert frame["technology"].tolist() == ["4G", "2G"]
    assert "the technology is '6G'" in refused(tmp_path, text, technology="6G")


@pytest.mark.parametrize(
    ("number", "technology", "band", "mhz"),
    [
        *((1275, "4G", "B3", 1812.5), (3450, "4G", "B8", 925.0), (2850, "4G", "B7", 2630.0)),
        *((10562, "3G", "UMTS2100", 2112.4), (62, "2G", "GSM900", 947.4)),
        *((156100, "5G", "", 780.5), (653952, "5G", "", 3809.28), (700, "2G", "GSM1800", 1842.8)),
    ],
)
def test_channel_numbers_follow_the_formulas(
    number: int, technology: str, band: str, mhz: float
) -> None:
    assert channel(number, technology) == (band, pytest.approx(mhz))


def test_channel_of_no_band_is_unknown() -> None:
    assert channel(70_000, "3G")[0] == ""
    assert np.isnan(channel(70_000, "3G")[1])


@given(st.integers(min_value=0, max_value=599), st.integers(min_value=0, max_value=598))
def test_channels_are_a_tenth_of_a_megahertz_apart(number: int, other: int) -> None:
    apart_mhz = channel(number, "4G")[1] - channel(other, "4G")[1]
    assert apart_mhz == pytest.approx(0.1 * (number - other))


@pytest.mark.parametrize(
    ("said", "band", "mhz"),
    [
        *(("B3", "B3", None), ("3", "B3", None), ("LTE Band 8", "B8", None), ("L1800", None, 1800)),
        *(("EUTRAN-BAND7", "B7", None), ("n28", "n28", None), ("LTE 1800 (B3)", "B3", None)),
        *(("-", None, None), ("900 MHz", None, 900)),
    ],
)
def test_bands_have_many_names(
    tmp_path: Path, said: str, band: str | None, mhz: float | None
) -> None:
    row = read(tmp_path, f"lat,lon,rsrp,band\n21.3,105.2,-95,{said}\n").frame.iloc[0]
    assert row["band"] == band
    assert row["frequency_mhz"] == mhz or (mhz is None and np.isnan(row["frequency_mhz"]))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04rest", "a workbook"),
        (b"\x1f\x8bbroken", "cannot be read"),
        (b"lat,lon,rsrp\n", "there is no row below the header"),
        (b"lat,lon,rsrp\n0,0,-95\n", "none of the 1 rows is a sample (position_zero 1)"),
    ],
)
def test_file_without_samples_is_refused(tmp_path: Path, raw: bytes, said: str) -> None:
    assert said in refused(tmp_path, raw)


def test_absent_file_is_said_to_be_absent(tmp_path: Path) -> None:
    with pytest.raises(MissingDataError, match="no file of samples"):
        read_samples(tmp_path / "none.csv")


@given(
    st.floats(min_value=-143.9, max_value=-30.1),
    st.floats(min_value=-89, max_value=89),
    st.floats(min_value=-179, max_value=179),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, level: float, latitude: float, longitude: float
) -> None:
    if abs(latitude) < 0.01 and abs(longitude) < 0.01:
        return
    text = f"lat;lon;rsrp\n{latitude:.7f};{longitude:.7f};{level:.2f}\n".replace(".", ",")
    row = read(tmp_path_factory.mktemp("log"), text).frame.iloc[0]
    assert row["level_dbm"] == pytest.approx(level, abs=0.0051)
    assert (row.geometry.x, row.geometry.y) == pytest.approx((longitude, latitude), abs=1e-6)
