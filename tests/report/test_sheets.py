"""Does a printed sheet show each thing in its colour at its place, the same bytes each time?"""

from __future__ import annotations

import dataclasses
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from pyproj import Transformer

from infraplan.errors import InputError, MissingDataError, ParameterError
from infraplan.report import fonts
from infraplan.report.frame import tm3_of, to_tm3
from infraplan.report.palette import ACCENT, GAP_COLOURS, PAPER, SHARE_CLASSES, level_colours
from infraplan.report.sheets import SHEET_SUBJECTS, picture, sheet
from infraplan.report.sheets.layout import Layout, pixels, sheet_layout
from infraplan.report.sheets.scene import rgb_of
from infraplan.report.sheets.sheet import _ground
from infraplan.report.sheets.titles import SHARE_COLUMN

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.report.facts import Facts

DPI = 72


def _drawn(facts: Facts, subject: str, **options: Any) -> NDArray[np.uint8]:
    chosen = {"size": "A4", "language": "vi", "dpi": DPI, **options}
    return _pixels_of(sheet(facts, subject, **chosen))


def _pixels_of(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(data)))


def _layout(facts: Facts, dpi: int = DPI) -> Layout:
    return sheet_layout(_ground(facts)[1], "A4", dpi=dpi)


def _at(layout: Layout, x_m: float, y_m: float) -> tuple[int, int]:
    """Return row and column of the pixel of a place in the sheet's CRS."""
    per_mm = layout.metres_per_mm
    x_mm = layout.map.x_mm + (x_m - layout.west_m) / per_mm
    y_mm = layout.map.y_mm + (y_m - layout.south_m) / per_mm
    high = pixels(layout.height_mm, DPI)
    return high - 1 - int(y_mm / 25.4 * DPI), int(x_mm / 25.4 * DPI)


def _around(image: NDArray[np.uint8], place: tuple[int, int], reach: int) -> NDArray[np.uint8]:
    row, column = place
    return image[row - reach : row + reach + 1, column - reach : column + reach + 1]


def _share_of(part: NDArray[np.uint8], colour: str) -> float:
    return float((part == np.array(rgb_of(colour))).all(axis=-1).mean())


def _quarter(facts: Facts, at: int) -> tuple[int, int]:
    """Return a pixel in a commune (a rectangle in degrees), a quarter away from its corner."""
    west, south, east, north = facts.communes.geometry.iloc[at].bounds
    lon, lat = west + (east - west) / 4, south + (north - south) / 4
    frame = tm3_of(facts)
    x_m, y_m = Transformer.from_crs(4326, frame.epsg, always_xy=True).transform(lon, lat)
    return _at(_layout(facts), x_m, y_m)


def test_each_commune_has_the_colour_of_its_class_and_the_worst_a_pattern(facts: Facts) -> None:
    shares = [0.3, 0.6, 0.97, 1.0]
    told = dataclasses.replace(facts, communes=facts.communes.assign(**{SHARE_COLUMN: shares}))
    image = _drawn(told, "communes")
    colours = [SHARE_CLASSES[i].colour for i in (0, 1, 4, 5)]
    for at, colour in enumerate(colours):
        part = _around(image, _quarter(told, at), 12)
        found = {c: _share_of(part, c) for c in colours}
        assert max(found, key=lambda c: found[c]) == colour
        if at < 2:
            assert 0.1 < found[colour] < 0.75  # lines of the pattern lie over it
        else:
            assert found[colour] > 0.8  # nothing but the grid lies over it
    assert _share_of(image, PAPER) > 0.1


