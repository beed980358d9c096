"""Are rasters listed, drawn, explained and handed out in ranges, and is abuse refused?"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
import rasterio.warp
from hypothesis import given
from hypothesis import strategies as st
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from infraplan_api.errors import RangeNotSatisfiableError
from infraplan_api.tiles.blocks import Blocks, Source
from infraplan_api.tiles.distinct import COLOURS, colouring
from infraplan_api.tiles.matrix import Tile, limits_of
from infraplan_api.tiles.png import palette_png
from infraplan_api.tiles.ranges import spans_of
from infraplan_api.tiles.render import positions, render
from infraplan_api.tiles.style import distinct_style, style_of

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

COVERAGE = "/v1/coverage"
LAYER = f"{COVERAGE}/rsrp_dbm_any"
TINY = (105.0, 21.0, 105.1, 21.1)


def _middle(zoom: int) -> Tile:
    limit = limits_of(TINY, range(zoom, zoom + 1))[0]
    row = (int(limit["minTileRow"]) + int(limit["maxTileRow"])) // 2
    column = (int(limit["minTileCol"]) + int(limit["maxTileCol"])) // 2
    return Tile(zoom, row, column)


def _address(tile: Tile, layer: str = "rsrp_dbm_any") -> str:
    return f"{COVERAGE}/{layer}/tiles/WebMercatorQuad/{tile.zoom}/{tile.row}/{tile.column}"


def _pixels(picture: bytes) -> np.ndarray:
    """Return red, green, blue and opacity of a PNG, as GDAL reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture lies nowhere
        with MemoryFile(picture) as memory, memory.open() as source:
            table, values = source.colormap(1), source.read(1)
    colours = np.array([table.get(i, (0, 0, 0, 0)) for i in range(256)])
    return colours[values]


def test_every_raster_of_the_bundle_is_a_layer_with_words_and_links(
    client: TestClient, bundle_folder: Path
) -> None:
    said = client.get(COVERAGE).json()
    assert [one["id"] for one in said["layers"]] == sorted(
        path.stem for path in bundle_folder.glob("*.tif")
    )
    classes = next(one for one in said["layers"] if one["id"] == "service_class_4G_outdoors_any")
    assert (classes["technology"], classes["environment"]) == ("4G", "outdoors")
    assert (classes["operator"], len(classes["years"]) > 1) == ("any", True)
    assert all(one["title"]["vi"] and one["title"]["en"] for one in said["layers"])
    for one in said["layers"]:
        legend = next(link["href"] for link in one["links"] if link["rel"] == "legend")
        assert client.get(legend).json()["entries"]


def test_a_legend_names_classes_with_their_levels_and_the_colours_that_are_drawn(
    client: TestClient,
) -> None:
    said = client.get(f"{LAYER}/legend").json()
    assert [one["key"] for one in said["entries"]][0::4] == ["strong_indoors", "white"]
    assert said["entries"][2]["from_value"] == -105
    picture = client.get(f"{LAYER}/legend", params={"f": "svg"})
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert all(one["colour"] in picture.text for one in said["entries"])
    drawn = _pixels(client.get(_address(_middle(14))).content)
    seen = {"#{:02x}{:02x}{:02x}".format(*c[:3]) for c in drawn.reshape(-1, 4) if c[3]}
    assert seen
    assert seen <= {one["colour"] for one in said["entries"]}


