"""Does a bundle hold what maps and programs ask for: collections, tiles, outlook, study?"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio

from infraplan import export
from infraplan.geo import Raster
from infraplan.results import CLASS_UNKNOWN, Outlook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Toy

    Write = Callable[[Toy, Path], Path]

YEARS = (2025, 2026, 2027)


def _manifest(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return said


def _outlook(toy: Toy) -> Outlook:
    grid = toy.signal.grid

    def classes() -> tuple[Raster, ...]:
        made = []
        for step in range(len(YEARS)):
            values = np.full(grid.shape, step, dtype=np.uint8)
            values[:5] = CLASS_UNKNOWN
            made.append(
                Raster("service_class", "class", grid, values, "simulated", nodata=CLASS_UNKNOWN)
            )
        return tuple(made)

    table = pd.DataFrame({"commune_code": ["00001"], "year": [2025], "people_served": [np.nan]})
    stem = "service_class_4G_outdoors_any"
    return Outlook(YEARS, ("4G",), ("outdoors",), table, {stem: classes}, {"4G": YEARS})


@pytest.fixture(scope="module")
def full(toy: Toy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle with all that a caller may hand over."""
    sites = toy.signal.inputs["sites"]
    cells = sites.assign(cell_id=["C1", "C2"], operator="viettel", technology="4G")

    lake = {"water_id": ["W1"], "name": ["Ao Châu"], "kind": ["lake"]}
    shape = [sites.geometry.iloc[0].buffer(500)]
    water = gpd.GeoDataFrame(lake | {"geometry_origin": "measured"}, geometry=shape, crs=sites.crs)

    def save(folder: Path) -> None:
        (folder / "tables").mkdir(parents=True)
        (folder / "tables" / "sites.parquet").write_bytes(b"sites")

    return export.bundle(
        toy.plan,
        tmp_path_factory.mktemp("bundles") / "full",
        communes=toy.communes,
        signal=toy.signal,
        gaps=toy.gaps,
        villages=toy.villages,
        outlook=_outlook(toy),
        tables={"cells": cells, "water": water},
        save_study=save,
    )


def test_collections_hold_the_rows_and_columns_of_the_layers(folder: Path) -> None:
    for name, layer in {"communes": "communes", "gaps": "gaps", "proposals": "new_sites"}.items():
        found = gpd.read_parquet(folder / "collections" / f"{name}.parquet")
        wanted = pyogrio.read_dataframe(folder / "bundle.gpkg", layer=layer)
        assert list(found.columns) == list(wanted.columns)
        assert found.crs.to_epsg() == 4326
        assert found.geometry.geom_equals(wanted.geometry).all()


def test_the_manifest_describes_each_collection(folder: Path) -> None:
    said = _manifest(folder)
    assert said["format"] == 3
    assert (said["years"], said["technologies"], said["environments"]) == (
        [2025],
        ["4G"],
        ["outdoors"],
    )
    found = said["collections"]
    assert {name: one["key"] for name, one in found.items()} == {
        "communes": "code",
        "gaps": "gap_id",
        "links": "link_id",
        "proposals": "site_id",
        "sites": "site_id",
        "villages": "village_id",
    }
    assert all(one["title"]["vi"] and one["basis"]["en"] for one in found.values())
    for name, one in found.items():
        frame = gpd.read_parquet(folder / "collections" / f"{name}.parquet")
        assert set(frame.geom_type) == {one["geometry"]}
        assert (len(frame), frame[one["key"]].is_unique) == (one["rows"], True)


def test_tiles_have_one_layer_of_the_collections_name_with_few_properties(folder: Path) -> None:
    for path in sorted((folder / "tiles").iterdir()):
        assert [name for name, _ in pyogrio.list_layers(path)] == [path.stem]
    fields = set(pyogrio.read_info(folder / "tiles" / "communes.pmtiles")["fields"])
    assert {"code", "name", "people", "people_served_share_of_commune_people_any"} <= fields
    assert "geometry_origin" not in fields
    frame = pyogrio.read_dataframe(folder / "tiles" / "communes.pmtiles")
    assert set(frame["code"]) == {"00001", "00002", "00003"}
    assert '<b>&"' in set(frame["name"])


def test_water_is_a_collection_and_tiles_where_it_is_handed_over(full: Path, folder: Path) -> None:
    told = _manifest(full)["collections"]["water"]
    assert (told["key"], told["rows"], told["geometry"]) == ("water_id", 1, "MultiPolygon")
    assert told["title"] == {"vi": "Sông, hồ", "en": "Rivers and lakes"}
    assert told["basis"]["en"]
    frame = gpd.read_parquet(full / "collections" / "water.parquet")
    assert frame[["water_id", "name", "kind"]].to_numpy().tolist() == [["W1", "Ao Châu", "lake"]]
    tiles = pyogrio.read_dataframe(full / "tiles" / "water.pmtiles")
    assert (set(tiles["kind"]), set(tiles.geom_type)) == ({"lake"}, {"MultiPolygon"})
    assert "water" not in _manifest(folder)["collections"]


def test_masts_tell_how_many_operators_stand_on_them(toy: Toy, tmp_path: Path) -> None:
    sites = toy.signal.inputs["sites"].assign(tenants=["viettel|vinaphone", None])
    signal = replace(toy.signal, inputs={**toy.signal.inputs, "sites": sites})
    made = export.bundle(
        toy.plan, tmp_path / "b", communes=toy.communes, signal=signal, gaps=toy.gaps
    )
    frame = pyogrio.read_dataframe(made / "tiles" / "sites.pmtiles")
    found = frame.groupby("site_id")["tenants_count"].first()
    assert found.to_dict() == {"S1": 2, "S2": 0}


def test_classes_of_service_are_a_band_for_each_year(full: Path) -> None:
    with rasterio.open(full / "service_class_4G_outdoors_any.tif") as source:
        assert source.descriptions == ("2025", "2026", "2027")
        assert (source.dtypes[0], source.nodata) == ("uint8", CLASS_UNKNOWN)
        assert source.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert source.tags()["TECHNOLOGY"] == "4G"
        assert [set(np.unique(band)) for band in source.read()] == [{0, 255}, {1, 255}, {2, 255}]


def test_the_outlook_and_the_study_are_listed_with_their_digests(full: Path) -> None:
    said = _manifest(full)
    assert (said["years"], said["class_years"]) == (list(YEARS), {"4G": list(YEARS)})
    assert {"coverage.parquet", "study/tables/sites.parquet"} <= set(said["outputs"])
    assert "cells" in said["collections"]
    table = pd.read_parquet(full / "coverage.parquet")
    assert table["people_served"].isna().all()


def test_what_is_not_handed_over_is_neither_written_nor_listed(folder: Path) -> None:
    listed = set(_manifest(folder)["outputs"])
    assert "coverage.parquet" not in listed
    assert not any(name.startswith(("study/", "service_class")) for name in listed)
    assert "collections/roads.parquet" not in listed
