"""Do terrain tiles, land-cover tiles and grids of people come in through the shelf, people kept?"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from infraplan.errors import InputError
from infraplan.geo import people_weights, zone_weights
from infraplan.sources.shelf import Shelf
from infraplan.sources.tiles import tiles_of
from infraplan.sources.wanted import wanted
from infraplan.study import Study
from infraplan.study.gather import gather_communes
from infraplan.study.raster_sources import area_deg

if TYPE_CHECKING:
    from pathlib import Path

ROW_SIDE = 1201
POP_STEP_DEG = 3 / 3600


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return a shelf with an empty mirror and an empty cache."""
    for name in ("mirror", "cache"):
        (tmp_path / name).mkdir()
    return Shelf(mirror=tmp_path / "mirror", cache=tmp_path / "cache")


def place_of(shelf: Shelf, address: str) -> Path:
    assert shelf.mirror is not None
    path = shelf.mirror / address.removeprefix("https://")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def tiled(tiny_file: Path, source: str) -> None:
    old = 'paths = ["elevation.tif"]\nvalues_origin = "simulated"'
    replace(tiny_file, old, f'source = "{source}"')


def write_people(path: Path, people: np.ndarray) -> Path:
    place = from_origin(104.95, 21.15, POP_STEP_DEG, POP_STEP_DEG)
    with rasterio.open(
        path, "w", driver="GTiff", height=people.shape[0], width=people.shape[1], count=1,
        dtype="float32", crs="EPSG:4326", transform=place, nodata=-99999,
    ) as target:  # fmt: skip
        target.write(people.astype(np.float32), 1)
    return path


def some_people() -> np.ndarray:
    rng = np.random.default_rng(5)
    return np.where(rng.random((240, 240)) < 0.7, -99999.0, rng.gamma(1.0, 2.0, (240, 240)))


def by_commune(study: Study) -> np.ndarray:
    weights = people_weights(zone_weights(study.communes.geometry, study.grid))
    return np.asarray(weights @ study.people.values.ravel())


def notes_of(study: Study) -> str:
    return "\n".join(note.en for note in study.provenance.notes)


def ask_for_people(tiny_file: Path, said: str = "") -> None:
    part = f'[people]\nmethod = "grid"\npaths = ["pop.tif"]\n{said}\n[plan]'
    replace(tiny_file, "[plan]", part)


def drop_people(tiny_file: Path, *, of: int | None = None) -> None:
    """Take the people from the communes' table: from one of them, or from all."""
    path = tiny_file.parent / "communes.geojson"
    table = json.loads(path.read_text(encoding="utf-8"))
    for number, feature in enumerate(table["features"]):
        if of is None:
            del feature["properties"]["people"], feature["properties"]["people_origin"]
        elif of == number:
            feature["properties"]["people"] = None
    path.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")


def test_tiles_of_skadi_are_found_by_the_boundaries(tiny_file: Path, shelf: Shelf) -> None:
    tiled(tiny_file, "skadi")
    bounds = area_deg(gather_communes(tiny_file, shelf=shelf))
    wants = tiles_of("skadi", bounds)
    assert len(wants) == 4  # the study lies at 105° east, 21° north, and reaches 1 km beyond
    with pytest.raises(InputError) as caught:
        Study.build(tiny_file, shelf=shelf)
    missing = [f for f in caught.value.faults if f.column == "elevation.source"]
    assert len(missing) == 4
    assert all("infraplan fetch" in f.remedy for f in missing)
    for want in wants:
        heights = np.full((ROW_SIDE, ROW_SIDE), 120, dtype=">i2")
        place_of(shelf, want.address).write_bytes(gzip.compress(heights.tobytes()))
    study = Study.build(tiny_file, shelf=shelf)
    assert (study.elevation.values == 120).all()
    assert notes_of(study).count("EGM96") == 1
    sources = [s for s in study.provenance.sources if s.table == "elevation"]
    assert sorted(s.file for s in sources) == sorted(w.address for w in wants)
    assert {s.origin for s in sources} == {"Terrain Tiles (skadi), mostly SRTM"}