@pytest.mark.parametrize("zoom", [13, 14, 15])
def test_near_pixels_have_the_class_of_their_cell(bundle_folder: Path, zoom: int) -> None:
    """Each pixel against pyproj and the raster itself, without mesh, blocks or levels."""
    path = bundle_folder / "rsrp_dbm_any.tif"
    source, style, tile = Source(path), style_of("rsrp_dbm_any", "4G"), _middle(zoom)
    drawn = _pixels(render("x", Blocks(), source, style, tile=tile, band=1))
    west, south, east, north = tile.bounds
    at = (np.arange(256) + 0.5) / 256
    x, y = np.meshgrid(west + (east - west) * at, north + (south - north) * at)
    with rasterio.open(path) as opened:
        xs, ys = rasterio.warp.transform("EPSG:3857", opened.crs, x.ravel(), y.ravel())
        values = opened.read(1)
        columns, rows = ~opened.transform * (np.array(xs), np.array(ys))
    inside = (rows >= 0) & (rows < values.shape[0]) & (columns >= 0) & (columns < values.shape[1])
    at_rim = (np.abs(rows - np.rint(rows)) < 0.01) | (np.abs(columns - np.rint(columns)) < 0.01)
    numbers = style.numbers(values)
    wanted = style.palette[numbers[rows[inside].astype(int), columns[inside].astype(int)]]
    same = (wanted == drawn.reshape(-1, 4)[inside]).all(axis=1)
    assert same[~at_rim[inside]].all()


@pytest.mark.parametrize("zoom", [5, 8, 12, 16])
def test_the_mesh_is_true_to_a_tenth_of_a_pixel(bundle_folder: Path, zoom: int) -> None:
    source, tile = Source(bundle_folder / "rsrp_dbm_any.tif"), _middle(zoom)
    x, y = positions(source, tile.bounds, (256, 256))
    west, south, east, north = tile.bounds
    at = (np.arange(256) + 0.5) / 256
    exact = rasterio.warp.transform(
        "EPSG:3857",
        source.crs,
        *(a.ravel() for a in np.meshgrid(west + (east - west) * at, north + (south - north) * at)),
    )
    column = ((np.array(exact[0]) - source.west_m) / source.cell_m).reshape(256, 256)
    row = ((source.north_m - np.array(exact[1])) / source.cell_m).reshape(256, 256)
    pixel = (x[0, -1] - x[0, 0]) / 255
    assert np.abs(x - column).max() < 0.1 * pixel
    assert np.abs(y - row).max() < 0.1 * pixel


def test_far_pixels_are_drawn_from_a_coarser_copy_and_mix_the_classes(
    client: TestClient, bundle_folder: Path
) -> None:
    source = Source(bundle_folder / "rsrp_dbm_any.tif")
    assert source.level_for(source.cell_m * 0.5) == 0
    assert source.level_for(source.cell_m * 1e6) == len(source.levels) - 1
    far = _pixels(client.get(_address(_middle(9))).content)
    assert 0 < (far[..., 3] > 0).mean() < 1


def test_years_are_bands_and_other_years_are_refused(
    client: TestClient, bundle_folder: Path
) -> None:
    name = "service_class_4G_outdoors_any"
    with rasterio.open(bundle_folder / f"{name}.tif") as source:
        years = [int(text) for text in source.descriptions]
    path = _address(_middle(12), name)
    first = client.get(path)
    assert client.get(path, params={"year": years[0]}).content == first.content
    assert client.get(path, params={"year": years[-1]}).status_code == 200
    refused = client.get(path, params={"year": years[-1] + 1})
    assert refused.status_code == 404
    assert str(years[-1]) in refused.json()["detail"]
    said = client.get(f"{COVERAGE}/{name}/tiles/WebMercatorQuad", params={"year": years[-1]})
    assert said.json()["tiles"][0].endswith(f"?year={years[-1]}")
    assert client.get(f"{COVERAGE}/{name}/tiles").json()["tilesets"][0]["dataType"] == "map"


def test_a_picture_off_the_province_is_transparent(client: TestClient) -> None:
    for tile in (Tile(10, 0, 0), Tile(24, 0, 0), Tile(12, 2000, 3000)):
        answer = client.get(_address(tile))
        assert answer.status_code == 200
        assert not _pixels(answer.content)[..., 3].any()


