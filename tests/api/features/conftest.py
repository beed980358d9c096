"""Which features do the tests of OGC API - Features ask for, and how?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
from starlette.testclient import TestClient

from infraplan_api import create_app
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx


@pytest.fixture(scope="session")
def features_client(bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Return a client of one service over the bundle that is only read."""
    settings = Settings(folder=bundle_folder, state=tmp_path_factory.mktemp("state"))
    return TestClient(create_app(settings=settings), raise_server_exceptions=False)


@pytest.fixture(scope="session")
def v1(features_client: TestClient) -> Callable[..., httpx.Response]:
    """Return what asks a path below /v1; parameters may have a hyphen in their names."""

    def asked(path: str, query: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return features_client.get(f"/v1{path}", params=query, headers=named)

    return asked


@pytest.fixture(scope="session")
def frame_of(bundle_folder: Path) -> Callable[[str], gpd.GeoDataFrame]:
    """Return what reads a collection as it lies in the bundle, past the service."""

    def read(name: str) -> gpd.GeoDataFrame:
        return gpd.read_parquet(bundle_folder / "collections" / f"{name}.parquet")

    return read
