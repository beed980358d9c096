"""Which files does a study want of public hosts, before and after its boundaries are there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraplan.settings import data_folder, studies_folder
from infraplan.sources.shelf import Shelf
from infraplan.study import check, wanted_files
from infraplan.study_file import template

if TYPE_CHECKING:
    from pathlib import Path

HEAD = '[study]\nid = "a"\ntitle_vi = "a"\ntitle_en = "a"\n'


@pytest.fixture
def bare(tmp_path: Path) -> Shelf:
    """Return a shelf with nothing on it."""
    return Shelf(mirror=None, cache=tmp_path / "cache")


def written(folder: Path, text: str) -> Path:
    path = folder / "a.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_embedded_province_wants_nothing(bare: Shelf) -> None:
    assert wanted_files(data_folder() / "study.toml", shelf=bare) == ()


def test_province_of_viet_nam_wants_a_file_of_each_commune(bare: Shelf) -> None:
    wants = wanted_files(studies_folder() / "phu-tho.toml", shelf=bare)
    assert len(wants) == 148
    assert {w.source for w in wants} == {"vn-communes-2025"}
    names = [w.address.rsplit("/", 1)[1] for w in wants]
    assert names == sorted(names)
    assert "08707_vinh_yen.geojson" in names
    assert all("/25_phu_tho/wards/" in w.address for w in wants)


def test_addresses_are_wanted_once_and_known_by_their_ending(tmp_path: Path, bare: Shelf) -> None:
    path = written(
        tmp_path,
        '[osm]\npath = "https://a.org/x.osm.pbf"\ncountry = "A"\n[roads]\nsource = "osm"\n'
        '[communes]\npath = "https://a.org/c.gpkg"\n[villages]\npath = "villages.csv"\n'
        '[sites]\npath = "https://a.org/c.gpkg"\n'
        '[elevation]\npaths = ["https://a.org/e.tif?v=1", "local.tif"]\n',
    )
    wants = wanted_files(path, shelf=bare)
    assert {(w.address, w.kind) for w in wants} == {
        ("https://a.org/x.osm.pbf", "pbf"),
        ("https://a.org/c.gpkg", "gpkg"),
        ("https://a.org/e.tif?v=1", "tiff"),
    }
    assert len(wants) == 3


def test_sources_of_a_country_are_named_by_its_codes(tmp_path: Path, bare: Shelf) -> None:
    text = HEAD.replace("[study]", '[study]\ncountry = "VN"') + (
        '[communes]\npublic = "geoboundaries"\n[people]\nmethod = "grid"\nsource = "worldpop"\n'
        '[[towers]]\nsource = "opencellid"\npublic = "opencellid"\n'
    )
    path = tmp_path / "b.toml"
    path.write_text(text, encoding="utf-8")
    addresses = [w.address for w in wanted_files(path, shelf=bare)]
    assert "/VNM/ADM3/geoBoundaries-VNM-ADM3.geojson" in addresses[0]
    assert "{key}" in addresses[1]
    assert "452.csv.gz" in addresses[1]
    assert "/VNM/vnm_ppp" in addresses[2]


@pytest.mark.parametrize(
    ("source", "tiles"),
    [("skadi", ["N20E104", "N20E105", "N21E104", "N21E105"]), ("glo30", ["N20", "N21"])],
)
def test_tiles_are_wanted_once_the_boundaries_are_there(
    tiny_file: Path, bare: Shelf, source: str, tiles: list[str]
) -> None:
    text = tiny_file.read_text("utf-8").replace('paths = ["elevation.tif"]', f'source = "{source}"')
    tiny_file.write_text(text, encoding="utf-8")
    addresses = [w.address for w in wanted_files(tiny_file, shelf=bare)]
    assert all(any(tile in a for a in addresses) for tile in tiles)
    missing = [f.problem.split(": ")[0] for f in check(tiny_file, shelf=bare).faults]
    assert missing == addresses
    (tiny_file.parent / "communes.geojson").unlink()
    assert wanted_files(tiny_file, shelf=bare) == ()


def test_province_whose_names_do_not_ship_is_told_so(tmp_path: Path, bare: Shelf) -> None:
    path = tmp_path / "yen-bai.toml"
    text = template("yen-bai", country="VN", province="25")
    path.write_text(text.replace('"25"', '"15"'), encoding="utf-8")
    assert not any("wards" in w.address for w in wanted_files(path, shelf=bare))
    faults = {f.column: f for f in check(path, shelf=bare).faults}
    assert "do not ship" in faults["study.province"].problem


def test_new_study_of_the_embedded_province_names_everything_it_needs(
    tmp_path: Path, bare: Shelf
) -> None:
    path = tmp_path / "moi.toml"
    path.write_text(template("moi", country="VN", province="25"), encoding="utf-8")
    sources = [w.source for w in wanted_files(path, shelf=bare)]
    assert sources.count("vn-communes-2025") == 148
    assert "worldpop" in sources
    columns = {f.column for f in check(path, shelf=bare).faults}
    assert columns == {"communes.public", "osm.path", "towers.0.path"}