@pytest.mark.parametrize(("subject", "last"), [("coverage_today", False), ("coverage_end", True)])
def test_the_map_of_coverage_shows_the_class_under_each_place(
    facts: Facts, subject: str, *, last: bool
) -> None:
    years = facts.manifest["class_years"]["4G"]
    raster = facts.raster("service_class_4G_outdoors_any", band=len(years) if last else 1)
    image, layout, grid = _drawn(facts, subject), _layout(facts), raster.grid
    way = Transformer.from_crs(grid.crs, tm3_of(facts).epsg, always_xy=True)
    colours = list(level_colours("4G").values())
    rng = np.random.default_rng(5)
    rows, columns = rng.integers(0, grid.rows, 600), rng.integers(0, grid.columns, 600)
    right, seen = [], set()
    for row, column in zip(rows, columns, strict=True):
        value = int(raster.values[row, column])
        near = raster.values[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3]
        if value == 255 or (near != value).any():
            continue
        x = grid.x_min_m + (column + 0.5) * grid.cell_size_m
        y = grid.y_max_m - (row + 0.5) * grid.cell_size_m
        part = _around(image, _at(layout, *way.transform(x, y)), 0)
        right.append(_share_of(part, colours[value]))
        seen.add(value)
    assert len(right) > 100
    assert len(seen) >= 3
    assert np.mean(right) > 0.9  # the rest lies below names, borders and the grid


def test_gaps_are_drawn_where_they_are(facts: Facts) -> None:
    white = facts.gaps[facts.gaps["kind"] == "white"]
    x_north, y_east = to_tm3(white.geometry.representative_point(), tm3_of(facts)).to_numpy().T
    image, layout = _drawn(facts, "gaps"), _layout(facts)
    part = _around(image, _at(layout, float(y_east[0]), float(x_north[0])), 6).astype(int)
    red, green, blue = part.reshape(-1, 3).mean(axis=0)
    assert red > blue > green  # magenta, however thin its lines
    none = dataclasses.replace(facts, gaps=facts.gaps.iloc[:0])
    frame = _map_part(_drawn(none, "gaps"), layout).astype(int)
    assert not (frame[:, :, 0] > frame[:, :, 1] + 40).any()


def test_proposals_stand_at_their_place_in_tm3(facts: Facts) -> None:
    image, layout = _drawn(facts, "plan"), _layout(facts)
    empty = dataclasses.replace(
        facts, new_sites=facts.new_sites.iloc[:0], links=facts.links.iloc[:0]
    )
    bare = _drawn(empty, "plan")
    places = to_tm3(facts.new_sites.geometry, tm3_of(facts))
    assert len(places) == 3
    for x_north, y_east in places.to_numpy():
        place = _at(layout, y_east, x_north)
        marked, before = _around(image, place, 6), _around(bare, place, 6)
        assert _bluish(marked) > 15
        assert _bluish(before) == 0
        assert (marked != before).any(axis=-1).mean() > 0.3


def _bluish(part: NDArray[np.uint8], reach: int = 70) -> int:
    """Count pixels near the colour of proposals, edges of lines included."""
    off = part.astype(int) - np.array(rgb_of(ACCENT))
    return int((np.abs(off).max(axis=-1) < reach).sum())


def _map_part(image: NDArray[np.uint8], layout: Layout) -> NDArray[np.uint8]:
    high, box = pixels(layout.height_mm, DPI), layout.map
    top, low = high - pixels(box.top_mm, DPI), high - pixels(box.y_mm, DPI)
    return image[top + 3 : low - 3, pixels(box.x_mm, DPI) + 3 : pixels(box.right_mm, DPI) - 3]


def test_the_same_bundle_gives_the_same_bytes(facts: Facts) -> None:
    first, again = (
        sheet(facts, "gaps", size="A4", language="en", dpi=DPI, date="2026-03-01") for _ in range(2)
    )
    assert first == again
    assert first != sheet(facts, "gaps", size="A4", language="vi", dpi=DPI, date="2026-03-01")
    assert first != sheet(facts, "gaps", size="A4", language="en", dpi=DPI, date="2026-03-02")


