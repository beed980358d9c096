"""Do links form trees from the fibre to every site, along roads, at the price of their length?"""

import math
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan import backhaul
from infraplan.catalog import value
from infraplan.errors import CrsError, InfeasibleError
from infraplan.results.links import Links
from infraplan.tables import check, spec

PRICE_VND_M = value("costs", "fibre_aerial", "likely_vnd")


def _climb(table: gpd.GeoDataFrame, link: str | None) -> list[pd.Series]:
    """Return the links from a site up to the fibre."""
    rows = table.set_index("link_id", drop=False)
    path: list[pd.Series] = []
    while link is not None:
        assert len(path) <= len(rows)
        path.append(rows.loc[link])
        link = path[-1]["parent_link_id"]
    return path


def _check_trees(links: Links, fibre: dict, sites: dict) -> None:
    """Check, knowing nothing of the solver, that every site hangs on the fibre."""
    table = links.table
    assert links.feeds["site_id"].tolist() == list(sites)
    for site, end in zip(links.feeds["site_id"], links.feeds["link_id"], strict=True):
        path = _climb(table, end)
        here = sites[site]
        for link in path:
            points = shapely.get_coordinates(link["geometry"])
            assert math.dist(points[-1], here) < 0.2
            here = points[0]
        assert min(math.dist(here, node) for node in fibre.values()) < 0.2
        if path:
            assert path[-1]["from_id"] in fibre
            assert path[-1]["parent_link_id"] is None
    fed = dict.fromkeys(table["link_id"], 0)
    for end in links.feeds["link_id"]:
        for link in _climb(table, end):
            fed[link["link_id"]] += 1
    assert table["sites_fed"].tolist() == list(fed.values())
    assert all(fed.values())
    assert table["length_m"].tolist() == pytest.approx(table.length.tolist())
    assert table["capex_vnd"].tolist() == pytest.approx((table["length_m"] * PRICE_VND_M).tolist())
    assert links.cost_vnd == pytest.approx(table["capex_vnd"].sum())
    assert links.lower_bound_vnd <= links.cost_vnd * (1 + 1e-9)


def test_sites_share_their_trunk(make_study: object, make_choice: object, cross: list) -> None:
    fibre = {"N1": (0.0, 0.0)}
    sites = {"C1": (2000.0, 100.0), "C2": (1100.0, 1500.0)}
    links = backhaul.connect(make_study(cross, fibre), make_choice(sites))
    _check_trees(links, fibre, sites)
    table = links.table
    assert table["length_m"].sum() == pytest.approx(1000 + 1100 + 1600)
    assert table["from_id"].tolist() == ["N1", "J0001", "J0001"]
    assert set(table["to_id"]) == {"J0001", "C1", "C2"}
    assert table["sites_fed"].tolist() == [2, 1, 1]
    assert links.components == 2
    assert any("2 parts" in note.en for note in links.provenance.notes)
    assert any("2 phần" in note.vi for note in links.provenance.notes)


def test_the_table_follows_its_dictionary(
    make_study: object, make_choice: object, cross: list
) -> None:
    links = backhaul.connect(make_study(cross, {"N1": (0, 0)}), make_choice({"C1": (2000, 100)}))
    assert check(links.table, spec("links"), file="links").faults == ()
    assert list(links.table.columns) == [n for n in spec("links").names if n != "year"]
    assert links.table["capex_vnd_origin"].tolist() == ["assumed"]
    assert links.table["geometry_origin"].tolist() == ["estimated"]
    assert links.table["length_m_origin"].tolist() == ["estimated"]


def test_links_are_known_no_better_than_the_roads(
    make_study: object, make_choice: object, cross: list
) -> None:
    study = make_study(cross, {"N1": (0, 0)})
    roads = study.roads.assign(geometry_origin=["measured", "simulated", "measured"])
    links = backhaul.connect(replace(study, roads=roads), make_choice({"C1": (2000, 100)}))
    for column in ("geometry_origin", "length_m_origin", "capex_vnd_origin"):
        assert set(links.table[column]) == {"simulated"}


def test_a_site_on_the_way_splits_the_link(
    make_study: object, make_choice: object, cross: list
) -> None:
    fibre, sites = {"N1": (0.0, 0.0)}, {"C1": (2000.0, 0.0), "C2": (500.0, 0.0)}
    links = backhaul.connect(make_study(cross, fibre), make_choice(sites))
    _check_trees(links, fibre, sites)
    assert links.table["to_id"].tolist() == ["C2", "C1"]


def test_a_mast_on_a_fibre_node_costs_nothing_and_feeds_others(
    make_study: object, make_choice: object, cross: list
) -> None:
    fibre = {"N1": (0.0, 0.0), "N2": (1500.0, 70.0)}
    sites = {"C1": (1500.0, 70.0), "C2": (2000.0, 0.0)}
    links = backhaul.connect(make_study(cross, fibre), make_choice(sites))
    _check_trees(links, fibre, sites)
    assert links.table["from_id"].tolist() == ["N2"]
    assert links.table["length_m"].tolist() == pytest.approx([570.0])
    assert links.feeds["link_id"].isna().tolist() == [True, False]


