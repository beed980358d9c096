"""Is a part of a file told from the whole, and one kind from another?"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely.geometry import Point

from infraplan import catalog
from infraplan.errors import DownloadError
from infraplan.sources.door.content import check_file, check_head
from infraplan.sources.door.whole import CHECKS
from infraplan.sources.wanted import Wanted, kind_of, wanted_address

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _tiff(path: Path, **profile: object) -> bytes:
    values = np.arange(512 * 512, dtype=np.float32).reshape(1, 512, 512)
    shape = {"width": 512, "height": 512, "count": 1, "dtype": "float32"}
    place = {"crs": "EPSG:32648", "transform": from_origin(500_000, 2_300_000, 30, 30)}
    with rasterio.open(path, "w", driver="GTiff", **shape, **place, **profile) as out:
        out.write(values)
    return path.read_bytes()


def _points() -> gpd.GeoDataFrame:
    places = [Point(i, i) for i in range(500)]
    return gpd.GeoDataFrame({"n": range(500)}, geometry=places, crs="EPSG:4326")


def _gpkg(path: Path) -> bytes:
    _points().to_file(path, driver="GPKG")
    return path.read_bytes()


def _parquet(path: Path) -> bytes:
    _points().to_parquet(path)
    return path.read_bytes()


def _xlsx(path: Path) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "trạm"
    book.save(path)
    return path.read_bytes()


def _zip(_: Path) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "x" * 5000)
        archive.comment = b"a comment"
    return stream.getvalue()


def _pbf(_: Path) -> bytes:
    def blob(kind: bytes, length: int) -> bytes:
        header = (
            b"\x0a" + bytes([len(kind)]) + kind + b"\x18" + bytes([length & 127 | 128, length >> 7])
        )
        return struct.pack(">I", len(header)) + header + b"x" * length

    return blob(b"OSMHeader", 200) + blob(b"OSMData", 3000)


def _json(_: Path) -> bytes:
    return '\ufeff{"type": "FeatureCollection", "name": "xã", "features": []}\n'.encode()


MAKERS: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    "a.tif": ("tiff", lambda path: _tiff(path, tiled=True, compress="deflate")),
    "b.tif": ("tiff", lambda path: _tiff(path, BIGTIFF="YES")),
    "c.tif": ("tiff", lambda path: _tiff(path, ENDIANNESS="BIG")),
    "a.gpkg": ("gpkg", _gpkg),
    "a.parquet": ("parquet", _parquet),
    "a.xlsx": ("xlsx", _xlsx),
    "a.zip": ("zip", _zip),
    "a.osm.pbf": ("pbf", _pbf),
    "a.geojson": ("geojson", _json),
}


def _want(kind: str, **more: object) -> Wanted:
    return Wanted(**{"address": "https://example.org/a", "kind": kind, "most_bytes": 10**8, **more})


@pytest.mark.filterwarnings("ignore:.*not conform.*")
@pytest.mark.parametrize("name", sorted(MAKERS))
def test_whole_file_passes_and_every_part_of_it_is_refused(name: str, tmp_path: Path) -> None:
    kind, make = MAKERS[name]
    data = make(tmp_path / name)
    path = tmp_path / "came"
    path.write_bytes(data)
    assert kind_of(f"https://example.org/{name}") == kind
    assert check_file(path, _want(kind), unpacked_most=100)
    for length in {1, 7, 40, len(data) // 2, max(len(data) - 100, 1), len(data) - 2}:
        path.write_bytes(data[:length])
        with pytest.raises(DownloadError):
            check_file(path, _want(kind), unpacked_most=100)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_kinds_are_told_apart(name: str, tmp_path: Path) -> None:
    kind, make = MAKERS[name]
    data = make(tmp_path / name)
    same = {"zip": {"xlsx"}, "xlsx": {"zip"}, "geojson": {"json"}}.get(kind, set())
    for other in catalog.table("content_kinds")["kind"]:
        if other in {kind, "csv", "any"} | same:
            check_head(data, other, enough=0)
        else:
            with pytest.raises(DownloadError, match="begins with"):
                check_head(data, other, enough=0)


@pytest.mark.parametrize(
    "page",
    [b"<!DOCTYPE html><html>", b"\xef\xbb\xbf\n <HTML lang='vi'>", b"<html>", b"<head><title>",
     b"<?xml version='1.0'?><!DOCTYPE html PUBLIC>", b"<!-- portal --><html >"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["csv", "any", "geojson", "tiff"])
def test_web_page_is_never_a_file(page: bytes, kind: str) -> None:
    with pytest.raises(DownloadError, match="web page"):
        check_head(page, kind, enough=0)


def test_pointer_of_lfs_is_no_file() -> None:
    with pytest.raises(DownloadError, match="Git LFS"):
        check_head(b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "any", enough=0)


def test_error_in_json_is_no_geojson(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b'{"error": "quota"}')
    with pytest.raises(DownloadError, match="is no GeoJSON file"):
        check_file(tmp_path / "a", _want("geojson"), unpacked_most=100)


@pytest.mark.parametrize("data", [b"\0" * 100, b"\xff" * 200, b"II*\0" + b"\xff" * 60])
@pytest.mark.parametrize("check", sorted(CHECKS))
def test_garbage_breaks_no_check(check: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(ValueError, match=r"breaks off|damaged"):
        CHECKS[check](tmp_path / "a", 1000)


@pytest.mark.parametrize("length", [b"\xff" * 8 + b"\x7f", b"\xff" * 9 + b"\x7f"])
def test_block_that_tells_of_more_than_any_file_holds_is_damage(
    length: bytes, tmp_path: Path
) -> None:
    header = b"\x0a\x09OSMHeader\x18" + length
    (tmp_path / "a").write_bytes(struct.pack(">I", len(header)) + header + b"x" * 100)
    with pytest.raises(DownloadError, match="breaks off"):
        check_file(tmp_path / "a", _want("pbf"), unpacked_most=100)


def test_every_kind_of_the_catalogue_is_checked_by_a_check_there_is() -> None:
    kinds = catalog.table("content_kinds")
    assert set(kinds["whole"]) - {""} == set(CHECKS)
    assert set(catalog.table("public_sources")["kind"]) <= set(kinds["kind"])


def test_address_of_the_user_has_a_kind_by_its_end() -> None:
    assert wanted_address("https://example.org/A.TIF?x=1").kind == "tiff"
    assert wanted_address("https://example.org/a.csv.gz").kind == "gzip"
    assert wanted_address("https://example.org/a").kind == "any"
    assert wanted_address("https://example.org/a").most_bytes == 4_000_000_000
