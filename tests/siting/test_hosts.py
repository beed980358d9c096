"""Who may join whom on masts and structures that stand, and why not elsewhere?"""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from infraplan.siting.candidates import survey
from infraplan.siting.rules import rules, site_bill
from infraplan.siting.tenants import tenants_of
from infraplan.study import Study

OPERATORS = ("alpha", "beta", "gamma", "delta")


def shared(spots: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what stands among candidates, by host."""
    return spots[spots["kind"] == "shared_mast"].set_index("host_site_id").sort_index()


@pytest.fixture
def market(valley: Study) -> Study:
    """Return the valley with four operators: alpha with 4G on S1, others with 2G or 3G."""
    cells = gpd.GeoDataFrame(
        {
            "cell_id": ["1", "2", "3", "4"],
            "site_id": ["S1", "S2", "S1", "S2"],
            "operator": OPERATORS,
            "technology": ["4G", "2G", "3G", "2G"],
        },
        geometry=valley.cells.geometry.iloc[[0, 1, 0, 1]].to_numpy(),
        crs=valley.crs,
    )
    return replace(valley, cells=cells)


def rival_gaps(gaps: gpd.GeoDataFrame, kind: str, operator: str) -> gpd.GeoDataFrame:
    """Return the gaps as those of one operator."""
    return gaps.assign(kind=kind, operator=operator)


def test_a_mast_without_4g_is_shared_by_whoever_has_none_there(
    market: Study, gaps: gpd.GeoDataFrame
) -> None:
    found = shared(survey(market, gaps).candidates)
    assert found.index.tolist() == ["S2"]
    row = found.loc["S2"]
    assert row["operators"] == "alpha|beta|delta|gamma"
    assert (row["antenna_height_m"], row["heights_m"]) == (34.0, "36")
    assert row["antenna_height_m_origin"] == "simulated"
    assert row["commune_code"] == "00001"
    assert "existing mast S2 without 4G, 36 m" in row["reason"]
    bill = site_bill(kind="shared_mast", mast_height_m=36, power_distance_m=None, pays_rent=True)
    capex = [item for item, _ in bill if market.prices.is_capex([item])[0]]
    assert row["capex_vnd"] == sum(market.prices.vnd(item) for item in capex)


def test_a_study_that_names_no_operators_lets_anyone_join(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    found = shared(survey(valley, gaps).candidates)
    assert found.index.tolist() == ["S2"]
    assert pd.isna(found.loc["S2", "operators"])


@pytest.mark.parametrize("kind", ["single_operator", "congested", "white"])
def test_a_mast_with_4g_is_a_host_where_gaps_of_one_operator_lie_near(
    market: Study, gaps: gpd.GeoDataFrame, kind: str
) -> None:
    by_s1 = replace(
        market, sites=market.sites.set_geometry(market.sites.geometry.iloc[[1, 0]].to_numpy())
    )
    hosts = shared(survey(by_s1, rival_gaps(gaps, kind, "beta")).candidates)
    assert hosts.loc["S1", "operators"] == "beta|delta|gamma"
    assert "with 4G of alpha" in hosts.loc["S1", "reason"]
    assert "S1" not in shared(survey(by_s1, gaps).candidates).index
    far = shared(survey(market, rival_gaps(gaps, kind, "beta")).candidates)
    assert "S1" not in far.index  # 7 km from any of the gaps


def test_a_full_mast_takes_only_those_who_are_there(market: Study, gaps: gpd.GeoDataFrame) -> None:
    full = market.sites.assign(tenants=[None, "beta|gamma|epsilon"])
    found = shared(survey(replace(market, sites=full), gaps).candidates)
    assert found.loc["S2", "operators"] == "beta|delta|gamma"
    strangers = market.sites.assign(tenants=[None, "epsilon|zeta|eta"])
    others = market.cells[market.cells["site_id"] != "S2"]
    result = survey(replace(market, sites=strangers, cells=others), gaps)
    assert shared(result.candidates).empty
    told = result.rejected[result.rejected["host_site_id"] == "S2"].iloc[0]
    assert (told["rule"], told["kind"]) == ("room", "shared_mast")
    assert told["reason"] == f"carries 3 operators, at most {rules().tenants_most}"


def test_a_mast_on_which_everyone_has_4g_is_told(market: Study, gaps: gpd.GeoDataFrame) -> None:
    alone = market.cells.assign(operator="alpha", technology="4G", site_id="S2")
    result = survey(replace(market, cells=alone), rival_gaps(gaps, "single_operator", "alpha"))
    told = result.rejected[result.rejected["host_site_id"] == "S2"].iloc[0]
    assert (told["rule"], told["reason"]) == ("operators", "every operator has 4G there")


def test_tall_structures_with_room_are_shared_and_others_told(
    market: Study, gaps: gpd.GeoDataFrame
) -> None:
    where = market.sites.geometry.iloc[[1] * 5].translate(yoff=-2_000).to_numpy()
    structures = gpd.GeoDataFrame(
        {
            "structure_id": ["T1", "T2", "T3", "T4", "T5"],
            "kind": ["water_tower", "chimney", "tower", "silo", "silo"],
            "height_m": [30.0, np.nan, 40.0, 8.0, 20.0],
            "owner": ["Nước sạch", None, None, None, None],
            "has_room": ["yes", "yes", "no", None, None],
            "geometry_origin": "measured",
            "height_m_origin": ["measured", None, "measured", "declared", "declared"],
        },
        geometry=where,
        crs=market.crs,
    )
    result = survey(replace(market, structures=structures), gaps)
    hosts = shared(result.candidates)
    assert hosts.index.tolist() == ["S2", "T1", "T5"]
    assert hosts.loc["T1", "antenna_height_m"] == 28.0
    assert hosts.loc["T1", "heights_m"] == "30"
    assert hosts.loc["T1", "operators"] == "alpha|beta|delta|gamma"
    assert "existing water tower T1 of Nước sạch without 4G, 30 m" in hosts.loc["T1", "reason"]
    told = result.rejected.set_index("host_site_id")
    assert told.loc["T2", "reason"] == "height of this chimney unknown"
    assert told.loc["T3", "reason"] == "no room on this tower"
    assert told.loc["T4", "reason"] == "silo of 8 m, lower than 15"
    assert told.loc[["T2", "T3", "T4"], "rule"].tolist() == ["height", "room", "height"]


def test_tenants_are_those_of_the_list_and_of_the_cells(market: Study) -> None:
    sites = market.sites.assign(tenants=["alpha| zeta ", None])
    who = tenants_of(market, sites, rules(), technology="4G")
    assert who.joining == [("gamma",), tuple(sorted(OPERATORS))]
    assert who.count.tolist() == [3, 2]
    assert who.full.tolist() == [True, False]
    assert who.state == ["with 4G of alpha", "without 4G"]
