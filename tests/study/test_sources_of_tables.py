"""Do tables of a study come alike from one file or several, a base, a spreadsheet, a network?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest

from infraplan.errors import InputError
from infraplan.geo import GEOGRAPHIC
from infraplan.study import Study, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BASE = '[study]\nbase = "phu-tho"'


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def split_communes(folder: Path) -> list[str]:
    """Write each commune into a file of its own."""
    whole = json.loads((folder / "communes.geojson").read_text(encoding="utf-8"))
    names = []
    for number, feature in enumerate(whole["features"]):
        names.append(f"xa-{number}.geojson")
        one = {"type": "FeatureCollection", "features": [feature]}
        (folder / names[-1]).write_text(json.dumps(one), encoding="utf-8")
    return names


def test_several_files_make_one_table(tiny_file: Path, tiny_study: Study) -> None:
    names = split_communes(tiny_file.parent)
    edit(tiny_file, 'path = "communes.geojson"', f"paths = {json.dumps(names)}")
    study = Study.build(tiny_file)
    assert study.communes.drop(columns="geometry").equals(
        tiny_study.communes.drop(columns="geometry")
    )
    assert study.communes.geometry.geom_equals(tiny_study.communes.geometry).all()
    files = [s.file for s in study.provenance.sources if s.table == "communes"]
    assert files == names


def test_fault_in_one_of_several_files_names_that_file_and_its_row(tiny_file: Path) -> None:
    folder = tiny_file.parent
    names = split_communes(folder)
    edit(tiny_file, 'path = "communes.geojson"', f"paths = {json.dumps(names)}")
    edit(folder / names[1], '"people": ', '"people": -')
    edit(folder / names[3], '"code": "00004"', '"code": "00001"')
    with pytest.raises(InputError) as caught:
        Study.build(tiny_file)
    named = {(f.file, f.row, f.column) for f in caught.value.faults}
    assert named == {(names[1], 1, "people"), (names[3], 1, "code")}


def test_every_missing_file_of_several_is_named(tiny_file: Path) -> None:
    edit(tiny_file, 'path = "communes.geojson"', 'paths = ["a.geojson", "b.geojson"]')
    with pytest.raises(InputError) as caught:
        Study.build(tiny_file)
    told = [f for f in caught.value.faults if f.column == "communes.paths"]
    assert ["a.geojson" in told[0].problem, "b.geojson" in told[1].problem] == [True, True]


def test_columns_that_boundaries_lack_come_from_the_base_by_code(
    tiny_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    write_tiny: Callable[[Path], Path],
) -> None:
    base = write_tiny(tmp_path / "base")
    edit(base, 'id = "tiny"', 'id = "phu-tho"')
    monkeypatch.setattr("infraplan.study.gather_parts.data_folder", lambda: base.parent)
    edit(tiny_file, "[study]", BASE)
    edit(tiny_file, '"communes.geojson"', '"communes.geojson"\ncomplete = "base"')
    path = tiny_file.parent / "communes.geojson"
    text = path.read_text("utf-8").replace('"people', '"was_people').replace('"households', '"h')
    whole = json.loads(text)
    whole["features"].reverse()
    path.write_text(json.dumps(whole), encoding="utf-8")
    communes = Study.build(tiny_file).communes.set_index("code")
    assert communes.index.tolist() == ["00004", "00003", "00002", "00001"]
    assert communes["people"].tolist() == [1200, 1100, 1100, 1000]
    assert set(communes["people_origin"]) == {"simulated"}
    assert set(communes["households"]) == {260}


def test_base_that_knows_no_commune_by_its_code_is_refused(tiny_file: Path) -> None:
    edit(tiny_file, "[study]", BASE)
    edit(tiny_file, '"communes.geojson"', '"communes.geojson"\ncomplete = "base"')
    with pytest.raises(InputError) as caught:
        Study.build(tiny_file)
    (fault,) = (f for f in caught.value.faults if f.column == "code")
    assert fault.file == "communes.geojson"
    assert "complete" in fault.remedy


def test_table_may_be_a_sheet_of_a_spreadsheet(tiny_file: Path, tiny_study: Study) -> None:
    folder = tiny_file.parent
    lines = (folder / "villages.csv").read_text(encoding="utf-8").splitlines()
    book = openpyxl.Workbook()
    book.active.append(["nothing of use"])
    sheet = book.create_sheet("Thôn")
    for line in lines:
        sheet.append(line.split(","))
    book.save(folder / "so-lieu.xlsx")
    edit(tiny_file, 'path = "villages.csv"', 'path = "so-lieu.xlsx"\nsheet = "Thôn"')
    villages = Study.build(tiny_file).villages
    assert villages["village_id"].tolist() == tiny_study.villages["village_id"].tolist()
    assert villages.geometry.geom_equals_exact(tiny_study.villages.geometry, 1e-6).all()


def test_facilities_are_placed_in_their_communes(tiny_file: Path) -> None:
    rows = ["facility_id,name,kind,lon,lat,geometry_origin"]
    rows += ["f1,Trường,school,105.01,21.01,declared", "f2,Trạm,clinic,105.09,21.09,declared"]
    (tiny_file.parent / "f.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    edit(tiny_file, "[roads]", '[facilities]\npath = "f.csv"\n[roads]')
    facilities = Study.build(tiny_file).facilities
    assert facilities["commune_code"].tolist() == ["00001", "00004"]
    assert facilities.crs == "EPSG:32648"


def test_study_without_facilities_or_lists_of_towers_has_empty_tables(tiny_study: Study) -> None:
    assert len(tiny_study.facilities) == len(tiny_study.merges) == 0
    assert {"facility_id", "kind", "geometry"} <= set(tiny_study.facilities.columns)
    assert {"site_id", "tower_id"} <= set(tiny_study.merges.columns)
    assert tiny_study.facilities.crs == tiny_study.crs


def test_fibre_comes_from_an_open_fibre_network(tiny_file: Path) -> None:
    ends = {"n1": [105.01, 21.01], "n2": [105.05, 21.05]}
    nodes = [
        {"id": i, "name": i, "location": {"type": "Point", "coordinates": p}}
        for i, p in ends.items()
    ]
    span = {
        "id": "s1",
        "start": "n1",
        "end": "n2",
        "status": "operational",
        "route": {"type": "LineString", "coordinates": list(ends.values())},
    }
    network = {"networks": [{"id": "net", "name": "net", "nodes": nodes, "spans": [span]}]}
    (tiny_file.parent / "net.json").write_text(json.dumps(network), encoding="utf-8")
    ofds = 'source = "ofds"\npath = "net.json"'
    edit(tiny_file, 'path = "fibre_nodes.csv"', f"{ofds}\n[fibre]\n{ofds}")
    study = Study.build(tiny_file)
    assert len(study.fibre) == 1
    assert len(study.fibre_nodes) == 2
    assert study.fibre_nodes.to_crs(GEOGRAPHIC).total_bounds == pytest.approx(
        [105.01, 21.01, 105.05, 21.05], abs=1e-6
    )


def test_file_is_also_found_in_the_data_folders(tiny_file: Path, tmp_path: Path) -> None:
    from infraplan.sources.shelf import Shelf  # noqa: PLC0415 - the only test that needs it

    place = tmp_path / "elsewhere"
    place.mkdir()
    (tiny_file.parent / "villages.csv").rename(place / "villages.csv")
    shelf = Shelf(mirror=None, cache=tmp_path / "cache", data=(place,))
    assert len(Study.build(tiny_file, shelf=shelf).villages) == 10
    with pytest.raises(InputError) as caught:
        Study.build(tiny_file, shelf=Shelf(mirror=None, cache=tmp_path / "cache"))
    (fault,) = caught.value.faults
    assert fault.column == "villages.path"


def test_facilities_of_a_list_are_understood_and_numbered(tiny_file: Path) -> None:
    rows = ["Tên cơ sở,Loại hình,Kinh độ,Vĩ độ,Cáp quang"]
    rows += ["Cơ sở 1,Trường THCS,105.02,21.02,có"]
    rows += ["Cơ sở 2,Trạm y tế,105.08,21.08,chưa"]
    (tiny_file.parent / "co-so.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    edit(tiny_file, "[roads]", '[facilities]\npath = "co-so.csv"\n[roads]')
    study = Study.build(tiny_file)
    facilities = study.facilities
    assert facilities["kind"].tolist() == ["school", "clinic"]
    assert facilities["connected"].tolist() == ["yes", "no"]
    assert set(facilities["geometry_origin"]) == {"declared"}
    assert facilities["facility_id"].tolist() == ["co-so-2", "co-so-3"]
    assert any("no column of identifiers" in note.en for note in study.provenance.notes)


def test_a_column_of_origins_that_lacks_is_asked_for_as_a_value(tiny_file: Path) -> None:
    path = tiny_file.parent / "villages.csv"
    path.write_text(path.read_text("utf-8").replace("geometry_origin", "x"), encoding="utf-8")
    (fault,) = check(tiny_file).faults
    assert '`values = { geometry_origin = "declared" }`' in fault.remedy
