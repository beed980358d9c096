"""Are candidates where rules allow them, and do their rows say so?"""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest

from infraplan.catalog import rule
from infraplan.errors import CrsError
from infraplan.siting import candidates
from infraplan.siting.rules import rules, site_price
from infraplan.study import Study
from infraplan.tables import check, spec


def test_the_table_follows_its_dictionary(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    spots = candidates(valley, gaps)
    assert check(spots, spec("candidates"), file="candidates").faults == ()
    assert list(spots.columns) == list(spec("candidates").names)
    assert spots.crs == valley.crs


def test_new_masts_keep_to_roads_and_spacing(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    spots = candidates(valley, gaps)
    new = spots[spots["kind"] == "new_mast"]
    known = rules()
    assert (new["road_distance_m"] <= known.road_reach_m).all()
    assert (new.geometry.distance(valley.roads.union_all()) <= known.road_reach_m).all()
    for number, place in enumerate(new.geometry):
        others = pd.concat([new.geometry.drop(new.index[number]), valley.sites.geometry])
        assert others.distance(place).min() >= known.spacing_m


def test_the_hill_top_and_the_settlement_are_proposed(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    spots = candidates(valley, gaps)
    assert spots["ground_height_m"].max() > 165
    reasons = " ".join(spots["reason"])
    assert "high ground 17" in reasons
    assert "amid the gap's people" in reasons
    assert "360 people in gaps within 3 km" in reasons


def test_only_masts_without_4g_are_shared(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    spots = candidates(valley, gaps)
    shared = spots[spots["kind"] == "shared_mast"]
    assert shared["host_site_id"].tolist() == ["S2"]
    assert shared["antenna_height_m"].tolist() == [34.0]
    assert shared["antenna_height_m_origin"].tolist() == ["simulated"]
    assert shared["commune_code"].tolist() == ["00001"]
    price_vnd, origin = site_price("colocation", "base_station_4g")
    assert shared["capex_vnd"].tolist() == [price_vnd]
    assert shared["capex_vnd_origin"].tolist() == [origin]
    assert "without 4G" in shared["reason"].iloc[0]


@pytest.mark.parametrize("mast_class", ["A1a", "A2a"])
def test_a_mast_on_a_roof_hangs_its_antenna_above_the_building(
    valley: Study, gaps: gpd.GeoDataFrame, mast_class: str
) -> None:
    sites = valley.sites.assign(mast_class=mast_class, mast_height_m=3.0)
    spots = candidates(replace(valley, sites=sites), gaps)
    shared = spots[spots["kind"] == "shared_mast"]
    roof_m, below_m = rule("roof_height_m"), rule("antenna_below_top_m")
    assert shared["antenna_height_m"].tolist() == [roof_m + 3.0 - below_m]
    assert "3 m on a building taken as 9 m" in shared["reason"].iloc[0]


def test_the_most_limit_keeps_the_best(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    seen: list[tuple[int, int]] = []
    spots = candidates(valley, gaps, progress=lambda done, total: seen.append((done, total)))
    few = candidates(valley, gaps, most=2)
    pd.testing.assert_frame_equal(few, spots.head(2))
    assert seen == [(1, 1)]


def test_without_gaps_nothing_is_proposed(valley: Study, no_gaps: gpd.GeoDataFrame) -> None:
    spots = candidates(valley, no_gaps)
    assert spots.empty
    assert list(spots.columns) == list(spec("candidates").names)


def test_a_study_without_roads_offers_only_shared_masts(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    roadless = replace(valley, roads=valley.roads.iloc[:0])
    assert candidates(roadless, gaps)["kind"].tolist() == ["shared_mast"]


def test_gaps_in_another_crs_are_refused(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    with pytest.raises(CrsError, match="gaps"):
        candidates(valley, gaps.to_crs("EPSG:32649"))