def test_tiles_that_the_host_has_not_are_sea(tiny_file: Path, shelf: Shelf) -> None:
    tiled(tiny_file, "glo30")
    wants = tiles_of("glo30", area_deg(gather_communes(tiny_file, shelf=shelf)))
    for want in wants:
        path = place_of(shelf, want.address)
        if "N21_00_E105" not in want.address:
            path.with_name(path.name + "@absent").touch()
            continue
        step = 1 / 300
        with rasterio.open(
            path, "w", driver="GTiff", height=300, width=300, count=1, dtype="float32",
            crs="EPSG:4326", transform=from_origin(105 - step / 2, 22 + step / 2, step, step),
        ) as target:  # fmt: skip
            target.write(np.full((300, 300), 80, dtype=np.float32), 1)
    study = Study.build(tiny_file, shelf=shelf)
    assert set(np.unique(study.elevation.values)) == {0.0, 80.0}
    assert "3 terrain tiles do not exist because they hold only sea" in notes_of(study)
    assert "EGM2008" in notes_of(study)


def test_tiles_of_worldcover_become_land_cover(tiny_file: Path, shelf: Shelf) -> None:
    replace(tiny_file, "[plan]", '[clutter]\nsource = "worldcover"\n[plan]')
    wants = tiles_of("worldcover", area_deg(gather_communes(tiny_file, shelf=shelf)))
    for want in wants:
        path = place_of(shelf, want.address)
        south, west = float(want.address[-14:-12]), float(want.address[-11:-8])
        with rasterio.open(
            path, "w", driver="GTiff", height=900, width=900, count=1, dtype="uint8",
            crs="EPSG:4326", transform=from_origin(west, south + 3, 1 / 300, 1 / 300), nodata=0,
        ) as target:  # fmt: skip
            target.write(np.full((900, 900), 10, dtype=np.uint8), 1)
    study = Study.build(tiny_file, shelf=shelf)
    assert study.clutter is not None
    assert (study.clutter.values == 5).all()  # trees
    licences = {s.licence for s in study.provenance.sources if s.table == "clutter"}
    assert licences == {"CC BY 4.0"}


def test_a_grid_is_scaled_so_that_each_commune_keeps_its_people(tiny_file: Path) -> None:
    write_people(tiny_file.parent / "pop.tif", some_people())
    ask_for_people(tiny_file)
    study = Study.build(tiny_file)
    assert study.communes["people"].tolist() == [1000, 1100, 1100, 1200]
    np.testing.assert_allclose(by_commune(study), study.communes["people"], rtol=1e-9)
    assert study.people.values.sum() == pytest.approx(4400, rel=1e-9)
    sums = study.villages.groupby("commune_code")["people"].sum()
    expected = study.communes.set_index("code")["people"].loc[sums.index]
    np.testing.assert_allclose(sums, expected, rtol=1e-9)
    assert "4,400 in all" in notes_of(study)
    assert study.people.origin == "simulated"


def test_without_a_census_the_communes_get_the_people_of_the_grid(tiny_file: Path) -> None:
    people = np.full((240, 240), 1.0)
    write_people(tiny_file.parent / "pop.tif", people)
    ask_for_people(tiny_file)
    drop_people(tiny_file)
    study = Study.build(tiny_file)
    # A commune is 0.05° × 0.05°, a pixel 3 seconds: 60 × 60 pixels of one person.
    np.testing.assert_allclose(study.communes["people"], 3600, rtol=0.002)
    assert set(study.communes["people_origin"]) == {"estimated"}
    assert study.people.values.sum() == pytest.approx(4 * 3600, rel=1e-3)
    assert "Communes without people, taken from the grid of people: 4." in notes_of(study)


