"""Is a cable with free fibres joined anywhere along it, for the price of a closure?"""

from dataclasses import replace

import pandas as pd
import pytest
import shapely

from infraplan import backhaul
from infraplan.results import Prices
from infraplan.results.bill import capex_vnd

CLOSURE_VND = Prices.catalogue().vnd("fibre_closure")
VND_M = Prices.catalogue().vnd("fibre_aerial")
ROAD = [[(0.0, 0.0), (5000.0, 0.0), (9000.0, 0.0)], [(5000.0, 0.0), (5000.0, 2000.0)]]
NODE = {"N1": (0.0, 0.0)}


def _with(make_study: object, make_cables: object, fibres: int | None, y_m: float = 0.0) -> object:
    course = [(0.0, 0.0), (300.0, y_m), (9000.0, y_m)]
    return replace(make_study(ROAD, NODE), fibre=make_cables({"F1": ("buried", fibres, [course])}))


@pytest.mark.parametrize("fibres", [24, 96, None])
def test_a_side_road_leaves_the_cable_where_it_meets_it(
    make_study: object, make_choice: object, make_cables: object, fibres: int | None
) -> None:
    study = _with(make_study, make_cables, fibres)
    links = backhaul.connect(study, make_choice({"C1": (5000.0, 1500.0)}))
    assert links.table["from_id"].tolist() == ["F1"]
    assert links.cost_vnd == pytest.approx(1500.0 * VND_M + CLOSURE_VND)
    assert links.bill["item"].tolist() == ["fibre_aerial", "fibre_opex", "fibre_closure"]
    assert links.lower_bound_vnd == pytest.approx(links.cost_vnd)
    said = [note.en for note in links.provenance.notes]
    assert any("1 of 1 cables" in note for note in said)
    assert any("nobody says" in note for note in said) == (fibres is None)


def test_a_small_cable_has_no_free_fibres(
    make_study: object, make_choice: object, make_cables: object
) -> None:
    links = backhaul.connect(_with(make_study, make_cables, 12), make_choice({"C1": (5000, 1500)}))
    assert links.table["from_id"].tolist() == ["N1"]
    assert links.cost_vnd == pytest.approx(6500.0 * VND_M)


def test_two_links_from_one_place_share_the_closure(
    make_study: object, make_choice: object, make_cables: object
) -> None:
    study = _with(make_study, make_cables, 48)
    study = replace(study, roads=_cross_roads(study))
    links = backhaul.connect(study, make_choice({"C1": (5000, 1500), "C2": (5000, -1500)}))
    assert links.table["parent_link_id"].isna().all()
    assert (links.bill["item"] == "fibre_closure").sum() == 1
    assert links.cost_vnd == pytest.approx(3000.0 * VND_M + CLOSURE_VND)


def _cross_roads(study: object) -> object:
    south = study.roads.iloc[[1]].assign(road_id="R9")
    south.geometry = [shapely.LineString([(5000.0, 0.0), (5000.0, -2000.0)])]
    return pd.concat([study.roads, south], ignore_index=True)


def test_a_site_on_the_cable_gets_a_link_that_holds_the_closure(
    make_study: object, make_choice: object, make_cables: object
) -> None:
    links = backhaul.connect(_with(make_study, make_cables, 48), make_choice({"C1": (7000, 0)}))
    assert len(links.table) == 1
    assert links.table["length_m"][0] < 1.0
    assert links.table.geometry.is_valid.all()
    assert links.feeds["link_id"].tolist() == ["L0001"]
    assert links.cost_vnd == pytest.approx(CLOSURE_VND, rel=0.01)


def test_a_cable_across_country_is_joined_straight_without_any_road(
    make_study: object, make_choice: object, make_cables: object
) -> None:
    study = _with(make_study, make_cables, 48, y_m=300.0)
    bare = replace(study, roads=study.roads.iloc[:0])
    links = backhaul.connect(bare, make_choice({"C1": (7000.0, 900.0)}))
    assert links.table["length_m"].tolist() == pytest.approx([600.0])
    assert links.cost_vnd == pytest.approx(
        capex_vnd(links.bill, links.table["link_id"], study.prices).sum()
    )