@pytest.mark.parametrize("layer", ["hillshade", "rsrp_dbm_any", "server_any"])
@pytest.mark.parametrize("zoom", [0, 1, 4, 9, 12])
def test_nothing_is_drawn_beyond_the_rim_of_the_raster(
    tmp_path: Path, bundle_folder: Path, layer: str, zoom: int
) -> None:
    """The raster is filled to its rim, so that what is beyond could be drawn by mistake."""
    path = _filled(bundle_folder / f"{layer}.tif", tmp_path / "full.tif")
    source = Source(path)
    style = distinct_style(np.zeros(2, np.uint8)) if "server" in layer else style_of(layer, "4G")
    for tile in (_middle(zoom), *_beside(_middle(zoom))):
        drawn = _pixels(render("x", Blocks(), source, style, tile=tile, band=1))[..., 3] > 0
        rows, columns = _exact(source, tile)
        pixel = tile.side_m / 256 / source.cell_m
        beyond = (rows < -pixel) | (rows > source.rows + pixel)
        beyond |= (columns < -pixel) | (columns > source.columns + pixel)
        assert not drawn[beyond | np.isnan(rows)].any()
        inside = (rows > pixel) & (rows < source.rows - pixel)
        inside &= (columns > pixel) & (columns < source.columns - pixel)
        assert drawn[inside].all()


def _filled(path: Path, copy: Path) -> Path:
    """Write a raster of the same place that has the same value everywhere."""
    with rasterio.open(path) as source:
        profile, shape = source.profile, source.shape
    value = {"uint8": 90, "int32": 1}.get(profile["dtype"], -90)
    kept = {k: profile[k] for k in ("dtype", "crs", "transform", "nodata", "height", "width")}
    with rasterio.open(copy, "w", driver="COG", count=1, **kept) as sink:
        sink.write(np.full(shape, value, dtype=profile["dtype"]), 1)
    return copy


def _beside(tile: Tile) -> list[Tile]:
    """Return the tiles around one, as far as there are any."""
    last, around = 1 << tile.zoom, (-1, 0, 1)
    beside = [Tile(tile.zoom, tile.row + r, tile.column + c) for r in around for c in around]
    return [t for t in beside if 0 <= t.row < last and 0 <= t.column < last and t != tile]


def _exact(source: Source, tile: Tile) -> tuple[np.ndarray, np.ndarray]:
    """Return row and column of each pixel by pyproj; NaN far from the zone of the raster."""
    west, south, east, north = tile.bounds
    at = (np.arange(256) + 0.5) / 256
    x, y = np.meshgrid(west + (east - west) * at, north + (south - north) * at)
    lon, lat = rasterio.warp.transform("EPSG:3857", "EPSG:4326", x.ravel(), y.ravel())
    near = (np.abs(np.array(lon) - 105) < 20) & (np.abs(np.array(lat) - 21) < 20)
    found = np.full((2, near.size), np.nan)
    xs, ys = rasterio.warp.transform("EPSG:3857", source.crs, x.ravel()[near], y.ravel()[near])
    found[:, near] = source.north_m - np.array(ys), np.array(xs) - source.west_m
    rows, columns = found.reshape(2, 256, 256) / source.cell_m
    return rows, columns


@pytest.mark.parametrize("scale", [1, 2])
def test_a_picture_may_have_twice_the_pixels(client: TestClient, scale: int) -> None:
    answer = client.get(_address(_middle(11)), params={"scale": scale})
    assert _pixels(answer.content).shape[:2] == (256 * scale, 256 * scale)


