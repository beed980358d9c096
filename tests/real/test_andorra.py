"""Does the whole job run on real terrain, roads, settlements, parishes and towers?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyogrio
import pytest

from infraplan import workflow
from infraplan.settings import studies_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infraplan.workflow import RunResult

pytestmark = pytest.mark.real

PARISHES = {
    "Andorra la Vella",
    "Encamp",
    "Escaldes-Engordany",
    "La Massana",
    "Ordino",
    "Sant Julià de Lòria",
}
PEOPLE = 83_888
"""The population tag of the country in the extract."""

LAYERS = {"communes", "villages", "sites", "gaps", "new_sites", "links"}


@pytest.fixture(scope="module")
def result(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunResult]:
    """Run Andorra once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INFRAPLAN_MIRROR", str(shared / "mirror"))
        out = tmp_path_factory.mktemp("andorra") / "bundle"
        yield workflow.run(studies_folder() / "andorra.toml", out, threads=2)


def test_six_parishes_are_whole_and_the_rest_of_the_country_is_kept(result: RunResult) -> None:
    communes = result.communes.set_index("name")
    whole = communes[communes["geometry_origin"] == "measured"]
    assert set(whole.index) == PARISHES
    rest = communes.drop(index=whole.index)
    assert rest["code"].tolist() == ["rest"]
    assert rest["geometry_origin"].tolist() == ["approximate"]
    # The national area is 468 km²; the straight line across the opening costs some of it.
    assert communes["area_m2"].sum() == pytest.approx(468e6, rel=0.01)
    notes = " ".join(note.en for note in result.study.provenance.notes)
    assert "Six of the seven parishes are whole" in notes
    assert "opening of 4.4 km" in notes


def test_people_add_up_to_the_tagged_total_and_are_estimated(result: RunResult) -> None:
    for table in (result.communes, result.villages):
        assert table["people"].sum() == pytest.approx(PEOPLE, rel=1e-6)
        assert set(table["people_origin"]) == {"estimated"}
    assert result.study.people.values.sum() == pytest.approx(PEOPLE, rel=1e-6)


def test_two_towers_are_telecom_masts_and_the_others_are_rejected_with_reasons(
    result: RunResult,
) -> None:
    sites = result.study.sites
    mapped = sites[sites["geometry_origin"] == "measured"]
    assert sorted(mapped["site_id"]) == ["osm-2021871842", "osm-2021871844"]
    assert set(sites["geometry_origin"]) == {"measured", "simulated"}
    notes = [note.en for note in result.study.provenance.notes]
    pylons = [n for n in notes if "aerialway=chair_lift: a pylon of it" in n]
    assert len(pylons) == 1
    assert pylons[0].startswith("Not taken as telecom masts (9)")
    assert any("Not taken as telecom masts (1): tourism=viewpoint" in n for n in notes)


def test_cells_are_assumed_on_mapped_masts_and_simulated_on_made_up_ones(
    result: RunResult,
) -> None:
    cells = result.study.cells
    mapped = cells["site_id"].str.startswith("osm-")
    for column in ("azimuth_deg", "tilt_deg", "eirp_dbm", "height_m"):
        assert set(cells.loc[mapped, f"{column}_origin"]) == {"assumed"}
        assert set(cells.loc[~mapped, f"{column}_origin"]) == {"simulated"}


def test_voids_of_the_terrain_are_counted_and_filled(result: RunResult) -> None:
    notes = [n.en for n in result.study.provenance.notes if "voids among" in n.en]
    assert len(notes) == 1
    assert "7,652 voids among the 1,442,401 posts" in notes[0]
    assert "383 of them in and around the study area" in notes[0]
    heights_m = result.study.elevation.values
    assert 800 < heights_m.min() < 900  # the river leaves the country at 840 m
    assert 2900 < heights_m.max() < 3000  # Coma Pedrosa 2,942 m; the grid reaches 1 km beyond


def test_every_parish_has_shares_between_nothing_and_all(result: RunResult) -> None:
    communes = result.communes
    for what in ("area_served_share_of_commune_area", "people_served_share_of_commune_people"):
        shares = communes[f"{what}_any"]
        assert shares.notna().all()
        assert shares.between(0, 1).all()
        assert 0 < shares.min() < 1
    assert communes["people_served_any"].sum() <= PEOPLE


def test_gaps_hold_the_people_who_are_not_served_but_for_specks(result: RunResult) -> None:
    unserved = PEOPLE - result.communes["people_served_any"].sum()
    nobody_serves = result.gaps[result.gaps["kind"].isin(["white", "weak"])]
    left_out = unserved - nobody_serves["people"].sum()  # spots with less than one person
    assert unserved > 0
    assert -1e-6 * PEOPLE <= left_out <= 1e-3 * unserved


def test_sites_are_chosen_and_every_one_hangs_on_a_tree_of_links(result: RunResult) -> None:
    sites, links = result.plan.sites, result.plan.links
    assert len(sites) > 0
    assert (sites["weight_gained"] > 0).all()  # one only relieves an overloaded sector
    assert sites["people_gained"].sum() > 0
    assert links["to_id"].is_unique
    assert set(sites["site_id"]) <= set(links["to_id"])
    study = result.study
    stands = {*study.fibre_nodes["node_id"], *study.sites["site_id"], *study.fibre["fibre_id"]}
    end_of = dict(zip(links["link_id"], links["to_id"], strict=True))
    seen: set[str] = set()
    for link in links.to_dict("records"):
        parent = link["parent_link_id"]
        if isinstance(parent, str):
            assert parent in seen
            assert end_of[parent] == link["from_id"]
        else:
            assert link["from_id"] in stands
        seen.add(link["link_id"])


def test_bundle_is_complete_and_repeats_what_is_not_measured(result: RunResult) -> None:
    manifest = json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))
    outputs = set(manifest["outputs"])
    files = (p for p in result.folder.rglob("*") if p.is_file())
    assert outputs == {p.relative_to(result.folder).as_posix() for p in files} - {"manifest.json"}
    packages = sorted(result.folder.glob("*.gpkg"))
    assert len(packages) == 1
    assert {str(name) for name, _ in pyogrio.list_layers(packages[0])} >= LAYERS
    assert len(pyogrio.read_dataframe(packages[0], layer="communes")) == len(PARISHES) + 1
    for ending in (".tif", ".csv", ".html"):
        assert any(name.endswith(ending) for name in outputs)
    assert "simulated" in manifest["data_basis"]
    assert any("Six of the seven parishes" in note["en"] for note in manifest["notes"])