def test_two_sites_in_one_place_share_a_link(
    make_study: object, make_choice: object, cross: list
) -> None:
    fibre, sites = {"N1": (0.0, 0.0)}, {"C1": (300.0, 40.0), "C2": (300.0, 40.0)}
    links = backhaul.connect(make_study(cross, fibre), make_choice(sites))
    _check_trees(links, fibre, sites)
    assert links.table["sites_fed"].tolist() == [2]
    assert links.feeds["link_id"].tolist() == ["L0001", "L0001"]


def test_sites_that_no_road_reaches_are_named(
    make_study: object, make_choice: object, cross: list
) -> None:
    sites = {"C1": (2000.0, 0.0), "C2": (5500.0, 5000.0)}
    with pytest.raises(InfeasibleError, match=r"1 of 2 sites: C2 \(5\.3 km of new"):
        backhaul.connect(make_study(cross, {"N1": (0.0, 0.0)}), make_choice(sites))


def test_without_any_fibre_node_every_site_is_named(
    make_study: object, make_choice: object, cross: list
) -> None:
    with pytest.raises(InfeasibleError, match="C1"):
        backhaul.connect(make_study(cross, {}), make_choice({"C1": (0.0, 0.0)}))


@pytest.mark.parametrize("fibre", [{}, {"N1": (0.0, 0.0)}])
def test_no_sites_need_no_links(
    make_study: object, make_choice: object, cross: list, fibre: dict
) -> None:
    links = backhaul.connect(make_study(cross, fibre), make_choice({}))
    assert links.table.empty
    assert links.table.crs == "EPSG:32648"
    assert (links.cost_vnd, links.gap_share) == (0.0, 0.0)


def test_sites_in_another_crs_are_refused(
    make_study: object, make_choice: object, cross: list
) -> None:
    choice = make_choice({"C1": (0.0, 0.0)})
    choice.new_sites.set_crs("EPSG:32649", allow_override=True, inplace=True)
    with pytest.raises(CrsError):
        backhaul.connect(make_study(cross, {"N1": (0.0, 0.0)}), choice)


@st.composite
def networks(draw: st.DrawFn) -> tuple[list, dict, dict]:
    """Draw a street grid without some of its streets, fibre nodes and sites."""
    size = draw(st.integers(2, 4))
    step_m = 400.0
    corners = [(i * step_m, j * step_m) for i in range(size) for j in range(size)]
    streets = [
        [(x, y), (x + dx, y + dy)]
        for x, y in corners
        for dx, dy in ((step_m, 0.0), (0.0, step_m))
        if max(x + dx, y + dy) < size * step_m
    ]
    cut = draw(st.sets(st.integers(0, len(streets) - 1), max_size=len(streets) // 4))
    kept = [street for number, street in enumerate(streets) if number not in cut]
    spot = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(
        lambda place: (place[0] * 37.0, place[1] * 41.0)
    )
    fibre = draw(st.lists(spot, min_size=1, max_size=3))
    sites = draw(st.lists(spot, min_size=1, max_size=6))
    return (
        kept,
        {f"N{number}": place for number, place in enumerate(fibre)},
        {f"C{number}": place for number, place in enumerate(sites)},
    )


@given(networks())
@settings(max_examples=40, deadline=None)
def test_every_site_hangs_on_the_fibre_at_no_more_than_links_of_their_own(
    make_study: object, make_choice: object, network: tuple[list, dict, dict]
) -> None:
    roads, fibre, sites = network
    study, choice = make_study(roads, fibre), make_choice(sites)
    spots = choice.new_sites.rename(columns={"site_id": "candidate_id"})
    own_vnd = backhaul.link_prices(study, spots)["link_vnd"]
    if own_vnd.isna().any():
        with pytest.raises(InfeasibleError):
            backhaul.connect(study, choice)
        return
    links = backhaul.connect(study, choice)
    _check_trees(links, fibre, sites)
    assert links.cost_vnd <= own_vnd.sum() * (1 + 1e-9) + 1
    assert links.cost_vnd >= own_vnd.max() * (1 - 1e-9) - 0.2 * PRICE_VND_M


def test_no_clock_is_as_good_as_any(make_study: object, make_choice: object, cross: list) -> None:
    study, choice = make_study(cross, {"N1": (0.0, 0.0)}), make_choice({"C1": (2000.0, 100.0)})
    links = backhaul.connect(study, choice, time_limit_s=math.inf)
    assert links.status == "optimal"


def test_two_runs_agree(make_study: object, make_choice: object, cross: list) -> None:
    study = make_study(cross, {"N1": (0.0, 0.0), "N2": (1000.0, 1500.0)})
    choice = make_choice({"C1": (2000.0, 100.0), "C2": (700.0, -100.0)})
    one, two = backhaul.connect(study, choice), backhaul.connect(study, choice)
    pd.testing.assert_frame_equal(one.table, two.table)
