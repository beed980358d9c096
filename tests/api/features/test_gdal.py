"""Does GDAL, and with it QGIS, read the collections and leave the work to the service?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from infraplan_api import create_app
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    import geopandas as gpd
    from fastapi import FastAPI

_ASKED = """\
import json, sys
import pyogrio
address = f"OAPIF:{sys.argv[1]}/v1"
said = {"layers": sorted(name for name, _ in pyogrio.list_layers(address))}
for what, wanted in json.loads(sys.argv[2]).items():
    if "bbox" in wanted:
        wanted["bbox"] = tuple(wanted["bbox"])
    frame = pyogrio.read_dataframe(address, **wanted)
    said[what] = {
        "names": [str(v) for v in frame.iloc[:, 0]],
        "crs": frame.crs.to_string(),
        "columns": {name: kind.kind for name, kind in frame.dtypes.items()},
        "where": [[round(v, 6) for v in g.centroid.coords[0]] for g in frame.geometry],
    }
print(json.dumps(said))
"""


class _Noting:
    """Note what is asked, and pass it on."""

    def __init__(self, app: Any, asked: list[str]) -> None:
        self._app = app
        self._asked = asked

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self._asked.append(scope["query_string"].decode())
        await self._app(scope, receive, send)


@pytest.fixture
def gdal(
    bundle_folder: Path,
    tmp_path: Path,
    serving: Callable[[FastAPI], AbstractContextManager[str]],
) -> Iterator[Callable[..., dict[str, Any]]]:
    """Return what reads collections with GDAL, in a process of its own, from a real server.

    What it takes says what to read, by a name of the reading; what it gives says beside what was
    read the layers there are, and under "asked" the queries that the service heard.
    """
    asked: list[str] = []
    app = create_app(settings=Settings(folder=bundle_folder, state=tmp_path / "state"))
    app.add_middleware(_Noting, asked=asked)
    with serving(app) as address:

        def read(**wanted: dict[str, object]) -> dict[str, Any]:
            done = subprocess.run(
                [sys.executable, "-c", _ASKED, address.rstrip("/"), json.dumps(wanted)],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
                env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
            )
            assert done.returncode == 0, done.stderr
            found: dict[str, Any] = json.loads(done.stdout)
            return {**found, "asked": asked}

        yield read


def test_gdal_reads_pages_boxes_filters_and_systems(
    gdal: Callable[..., dict[str, Any]], frame_of: Callable[[str], gpd.GeoDataFrame]
) -> None:
    where = "people > 300 AND households <= 60 AND name LIKE 'Khu%'"
    identifiers = {"layer": "villages", "columns": ["village_id"]}
    read = gdal(
        communes={"layer": "communes", "columns": ["name"]},
        paged={**identifiers, "PAGE_SIZE": "3"},
        boxed={**identifiers, "bbox": [105.0, 21.0, 105.05, 21.05]},
        one={"layer": "communes", "columns": ["name"], "where": "name = 'Xã 3'"},
        found={**identifiers, "where": where},
        metres={"layer": "sites", "columns": ["site_id"], "CRS": "EPSG:9208"},
    )
    assert {"communes", "villages", "gaps", "proposals", "links"} <= set(read["layers"])
    assert read["communes"]["names"] == ["Xã 1", "Xã 2", "Xã 3", "Xã 4"]
    assert read["communes"]["crs"] == "OGC:CRS84"
    assert read["one"]["names"] == ["Xã 3"]

    villages = frame_of("villages")
    assert read["paged"]["names"] == villages["village_id"].tolist()
    inside = villages.cx[105.0:105.05, 21.0:21.05]["village_id"].tolist()
    assert read["boxed"]["names"] == inside
    many = villages[(villages["people"] > 300) & (villages["households"] <= 60)]
    assert read["found"]["names"] == many["village_id"].tolist()
    # the service evaluates the filter: GDAL asks for what it wants alone
    assert any("filter=" in q and "people" in q and "LIKE" in q for q in read["asked"])

    assert read["metres"]["crs"] == "EPSG:9208"
    moved = frame_of("sites").to_crs(9208).geometry
    for (x, y), point in zip(read["metres"]["where"], moved, strict=True):
        assert (x, y) == pytest.approx((point.x, point.y), abs=1e-2)


def test_gdal_takes_kinds_from_the_schema(gdal: Callable[..., dict[str, Any]]) -> None:
    read = gdal(gaps={"layer": "gaps"}, proposals={"layer": "proposals"})
    columns = read["gaps"]["columns"]
    assert columns["people"] == "f"
    assert columns["villages"] == "i"
    assert columns["year"] in "if"  # empty in every row here, a number all the same
    assert read["proposals"]["columns"]["capex_vnd"] == "f"
