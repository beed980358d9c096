"""Does a province come whole from a mirror: terrain, land cover, people, cells of public hosts?"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from infraplan.geo import people_weights, zone_weights
from infraplan.sources.door.address import place_of
from infraplan.sources.fetch import fetch
from infraplan.sources.shelf import Shelf
from infraplan.sources.tiles import tiles_over
from infraplan.sources.wanted import wanted
from infraplan.study import Study, wanted_files

if TYPE_CHECKING:
    from pathlib import Path

PROVINCE_DEG = (104.7, 20.2, 106.1, 21.9)
STUDY = """
[study]
id = "made-up"
title_vi = "Thử"
title_en = "Made up"
country = "VN"
base = "phu-tho"
[grid]
cell_size_m = 1000
[[towers]]
source = "opencellid"
public = "opencellid"
outside = "drop"
[elevation]
source = "glo30"
[clutter]
source = "worldcover"
[people]
method = "grid"
source = "worldpop"
scale_to = "communes"
"""


def raster(path: Path, values: np.ndarray, west: float, north: float, step: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1,
        dtype=values.dtype, crs="EPSG:4326", transform=from_origin(west, north, step, step),
    ) as target:  # fmt: skip
        target.write(values, 1)


def cells() -> str:
    rng = np.random.default_rng(3)
    rows = ["radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,aS"]
    for i in range(300):
        lon, lat = rng.uniform(105.0, 105.4), rng.uniform(21.1, 21.4)
        rows += [
            f"LTE,452,{(1, 2, 4)[i % 3]},7,{i * 256 + s},0,{lon:.5f},{lat:.5f},900,5,1,14,16,0"
            for s in range(3)
        ]
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write what the hosts would give: hills 100 to 500 m high, forest, 3 people per pixel."""
    folder = tmp_path_factory.mktemp("mirror")
    for tile in tiles_over("glo30", PROVINCE_DEG):
        rows, columns = np.mgrid[0:300, 0:300]
        lon, lat = tile.bounds[0] + columns / 300, tile.bounds[3] - rows / 300
        heights = (300 + 200 * np.sin(lon * 30) * np.cos(lat * 20)).astype(np.float32)
        place = folder / str(place_of(tile.wanted.address))
        half = 1 / 600
        raster(place, heights, tile.bounds[0] - half, tile.bounds[3] + half, 1 / 300)
    for tile in tiles_over("worldcover", PROVINCE_DEG):
        place = folder / str(place_of(tile.wanted.address))
        cover = np.full((600, 600), 10, dtype=np.uint8)
        raster(place, cover, tile.bounds[0], tile.bounds[3], 3 / 600)
    people = np.full((300, 300), 3.0, dtype=np.float32)
    country = wanted("worldpop", {"ISO3": "VNM", "iso3": "vnm"})
    raster(folder / str(place_of(country.address)), people, 104.0, 22.5, 0.01)
    packed = folder / str(place_of(wanted("opencellid", {"mcc": "452"}).address))
    packed.parent.mkdir(parents=True)
    packed.write_bytes(gzip.compress(cells().encode(), mtime=0))
    return folder


def test_province_is_fetched_from_the_mirror_and_built_from_the_cache(
    mirror: Path, tmp_path: Path
) -> None:
    path = tmp_path / "made-up.toml"
    path.write_text(STUDY, encoding="utf-8")
    wants = wanted_files(path, shelf=Shelf(mirror, tmp_path / "cache"))
    fetched = fetch(wants, shelf=Shelf(mirror, tmp_path / "cache"), offline=True)
    assert len(fetched) == len(wants)
    study = Study.build(path, shelf=Shelf(None, tmp_path / "cache"))
    weights = people_weights(zone_weights(study.communes.geometry, study.grid))
    by_commune = weights @ study.people.values.ravel()
    np.testing.assert_allclose(by_commune, study.communes["people"], rtol=1e-6)
    assert study.people.values.sum() == pytest.approx(study.communes["people"].sum())
    assert 95 < study.elevation.values.min() < study.elevation.values.max() < 505
    assert study.clutter is not None
    assert len(np.unique(study.clutter.values)) == 1
    assert set(study.cells["operator"]) == {"viettel", "vinaphone", "mobifone"}
    assert {s.table for s in study.provenance.sources} >= {"elevation", "clutter", "people"}
