"""Are vector tiles of the bundle found, described and refused as the standards say?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan_api.errors import NotFoundError
from infraplan_api.tiles.matrix import HALF_M, limits_of, tile_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx
    from fastapi import FastAPI
    from starlette.testclient import TestClient

BASE = "/v1/collections/communes/tiles"
QUAD = f"{BASE}/WebMercatorQuad"


def _inside(client: TestClient, zoom: int) -> str:
    """Return the address of a tile in the middle of the province."""
    said = client.get(QUAD).json()
    limit = next(one for one in said["tileMatrixSetLimits"] if one["tileMatrix"] == str(zoom))
    row = (limit["minTileRow"] + limit["maxTileRow"]) // 2
    column = (limit["minTileCol"] + limit["maxTileCol"]) // 2
    return f"{QUAD}/{zoom}/{row}/{column}"


def test_the_set_is_described_for_map_libraries_and_ogc_clients(client: TestClient) -> None:
    said = client.get(QUAD).json()
    assert (said["tilejson"], said["scheme"], said["dataType"]) == ("3.0.0", "xyz", "vector")
    assert said["tiles"] == [f"http://testserver{QUAD}/{{z}}/{{y}}/{{x}}"]
    layer = said["vector_layers"][0]
    assert layer["id"] == "communes"
    assert {"code", "name", "people"} <= set(layer["fields"])
    assert said["bounds"][0] == pytest.approx(105.0, abs=0.01)
    item = next(one for one in said["links"] if one["rel"] == "item")
    assert item["templated"] is True
    listed = client.get(BASE).json()["tilesets"][0]
    assert listed["links"][0]["href"] == f"http://testserver{QUAD}"
    assert listed["tileMatrixSetURI"] == said["tileMatrixSetURI"]


def test_a_tile_is_passed_on_packed_or_unpacked_as_the_client_takes_it(client: TestClient) -> None:
    path = _inside(client, 10)
    packed = client.get(path, headers={"accept-encoding": "gzip"})
    plain = client.get(path, headers={"accept-encoding": "identity"})
    refused = client.get(path, headers={"accept-encoding": "gzip;q=0, identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content == refused.content
    assert "content-encoding" not in refused.headers
    assert b"communes" in plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    again = client.get(path, headers={"if-none-match": packed.headers["etag"]})
    assert again.status_code in {200, 304}


def test_a_tile_without_features_has_no_content(client: TestClient) -> None:
    answer = client.get(f"{QUAD}/10/0/0")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_collection_without_rows_has_empty_tiles(client: TestClient) -> None:
    path = "/v1/collections/facilities/tiles/WebMercatorQuad"
    assert client.get(path).status_code == 200
    assert client.get(f"{path}/10/449/811").status_code == 204


@pytest.mark.parametrize(
    "tile",
    ["3/4/4", "13/3593/6491", "10/1024/0", "10/0/1024", "-1/0/0", "10/-1/0", "1e1/0/0", "99/0/0",
     "10/99999999999999999999/0", "a/b/c", "10/0x1/0", "１０/449/811", "10/4.5/811"],
)  # fmt: skip
def test_a_tile_that_cannot_be_is_not_found(client: TestClient, tile: str) -> None:
    answer = client.get(f"{QUAD}/{tile}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["nothing", "x" * 41, "UPPER", "a%2Fb", "..%2F.."])
def test_an_unknown_collection_is_not_found(client: TestClient, name: str) -> None:
    for end in ("", "/WebMercatorQuad", "/WebMercatorQuad/10/449/811"):
        answer = client.get(f"/v1/collections/{name}/tiles{end}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_other_formats_and_parameters_are_refused(client: TestClient) -> None:
    assert client.get(QUAD, params={"f": "png"}).status_code == 406
    assert client.get(QUAD, params={"f": "tilejson"}).status_code == 200
    assert client.get(f"{QUAD}/10/449/811", params={"colour": "red"}).status_code == 400


def test_a_bundle_without_tiles_says_what_to_do(
    bundle: Path, app_of: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> None:
    path = bundle / "manifest.json"
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    said["format"] = 2
    del said["collections"]
    said["outputs"] = {k: v for k, v in said["outputs"].items() if "/" not in k}
    path.write_text(json.dumps(said), encoding="utf-8")
    answer = ask(app_of(bundle), f"{QUAD}/10/449/811")
    assert answer.status_code == 404
    assert "make the bundle again" in answer.json()["detail"]


def test_all_tiles_of_an_archive_are_found_and_unpack(client: TestClient) -> None:
    said = client.get(QUAD).json()
    found = 0
    for limit in said["tileMatrixSetLimits"]:
        for row in range(limit["minTileRow"], limit["maxTileRow"] + 1):
            for column in range(limit["minTileCol"], limit["maxTileCol"] + 1):
                path = f"{QUAD}/{limit['tileMatrix']}/{row}/{column}"
                answer = client.get(path, headers={"accept-encoding": "identity"})
                assert answer.status_code in {200, 204}
                found += answer.status_code == 200
    assert found >= len(said["tileMatrixSetLimits"])


@given(zoom=st.integers(0, 24), lon=st.floats(-180, 179.99), lat=st.floats(-85, 85))
def test_the_tile_of_a_point_holds_it(zoom: int, lon: float, lat: float) -> None:
    limit = limits_of((lon, lat, lon, lat), range(zoom, zoom + 1))[0]
    tile = tile_of(str(zoom), str(limit["minTileRow"]), str(limit["minTileCol"]))
    west, _, east, _ = tile.bounds
    x_m = lon / 180 * HALF_M
    assert west - 1e-6 <= x_m <= east + 1e-6


@given(st.text(max_size=12))
def test_what_is_no_number_is_no_tile(text: str) -> None:
    if text.isascii() and text.isdigit():
        return
    with pytest.raises(NotFoundError, match="tileRow"):
        tile_of("3", text, "0")
