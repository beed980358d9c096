"""Does a point get what the rasters of the bundle say there?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import rasterio
from pyproj import Transformer

from infraplan import catalog
from infraplan_api.models.places import PointCoverage

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

PATH = "/v1/coverage/point"
POINTS = [(105.012, 21.014), (105.031, 21.083), (105.0507, 21.0493), (105.0991, 21.0011)]


def _raster(folder: Path, name: str, lon: float, lat: float) -> float:
    with rasterio.open(folder / name) as source:
        x_m, y_m = Transformer.from_crs("EPSG:4326", source.crs, always_xy=True).transform(lon, lat)
        return float(next(source.sample([(x_m, y_m)]))[0])


def _said(client: TestClient, lon: float, lat: float, **more: str) -> dict[str, Any]:
    answer = client.get(PATH, params={"lon": lon, "lat": lat, **more})
    assert answer.status_code == 200, answer.text
    PointCoverage.model_validate_json(answer.content)
    return dict(answer.json())


@pytest.mark.parametrize(("lon", "lat"), POINTS)
def test_levels_servers_and_probabilities_are_those_of_the_rasters(
    client: TestClient, bundle_folder: Path, lon: float, lat: float
) -> None:
    said = _said(client, lon, lat)
    cells = pd.read_csv(bundle_folder / "cells.csv", encoding="utf-8-sig").set_index("server")
    assert [o["operator"] for o in said["operators"]] == ["viettel", "vinaphone", "any"]
    for one in said["operators"]:
        name = one["operator"]
        rsrp_dbm = _raster(bundle_folder, f"rsrp_dbm_{name}.tif", lon, lat)
        if np.isnan(rsrp_dbm):
            assert (one["rsrp_dbm"], one["server"], one["level"]) == (None, None, "white")
            continue
        assert one["rsrp_dbm"] == pytest.approx(rsrp_dbm, abs=0.06)
        sinr_db = _raster(bundle_folder, f"sinr_db_{name}.tif", lon, lat)
        assert one["sinr_db"] == pytest.approx(sinr_db, abs=0.06)
        server = int(_raster(bundle_folder, f"server_{name}.tif", lon, lat))
        assert one["server"]["cell_id"] == cells.loc[server, "cell_id"]
        assert one["server"]["site_id"] == cells.loc[server, "site_id"]
    for one in said["probability"]:
        share = _raster(bundle_folder, f"service_share_{one['environment']}_any.tif", lon, lat)
        expected = None if np.isnan(share) else pytest.approx(share, abs=0.001)
        assert one["service_share"] == expected


@pytest.mark.parametrize(("lon", "lat"), POINTS)
def test_level_is_the_highest_that_is_reached(client: TestClient, lon: float, lat: float) -> None:
    for one in _said(client, lon, lat)["operators"]:
        if one["rsrp_dbm"] is None or one["level"] == "white":
            assert (one["rsrp_dbm"] or -999.0) < catalog.level_dbm("4G", "weak")
        else:
            assert one["rsrp_dbm"] >= catalog.level_dbm("4G", one["level"])
        assert one["name"]["vi"]
        assert one["name"]["en"]


def test_distance_is_that_to_the_serving_mast(client: TestClient) -> None:
    (first, *_) = _said(client, 105.012, 21.014)["operators"]
    assert first["server"]["site_id"] == "S1"
    assert first["server"]["distance_m"] == pytest.approx(0.0, abs=1.0)
    (first, *_) = _said(client, 105.012, 21.023)["operators"]
    assert first["server"]["distance_m"] == pytest.approx(996, abs=5)


def test_commune_and_village_are_those_of_the_place(client: TestClient) -> None:
    said = _said(client, 105.0105, 21.0125)
    assert said["commune"]["name"] == "Xã 1"
    assert said["village"]["village_id"] == "V01"
    assert 0 < said["village"]["distance_m"] < 100


def test_proposals_are_near_and_in_order(client: TestClient, bundle_folder: Path) -> None:
    planned = pd.read_csv(bundle_folder / "new_sites.csv", encoding="utf-8-sig")
    said = _said(client, 105.05, 21.05)["proposals"]
    assert {p["site_id"] for p in said} <= set(planned["site_id"])
    assert len(said) == min(5, len(planned))
    distances = [p["distance_m"] for p in said]
    assert distances == sorted(distances)


def test_classes_by_year_are_those_of_the_class_rasters(
    client: TestClient, bundle_folder: Path
) -> None:
    said = _said(client, 105.031, 21.083)
    path = bundle_folder / "service_class_4G_outdoors_any.tif"
    classes = said["operators"][-1]["classes"]
    if not path.is_file():
        assert classes == []
        return
    with rasterio.open(path) as source:
        assert len(classes) == source.count
    levels = catalog.table("service_levels").query("technology == '4G'")["level"].tolist()[::-1]
    first = int(_raster(bundle_folder, path.name, 105.031, 21.083))
    assert classes[0]["level"] == levels[first]


@pytest.mark.parametrize(
    "query",
    [
        "", "lon=105", "lon=nan&lat=21", "lon=105&lat=inf", "lon=181&lat=0", "lon=0&lat=-91",
        "lon=x&lat=21", "lon=105,1&lat=21", "lon=105&lat=21&z=1",
        "lon=105.01&lat=21.01&environment=underwater",
    ],
)  # fmt: skip
def test_point_that_is_none_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Remedy" in answer.json()["detail"]


def test_environment_and_format_that_are_not_offered_are_refused(client: TestClient) -> None:
    point = f"{PATH}?lon=105.01&lat=21.01"
    assert client.get(f"{point}&environment=indoors_efficient").status_code == 404
    assert client.get(f"{point}&f=csv").status_code == 406


def test_ground_beyond_the_communes_is_outside_though_signal_reaches_it(
    client: TestClient, bundle_folder: Path
) -> None:
    lon, lat = 105.05, 20.9985
    assert np.isfinite(_raster(bundle_folder, "rsrp_dbm_any.tif", lon, lat))
    assert client.get(PATH, params={"lon": lon, "lat": lat}).status_code == 404


@pytest.mark.parametrize(("lon", "lat"), [(0, 0), (180, 90), (-180, -90), (105.0, 22.0), (15, 21)])
def test_point_outside_the_study_is_not_found_and_the_study_is_named(
    client: TestClient, lon: float, lat: float
) -> None:
    answer = client.get(PATH, params={"lon": lon, "lat": lat})
    assert answer.status_code == 404
    detail = answer.json()["detail"]
    assert "'tiny'" in detail
    assert "between longitudes 105 and 105.1" in detail
