"""Does each format hold the table that it was made of, the same bytes each time?"""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from infraplan_api.formats import (
    csv_bytes,
    feature_texts,
    flat,
    geojson_bytes,
    parquet_bytes,
    workbook_bytes,
    xlsx_bytes,
)

NAMES = ["Xã Tân Hòa", 'Đức "Nhàn", 1', "=HYPERLINK(1)", None]


def _table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": np.array(NAMES, dtype=object),
            "people": [1.5, math.nan, math.inf, -3.0],
            "year": pd.array([2026, None, 2027, 2028], dtype="Int64"),
            "fits": [True, False, True, False],
        },
        index=[7, 5, 3, 1],
    )


def _map(geometry: list[object] | None = None) -> gpd.GeoDataFrame:
    points = geometry or [shapely.Point(105 + i / 3, 21) for i in range(4)]
    return gpd.GeoDataFrame(_table(), geometry=points, crs="EPSG:4326", index=_table().index)


def _sheet(content: bytes, name: str | None = None) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[name] if name else book.active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_csv_opens_with_its_diacritics_and_runs_nothing() -> None:
    content = csv_bytes(_table())
    assert content.startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={"year": "Int64"})
    assert read["name"].tolist()[:3] == ["Xã Tân Hòa", 'Đức "Nhàn", 1', "'=HYPERLINK(1)"]
    assert read["name"].isna().tolist() == [False, False, False, True]
    assert read["year"].tolist()[:1] == [2026]
    assert list(read.columns) == ["name", "people", "year", "fits"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00")), max_size=5))
def test_no_text_of_a_csv_begins_as_a_formula(texts: list[str]) -> None:
    content = csv_bytes(pd.DataFrame({"text": pd.Series(texts, dtype=object)}))
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert not [t for t in read["text"] if t.startswith(("=", "+", "-", "@", "\t"))]


def test_numbers_of_a_csv_keep_their_sign() -> None:
    assert (
        csv_bytes(pd.DataFrame({"rsrp_dbm": [-105.0]})).decode("utf-8-sig").endswith("\n-105.0\n")
    )


def test_positions_become_columns_of_a_flat_table() -> None:
    points = flat(_map())
    assert points["lon"].tolist() == pytest.approx([105, 105.333333, 105.666667, 106])
    assert points["lat"].tolist() == [21.0] * 4
    ring = shapely.box(105, 21, 106, 22)
    polygons = flat(_map([ring] * 4))
    assert polygons["inside_lon"].between(105, 106).all()
    line = shapely.LineString([(105, 21), (106, 22)])
    assert list(flat(_map([line] * 4)).columns) == list(_table().columns)
    assert points.index.tolist() == [7, 5, 3, 1]


def test_workbook_has_text_as_text_and_nothing_where_nothing_is_known() -> None:
    rows = _sheet(xlsx_bytes(_table(), "Phủ sóng"), "Phủ sóng")
    assert rows[0] == ["name", "people", "year", "fits"]
    assert rows[1] == ["Xã Tân Hòa", 1.5, 2026, True]
    assert rows[2][1:3] == [None, None]
    assert rows[3][0] == "=HYPERLINK(1)"
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(_table(), "x")))
    assert book.active.cell(4, 1).data_type == "s"
    assert book.active.freeze_panes == "A2"


def test_workbook_of_several_sheets_keeps_their_order() -> None:
    content = workbook_bytes({"Một/hai": _table(), "x" * 60: _table().iloc[:1]})
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["Một hai", "x" * 31]


def test_empty_table_is_a_head_alone() -> None:
    empty = _table().iloc[:0]
    assert _sheet(xlsx_bytes(empty, "x")) == [["name", "people", "year", "fits"]]
    assert csv_bytes(empty).decode("utf-8-sig") == "name,people,year,fits\n"
    assert json.loads(geojson_bytes(_map().iloc[:0]))["features"] == []


def test_parquet_keeps_types_and_geometry() -> None:
    plain = pd.read_parquet(io.BytesIO(parquet_bytes(_table())))
    assert plain["year"].tolist()[0] == 2026
    assert plain["fits"].dtype == bool
    read = gpd.read_parquet(io.BytesIO(parquet_bytes(_map())))
    assert read.crs == "EPSG:4326"
    assert read.geometry.geom_equals(_map().geometry.reset_index(drop=True)).all()


def test_geojson_says_null_for_what_is_not_known() -> None:
    said = json.loads(geojson_bytes(_map(), key="year", members={"numberMatched": 4}))
    assert said["type"] == "FeatureCollection"
    assert said["numberMatched"] == 4
    first, second = said["features"][:2]
    assert first["id"] == 2026
    assert first["properties"] == {
        "name": "Xã Tân Hòa", "people": 1.5, "year": 2026, "fits": True,
    }  # fmt: skip
    assert second["properties"]["people"] is None
    assert second["properties"]["year"] is None
    assert said["features"][1]["geometry"]["coordinates"] == [105.3333333, 21.0]


def test_absent_geometry_is_null() -> None:
    frame = _map([None, *[shapely.Point(105, 21)] * 3])
    assert json.loads(feature_texts(frame)[0])["geometry"] is None


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=6))
def test_any_text_survives_in_a_feature(texts: list[str]) -> None:
    frame = gpd.GeoDataFrame(
        {"text": pd.Series(texts, dtype=object)}, geometry=[shapely.Point(0, 0)] * len(texts)
    )
    read = [json.loads(text)["properties"]["text"] for text in feature_texts(frame, key="text")]
    assert read == texts


@pytest.mark.parametrize("write", [csv_bytes, parquet_bytes, geojson_bytes])
def test_same_table_gives_the_same_bytes(write: object) -> None:
    assert callable(write)
    assert write(_map()) == write(_map())


def test_workbook_has_no_clock_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first = xlsx_bytes(_table(), "x")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert xlsx_bytes(_table(), "x") == first
    assert b"2033" not in first
    assert np.frombuffer(first, np.uint8).size < 20_000
    assert not list(Path.cwd().glob("table.xlsx"))