def test_a_sheet_knows_its_physical_size_and_nothing_of_who_made_it(facts: Facts) -> None:
    data = sheet(facts, "communes", size="A3", language="vi", dpi=100)
    found = Image.open(io.BytesIO(data))
    assert sorted(found.size) == [pixels(297.0, 100), pixels(420.0, 100)]
    assert found.info["dpi"] == pytest.approx((100, 100), rel=1e-3)
    assert set(found.info) == {"dpi"}
    for chunk in (b"tEXt", b"iTXt", b"zTXt", b"tIME"):
        assert chunk not in data


@pytest.mark.parametrize("size_mm", [(160.0, 200.0), (170.0, 90.0)])
def test_a_picture_has_the_size_that_was_asked_for(
    facts: Facts, size_mm: tuple[float, float]
) -> None:
    data = picture(facts, "plan", width_mm=size_mm[0], height_mm=size_mm[1], language="en", dpi=DPI)
    assert Image.open(io.BytesIO(data)).size == tuple(pixels(side, DPI) for side in size_mm)


@pytest.mark.parametrize("subject", SHEET_SUBJECTS)
def test_one_commune_a_long_name_and_an_empty_plan_make_whole_sheets(
    poor_facts: Facts, subject: str
) -> None:
    image = _drawn(poor_facts, subject, size="A4", dpi=DPI)
    assert image.shape == (pixels(297.0, DPI), pixels(210.0, DPI), 3)
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 30


def test_names_in_any_letters_are_set_as_they_are(facts: Facts) -> None:
    names = ["$x_1$ ^\\frac{1", "漢字", "<b>&amp;", "Xã " * 60]
    odd = dataclasses.replace(facts, communes=facts.communes.assign(name=names))
    assert not np.array_equal(_drawn(odd, "communes"), _drawn(facts, "communes"))


def test_measured_data_carry_no_mark(facts: Facts) -> None:
    rows = [{**row, "origin": "measured"} for row in facts.manifest["origin_shares"]]
    sure = dataclasses.replace(facts, manifest={**facts.manifest, "origin_shares": rows})
    layout = _layout(facts)
    left, top = pixels(layout.panel.x_mm, DPI), pixels(layout.height_mm - layout.panel.top_mm, DPI)
    marked, bare = (
        _bluish(_drawn(f, "communes")[top : top + 20, left:], 30) for f in (facts, sure)
    )
    assert marked > 40
    assert bare == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"subject": "roads"}, "no map sheet 'roads'"),
        ({"size": "A0"}, "no sheet 'A0'"),
        ({"language": "fr"}, "no language 'fr'"),
        ({"dpi": 5000}, "5000 dots per inch"),
        ({"date": "yesterday"}, "'yesterday' is no date"),
    ],
)
def test_what_cannot_be_drawn_is_told(facts: Facts, change: dict[str, Any], told: str) -> None:
    wanted = {"subject": "gaps", "size": "A4", "language": "vi", "dpi": DPI, **change}
    with pytest.raises(ParameterError, match=told):
        sheet(facts, wanted.pop("subject"), **wanted)


def test_a_bundle_without_communes_is_refused(facts: Facts) -> None:
    empty = dataclasses.replace(facts, communes=facts.communes.iloc[:0])
    with pytest.raises(InputError, match="no commune with a border"):
        sheet(empty, "gaps", size="A4", language="vi", dpi=DPI)


def test_a_missing_font_is_one_clear_error(
    facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_FOLDER", tmp_path)
    with pytest.raises(MissingDataError, match="font of the reports is missing"):
        sheet(facts, "plan", size="A4", language="vi", dpi=DPI)


def test_a_bundle_without_hillshade_is_drawn_on_white(facts: Facts) -> None:
    outputs = {k: v for k, v in facts.manifest["outputs"].items() if k != "hillshade.tif"}
    plain = dataclasses.replace(
        facts, manifest={**facts.manifest, "outputs": outputs}, gaps=facts.gaps.iloc[:0]
    )
    image = _map_part(_drawn(plain, "gaps"), _layout(facts))
    assert _share_of(image, "#ffffff") > 0.2
    assert _share_of(image, PAPER) > 0.05
    assert GAP_COLOURS["white"] == "#c2187e"
