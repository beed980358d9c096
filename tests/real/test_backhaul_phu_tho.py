"""Are links of the embedded province certified, repeatable, and no dearer with more choice?"""

import math

import geopandas as gpd
import numpy as np
import pytest
from scipy.sparse import csr_array

import infraplan as ip
from infraplan.results import Choice, Prices, Service
from infraplan.results.bill import capex_vnd, no_bill

pytestmark = pytest.mark.real

SITES = 43


@pytest.fixture(scope="module")
def study() -> ip.Study:
    return ip.datasets.open("phu-tho")


@pytest.fixture(scope="module")
def choice(study: ip.Study) -> Choice:
    rng = np.random.default_rng(5)
    near = study.villages.iloc[np.sort(rng.choice(len(study.villages), SITES, replace=False))]
    move_m = rng.normal(0.0, 800.0, (2, SITES))
    table = gpd.GeoDataFrame(
        {
            "site_id": [f"C{i:03d}" for i in range(SITES)],
            "operator": "viettel",
            "mast_height_m": 42.0,
            "antenna_height_m": 40.0,
            "capex_vnd": 1e9,
            "people_gained": 1.0,
        },
        geometry=gpd.points_from_xy(near.geometry.x + move_m[0], near.geometry.y + move_m[1]),
        crs=study.crs,
    )
    nobody = Service(csr_array((SITES, 1)), np.zeros(1), np.zeros(1))
    return Choice(
        new_sites=table, covered_people=1.0, covered_weight=1.0, upper_bound_weight=1.0,
        gap_share=0.0, status="optimal", demand_people=1.0, demand_weight=1.0,
        reachable_people=1.0, candidates=1, options=1, budget_vnd=1e12, service=nobody,
        bill=no_bill(), prices=Prices.catalogue(), equity=None, provenance=study.provenance,
    )  # fmt: skip


def test_43_sites_are_joined_with_a_certificate(study: ip.Study, choice: Choice) -> None:
    fibre = ip.backhaul.connect(study, choice, microwave=False, time_limit_s=math.inf)
    assert fibre.gap_share <= 0.01
    both = ip.backhaul.connect(study, choice, microwave=True, time_limit_s=math.inf)
    assert both.lower_bound_vnd <= both.cost_vnd
    assert both.cost_vnd <= fibre.cost_vnd * 1.01
    again = ip.backhaul.connect(study, choice, microwave=True, time_limit_s=math.inf)
    assert again.table.equals(both.table)
    paid = capex_vnd(both.bill, both.table["link_id"].tolist(), study.prices)
    assert paid.tolist() == pytest.approx(both.table["capex_vnd"].tolist())
    hops = both.table[both.table["medium"] == "microwave"]
    assert (hops["capacity_mbps"] >= 150 * hops["sites_fed"]).all()
    spots = choice.new_sites.rename(columns={"site_id": "candidate_id"})
    shares = ip.backhaul.link_prices(study, spots, links=both)
    assert shares["link_vnd"].sum() == pytest.approx(both.cost_vnd)
    alone = ip.backhaul.link_prices(study, spots, microwave=False)
    assert alone["link_vnd"].sum() >= fibre.cost_vnd * (1 - 1e-9)
