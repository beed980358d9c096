"""Is one place linked on the prepared network as on a network that is built for it?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan import backhaul
from infraplan.backhaul.one_place import (
    PlaceLink,
    link_of_place,
    links_together,
)
from infraplan.backhaul.place_ends import PlaceNetwork, place_network
from infraplan.results import Prices
from infraplan.results.bill import capex_vnd

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraplan.study import Study

ROADS = [
    [(0.0, 0.0), (5000.0, 0.0), (9000.0, 400.0)],
    [(5000.0, 0.0), (5000.0, 3000.0)],
    [(20000.0, 9000.0), (21000.0, 9000.0)],
]
NODES = {"N1": (0.0, 0.0), "N2": (5200.0, 2500.0)}
VND = Prices.catalogue().vnd


@pytest.fixture(scope="module")
def study(make_study: Callable[..., Study], make_cables: Callable[..., gpd.GeoDataFrame]) -> Study:
    """Return roads, two nodes, a cable that follows a road for a while, and one apart."""
    cables = make_cables(
        {
            "F1": ("buried", 48, [[(6000.0, 95.0), (8000.0, 300.0), (8500.0, 2500.0)]]),
            "F2": ("buried", 6, [[(1000.0, 1000.0), (3000.0, 1000.0)]]),
        }
    )
    return replace(make_study(ROADS, NODES), fibre=cables)


@pytest.fixture(scope="module")
def network(study: Study) -> PlaceNetwork:
    return place_network(study)


def _spot(study: Study, x_m: float, y_m: float) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"candidate_id": ["C"], "heights_m": ["42"], "antenna_height_m": [40.0]},
        geometry=[shapely.Point(x_m, y_m)],
        crs=study.crs,
    )


def _linked(network: PlaceNetwork, x_m: float, y_m: float) -> PlaceLink:
    link = link_of_place(network, _spot(network.study, x_m, y_m))
    assert link is not None
    return link


@settings(max_examples=60, deadline=None)
@given(x_m=st.floats(-500.0, 10_000.0), y_m=st.floats(-1_500.0, 4_000.0))
def test_price_and_way_are_those_of_the_table_of_prices(
    network: PlaceNetwork, x_m: float, y_m: float
) -> None:
    link = _linked(network, x_m, y_m)
    price = backhaul.link_prices(network.study, _spot(network.study, x_m, y_m)).iloc[0]
    assert link.capex_vnd == pytest.approx(price["link_vnd"], abs=1.0)
    assert link.length_m == pytest.approx(price["link_m"], abs=0.01)
    bought = capex_vnd(link.bill, ["link"], network.study.prices)
    assert bought["link"] == pytest.approx(link.capex_vnd)


@pytest.mark.parametrize(
    ("place", "medium", "from_id", "vnd"),
    [
        ((0.0, 0.0), "existing", "N1", 0.0),
        ((3000.0, 0.0), "fibre_aerial", "N1", 3000.0 * VND("fibre_aerial")),
        ((8500.0, 2500.0), "fibre_aerial", "F1", VND("fibre_closure")),
    ],
)
def test_known_places_have_known_links(
    network: PlaceNetwork, place: tuple[float, float], medium: str, from_id: str, vnd: float
) -> None:
    link = _linked(network, *place)
    assert (link.medium, link.from_id) == (medium, from_id)
    assert link.capex_vnd == pytest.approx(vnd, abs=20_000.0)


def test_line_runs_from_the_network_to_the_place(network: PlaceNetwork) -> None:
    link = _linked(network, 4000.0, 300.0)
    assert link.line is not None
    assert link.line.coords[-1] == pytest.approx((4000.0, 300.0))
    assert link.line.length == pytest.approx(link.length_m)
    assert _linked(network, 0.0, 0.0).line is None


def test_without_roads_and_cables_there_is_no_way(make_study: Callable[..., Study]) -> None:
    apart = place_network(make_study(ROADS, {"N9": (20500.0, 9000.0)}))
    assert link_of_place(apart, _spot(apart.study, 100.0, 100.0)) is None


def test_shared_stretches_are_paid_once(network: PlaceNetwork) -> None:
    links = [_linked(network, 2000.0, 300.0), _linked(network, 2600.0, 300.0)]
    bill, length_m = links_together(network, links)
    together = capex_vnd(bill, ["link"], network.study.prices)["link"]
    each: list[Any] = [link.capex_vnd for link in links]
    assert max(each) < together <= sum(each)
    assert length_m <= sum(link.length_m for link in links)
    alone, alone_m = links_together(network, links[:1])
    assert capex_vnd(alone, ["link"], network.study.prices)["link"] == pytest.approx(each[0])
    assert alone_m == pytest.approx(links[0].length_m)
    assert links_together(network, [])[1] == 0.0
