"""Which tiny province do the tests share, and where is the real data?"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from hypothesis import settings
from rasterio.transform import from_origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraplan.study import Study

settings.register_profile("shared", deadline=None)  # no test measures time: machines are shared
settings.load_profile("shared")

CRS = "EPSG:32648"
LON, LAT, STEP_DEG = 105.0, 21.0, 0.05

_REQUIRED = {"real", "browser"}
"""Marks of tests that need what lies outside the checkout: data, or a system program."""
_LONG = {"real", "slow"}
"""Marks of tests that take long; the files that hold them are begun first."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require-real",
        action="store_true",
        help="fail, rather than skip, where ../shared or a system program is absent",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that workers end together."""
    long = {item.path for item in items if _LONG.intersection(item.keywords)}
    items.sort(key=lambda item: item.path not in long)  # else in their order


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """Turn a skip for want of real data or of a system program into a failure where required."""
    report = yield
    needs = _REQUIRED.intersection(item.keywords)
    if report.skipped and item.config.getoption("--require-real") and needs:
        report.outcome = "failed"
        report.longrepr = f"a test was skipped that may not be ({needs}): {report.longrepr}"
    del call
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data beside the checkout, or skip."""
    folder = Path(__file__).parents[2] / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the real data is not beside this checkout (../shared)")
    return folder


