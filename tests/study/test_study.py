"""Does a study hold what its files say, in one metric CRS, with nobody lost?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan.geo import people_weights, zone_weights
from infraplan.study import Study

if TYPE_CHECKING:
    from pathlib import Path


def test_everything_is_in_one_metric_crs(tiny_study: Study) -> None:
    for name in ("communes", "villages", "sites", "cells", "roads", "fibre_nodes"):
        assert getattr(tiny_study, name).crs == tiny_study.crs == "EPSG:32648"
    assert tiny_study.elevation.grid == tiny_study.people.grid == tiny_study.grid


def test_people_of_each_commune_are_kept_on_the_grid(tiny_study: Study) -> None:
    weights = people_weights(zone_weights(tiny_study.communes.geometry, tiny_study.grid))
    people = weights @ tiny_study.people.values.ravel()
    np.testing.assert_allclose(people, tiny_study.communes["people"], rtol=1e-9)
    np.testing.assert_allclose(
        tiny_study.people.values.sum(), tiny_study.communes["people"].sum(), rtol=1e-9
    )


def test_villages_of_a_commune_add_up_to_its_people(tiny_study: Study) -> None:
    sums = tiny_study.villages.groupby("commune_code")["people"].sum()
    expected = tiny_study.communes.set_index("code")["people"]
    np.testing.assert_allclose(sums.to_numpy(), expected.loc[sums.index].to_numpy(), rtol=1e-9)


def test_cells_stand_where_their_site_stands(tiny_study: Study) -> None:
    place = tiny_study.sites.set_index("site_id").geometry
    for _, cell in tiny_study.cells.iterrows():
        assert cell.geometry.equals(place[cell["site_id"]])


def test_what_is_simulated_is_counted(tiny_study: Study) -> None:
    origins = tiny_study.provenance.origins
    rasters = origins[origins["table"] == "elevation"]
    assert list(rasters["origin"]) == ["simulated"]
    assert set(origins["origin"]) == {"simulated", "approximate"}


def test_building_twice_gives_the_same(tiny_file: Path) -> None:
    first, second = Study.build(tiny_file), Study.build(tiny_file)
    np.testing.assert_array_equal(first.people.values, second.people.values)
    np.testing.assert_array_equal(first.elevation.values, second.elevation.values)
    assert first.provenance.sources == second.provenance.sources
    assert all(len(s.sha256) == 64 for s in first.provenance.sources)


def test_own_tables_replace_those_of_the_base(tiny_file: Path) -> None:
    text = tiny_file.read_text(encoding="utf-8").replace("[study]", '[study]\nbase = "phu-tho"', 1)
    tiny_file.write_text(text, encoding="utf-8")
    study = Study.build(tiny_file)
    assert len(study.communes) == 4
    assert not any(note.en == "Masts are simulated." for note in study.provenance.notes)
