"""Choices and links for the tests of the plan, made up without any study."""

from collections.abc import Callable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from shapely.geometry import LineString, Point

from infraplan.results import Choice, Links, Prices, Provenance, Service
from infraplan.results.bill import capex_vnd
from infraplan.wording import Text

CRS = "EPSG:32648"
BILLS = {
    "new_mast": {"mast_foundation": 1, "mast_metre": 42, "base_station_4g": 1, "mast_opex": 1},
    "shared_mast": {"colocation": 1, "base_station_4g": 1, "colocation_rent": 1},
}
"""Likely: a new mast 1,050 million VND and 35 million a year, a shared one 460 and 48 million."""

Case = tuple[Choice, Links]
MakeCase = Callable[..., Case]


def _provenance(*notes: str) -> Provenance:
    told = tuple(Text(note, note) for note in notes)
    return Provenance("made-up", "", "", "0", (), "{}", pd.DataFrame(), told)


def _bill(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    bill = pd.DataFrame.from_records(rows, columns=["owner_id", "item", "quantity"])
    return bill.astype({"quantity": float})


def _service(serves: Sequence[set[int]], people: Sequence[float]) -> Service:
    matrix = np.zeros((len(serves), len(people)), dtype=bool)
    for site, demand in enumerate(serves):
        matrix[site, list(demand)] = True
    counts = np.array(people, dtype=float)
    return Service(sparse.csr_array(matrix), counts.copy(), counts)


def _new_sites(
    kinds: list[str], service: Service, prices: Prices, bill: pd.DataFrame
) -> gpd.GeoDataFrame:
    names = [f"C{number}" for number in range(len(kinds))]
    left, gained = service.people.copy(), []
    for site in range(len(kinds)):
        mine = service.matrix[[site]].indices
        gained.append(float(left[mine].sum()))
        left[mine] = 0.0
    return gpd.GeoDataFrame(
        {
            "site_id": pd.Series(names, dtype=object),
            "kind": pd.Series(kinds, dtype=object),
            "host_site_id": pd.Series(
                [f"H{n}" if kind == "shared_mast" else None for n, kind in enumerate(kinds)],
                dtype=object,
            ),
            "antenna_height_m": 40.0,
            "ground_height_m": 300.0,
            "road_distance_m": 120.0,
            "people_gained": np.array(gained, dtype=float),
            "capex_vnd": capex_vnd(bill, names, prices).to_numpy(),
        },
        geometry=[Point(number, 0) for number in range(len(kinds))],
        crs=CRS,
    )


def _links(
    names: list[str],
    ends: list[int | None],
    parents: list[int | None],
    lengths_m: list[float],
    media: list[str],
    prices: Prices,
) -> Links:
    ids = [f"L{number}" for number in range(len(parents))]
    pieces = {"microwave": ("microwave_hop", 1.0), "existing": None}
    rows = []
    for link, medium, length_m in zip(ids, media, lengths_m, strict=True):
        item = pieces.get(medium, (medium, length_m))
        rows += [(link, *item)] if item else []
    bill = _bill(rows)
    table = gpd.GeoDataFrame(
        {
            "link_id": pd.Series(ids, dtype=object),
            "from_id": pd.Series(["N"] * len(ids), dtype=object),
            "to_id": pd.Series(["J"] * len(ids), dtype=object),
            "parent_link_id": pd.Series(
                [None if parent is None else ids[parent] for parent in parents], dtype=object
            ),
            "medium": pd.Series(media, dtype=object),
            "works_id": pd.Series([None] * len(ids), dtype=object),
            "length_m": np.array(lengths_m, dtype=float),
            "capex_vnd": capex_vnd(bill, ids, prices).to_numpy(),
        },
        geometry=[LineString([(0, 0), (length, 1)]) for length in lengths_m],
        crs=CRS,
    )
    feeds = pd.DataFrame(
        {
            "site_id": pd.Series(names, dtype=object),
            "link_id": pd.Series([None if e is None else ids[e] for e in ends], dtype=object),
        }
    )
    cost_vnd = float(table["capex_vnd"].sum())
    return Links(
        table, feeds, cost_vnd, cost_vnd, 0.0, "optimal", 1, bill, _provenance("links made up")
    )


def _case(
    *,
    kinds: list[str],
    people: list[float],
    ends: list[int | None],
    parents: list[int | None],
    lengths_m: list[float],
    budget_vnd: float,
    serves: list[set[int]] | None = None,
    media: list[str] | None = None,
) -> Case:
    """Make sites, the link that ends at each of them, and the link that feeds each link.

    ``people`` live in each demand; a site serves the demand of its own number where ``serves`` does
    not say another.
    """
    prices = Prices.catalogue()
    names = [f"C{number}" for number in range(len(kinds))]
    service = _service([{n} for n in range(len(kinds))] if serves is None else serves, people)
    bill = _bill(
        [
            (name, item, quantity)
            for name, kind in zip(names, kinds, strict=True)
            for item, quantity in BILLS[kind].items()
        ]
    )
    reached = np.asarray(service.matrix.sum(axis=0)) > 0
    served, total = float(service.people[reached].sum()), float(sum(people))
    choice = Choice(
        new_sites=_new_sites(kinds, service, prices, bill),
        covered_people=served,
        covered_weight=served,
        upper_bound_weight=total,
        gap_share=(total - served) / total if total else 0.0,
        status="optimal",
        demand_people=total,
        demand_weight=total,
        reachable_people=total,
        candidates=len(kinds),
        options=len(kinds),
        budget_vnd=budget_vnd,
        service=service,
        bill=bill,
        prices=prices,
        equity=None,
        provenance=_provenance("sites made up"),
    )
    media = ["fibre_aerial"] * len(parents) if media is None else media
    return choice, _links(names, ends, parents, lengths_m, media, prices)


@pytest.fixture(scope="session")
def make_case() -> MakeCase:
    return _case


@pytest.fixture(scope="session")
def nothing() -> Case:
    """Return a choice without a site, and no links."""
    return _case(kinds=[], people=[], ends=[], parents=[], lengths_m=[], budget_vnd=1e9)


@pytest.fixture
def three() -> Case:
    """Three sites: one on the fibre, two behind a common link."""
    return _case(
        kinds=["new_mast", "shared_mast", "new_mast"],
        people=[900.0, 500.0, 100.0],
        ends=[1, None, 2],
        parents=[None, 0, 0],
        lengths_m=[2000.0, 1000.0, 500.0],
        budget_vnd=4e9,
    )
