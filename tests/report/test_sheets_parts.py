"""Do layout, grid, names, patterns and colours of a sheet hold for any area?"""

from __future__ import annotations

import dataclasses
import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from infraplan.errors import ParameterError
from infraplan.export import map_svg
from infraplan.geo import Grid, Raster
from infraplan.report import palette
from infraplan.report.frame import frame_at
from infraplan.report.sheets.furniture import graticule
from infraplan.report.sheets.hatching import dot_places, strokes
from infraplan.report.sheets.layout import Box, Layout, picture_layout, pixels, sheet_layout
from infraplan.report.sheets.lettering import lines_of, printable, width_mm
from infraplan.report.sheets.marks import fill_of
from infraplan.report.sheets.names import LEADING, place_names
from infraplan.report.sheets.sheet import _fitted
from infraplan.report.sheets.titles import plan_title
from infraplan.report.sheets.warp import OUTSIDE, cells_under, sample

if TYPE_CHECKING:
    from infraplan.report.facts import Facts

JS = Path(__file__).parents[2] / "api" / "infraplan_api" / "web" / "js" / "colours.js"
FRAME = frame_at(105.3, 21.2, title="Tỉnh Phú Thọ", otherwise="EPSG:32648")
AREA = (507_900.0, 2_248_000.0, 613_700.0, 2_400_900.0)

sides = st.floats(500.0, 900_000.0)


