"""Choices and links for the tests of the plan, made up without any study."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point

from infraplan import catalog
from infraplan.results import Choice, Provenance
from infraplan.results.links import Links
from infraplan.wording import Text

CRS = "EPSG:32648"
MAST_VND = {
    "new_mast": catalog.value("costs", "new_mast", "likely_vnd"),
    "shared_mast": catalog.value("costs", "colocation", "likely_vnd"),
}
STATION_VND = catalog.value("costs", "base_station_4g", "likely_vnd")
FIBRE_VND_M = catalog.value("costs", "fibre_aerial", "likely_vnd")

Case = tuple[Choice, Links]
MakeCase = Callable[..., Case]


def _provenance(*notes: str) -> Provenance:
    told = tuple(Text(note, note) for note in notes)
    return Provenance("made-up", "", "", "0", (), "{}", pd.DataFrame(), told)


def _case(
    *,
    kinds: list[str],
    people: list[float],
    ends: list[int | None],
    parents: list[int | None],
    lengths_m: list[float],
    budget_vnd: float,
) -> Case:
    """Make sites, the link that ends at each of them, and the link that feeds each link."""
    names = [f"C{number}" for number in range(len(kinds))]
    links = [f"L{number}" for number in range(len(parents))]
    new_sites = gpd.GeoDataFrame(
        {
            "site_id": names,
            "kind": kinds,
            "people_gained": np.array(people, dtype=float),
            "capex_vnd": np.array([MAST_VND[kind] + STATION_VND for kind in kinds], dtype=float),
        },
        geometry=[Point(number, 0) for number in range(len(kinds))],
        crs=CRS,
    )
    table = gpd.GeoDataFrame(
        {
            "link_id": links,
            "parent_link_id": pd.Series(
                [None if parent is None else links[parent] for parent in parents], dtype=object
            ),
            "medium": "fibre_aerial",
            "length_m": np.array(lengths_m, dtype=float),
            "capex_vnd": np.array(lengths_m, dtype=float) * FIBRE_VND_M,
        },
        geometry=[LineString([(0, 0), (length, 1)]) for length in lengths_m],
        crs=CRS,
    )
    feeds = pd.DataFrame(
        {
            "site_id": names,
            "link_id": pd.Series([None if e is None else links[e] for e in ends], dtype=object),
        }
    )
    total = float(sum(people))
    choice = Choice(
        new_sites, total, total, 0.0, "optimal", total, total, len(kinds), budget_vnd,
        _provenance("sites made up"),
    )  # fmt: skip
    cost_vnd = float(table["capex_vnd"].sum())
    found = Links(table, feeds, cost_vnd, cost_vnd, 0.0, "optimal", 1, _provenance("links made up"))
    return choice, found


@pytest.fixture(scope="session")
def make_case() -> MakeCase:
    return _case


@pytest.fixture
def three(make_case: MakeCase) -> Case:
    """Three sites: one on the fibre, two behind a common link."""
    return make_case(
        kinds=["new_mast", "shared_mast", "new_mast"],
        people=[900.0, 500.0, 100.0],
        ends=[1, None, 2],
        parents=[None, 0, 0],
        lengths_m=[2000.0, 1000.0, 500.0],
        budget_vnd=4e9,
    )
