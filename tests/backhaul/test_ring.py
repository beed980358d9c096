"""Does a ring give a site two ways that share no link, at the least price?"""

from dataclasses import replace

import pandas as pd
import pytest

from infraplan import backhaul
from infraplan.errors import ParameterError
from infraplan.plan.needs import needs
from infraplan.results import Links, Prices
from infraplan.results.bill import capex_vnd

VND_M = Prices.catalogue().vnd("fibre_aerial")
LOOP = [[(0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0)], [(1000, 1000), (3000, 1000)]]
NODE = {"N1": (0.0, 0.0)}


def _both(make_study: object, make_choice: object, sites: dict, wanted: list) -> tuple:
    study, choice = make_study(LOOP, NODE), make_choice(sites)
    links = backhaul.connect(study, choice)
    return study, choice, links, backhaul.second_ways(study, links, choice, wanted)


def _consistent(links: Links, study: object, choice: object) -> None:
    paid = capex_vnd(links.bill, links.table["link_id"], study.prices)
    assert links.table["capex_vnd"].tolist() == pytest.approx(paid.tolist())
    assert links.cost_vnd == pytest.approx(paid.sum())
    assert links.lower_bound_vnd <= links.cost_vnd
    ids = choice.new_sites["site_id"].tolist()
    assert needs(ids, links, years=[2026], works_years={}).earliest.tolist()


def test_a_site_on_a_loop_gets_the_other_way_round(make_study: object, make_choice: object) -> None:
    study, choice, links, ring = _both(make_study, make_choice, {"C1": (1000, 500)}, ["C1"])
    assert links.table["length_m"].tolist() == pytest.approx([1500.0])
    assert ring.ways["protected"].tolist() == [True]
    assert ring.ways["length_m"].tolist() == pytest.approx([2500.0])
    new = ring.links.table.iloc[1]
    assert (new["link_id"], new["from_id"], new["to_id"]) == ("R0001", "N1", "C1")
    assert not new.geometry.crosses(links.table.geometry[0])
    assert new.geometry.intersection(links.table.geometry[0]).length < 1e-6
    _consistent(ring.links, study, choice)
    assert ring.links.cost_vnd == pytest.approx(4000 * VND_M)


def test_links_of_other_sites_serve_for_nothing(make_study: object, make_choice: object) -> None:
    sites = {"C1": (1000, 500), "C2": (0, 500)}
    study, choice, _, ring = _both(make_study, make_choice, sites, ["C1", "C2"])
    assert ring.ways["length_m"].tolist() == pytest.approx([2000.0, 0.0])
    assert ring.ways["protected"].tolist() == [True, True]
    assert ring.links.table["sites_fed"].tolist() == [1, 1, 2]
    _consistent(ring.links, study, choice)


def test_a_site_off_the_road_gets_its_access_twice(make_study: object, make_choice: object) -> None:
    study, choice, _, ring = _both(make_study, make_choice, {"C1": (1100, 500)}, ["C1"])
    assert ring.ways["length_m"].tolist() == pytest.approx([2600.0])
    _consistent(ring.links, study, choice)


def test_a_dead_end_is_named_with_its_bridge(make_study: object, make_choice: object) -> None:
    sites = {"C1": (2500, 1000)}
    _, _, links, ring = _both(make_study, make_choice, sites, ["C1"])
    assert ring.ways["protected"].tolist() == [False]
    assert ring.ways["bridge_link_id"].tolist() == ["L0001"]
    pd.testing.assert_frame_equal(ring.links.table, links.table)
    assert any("C1 gets no second way" in note.en for note in ring.links.provenance.notes)


def test_a_second_way_never_enters_the_cable_of_the_first(
    make_study: object, make_choice: object, make_cables: object
) -> None:
    cable = make_cables({"F1": ("buried", 48, [[(0.0, 0.0), (0.0, 1000.0)]])})
    study = replace(make_study(LOOP, {}), fibre=cable)
    choice = make_choice({"C1": (1000.0, 500.0)})
    links = backhaul.connect(study, choice)
    ring = backhaul.second_ways(study, links, choice, ["C1"])
    assert ring.ways["protected"].tolist() == [False]


def test_protect_takes_the_sites_of_the_plan(make_study: object, make_choice: object) -> None:
    study, choice = make_study(LOOP, NODE), make_choice({"C1": (1000, 500)})
    links = backhaul.connect(study, choice)
    assert backhaul.protect(study, links, choice) is links
    asked = study.file.model_copy(
        update={"plan": study.file.plan.model_copy(update={"ring": ("C1",)})}
    )
    assert len(backhaul.protect(replace(study, file=asked), links, choice).table) == 2
    with pytest.raises(ParameterError, match="C9"):
        backhaul.protect(study, links, choice, ["C9"])
