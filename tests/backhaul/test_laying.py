"""Is new fibre laid along each road in the cheapest way that the ground allows?"""

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from infraplan import backhaul
from infraplan.backhaul.laying import laying
from infraplan.backhaul.roads import road_graph
from infraplan.results import Prices

CRS = "EPSG:32648"
VND_M = {m: Prices.catalogue().vnd(m) for m in ("fibre_aerial", "fibre_mountain", "fibre_in_duct")}
ROAD = [[(0.0, 0.0), (3000.0, 0.0)]]
NODE = {"N1": (0.0, 0.0)}


def _works(year: int) -> gpd.GeoDataFrame:
    line = shapely.LineString([(1000.0, 5.0), (2000.0, 5.0)])
    return gpd.GeoDataFrame(
        {"works_id": ["W1"], "kind": ["road"], "year": [year]}, geometry=[line], crs=CRS
    )


def test_plain_country_gets_poles(make_study: object) -> None:
    study = make_study(ROAD, NODE)
    assert laying(study, road_graph(study.roads)).medium.tolist() == ["fibre_aerial"]


@pytest.mark.parametrize(("slope", "medium"), [(0.29, "fibre_aerial"), (0.31, "fibre_mountain")])
def test_steep_country_is_dearer(make_study: object, slope: float, medium: str) -> None:
    study = make_study(ROAD, NODE, slope_share=slope)
    assert laying(study, road_graph(study.roads)).medium.tolist() == [medium]


def test_main_streets_of_towns_get_ducts(make_study: object) -> None:
    study = make_study(ROAD, NODE)
    ward = gpd.GeoDataFrame(
        {"code": ["1"], "full_name": ["Phường Một"]},
        geometry=[shapely.box(-100, -100, 4000, 100)],
        crs=CRS,
    )
    main = study.roads.assign(road_class="primary")
    for roads, communes, medium in (
        (main, ward, "fibre_duct"),
        (study.roads, ward, "fibre_aerial"),
        (main, ward.assign(full_name="Xã Một"), "fibre_aerial"),
    ):
        town = replace(study, roads=roads, communes=communes)
        assert laying(town, road_graph(roads)).medium.tolist() == [medium]


def test_a_duct_that_stands_is_used_only_where_the_road_runs_along_it(
    make_study: object, make_choice: object, make_cables: object
) -> None:
    beside = make_cables({"F1": ("duct", 12, [[(1000.0, 8.0), (2000.0, 8.0)]])})
    study = replace(make_study(ROAD, NODE), fibre=beside)
    links = backhaul.connect(study, make_choice({"C1": (3000.0, 0.0)}))
    assert links.table["medium"].tolist() == ["fibre_aerial", "fibre_in_duct", "fibre_aerial"]
    in_duct_m = links.table["length_m"][1]
    assert in_duct_m == pytest.approx(1000.0, abs=40.0)  # the road is near it a little longer
    expected_vnd = in_duct_m * VND_M["fibre_in_duct"] + (3000 - in_duct_m) * VND_M["fibre_aerial"]
    assert links.cost_vnd == pytest.approx(expected_vnd)


def test_a_cable_that_crosses_the_road_is_no_company(
    make_study: object, make_cables: object
) -> None:
    across = make_cables({"F1": ("duct", 12, [[(1500.0, -900.0), (1500.0, 900.0)]])})
    study = replace(make_study([[(1490.0, 0.0), (1505.0, 0.0)], *ROAD], NODE), fibre=across)
    assert set(laying(study, road_graph(study.roads)).medium) == {"fibre_aerial"}


def test_planned_works_are_used_in_their_year_and_named(
    make_study: object, make_choice: object
) -> None:
    prices = Prices.catalogue()
    cheap = prices.table.copy()
    cheap.loc["fibre_in_works", ["low_vnd", "likely_vnd", "high_vnd"]] = 10_000.0
    study = replace(make_study(ROAD, NODE), works=_works(2028), prices=Prices(cheap))
    links = backhaul.connect(study, make_choice({"C1": (3000.0, 0.0)}))
    assert links.table["works_id"].tolist() == [None, "W1", None]
    assert links.table["medium"][1] == "fibre_in_works"
    assert any("trench" in note.en for note in links.provenance.notes)
    late = replace(study, works=_works(2031))
    links = backhaul.connect(late, make_choice({"C1": (3000.0, 0.0)}))
    assert links.table["works_id"].isna().all()
    dear = replace(study, prices=prices)  # new poles cost less than the trench
    links = backhaul.connect(dear, make_choice({"C1": (3000.0, 0.0)}))
    assert links.table["medium"].tolist() == ["fibre_aerial"]


def test_poles_of_low_power_lines_carry_fibre(make_study: object) -> None:
    line = shapely.LineString([(-50.0, 6.0), (3050.0, 6.0)])
    for kv, medium in ((22.0, "fibre_on_poles"), (110.0, "fibre_aerial")):
        power = gpd.GeoDataFrame({"line_id": ["P1"], "voltage_kv": [kv]}, geometry=[line], crs=CRS)
        study = replace(make_study(ROAD, NODE), power=power)
        assert laying(study, road_graph(study.roads)).medium.tolist() == [medium]
