"""Is each column of a user's table found by its header, and no other taken for it?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan import catalog
from infraplan.sources.aliases import (
    POSITION_FIELDS,
    doubled_columns,
    header_key,
    match_columns,
)
from infraplan.tables import spec

TABLES = (
    "towers", "sites", "cells", "communes", "villages", "facilities", "census", "roads", "fibre",
    "fibre_nodes",
)  # fmt: skip
EXTRAS = {
    "towers": {"2G", "3G", "4G", "5G", "status", "tenants"},
    "villages": {"commune_name"},
    "facilities": {"commune_name"},
}
PLANNING = ("growth", "observations", "power", "prices", "protected", "structures")
PLANNING += ("targets", "water", "works")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Kinh độ (°)", "lon"), ("KINH DO", "lon"), ("kinh_do", "lon"), ("Longitude", "lon"),
        ("Kinh độ\nLongitude", "lon"), ("Vĩ độ / Latitude", "lat"), ("Vĩ độ WGS84", "lat"),
        ("Tọa độ Y (m)", "y"), ("Toạ độ X", "x"), ("X_VN2000", "x"), ("Easting (m)", "x"),
        ("Tọa độ (Lat, Long)", "position"), ("Kinh độ/Vĩ độ", "position"),
        ("Mã trạm *", "tower_id"), ("Tên trạm", "name"), ("Nhà mạng", "operator"),
        ("Doanh nghiệp", "operator"), ("Chủ sở hữu", "owner"), ("Công nghệ", "technologies"),
        ("Loại cột", "mast_class"), ("Độ cao cột (m)", "mast_height_m"),
        ("Chiều cao cột anten", "mast_height_m"), ("Độ cao", "mast_height_m"),
        ("Độ cao treo anten (m)", "antenna_height_m"), ("Nguồn điện", "power_source"),
        ("Góc phương vị (độ)", "azimuths_deg"), ("Azimuth", "azimuths_deg"),
        ("Dùng chung với", "tenants"), ("Băng tần (MHz)", "bands"), ("4G", "4G"),
    ],
)  # fmt: skip
def test_header_of_an_inventory_is_known(header: str, field: str) -> None:
    assert match_columns([header], "towers") == {header: field}


@pytest.mark.parametrize(
    ("header", "table", "field"),
    [
        ("Mã xã", "communes", "code"), ("Mã xã", "villages", "commune_code"),
        ("Dân số (người)", "communes", "people"), ("Số hộ", "villages", "households"),
        ("Dân số 2019", "census", "people"), ("pop_2019", "census", "people"),
        ("areaKm2", "communes", "official_area_km2"), ("shapeName", "communes", "name"),
        ("Thôn/bản", "villages", "name"), ("Tên bản", "villages", "name"),
        ("highway", "roads", "road_class"), ("Số sợi", "fibre", "capacity"),
        ("Góc nghiêng", "cells", "tilt_deg"), ("Nhà mạng", "sites", "tenants"),
        ("poi_type", "facilities", "kind"), ("Loại nút", "fibre_nodes", "kind"),
    ],
)  # fmt: skip
def test_one_header_means_what_its_table_says(header: str, table: str, field: str) -> None:
    assert match_columns([header], table) == {header: field}


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ("Diện tích (ha)", "communes"), ("Chiều cao (ft)", "towers"), ("EIRP (W)", "towers"),
        ("Dân số (nghìn người)", "communes"), ("Chiều dài (km)", "fibre"), ("Ghi chú", "towers"),
        ("STT", "towers"), ("", "towers"), ("(m)", "towers"),
    ],
)  # fmt: skip
def test_another_unit_or_word_is_not_taken(header: str, table: str) -> None:
    assert match_columns([header], table) == {}


def test_headers_in_nfd_and_in_tcvn3_are_read() -> None:
    nfd = [unicodedata.normalize("NFD", h) for h in ("Kinh độ", "Vĩ độ")]
    assert list(match_columns(nfd, "towers").values()) == ["lon", "lat"]
    old = ["M· tr¹m", "Kinh ®é", "VÜ ®é"]
    assert list(match_columns(old, "towers").values()) == ["tower_id", "lon", "lat"]


def test_the_first_of_two_columns_is_taken_and_both_are_told() -> None:
    headers = ["Tên trạm", "Site name", "Ghi chú"]
    assert match_columns(headers, "towers") == {"Tên trạm": "name"}
    assert doubled_columns(headers, "towers") == {"name": ("Tên trạm", "Site name")}


def test_the_name_of_the_dictionary_goes_before_others() -> None:
    assert match_columns(["Tên trạm", "name"], "towers") == {"name": "name"}


@pytest.mark.parametrize("table", TABLES)
def test_each_column_of_a_dictionary_is_its_own_alias(table: str) -> None:
    names = spec("communes" if table == "census" else table).names
    assert match_columns(names, table) == {n: n for n in names}


def test_catalogue_names_fields_that_there_are() -> None:
    rows = catalog.table("column_aliases")
    assert set(rows["table"]) == {*TABLES, *PLANNING, "any", "unit", "word"}
    for table in (*TABLES, *PLANNING):
        own = spec("communes" if table == "census" else table).names
        fields = set(rows["field"][rows["table"] == table])
        assert fields <= {*own, *EXTRAS.get(table, set())}
    assert set(rows["field"][rows["table"] == "any"]) == set(POSITION_FIELDS)


def test_no_header_means_two_fields_of_one_table() -> None:
    rows = catalog.table("column_aliases")
    keys = rows.assign(key=[header_key(a) or a for a in rows["alias"]])
    for table, own in keys.groupby("table"):
        meanings = own.groupby("key")["field"].nunique()
        assert meanings.max() == 1, f"{table}: {list(meanings[meanings > 1].index)}"


@given(st.lists(st.text(max_size=30), max_size=8), st.sampled_from(TABLES))
def test_any_header_is_matched_or_left(headers: list[str], table: str) -> None:
    found = match_columns(headers, table)
    assert set(found) <= set(headers)
    assert len(set(found.values())) == len(found)