def _square(column: int, row: int) -> dict[str, object]:
    west, south = LON + column * STEP_DEG, LAT + row * STEP_DEG
    east, north = west + STEP_DEG, south + STEP_DEG
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _feature(geometry: dict[str, object], **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _collection(features: list[dict[str, object]]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _write_csv(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_terrain(path: Path) -> None:
    """Write a hilly plain with a ridge in the middle, 90 m cells, wider than the communes."""
    rows, columns, cell_m = 190, 200, 90.0
    y, x = np.mgrid[0:rows, 0:columns]
    ridge = 350.0 * np.exp(-(((x - 95) / 6.0) ** 2))
    hills = 25.0 * np.sin(x / 7.0) * np.cos(y / 9.0)
    height = (40.0 + ridge + hills).astype("float32")
    transform = from_origin(497_000.0, 2_335_500.0, cell_m, cell_m)
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32",
        crs=CRS, transform=transform, nodata=-32768,
    ) as target:  # fmt: skip
        target.write(height, 1)


def _villages() -> list[dict[str, object]]:
    places = [(0.010, 0.012), (0.022, 0.030), (0.038, 0.020), (0.065, 0.015), (0.080, 0.032)]
    places += [(0.093, 0.010), (0.012, 0.070), (0.030, 0.085), (0.070, 0.075), (0.090, 0.090)]
    return [
        {
            "village_id": f"V{i:02d}",
            "name": f"Khu {i}",
            "people": 100 + 20 * i,
            "households": 25 + 5 * i,
            "difficulty": "normal",
            "lon": round(LON + x, 6),
            "lat": round(LAT + y, 6),
            "geometry_origin": "simulated",
            "people_origin": "simulated",
        }
        for i, (x, y) in enumerate(places, 1)
    ]


def _sites() -> list[dict[str, object]]:
    places = {"S1": (0.012, 0.014), "S2": (0.030, 0.082), "S3": (0.088, 0.030)}
    return [
        {
            "site_id": name,
            "owner": "viettel",
            "tenants": "viettel",
            "mast_class": "A2b",
            "mast_height_m": 36,
            "power_source": "grid",
            "lon": round(LON + x, 6),
            "lat": round(LAT + y, 6),
            "geometry_origin": "simulated",
            "mast_height_m_origin": "simulated",
        }
        for name, (x, y) in places.items()
    ]


def _cells() -> list[dict[str, object]]:
    plan = [("S1", "viettel", "4G", "B3", 1842.5, 20), ("S2", "vinaphone", "4G", "B8", 942.5, 10)]
    plan += [("S3", "viettel", "2G", "GSM900", 942.5, 0.2)]
    return [
        {
            "cell_id": f"{site}-{operator}-{technology}-{sector}",
            "site_id": site,
            "operator": operator,
            "technology": technology,
            "band": band,
            "frequency_mhz": mhz,
            "bandwidth_mhz": width,
            "azimuth_deg": 30 + 120 * sector,
            "tilt_deg": 4,
            "eirp_dbm": 40,
            "height_m": 32,
            **dict.fromkeys(
                ("azimuth_deg_origin", "tilt_deg_origin", "eirp_dbm_origin", "height_m_origin"),
                "simulated",
            ),
        }
        for site, operator, technology, band, mhz, width in plan
        for sector in range(3)
    ]


def _roads() -> str:
    """Return a grid of roads that share their crossings."""
    ticks = [round(0.005 + 0.015 * i, 6) for i in range(7)]
    lines = []
    for tick in ticks:
        east = [[round(LON + x, 6), round(LAT + tick, 6)] for x in ticks]
        north = [[round(LON + tick, 6), round(LAT + y, 6)] for y in ticks]
        lines += [east, north]
    return _collection(
        [
            _feature(
                {"type": "LineString", "coordinates": line},
                road_id=f"R{i}",
                road_class="tertiary",
                geometry_origin="simulated",
            )
            for i, line in enumerate(lines)
        ]
    )


_STUDY = """
[study]
id = "tiny"
title_vi = "Tỉnh thử"
title_en = "Test province"
notes = [{ vi = "Tất cả là mô phỏng.", en = "Everything in it is simulated." }]

[grid]
cell_size_m = 100

[communes]
path = "communes.geojson"
[villages]
path = "villages.csv"
[sites]
path = "sites.csv"
[cells]
path = "cells.csv"
[roads]
path = "roads.geojson"
[fibre_nodes]
path = "fibre_nodes.csv"
[elevation]
paths = ["elevation.tif"]
values_origin = "simulated"
[plan]
budget_vnd = 6e9
first_year = 2026
last_year = 2028
"""


def write_tiny_province(folder: Path) -> Path:
    """Write a study of four communes of about 5 × 5 km and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    communes = [
        _feature(
            _square(column, row),
            code=f"0000{1 + column + 2 * row}",
            name=f"Xã {1 + column + 2 * row}",
            official_area_km2=28.8,
            people=1000 + 100 * (column + row),
            households=260,
            geometry_origin="approximate",
            people_origin="simulated",
        )
        for row in range(2)
        for column in range(2)
    ]
    (folder / "communes.geojson").write_text(_collection(communes), encoding="utf-8")
    (folder / "roads.geojson").write_text(_roads(), encoding="utf-8")
    _write_csv(folder / "villages.csv", _villages())
    _write_csv(folder / "sites.csv", _sites())
    _write_csv(folder / "cells.csv", _cells())
    node = {"node_id": "F1", "name": "Trạm gốc", "kind": "exchange", "owner": "vinaphone"}
    node |= {"lon": round(LON + 0.005, 6), "lat": round(LAT + 0.005, 6)}
    _write_csv(folder / "fibre_nodes.csv", [node | {"geometry_origin": "simulated"}])
    _write_terrain(folder / "elevation.tif")
    path = folder / "study.toml"
    path.write_text(_STUDY, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def write_tiny() -> Callable[[Path], Path]:
    """Return the function that writes a tiny province into a folder."""
    return write_tiny_province


@pytest.fixture
def tiny_file(tmp_path: Path) -> Path:
    """Return a tiny study's file in a folder of its own, to be broken by the test."""
    return write_tiny_province(tmp_path / "tiny")


@pytest.fixture(scope="session")
def tiny_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Return a tiny study, built once."""
    from infraplan.study import Study  # noqa: PLC0415 - the lightest tests do without it

    return Study.build(write_tiny_province(tmp_path_factory.mktemp("province") / "tiny"))


@pytest.fixture(scope="session")
def bundle_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle of the tiny province, made once by the whole workflow; to be read only."""
    from infraplan import workflow  # noqa: PLC0415 - the same

    folder = tmp_path_factory.mktemp("bundles")
    workflow.run(write_tiny_province(folder / "province"), folder / "tiny", threads=1)
    return folder / "tiny"


@pytest.fixture
def edit_csv() -> Callable[..., None]:
    """Return a function that changes one field of one data row (0-based) of a CSV."""

    def edit(path: Path, row: int, **changes: str) -> None:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        rows[row].update(changes)
        _write_csv(path, rows)

    return edit
