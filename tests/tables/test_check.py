"""Does checking a table against its dictionary find what is wrong, and keep what is right?"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.results import basis, origin_shares
from infraplan.tables import check, spec

NAMES = ["communes", "villages", "sites", "cells", "roads", "fibre_nodes", "fibre", "gaps"]
NAMES += ["candidates", "new_sites", "links"]


def frame(**changes: object) -> gpd.GeoDataFrame:
    values: dict[str, object] = {
        "node_id": ["a", "b"],
        "kind": ["exchange", "closure"],
        "geometry": [Point(105, 21), Point(105.1, 21)],
        "geometry_origin": ["measured", "simulated"],
    }
    return gpd.GeoDataFrame(values | changes, crs="EPSG:4326")


@pytest.mark.parametrize("name", NAMES)
def test_dictionaries_are_complete(name: str) -> None:
    table = spec(name)
    assert table.key == table.columns[0].name
    assert "geometry" in table.names or name == "cells"
    for column in table.columns:
        assert column.type in {"string", "number", "integer", "point", "line", "polygon"}
        assert column.meaning
        if column.name.endswith("_origin"):
            assert column.name.removesuffix("_origin") in table.names
        for unit in ("_m", "_m2", "_km2", "_dbm", "_mhz", "_deg", "_vnd"):
            if column.name.endswith(unit):
                assert column.unit


def test_right_table_passes_with_its_values_unchanged() -> None:
    checked = check(frame(extra=[1, 2]), spec("fibre_nodes"), file="nodes.csv")
    assert checked.faults == ()
    assert list(checked.frame["node_id"]) == ["a", "b"]
    assert list(checked.frame["extra"]) == [1, 2]
    assert checked.frame.crs == "EPSG:4326"


def test_each_fault_has_its_row_and_column() -> None:
    wrong = frame(kind=["exchange", "hut"], geometry=[LineString([(0, 0), (1, 1)]), None])
    faults = check(wrong, spec("fibre_nodes"), file="nodes.gpkg", first_row=1).faults
    assert {(f.row, f.column) for f in faults} == {(1, "geometry"), (2, "geometry"), (2, "kind")}
    assert all(f.file == "nodes.gpkg" for f in faults)


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=8))
def test_every_repeated_identifier_is_found(keys: list[str]) -> None:
    count = len(keys)
    table = gpd.GeoDataFrame(
        {
            "node_id": keys,
            "kind": "closure",
            "geometry": [Point(i, 0) for i in range(count)],
            "geometry_origin": "assumed",
        }
    )
    faults = check(table, spec("fibre_nodes"), file="f").faults
    assert len(faults) == count - len(set(keys))


@given(st.one_of(st.integers(-500, 500), st.floats(allow_nan=True), st.text(max_size=4)))
def test_height_is_accepted_exactly_in_its_range(value: object) -> None:
    table = gpd.GeoDataFrame(
        {
            "site_id": ["s"],
            "mast_height_m": [value],
            "geometry": [Point(0, 0)],
            "geometry_origin": ["assumed"],
            "mast_height_m_origin": ["assumed"],
        }
    )
    checked = check(table, spec("sites"), file="f")
    number = pd.to_numeric(pd.Series([str(value).strip()]), errors="coerce").iloc[0]
    right = bool(1 <= number <= 400)
    assert (checked.faults == ()) == right


def test_unknown_catalogue_and_row_are_named() -> None:
    with pytest.raises(ParameterError, match="bands"):
        catalog.table("band")
    with pytest.raises(ParameterError, match="B8"):
        catalog.row("bands", "B99")
    assert catalog.value("bands", "B3", "bandwidth_mhz") == 20.0


@pytest.mark.parametrize("name", ["bands", "antennas", "service_levels", "costs", "rules"])
def test_catalogue_rows_carry_source_year_and_confidence(name: str) -> None:
    table = catalog.table(name)
    for column in ("source", "year", "confidence"):
        assert (table[column] != "").all()


def test_prices_are_ordered_and_assumed_ones_say_so() -> None:
    costs = catalog.table("costs")
    low, likely, high = (costs[f"{n}_vnd"].astype(float) for n in ("low", "likely", "high"))
    assert ((low <= likely) & (likely <= high)).all()
    assert set(costs["origin"]) <= {"measured", "declared", "estimated", "assumed"}
    assumed = costs[costs["origin"] == "assumed"]
    assert assumed["source"].str.contains("assumption").all()


def test_origin_shares_add_up_and_the_basis_names_what_is_not_measured() -> None:
    shares = origin_shares({"nodes": frame()})
    assert shares["share"].sum() == 1.0
    assert basis(shares) == "simulated: nodes.geometry"
    assert basis(shares[shares["origin"] == "measured"]) == "measured or declared throughout"