def _holds(layout: Layout, bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    inside = layout.west_m <= west and layout.east_m >= east
    return inside and layout.south_m <= south and layout.north_m >= north


@given(sides, sides, st.sampled_from(["A3", "A4"]))
def test_a_sheet_holds_the_whole_area_at_a_round_scale(
    wide_m: float, high_m: float, size: str
) -> None:
    bounds = (5e5, 2.3e6, 5e5 + wide_m, 2.3e6 + high_m)
    layout = sheet_layout(bounds, size, dpi=200)
    assert _holds(layout, bounds)
    digits = str(round(layout.denominator)).rstrip("0")
    assert digits in {"1", "125", "15", "2", "25", "3", "4", "5", "6", "75", "8"}
    assert layout.panel.x_mm >= layout.map.right_mm
    assert layout.panel.right_mm <= layout.width_mm


@given(sides, sides)
def test_a_picture_holds_the_whole_area_and_keeps_its_legend_off_the_map(
    wide_m: float, high_m: float
) -> None:
    bounds = (5e5, 2.3e6, 5e5 + wide_m, 2.3e6 + high_m)
    layout = picture_layout(bounds, 160.0, 110.0, dpi=150)
    assert _holds(layout, bounds)
    beside = layout.panel.x_mm >= layout.map.right_mm
    below = layout.panel.top_mm <= layout.map.y_mm
    assert beside or below


def test_a_wide_area_lies_and_a_high_one_stands() -> None:
    wide = sheet_layout((0.0, 0.0, 2e5, 6e4), "A4", dpi=100)
    high = sheet_layout((0.0, 0.0, 6e4, 2e5), "A4", dpi=100)
    assert (wide.width_mm, wide.height_mm) == (297.0, 210.0)
    assert (high.width_mm, high.height_mm) == (210.0, 297.0)


def test_the_province_fills_an_a3_sheet_at_one_to_half_a_million() -> None:
    assert sheet_layout(AREA, "A3", dpi=200).denominator == 500_000
    assert sheet_layout(AREA, "A4", dpi=200).denominator == 750_000


def test_what_is_no_size_is_refused() -> None:
    with pytest.raises(ParameterError, match="A3, A4"):
        sheet_layout(AREA, "A5", dpi=200)
    with pytest.raises(ParameterError, match="no room for map and legend"):
        picture_layout(AREA, 40.0, 100.0, dpi=200)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_grid_lines_lie_where_pyproj_puts_their_coordinates(language: str) -> None:
    layout = sheet_layout(AREA, "A3", dpi=200)
    found = graticule(layout, language=language)
    back = Transformer.from_crs(9208, 4326, always_xy=True)
    there = Transformer.from_crs(4326, 9208, always_xy=True)
    assert {line.along for line in found} == {"north", "east"}
    for line in found:
        number = float(re.sub(r"\D", "", line.label))
        assert number * 1000 == line.value_m
        east, north = (
            (line.value_m, 2_300_000.0) if line.along == "north" else (560_000.0, line.value_m)
        )
        x_m, y_m = there.transform(*back.transform(east, north))
        x_mm = layout.map.x_mm + (x_m - layout.west_m) / layout.denominator * 1000
        y_mm = layout.map.y_mm + (y_m - layout.south_m) / layout.denominator * 1000
        assert (x_mm if line.along == "north" else y_mm) == pytest.approx(line.at_mm, abs=1e-4)
    separator = "." if language == "vi" else ","
    assert any(line.label == f"2{separator}320" for line in found)


def test_a_fine_grid_is_told_with_decimals() -> None:
    layout = sheet_layout((5e5, 2.3e6, 5e5 + 900, 2.3e6 + 700), "A4", dpi=100)
    labels = [line.label for line in graticule(layout, language="vi")]
    assert len(set(labels)) == len(labels)
    assert all("," in label for label in labels)


def test_each_pixel_looks_at_the_cell_that_pyproj_names() -> None:
    layout = sheet_layout(AREA, "A4", dpi=60)
    grid = Grid("EPSG:32648", 481_200.0, 2_401_080.0, 60.0, 2583, 1793)
    cells = cells_under(grid, layout, FRAME, dpi=60)
    high, wide = pixels(layout.map.height_mm, 60), pixels(layout.map.width_mm, 60)
    assert cells.shape == (high, wide)
    rng = np.random.default_rng(3)
    rows, columns = rng.integers(0, high, 400), rng.integers(0, wide, 400)
    x = layout.west_m + (columns + 0.5) * (layout.east_m - layout.west_m) / wide
    y = layout.north_m - (rows + 0.5) * (layout.north_m - layout.south_m) / high
    x_utm, y_utm = Transformer.from_crs(9208, 32648, always_xy=True).transform(x, y)
    column, row = (x_utm - grid.x_min_m) / 60.0, (grid.y_max_m - y_utm) / 60.0
    sure = (np.abs(column - column.round()) > 0.02) & (np.abs(row - row.round()) > 0.02)
    inside = (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
    wanted = np.where(inside, np.floor(row) * grid.columns + np.floor(column), OUTSIDE)
    assert inside[sure].any()
    assert not inside[sure].all()
    np.testing.assert_array_equal(cells[rows, columns][sure], wanted[sure])


def test_beyond_the_raster_the_pixel_takes_the_value_for_outside() -> None:
    grid = Grid("EPSG:32648", 0.0, 100.0, 50.0, 2, 2)
    raster = Raster("x", "", grid, np.array([[1, 2], [3, 4]], dtype=np.uint8), "", nodata=255)
    found = sample(raster, np.array([[3, OUTSIDE], [0, 1]], dtype=np.int32), outside=255)
    np.testing.assert_array_equal(found, [[4, 255], [1, 2]])


squares = st.lists(
    st.tuples(st.floats(0, 80), st.floats(0, 80), st.floats(2, 30)), min_size=1, max_size=25
)


@settings(max_examples=30)
@given(squares, st.lists(st.text("Đăkô ệ$", min_size=1, max_size=40), min_size=25, max_size=25))
def test_no_name_covers_another_or_leaves_the_frame(
    corners: list[tuple[float, float, float]], said: list[str]
) -> None:
    shapes = np.array([shapely.box(x, y, x + s, y + s) for x, y, s in corners], dtype=object)
    frame, taken = Box(5.0, 5.0, 90.0, 90.0), [(40.0, 40.0, 50.0, 50.0)]
    placed = place_names(said[: len(shapes)], shapes, size_pt=6.0, frame=frame, taken=taken)
    boxes = [shapely.box(*taken[0])]
    for name, shape in zip(placed, shapes, strict=True):
        if name is None:
            continue
        assert shapely.covers(shape, shapely.Point(name.x_mm, name.y_mm))
        half_x = max(width_mm(line, size_pt=name.size_pt) for line in name.lines) / 2
        half_y = len(name.lines) * name.size_pt * 25.4 / 72 * LEADING / 2
        x, y = name.x_mm, name.y_mm
        boxes.append(shapely.box(x - half_x, y - half_y, x + half_x, y + half_y))
        assert shapely.covers(shapely.box(5, 5, 95, 95), boxes[-1])
    assert not any(shapely.area(a & b) > 1e-9 for a, b in itertools.combinations(boxes, 2))


def test_a_name_has_its_place_in_the_middle_where_nothing_is_in_the_way() -> None:
    square = np.array([shapely.box(10, 10, 50, 50)], dtype=object)
    name = place_names(["Tân Sơn"], square, size_pt=6.0, frame=Box(0, 0, 60, 60))[0]
    assert name is not None
    assert (name.x_mm, name.y_mm, name.lines) == (30.0, 30.0, ("Tân Sơn",))


@given(st.text(max_size=120), st.floats(5.0, 60.0))
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(said: str, room_mm: float) -> None:
    lines = lines_of(said, width=room_mm, size_pt=6.0)
    assert all(width_mm(line, size_pt=6.0) <= room_mm for line in lines)
    assert "".join(lines).replace(" ", "") == printable(said).replace(" ", "")


def test_what_has_no_room_is_cut_and_says_so() -> None:
    lines = lines_of("Thôn Đồng Bằng Sông Thao Thượng", width=12.0, size_pt=6.0, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


def test_signs_that_the_font_lacks_are_replaced() -> None:
    assert printable("104°45′ 漢\n字") == "104°45’ ? ?"


def test_patterns_stay_inside_their_area() -> None:
    ring = shapely.Polygon(
        [(0.3, 0.3), (30.3, 0.3), (30.3, 20.3), (0.3, 20.3)],
        [[(5.3, 5.3), (25.3, 5.3), (25.3, 15.3), (5.3, 15.3)]],
    )
    drawn = strokes(ring, apart_mm=1.0)
    places = dot_places(ring, apart_mm=1.0)
    assert shapely.length(drawn) == pytest.approx(shapely.area(ring), rel=0.1)
    assert shapely.length(shapely.difference(drawn, shapely.buffer(ring, 1e-6))) < 1e-6
    assert len(places) == pytest.approx(shapely.area(ring), rel=0.15)
    assert shapely.contains_xy(ring, places[:, 0], places[:, 1]).all()


def test_tenants_are_counted() -> None:
    found = [fill_of(t) for t in ("", "a", "a|b", "a|b|c|d", None)]
    none, one, two, more = palette.TENANT_FILLS
    assert found == [none, one, two, more, none]


def test_colours_are_those_of_the_web_map_and_of_the_page() -> None:
    source = JS.read_text(encoding="utf-8")
    web = re.findall(r'to: ([\d.]+), colour: "(#\w+)"', source)
    ours = [(c.upper_share, c.colour) for c in palette.SHARE_CLASSES]
    assert [(float(to) if float(to) <= 1 else None, colour) for to, colour in web] == ours
    assert list(map_svg.CLASSES) == ours
    for kind, colour in palette.GAP_COLOURS.items():
        assert f'{kind}: "{colour}"' in source
    levels = dict(re.findall(r'(\w+): \{ value: \d, colour: "(#\w+)"', source))
    assert palette.level_colours("4G") == levels


@given(st.floats(0, 1))
def test_each_share_lies_within_the_limits_of_its_class(share: float) -> None:
    kind = palette.share_class(share)
    assert kind is not None
    at = palette.SHARE_CLASSES.index(kind)
    assert kind.upper_share is None or share < kind.upper_share
    assert at == 0 or share >= (palette.SHARE_CLASSES[at - 1].upper_share or 0)


def test_an_unknown_share_has_no_class() -> None:
    assert palette.share_class(float("nan")) is None


def test_a_title_keeps_to_one_line_in_slightly_smaller_letters_and_is_never_cut_unsaid() -> None:
    wide = width_mm("Kế hoạch " * 8, size_pt=11.0, bold=True)
    size, said = _fitted("Kế hoạch " * 8, width=wide * 0.9, size_pt=11.0)
    assert len(said) == 1
    assert size < 11.0
    _, long = _fitted("Kế hoạch " * 80, width=wide, size_pt=11.0)
    assert len(long) == 2
    assert long[-1].endswith("…")


def test_the_title_of_the_plan_counts_what_a_year_builds(facts: Facts) -> None:
    assert (facts.new_sites["year"].notna()).sum() > 1
    late = facts.new_sites.copy()
    late.loc[late.index[0], "year"] = None
    kinds = late[late["year"].notna()]["kind"].value_counts()
    said = plan_title(dataclasses.replace(facts, new_sites=late)).en
    assert f"{kinds.get('new_mast', 0)} new mast" in said
    assert f"{kinds.get('shared_mast', 0)} shared" in said
    none = dataclasses.replace(facts, new_sites=late.assign(year=None))
    assert plan_title(none).en == "No new site is proposed"