@pytest.mark.parametrize("layer", ["hillshade", "server_any", "sinr_db_any"])
def test_other_layers_are_drawn_too(client: TestClient, layer: str) -> None:
    drawn = _pixels(client.get(_address(_middle(11), layer)).content)
    assert drawn[..., 3].any()


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("nothing", {}, 404),
        ("..%2Fmanifest", {}, 404),
        ("rsrp_dbm_any/legend", {"f": "png"}, 406),
        ("rsrp_dbm_any/legend", {"size": "2"}, 400),
        ("rsrp_dbm_any/tiles/WebMercatorQuad/10/449/811", {"scale": "3"}, 400),
        ("rsrp_dbm_any/tiles/WebMercatorQuad/10/449/811", {"year": "NaN"}, 400),
        ("rsrp_dbm_any/tiles/WebMercatorQuad/10/449/811", {"year": "9" * 400}, 400),
        ("rsrp_dbm_any/tiles/WebMercatorQuad/10/449/-1", {}, 404),
        ("rsrp_dbm_any/tiles/WebMercatorQuad/25/0/0", {}, 404),
        ("nothing/tiles/WebMercatorQuad/10/449/811", {}, 404),
    ],
)
def test_bad_requests_are_told_as_problems(
    client: TestClient, path: str, query: dict[str, str], status: int
) -> None:
    answer = client.get(f"{COVERAGE}/{path}", params=query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_file_is_handed_out_whole_and_in_ranges(
    client: TestClient, bundle_folder: Path
) -> None:
    content = (bundle_folder / "rsrp_dbm_any.tif").read_bytes()
    whole = client.get(LAYER)
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["accept-ranges"] == "bytes"
    etag = whole.headers["etag"]
    part = client.get(LAYER, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(content)}"
    end = client.get(LAYER, headers={"range": "bytes=-7", "if-range": etag})
    assert end.content == content[-7:]
    older = client.get(LAYER, headers={"range": "bytes=-7", "if-range": '"other"'})
    assert (older.status_code, older.content) == (200, content)
    assert client.get(LAYER, headers={"if-none-match": etag}).status_code == 304
    head = client.head(LAYER)
    assert (head.headers["content-length"], head.content) == (str(len(content)), b"")


def test_several_ranges_come_as_parts(client: TestClient, bundle_folder: Path) -> None:
    content = (bundle_folder / "rsrp_dbm_any.tif").read_bytes()
    answer = client.get(LAYER, headers={"range": "bytes=0-3, 100-199,-5"})
    assert answer.status_code == 206
    kind, _, boundary = answer.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/byteranges"
    parts = answer.content.split(f"--{boundary}".encode())[1:-1]
    bodies = [part.partition(b"\r\n\r\n")[2][:-2] for part in parts]
    assert bodies == [content[:4], content[100:200], content[-5:]]
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize(
    "asked",
    ["bytes=99999999999-", "bytes=-0", "bytes=0-9,5-20", "bytes=" + ",".join(["0-0"] * 2000),
     "bytes=" + ",".join(f"{i}-{i}" for i in range(17))],
)  # fmt: skip
def test_ranges_that_cannot_be_sent_are_refused(client: TestClient, asked: str) -> None:
    answer = client.get(LAYER, headers={"range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"].startswith("bytes */")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "asked", ["bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-3", "lines=0-3", "bytes=1-2-3"]
)
def test_ranges_without_meaning_are_ignored(client: TestClient, asked: str) -> None:
    assert client.get(LAYER, headers={"range": asked}).status_code == 200


@given(st.text(alphabet="bytes=0123456789-, ", max_size=40), st.integers(1, 10_000))
def test_spans_always_lie_in_the_file_and_apart(header: str, size: int) -> None:
    try:
        spans = spans_of(header, size)
    except RangeNotSatisfiableError:
        return
    taken: set[int] = set()
    for begin, end in spans or ():
        assert 0 <= begin < end <= size
        assert not taken & set(range(begin, end))
        taken |= set(range(begin, end))


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_neighbours_on_a_chessboard_of_servers_differ(side: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    servers = np.repeat(np.repeat(rng.permutation(side * side).reshape(side, side), 3, 0), 3, 1)
    colours = colouring(servers)
    drawn = colours[servers]
    for one, other, a, b in (
        (drawn[1:], drawn[:-1], servers[1:], servers[:-1]),
        (drawn[:, 1:], drawn[:, :-1], servers[:, 1:], servers[:, :-1]),
    ):
        assert ((one != other) | (a == b)).all()
    assert colours.max(initial=0) < COLOURS


def test_a_raster_without_servers_needs_no_colours() -> None:
    assert colouring(np.full((3, 3), -1)).size == 0


def test_a_picture_is_read_by_others_as_it_was_meant() -> None:
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 256, (64, 64)).astype(np.uint8)
    palette = rng.integers(0, 256, (256, 4)).astype(np.uint8)
    made = palette_png(pixels, palette)
    assert (_pixels(made) == palette[pixels]).all()
    assert made == palette_png(pixels, palette)
    assert made[:8] == b"\x89PNG\r\n\x1a\n"
