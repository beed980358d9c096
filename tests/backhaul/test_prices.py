"""Is the link of each candidate priced along the shortest road?"""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point

from infraplan.backhaul import link_prices
from infraplan.catalog import value


def _spots(*places: tuple[float, float]) -> gpd.GeoDataFrame:
    names = [f"C{number}" for number in range(len(places))]
    return gpd.GeoDataFrame(
        {"candidate_id": names}, geometry=[Point(place) for place in places], crs="EPSG:32648"
    )


def test_road_and_both_accesses_are_paid(make_study: object, cross: list) -> None:
    study = make_study(cross, {"N1": (0.0, -50.0), "N2": (1000.0, 1500.0)})
    prices = link_prices(study, _spots((2000.0, 100.0), (1100.0, 1400.0), (5500.0, 5000.0)))
    assert prices["candidate_id"].tolist() == ["C0", "C1", "C2"]
    assert prices["link_m"].tolist() == pytest.approx([2150.0, 200.0, np.nan], nan_ok=True)
    price = value("costs", "fibre_aerial", "likely_vnd")
    assert prices["link_vnd"].tolist()[:2] == pytest.approx([2150.0 * price, 200.0 * price])


def test_the_shorter_of_parallel_roads_is_taken(make_study: object) -> None:
    roads = [[(0, 0), (500, 800), (1000, 0)], [(0, 0), (1000, 0)], [(0, 0), (500, 300), (1000, 0)]]
    study = make_study(roads, {"N1": (0.0, 0.0)})
    assert link_prices(study, _spots((1000.0, 0.0)))["link_m"].tolist() == [1000.0]


def test_a_candidate_on_a_fibre_node_pays_nothing(make_study: object, cross: list) -> None:
    study = make_study(cross, {"N1": (300.0, 80.0)})
    assert link_prices(study, _spots((300.0, 80.0)))["link_vnd"].tolist() == [0.0]


def test_without_fibre_nodes_no_link_has_a_price(make_study: object, cross: list) -> None:
    prices = link_prices(make_study(cross, {}), _spots((300.0, 80.0)))
    assert prices["link_m"].isna().all()


def test_no_candidates_give_no_prices(make_study: object, cross: list) -> None:
    assert link_prices(make_study(cross, {"N1": (0.0, 0.0)}), _spots()).empty
