"""Are broken boundaries mended only where one reading is possible, and are seams measured?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

from infraplan.errors import CrsError
from infraplan.sources import boundaries, tabular

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.sources.boundaries import Mended

CRS = "EPSG:32648"
SQUARE = box(0, 0, 1000, 1000)


def mended(*shapes: object) -> Mended:
    frame = gpd.GeoDataFrame({"code": [str(i) for i in range(len(shapes))]}, geometry=list(shapes))
    return boundaries.mend(
        frame.set_crs(CRS), file="xã.gpkg", rows=np.arange(1, len(shapes) + 1, dtype=np.int64)
    )


def communes(*shapes: object, official_km2: list[float] | None = None) -> gpd.GeoDataFrame:
    columns: dict[str, object] = {
        "code": [f"0{i}" for i in range(len(shapes))],
        "name": [f"Xã {i}" for i in range(len(shapes))],
    }
    if official_km2 is not None:
        columns["official_area_km2"] = official_km2
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def test_valid_polygons_stay_as_they_are() -> None:
    parts = MultiPolygon([SQUARE, box(2000, 0, 2500, 500)])
    found = mended(SQUARE, parts)
    assert found.faults == ()
    assert found.notes == ()
    assert list(found.frame.geometry) == [SQUARE, parts]


def test_ring_that_touches_itself_becomes_a_polygon_with_a_hole() -> None:
    ring = [(0, 0), (1000, 0), (1000, 1000), (500, 1000), (600, 500), (400, 500), (500, 1000)]
    found = mended(SQUARE, Polygon([*ring, (0, 1000)]))
    assert found.faults == ()
    assert found.frame.geometry.is_valid.all()
    assert found.frame.geometry.iloc[1].area == pytest.approx(1e6 - 0.5 * 200 * 500)
    assert [n.en for n in found.notes] == [
        "Invalid boundaries mended: 1 (row 2); the area changes by at most 0.0 m²."
    ]


def test_small_loop_in_the_outline_is_mended_and_the_change_told() -> None:
    found = mended(Polygon([(0, 0), (1000, 0), (1000, 1000), (500, 1000), (495, 1001), (495, 1000),
                            (500, 1001), (490, 1000), (0, 1000)]))  # fmt: skip
    assert found.faults == ()
    assert found.frame.geometry.is_valid.all()
    assert found.frame.geometry.iloc[0].area == pytest.approx(1e6, abs=10)
    assert "mended: 1 (row 1)" in found.notes[0].en


def test_bow_tie_could_mean_several_areas_and_is_refused() -> None:
    found = mended(SQUARE, Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)]), SQUARE)
    assert len(found.frame) == 2
    assert found.frame.index.tolist() == [0, 2]
    assert len(found.faults) == 1
    assert str(found.faults[0]) == (
        "xã.gpkg, row 2, column 'geometry': the polygon is not valid "
        "(Self-intersection[500 500]), and its area depends on how it is mended: "
        "0.000 km² as drawn, 0.500 km² mended. Remedy: "
        "repair it in a GIS (QGIS: Vector geometry, Fix geometries), or give another file"
    )


def test_loop_that_may_be_a_hole_or_drawn_twice_is_refused() -> None:
    ring = [(0, 0), (1000, 0), (1000, 1000), (500, 1000), (400, 500), (600, 500), (500, 1000)]
    found = mended(Polygon([*ring, (0, 1000)]))
    assert found.frame.empty
    assert "1.050 km² as drawn, 1.000 km² mended" in found.faults[0].problem


def test_part_given_twice_counts_once() -> None:
    found = mended(MultiPolygon([SQUARE, box(2000, 0, 2500, 500), SQUARE]))
    assert found.faults == ()
    assert found.frame.geometry.iloc[0].area == pytest.approx(1e6 + 250_000)


def test_parts_that_overlap_widely_are_refused() -> None:
    found = mended(MultiPolygon([SQUARE, box(500, 0, 1500, 1000)]))
    assert len(found.faults) == 1
    assert "2.000 km² as drawn, 1.500 km² mended" in found.faults[0].problem


def test_heights_lines_points_and_specks_are_dropped_and_told() -> None:
    high = Polygon([(0, 0, 5), (1000, 0, 5), (1000, 1000, 5), (0, 1000, 5)])
    mixed = GeometryCollection([SQUARE, LineString([(0, 0), (5, 5)]), Point(1, 1)])
    speck = MultiPolygon([SQUARE, box(2000, 0, 2000.5, 0.5)])
    hole = Polygon(SQUARE.exterior, [box(10, 10, 10.5, 10.5).exterior])
    found = mended(high, mixed, speck, hole)
    assert found.faults == ()
    assert not found.frame.geometry.has_z.any()
    assert found.frame.geometry.area.tolist() == [1e6] * 4
    assert [n.en for n in found.notes] == [
        "Boundaries mixed with points or lines, of which only the areas are kept: 1 (row 2).",
        "Boundaries with heights, which are dropped: 1 (row 1).",
        "Boundaries with specks below 1 m², which are dropped: 2 (row 3, 4).",
    ]


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        (None, "the geometry is empty"),
        (Polygon(), "the geometry is empty"),
        (SQUARE.exterior, "the geometry is a LinearRing, not an area"),
        (Point(1, 1), "the geometry is a Point, not an area"),
        (GeometryCollection([Point(1, 1)]), "the geometry is a GeometryCollection, not an area"),
        (
            shapely.from_wkt("POLYGON ((0 0, 1 0, inf 1, 0 0))"),
            "a coordinate of the boundary is no number",
        ),
        (Polygon([(0, 0), (10, 0), (20, 0)]), "the boundary encloses no area"),
    ],
)
def test_what_is_no_area_is_a_fault_of_its_row(shape: object, problem: str) -> None:
    found = mended(SQUARE, shape, SQUARE)
    assert len(found.frame) == 2
    assert len(found.faults) == 1
    assert found.faults[0].row == 2
    assert found.faults[0].problem.startswith(problem)


def test_degrees_are_refused() -> None:
    frame = gpd.GeoDataFrame({"code": ["1"]}, geometry=[box(105, 21, 106, 22)], crs="EPSG:4326")
    with pytest.raises(CrsError, match="lengths and areas need metres"):
        boundaries.mend(frame, file="x", rows=np.array([1], dtype=np.int64))
    with pytest.raises(CrsError, match="lengths and areas need metres"):
        boundaries.measure(frame)


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=12, unique=True
    )
)
def test_whatever_is_drawn_comes_out_valid_or_as_a_fault(points: list[tuple[int, int]]) -> None:
    found = mended(Polygon([(10 * x, 10 * y) for x, y in points]))
    assert len(found.frame) + len(found.faults) == 1
    assert found.frame.geometry.is_valid.all()
    if len(found.frame):
        drawn = abs(Polygon([(10 * x, 10 * y) for x, y in points]).area)
        assert found.frame.geometry.iloc[0].area == pytest.approx(drawn, rel=1e-3, abs=1)


def test_communes_that_only_touch_have_neither_overlap_nor_gap() -> None:
    found = boundaries.measure(communes(box(0, 0, 10, 10), box(10, 0, 20, 10)))
    assert found.area_m2 == 200
    assert found.overlap_m2 == found.gap_m2 == 0
    assert len(found.overlaps) == len(found.gaps) == 0
    assert [n.en for n in found.notes] == ["Boundaries: 2 communes, 0.0 km² in total."]


def test_overlap_is_measured_pair_by_pair_the_largest_first() -> None:
    found = boundaries.measure(
        communes(box(0, 0, 100, 100), box(90, 0, 200, 100), box(160, 0, 300, 100))
    )
    assert found.overlaps["overlap_m2"].tolist() == [4000, 1000]
    assert found.overlaps["code"].tolist() == ["01", "00"]
    assert found.overlaps["share"].tolist() == pytest.approx([4000 / 11000, 1000 / 10000])
    assert found.overlap_m2 == 5000
    assert found.notes[1].en == (
        "Overlaps between communes: 2 pairs, 0.50 ha in all; the largest: Xã 1 – Xã 2 0.40 ha; "
        "Xã 0 – Xã 1 0.10 ha."
    )
    assert found.notes[1].vi.startswith("Chồng lấn giữa các xã: 2 cặp, tổng 0,50 ha")


def test_gap_is_measured_with_the_communes_around_it() -> None:
    ring = Polygon(box(0, 0, 100, 100).exterior, [box(40, 40, 60, 60).exterior])
    west, east = ring.intersection(box(0, 0, 50, 100)), ring.intersection(box(50, 0, 100, 100))
    island = box(45, 45, 55, 55)
    found = boundaries.measure(communes(west, east, island))
    assert found.gap_m2 == pytest.approx(300)
    assert found.gaps["area_m2"].tolist() == pytest.approx([300])
    assert found.gaps["codes"].tolist() == ["00|01|02"]
    assert "Gaps that belong to no commune: 1, 0.03 ha in all" in found.notes[1].en
    assert found.notes[1].vi.startswith("Khe hở không thuộc xã nào: 1 chỗ")


def test_official_areas_are_compared_where_the_table_has_them() -> None:
    squares = (box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000), box(2000, 0, 3000, 1000))
    found = boundaries.measure(communes(*squares, official_km2=[1.0, 1.25, float("nan")]))
    assert [n.en for n in found.notes[1:]] == [
        "Official area of 2 communes: 2.3 km²; the boundaries differ from it by 11.11 %.",
        (
            "Communes whose boundary differs from the official area by more than 2 %: 1; the most: "
            "Xã 1 20.0 %."
        ),
    ]


@given(st.permutations(range(4)))
def test_measures_do_not_depend_on_the_order_of_rows(order: list[int]) -> None:
    squares = [
        box(0, 0, 100, 100),
        box(90, 0, 200, 100),
        box(0, 90, 100, 200),
        box(95, 95, 200, 200),
    ]
    found = boundaries.measure(communes(*squares).iloc[order].reset_index(drop=True))
    assert found.overlap_m2 == pytest.approx(boundaries.measure(communes(*squares)).overlap_m2)
    assert sorted(found.overlaps["overlap_m2"], reverse=True) == list(found.overlaps["overlap_m2"])


def test_geoboundaries_come_in_by_their_own_column_names(tmp_path: Path) -> None:
    fields = {"shapeGroup": "VNM", "shapeType": "ADM3", "shapeISO": ""}
    features = [
        {
            "type": "Feature",
            "properties": {**fields, "shapeName": name, "shapeID": code},
            "geometry": shapely.geometry.mapping(shape),
        }
        for name, code, shape in (
            ("Tan Hoa", "40286044B57143651390116", box(105.0, 21.0, 105.1, 21.1)),
            ("Vinh Yen", "40286044B88467371220013", box(105.1, 21.0, 105.2, 21.1)),
        )
    ]
    path = tmp_path / "geoBoundaries-VNM-ADM3.geojson"
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    collection = {"type": "FeatureCollection", "crs": crs, "features": features}
    path.write_text(json.dumps(collection), encoding="utf-8")
    raw = tabular.read_tabular(
        path, file=path.name, columns={}, values={}, x="lon", y="lat", crs=None, located=True,
        table="communes",
    )  # fmt: skip
    assert raw.faults == ()
    assert raw.frame["code"].tolist() == ["40286044B57143651390116", "40286044B88467371220013"]
    assert raw.frame["name"].tolist() == ["Tan Hoa", "Vinh Yen"]
    rows = np.array([1, 2], dtype=np.int64)
    found = boundaries.mend(raw.frame.to_crs(CRS), file=path.name, rows=rows)
    assert found.faults == ()
    assert boundaries.measure(found.frame).overlap_m2 == pytest.approx(0, abs=1e-3)
