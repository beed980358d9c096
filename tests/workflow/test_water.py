"""Does the water of a study reach its bundle, and a study without any no empty collection?"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from infraplan import study, workflow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAKE = shapely.Polygon([(105.02, 21.02), (105.03, 21.02), (105.03, 21.03)])


def collections(folder: Path) -> set[str]:
    """Return the names of the collections of a bundle."""
    return set(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["collections"])


@pytest.fixture(scope="module")
def dry(tmp_path_factory: pytest.TempPathFactory, write_tiny: Callable[[Path], Path]) -> Path:
    """Return a bundle of a study without water; its study file and stages lie beside it."""
    folder = tmp_path_factory.mktemp("dry")
    workflow.run(write_tiny(folder / "tiny"), folder / "bundle", threads=1, budget_vnd=0)
    return folder / "bundle"


def test_a_study_without_water_has_no_collection_of_it(dry: Path) -> None:
    assert "water" not in collections(dry)
    assert "facilities" in collections(dry)
    assert not (dry / "tiles" / "water.pmtiles").exists()
    assert study.load(dry / "study").water.empty


def test_water_reaches_the_bundle_and_changes_nothing_else(dry: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(dry.parent, tmp_path / "wet")
    lake = gpd.GeoDataFrame({"Tên hồ": ["Ao Châu"]}, geometry=[LAKE], crs=4326)
    lake.to_file(folder / "tiny" / "ho.geojson", driver="GeoJSON", engine="pyogrio")
    (file,) = (folder / "tiny").glob("*.toml")
    said = file.read_text(encoding="utf-8")
    file.write_text(said + '\n[water]\npath = "ho.geojson"\n', encoding="utf-8")
    made = workflow.run(file, folder / "bundle", threads=1, budget_vnd=0)
    assert "signal" in made.reused
    assert collections(made.folder) == collections(dry) | {"water"}
    found = gpd.read_parquet(made.folder / "collections" / "water.parquet")
    assert found["name"].tolist() == ["Ao Châu"]
    assert found.geometry.iloc[0].equals_exact(shapely.MultiPolygon([LAKE]), 1e-6)
    assert (made.folder / "tiles" / "water.pmtiles").is_file()
    assert len(study.load(made.folder / "study").water) == 1
    for name in ("communes.csv", "new_sites.csv", "links.csv"):
        assert (made.folder / name).read_bytes() == (dry / name).read_bytes()
