"""Are candidates where rules allow them, and do their rows say so?"""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from infraplan.catalog import rule
from infraplan.errors import CrsError
from infraplan.results.bill import BILL_COLUMNS, capex_vnd
from infraplan.siting.candidates import candidates, survey
from infraplan.siting.rules import rules, site_bill, spacing_m
from infraplan.study import Study
from infraplan.tables import check, spec

COUNTRY_M = spacing_m(mast_class="A2b", town=False, mast_height_m=70)
TOWN_M = spacing_m(mast_class="A2b", town=True, mast_height_m=70)


def news(spots: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the new masts among candidates."""
    return spots[spots["kind"] == "new_mast"]


def shared(spots: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what stands among candidates."""
    return spots[spots["kind"] == "shared_mast"]


def likely_vnd(study: Study, **said: object) -> float:
    """Return the likely capital cost of a site by its bill, without its link."""
    rows = [("one", item, quantity) for item, quantity in site_bill(**said)]  # type: ignore[arg-type]
    return float(capex_vnd(pd.DataFrame(rows, columns=BILL_COLUMNS), ["one"], study.prices)["one"])


@pytest.mark.parametrize("table", ["candidates", "rejected"])
def test_the_tables_follow_their_dictionaries(
    valley: Study, gaps: gpd.GeoDataFrame, table: str
) -> None:
    found = getattr(survey(valley, gaps), table)
    assert check(found, spec(table), file=table).faults == ()
    assert list(found.columns) == list(spec(table).names)
    assert found.crs == valley.crs


def test_new_masts_keep_to_roads_spacing_and_slope(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    new = news(candidates(valley, gaps))
    known = rules()
    assert len(new) > 3
    assert (new["road_distance_m"] <= known.road_reach_m).all()
    assert (new.geometry.distance(valley.roads.union_all()) <= known.road_reach_m).all()
    assert (new["slope_deg"] <= known.slope_most_deg).all()
    for number, place in enumerate(new.geometry):
        others = pd.concat([new.geometry.drop(new.index[number]), valley.sites.geometry])
        assert others.distance(place).min() >= COUNTRY_M


def test_masts_of_a_town_stand_closer(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    town = replace(valley, communes=valley.communes.assign(full_name="Phường Một"))
    new = news(candidates(town, gaps))
    apart = [new.geometry.drop(i).distance(p).min() for i, p in new.geometry.items()]
    assert TOWN_M <= min(apart) < COUNTRY_M
    assert len(new) >= len(news(candidates(valley, gaps)))


def test_the_hill_top_and_the_settlement_are_proposed(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    spots = candidates(valley, gaps)
    assert spots["ground_height_m"].max() > 165
    reasons = " ".join(spots["reason"])
    assert "high ground 17" in reasons
    assert "amid the gap's people" in reasons
    assert "360 people in gaps within 3 km" in reasons
    assert "obstacle warning from 45 m" in reasons


def test_a_new_mast_is_one_row_with_every_height_and_the_price_of_the_greatest(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    plan = valley.file.plan.model_copy(update={"mast_heights_m": (42.0, 30.0)})
    chosen = replace(valley, file=valley.file.model_copy(update={"plan": plan}))
    for study, heights in ((valley, rules().heights_m), (chosen, (30.0, 42.0))):
        new = news(candidates(study, gaps))
        assert new["heights_m"].unique().tolist() == ["|".join(f"{h:g}" for h in heights)]
        below_m = rules().antenna_below_top_m
        assert new["antenna_height_m"].unique().tolist() == [heights[-1] - below_m]
        price = likely_vnd(
            study,
            kind="new_mast",
            mast_height_m=heights[-1],
            power_distance_m=None,
            pays_rent=False,
        )
        assert new["capex_vnd"].unique().tolist() == [price]
    assert "obstacle" not in " ".join(new["reason"])


def test_power_and_fibre_far_away_are_measured_and_power_is_paid_for(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    x_m, y_m = valley.grid.centre(np.array([64, 64]), np.array([0, 119]))
    line = LineString(list(zip(x_m, y_m, strict=True)))
    power = gpd.GeoDataFrame(
        {"line_id": ["P1"], "geometry_origin": ["measured"]}, geometry=[line], crs=valley.crs
    )
    spots = candidates(replace(valley, power=power), gaps)
    for table in (news(spots), shared(spots)):
        assert np.allclose(table["power_distance_m"], table.geometry.distance(line))
        nodes = valley.fibre_nodes.union_all()
        assert np.allclose(table["fibre_distance_m"], table.geometry.distance(nodes))
    for row in news(spots).itertuples():
        price = likely_vnd(
            valley,
            kind="new_mast",
            mast_height_m=rules().heights_m[-1],
            power_distance_m=row.power_distance_m,
            pays_rent=False,
        )
        assert row.capex_vnd == pytest.approx(price)
    assert news(spots)["capex_vnd"].max() > news(spots)["capex_vnd"].min()
    assert candidates(valley, gaps)["power_distance_m"].isna().all()


def test_prices_of_the_study_are_those_of_the_candidates(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    row = {"item": ["base_station_4g"], "likely_vnd": [1.0], "origin": ["declared"]}
    cheap = replace(valley, prices=valley.prices.replaced(pd.DataFrame(row)))
    saved = valley.prices.vnd("base_station_4g") - 1.0
    before, after = (news(candidates(study, gaps)) for study in (valley, cheap))
    assert after["capex_vnd"].iloc[0] == before["capex_vnd"].iloc[0] - saved


def test_places_in_protected_areas_are_told_and_not_proposed(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    best = news(candidates(valley, gaps)).geometry.iloc[0]
    area = box(best.x - 900, best.y - 900, best.x + 900, best.y + 900)
    protected = gpd.GeoDataFrame(
        {"area_id": ["A1"], "name": ["Rừng Một"], "geometry_origin": ["measured"]},
        geometry=[area],
        crs=valley.crs,
    )
    found = survey(replace(valley, protected=protected), gaps)
    assert not news(found.candidates).within(area).any()
    told = found.rejected[found.rejected["rule"] == "protected"]
    assert len(told)
    assert told.within(area).all()
    assert told["reason"].str.contains("in the protected area Rừng Một").all()


def test_a_hill_beyond_the_road_and_a_place_by_a_mast_are_told_with_figures(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    rejected = survey(valley, gaps).rejected
    by_rule = dict(tuple(rejected.groupby("rule")))
    limit = rules().road_reach_m
    road = by_rule["road"]
    assert (road.geometry.distance(valley.roads.union_all()) > limit - 100).all()
    assert road["reason"].str.contains(f"above {limit:g}").all()
    near = by_rule["spacing"]
    assert near["reason"].str.contains("mast S2|better place").all()
    assert (rejected["near_people"] >= 1).all()


def test_no_place_is_both_proposed_and_rejected(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    found = survey(valley, gaps, most=4)
    assert len(found.candidates) == 4
    proposed = set(found.candidates.geometry.to_wkt())
    assert proposed.isdisjoint(found.rejected.geometry.to_wkt())
    behind = found.rejected[found.rejected["rule"] == "most"]
    assert len(behind) == len(candidates(valley, gaps)) - 4


def test_the_most_limit_keeps_the_best(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    seen: list[tuple[int, int]] = []
    spots = candidates(valley, gaps, progress=lambda done, total: seen.append((done, total)))
    few = candidates(valley, gaps, most=2)
    pd.testing.assert_frame_equal(few, spots.head(2))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_same_study_gives_the_same_tables(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    first, again = survey(valley, gaps), survey(valley, gaps.iloc[::-1])
    pd.testing.assert_frame_equal(first.candidates, again.candidates)
    pd.testing.assert_frame_equal(first.rejected, again.rejected)


def test_without_gaps_nothing_is_proposed(valley: Study, no_gaps: gpd.GeoDataFrame) -> None:
    found = survey(valley, no_gaps)
    for table in ("candidates", "rejected"):
        assert getattr(found, table).empty
        assert list(getattr(found, table).columns) == list(spec(table).names)


def test_without_people_nothing_is_proposed(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    nobody = replace(valley.people, values=np.zeros(valley.grid.shape))
    assert candidates(replace(valley, people=nobody), gaps).empty


def test_a_study_without_roads_offers_only_what_stands(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    found = survey(replace(valley, roads=valley.roads.iloc[:0]), gaps)
    assert found.candidates["kind"].tolist() == ["shared_mast"]
    assert found.candidates["road_distance_m"].isna().all()
    assert "no road known" in " ".join(found.rejected["reason"])


def test_a_study_without_sites_offers_new_masts(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    bare = replace(valley, sites=valley.sites.iloc[:0], cells=valley.cells.iloc[:0])
    spots = candidates(bare, gaps)
    assert len(spots)
    assert spots["kind"].unique().tolist() == ["new_mast"]


def test_unknown_terrain_carries_no_mast(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    holed = valley.elevation.values.copy()
    holed[55:70, 90:106] = np.nan
    study = replace(valley, elevation=replace(valley.elevation, values=holed))
    found = survey(study, gaps)
    assert np.isfinite(found.candidates["ground_height_m"]).all()
    told = found.rejected[found.rejected["rule"] == "terrain"]
    assert told["reason"].str.contains("height of the ground unknown").all()
    assert len(told)


def test_gaps_in_another_crs_are_refused(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    with pytest.raises(CrsError, match="gaps"):
        candidates(valley, gaps.to_crs("EPSG:32649"))


@pytest.mark.parametrize("mast_class", ["A1a", "A2a"])
def test_a_mast_on_a_roof_hangs_its_antenna_above_the_building(
    valley: Study, gaps: gpd.GeoDataFrame, mast_class: str
) -> None:
    sites = valley.sites.assign(mast_class=mast_class, mast_height_m=3.0)
    spots = shared(candidates(replace(valley, sites=sites), gaps))
    roof_m, below_m = rule("roof_height_m"), rule("antenna_below_top_m")
    assert spots["antenna_height_m"].tolist() == [roof_m + 3.0 - below_m]
    assert spots["heights_m"].tolist() == ["3"]
    assert "3 m on a building taken as 9 m" in spots["reason"].iloc[0]


def test_nothing_stands_in_water(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    best = news(candidates(valley, gaps)).geometry.iloc[0]
    classes = np.full(valley.grid.shape, 2, dtype=np.uint8)
    row, column = (int(v) for v in valley.grid.index(best.x, best.y))
    classes[row - 4 : row + 5, column - 4 : column + 5] = 1
    lake = replace(valley.elevation, name="clutter", unit="", values=classes)
    found = survey(replace(valley, clutter=lake), gaps)
    assert Point(best.x, best.y).distance(news(found.candidates).union_all()) >= 400
    assert "water" in set(found.rejected["rule"])