def test_one_commune_without_people_gets_those_of_the_grid(tiny_file: Path) -> None:
    write_people(tiny_file.parent / "pop.tif", np.full((240, 240), 1.0))
    ask_for_people(tiny_file)
    drop_people(tiny_file, of=2)
    study = Study.build(tiny_file)
    people = study.communes["people"].tolist()
    assert people[:2] + people[3:] == [1000, 1100, 1200]
    assert people[2] == pytest.approx(3600, rel=0.01)
    assert study.communes["people_origin"].tolist()[2] == "estimated"


def test_a_commune_where_the_grid_holds_nobody_is_filled_evenly_and_told(tiny_file: Path) -> None:
    people = np.full((240, 240), -99999.0)
    people[:110, :110] = 1.0  # only the north-west
    write_people(tiny_file.parent / "pop.tif", people)
    ask_for_people(tiny_file)
    study = Study.build(tiny_file)
    np.testing.assert_allclose(by_commune(study), study.communes["people"], rtol=1e-6)
    assert "Communes where the grid of people holds nobody: 3" in notes_of(study)


def test_an_unscaled_grid_replaces_the_table_and_says_so(tiny_file: Path) -> None:
    write_people(tiny_file.parent / "pop.tif", np.full((240, 240), 1.0))
    ask_for_people(tiny_file, 'scale_to = "none"')
    study = Study.build(tiny_file)
    np.testing.assert_allclose(study.communes["people"], 3600, rtol=0.002)
    assert "in place of the table's (4,400)" in notes_of(study)


def test_villages_without_people_get_those_of_the_nearest_cells(tiny_file: Path) -> None:
    path = tiny_file.parent / "villages.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("Khu 1,120,", "Khu 1,,")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_people(tiny_file.parent / "pop.tif", some_people())
    ask_for_people(tiny_file)
    study = Study.build(tiny_file)
    assert (study.villages["people"] > 0).all()
    assert study.villages["people_origin"].tolist()[0] == "estimated"
    assert "estimated from the cells nearest to them: 1" in notes_of(study)


def test_worldpop_is_found_by_the_country(tiny_file: Path, shelf: Shelf) -> None:
    replace(tiny_file, 'id = "tiny"', 'id = "tiny"\ncountry = "VN"')
    replace(tiny_file, "[plan]", '[people]\nmethod = "grid"\nsource = "worldpop"\n[plan]')
    with pytest.raises(InputError) as caught:
        Study.build(tiny_file, shelf=shelf)
    (fault,) = caught.value.faults
    assert (fault.column, "vnm_ppp_2020" in fault.problem) == ("people.source", True)
    want = wanted("worldpop", {"ISO3": "VNM", "iso3": "vnm"})
    write_people(place_of(shelf, want.address), some_people())
    study = Study.build(tiny_file, shelf=shelf)
    assert study.people.values.sum() == pytest.approx(4400, rel=1e-9)
    (source,) = (s for s in study.provenance.sources if s.table == "people")
    assert source.licence == "CC BY 4.0"
    assert source.origin == "WorldPop 2020 constrained"


def test_a_grid_of_people_elsewhere_is_one_fault(tiny_file: Path) -> None:
    write_people(tiny_file.parent / "pop.tif", np.full((10, 10), 1.0))
    ask_for_people(tiny_file)
    with pytest.raises(InputError, match="rasters of people do not cover the study area"):
        Study.build(tiny_file)


def test_wrong_terrain_land_cover_and_people_are_told_together(tiny_file: Path) -> None:
    ask_for_people(tiny_file)
    replace(tiny_file, "[people]", '[clutter]\npaths = ["cover.tif"]\n[people]')
    for name in ("elevation.tif", "cover.tif", "pop.tif"):
        (tiny_file.parent / name).write_text("<html>404</html>", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Study.build(tiny_file)
    assert {f.file for f in caught.value.faults} == {"elevation.tif", "cover.tif", "pop.tif"}
