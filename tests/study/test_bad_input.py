"""Does wrong input give one error that lists every fault with file, row, column and remedy?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import rasterio

from infraplan.errors import InputError, MissingDataError
from infraplan.study import Study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infraplan.errors import Fault


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        Study.build(path)
    for fault in caught.value.faults:
        assert str(fault) in str(caught.value)
        assert fault.remedy
    return caught.value.faults


def edit_geojson(path: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content["features"])
    path.write_text(json.dumps(content), encoding="utf-8")


def test_missing_column_is_named_with_what_it_means(tiny_file: Path) -> None:
    path = tiny_file.parent / "cells.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("eirp_dbm,", "power,", 1), "utf-8")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.column) == ("cells.csv", "eirp_dbm")
    assert "dBm" in fault.problem
    assert "power" in fault.problem


def test_missing_coordinate_column_is_named(tiny_file: Path) -> None:
    path = tiny_file.parent / "sites.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",lon,", ",noi,"), "utf-8")
    fault = next(f for f in faults_of(tiny_file) if f.column == "lon")
    assert fault.file == "sites.csv"
    assert "noi" in fault.problem


def test_coordinates_with_a_vietnamese_header_are_recognised(tiny_file: Path) -> None:
    path = tiny_file.parent / "sites.csv"
    before = Study.build(tiny_file).sites
    text = path.read_text(encoding="utf-8").replace(",lon,lat,", ",Kinh độ,Vĩ độ,")
    path.write_text(text, encoding="utf-8")
    assert Study.build(tiny_file).sites.geometry.equals(before.geometry)


def test_site_in_the_sea_is_refused_with_its_row_and_distance(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "sites.csv", 1, lon="107.9", lat="19.5")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.row) == ("sites.csv", 3)
    assert "km outside every commune" in fault.problem


def test_swapped_latitude_and_longitude_are_recognised(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "sites.csv", 0, lon="21.03", lat="105.03")
    (fault,) = faults_of(tiny_file)
    assert fault.row == 2
    assert "swapped" in fault.problem
    assert "swap" in fault.remedy


def test_duplicate_identifiers_name_both_rows(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "villages.csv", 4, village_id="V02")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.row, fault.column) == ("villages.csv", 6, "village_id")
    assert "row 3" in fault.problem


def test_invalid_polygon_is_refused_with_the_reason(tiny_file: Path) -> None:
    def twist(features: list[dict[str, Any]]) -> None:
        ring = features[1]["geometry"]["coordinates"][0]
        ring[1], ring[2] = ring[2], ring[1]

    edit_geojson(tiny_file.parent / "communes.geojson", twist)
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.row, fault.column) == ("communes.geojson", 2, "geometry")
    assert "Self-intersection" in fault.problem


def test_degrees_under_a_metric_crs_are_refused(tiny_file: Path) -> None:
    text = tiny_file.read_text(encoding="utf-8")
    text = text.replace('path = "sites.csv"', 'path = "sites.csv"\ncrs = "EPSG:32648"')
    tiny_file.write_text(text, encoding="utf-8")
    (fault,) = faults_of(tiny_file)
    assert fault.file == "sites.csv"
    assert "degrees" in fault.problem
    assert "EPSG:4326" in fault.remedy


def test_metres_under_a_geographic_crs_are_refused(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "sites.csv", 0, lon="501000", lat="2324000")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.row) == ("sites.csv", 2)
    assert "not a place on the globe" in fault.problem
    for row in (1, 2):
        edit_csv(tiny_file.parent / "sites.csv", row, lon="501000", lat="2324000")
    (fault,) = faults_of(tiny_file)
    assert "do not fit" in fault.problem
    assert "VN-2000" in fault.remedy


def test_terrain_that_does_not_cover_the_area_says_how_much_is_missing(tiny_file: Path) -> None:
    def move(features: list[dict[str, Any]]) -> None:
        for feature in features:
            for point in feature["geometry"]["coordinates"][0]:
                point[0] += 0.08

    edit_geojson(tiny_file.parent / "communes.geojson", move)
    text = tiny_file.read_text(encoding="utf-8")
    for name in ("villages", "sites", "fibre_nodes"):
        text = text.replace(f'"{name}.csv"', f'"{name}.csv"\noutside = "drop"')
    tiny_file.write_text(text, encoding="utf-8")
    fault = next(f for f in faults_of(tiny_file) if f.file == "elevation.tif")
    assert "%" in fault.problem


def test_empty_layer_is_refused(tiny_file: Path) -> None:
    edit_geojson(tiny_file.parent / "roads.geojson", lambda features: features.clear())
    (fault,) = faults_of(tiny_file)
    assert fault.file == "roads.geojson"
    assert "empty" in fault.problem


@pytest.mark.parametrize("name", ["communes.geojson", "elevation.tif", "roads.geojson"])
def test_truncated_file_is_refused(tiny_file: Path, name: str) -> None:
    path = tiny_file.parent / name
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert name in {f.file for f in faults_of(tiny_file)}


def test_terrain_that_is_largely_missing_is_refused_with_its_share(tiny_file: Path) -> None:
    with rasterio.open(tiny_file.parent / "elevation.tif", "r+") as terrain:
        height = terrain.read(1)
        height[:, 20:120] = -32768
        terrain.write(height, 1)
    (fault,) = faults_of(tiny_file)
    assert fault.file == "elevation.tif"
    assert "% of the heights" in fault.problem


@pytest.mark.parametrize("name", ["communes", "villages"])
def test_people_without_their_origin_are_refused(tiny_file: Path, name: str) -> None:
    suffix = "geojson" if name == "communes" else "csv"
    path = tiny_file.parent / f"{name}.{suffix}"
    text = path.read_text(encoding="utf-8").replace("people_origin", "note")
    path.write_text(text, encoding="utf-8")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.column) == (path.name, "people_origin")


def test_people_of_communes_come_from_their_villages_where_only_those_are_known(
    tiny_file: Path,
) -> None:
    path = tiny_file.parent / "communes.geojson"
    path.write_text(path.read_text("utf-8").replace('"people', '"was_people'), encoding="utf-8")
    study = Study.build(tiny_file)
    assert study.communes["people"].sum() == sum(100 + 20 * i for i in range(1, 11))
    assert set(study.communes["people_origin"]) == {"estimated"}
    assert study.people.values.sum() == pytest.approx(2100)


def test_villages_without_people_share_those_of_their_commune(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "villages.csv", 0, people="")
    study = Study.build(tiny_file)
    assert study.villages["people"].notna().all()
    assert study.villages["people"].sum() == pytest.approx(4400)
    assert study.villages["people_origin"].iloc[0] == "estimated"


def test_commune_whose_people_cannot_be_known_is_named(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    def forget(features: list[dict[str, Any]]) -> None:
        features[0]["properties"]["people"] = None

    edit_geojson(tiny_file.parent / "communes.geojson", forget)
    edit_csv(tiny_file.parent / "villages.csv", 0, people="")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.row, fault.column) == ("communes.geojson", 1, "people")
    assert "00001" in fault.problem


@pytest.mark.parametrize("name", ["Viettel", "ANY"])
def test_operators_that_would_be_mixed_up_are_refused(
    tiny_file: Path, edit_csv: Callable[..., None], name: str
) -> None:
    edit_csv(tiny_file.parent / "cells.csv", 2, operator=name)
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.row, fault.column) == ("cells.csv", 4, "operator")
    assert name in fault.problem


def test_crs_that_does_not_exist_is_refused(tiny_file: Path) -> None:
    text = tiny_file.read_text(encoding="utf-8")
    text = text.replace('path = "sites.csv"', 'path = "sites.csv"\ncrs = "EPSG:99999"')
    tiny_file.write_text(text, encoding="utf-8")
    (fault,) = faults_of(tiny_file)
    assert fault.file == "sites.csv"
    assert "EPSG:99999" in fault.problem


def test_years_must_ascend(tiny_file: Path) -> None:
    text = tiny_file.read_text(encoding="utf-8").replace("first_year = 2026", "first_year = 2029")
    tiny_file.write_text(text, encoding="utf-8")
    (fault,) = faults_of(tiny_file)
    assert fault.problem == "last_year 2028 is before first_year 2029"


def test_row_numbers_are_those_of_the_file_also_when_rows_were_dropped(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "cells.csv", 8, site_id="S9")
    edit_csv(tiny_file.parent / "sites.csv", 0, lon="109")
    text = tiny_file.read_text(encoding="utf-8")
    text = text.replace('path = "sites.csv"', 'path = "sites.csv"\noutside = "drop"')
    tiny_file.write_text(text, encoding="utf-8")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.row) == ("cells.csv", 10)


def test_cell_without_site_is_named(tiny_file: Path, edit_csv: Callable[..., None]) -> None:
    edit_csv(tiny_file.parent / "cells.csv", 3, site_id="S9")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.row, fault.column) == ("cells.csv", 5, "site_id")
    assert "'S9'" in fault.problem


def test_every_fault_of_every_file_is_listed_at_once(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    folder = tiny_file.parent
    edit_csv(folder / "sites.csv", 0, mast_height_m="cao", lon="")
    edit_csv(folder / "cells.csv", 1, azimuth_deg="400", technology="6G")
    edit_csv(folder / "villages.csv", 2, people="-3")
    (folder / "fibre_nodes.csv").unlink()
    faults = faults_of(tiny_file)
    named = {(f.file, f.row, f.column) for f in faults}
    assert ("sites.csv", 2, "mast_height_m") in named
    assert ("sites.csv", 2, "lon") in named
    assert ("cells.csv", 3, "azimuth_deg") in named
    assert ("cells.csv", 3, "technology") in named
    assert ("villages.csv", 4, "people") in named
    assert ("study.toml", None, "fibre_nodes.path") in named


def test_unknown_key_of_the_study_file_is_refused(tiny_file: Path) -> None:
    text = tiny_file.read_text(encoding="utf-8").replace("cell_size_m", "cell_size")
    tiny_file.write_text(text, encoding="utf-8")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.column) == ("study.toml", "grid.cell_size")


def test_missing_study_file_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(MissingDataError, match="Remedy"):
        Study.build(tmp_path / "nowhere.toml")


def test_rows_outside_are_dropped_and_counted_where_the_study_says_so(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "sites.csv", 1, lon="107.9", lat="19.5")
    text = tiny_file.read_text(encoding="utf-8")
    text = text.replace('path = "sites.csv"', 'path = "sites.csv"\noutside = "drop"')
    tiny_file.write_text(text, encoding="utf-8")
    study = Study.build(tiny_file)
    assert list(study.sites["site_id"]) == ["S1", "S3"]
    assert set(study.cells["site_id"]) == {"S1", "S3"}
    assert any("1 of 3 rows" in note.en for note in study.provenance.notes)
    assert any("1 trong 3 dòng" in note.vi for note in study.provenance.notes)


def test_infinite_numbers_are_refused(tiny_file: Path, edit_csv: Callable[..., None]) -> None:
    edit_csv(tiny_file.parent / "villages.csv", 2, people="inf")
    text = tiny_file.read_text(encoding="utf-8").replace("budget_vnd = 6e9", "budget_vnd = inf")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.row, fault.column) == ("villages.csv", 4, "people")
    tiny_file.write_text(text, encoding="utf-8")
    (fault,) = faults_of(tiny_file)
    assert fault.column == "plan.budget_vnd"


def test_overlapping_communes_are_refused_with_both_rows(tiny_file: Path) -> None:
    def widen(features: list[dict[str, Any]]) -> None:
        for point in features[0]["geometry"]["coordinates"][0]:
            point[0] += 0.02 if point[0] > 105.04 else 0.0

    edit_geojson(tiny_file.parent / "communes.geojson", widen)
    (fault,) = faults_of(tiny_file)
    assert fault.row == 2
    assert "overlaps that of row 1" in fault.problem


def test_roads_of_another_province_are_refused(tiny_file: Path) -> None:
    path = tiny_file.parent / "roads.geojson"
    path.write_text(path.read_text("utf-8").replace("[105.", "[108."), encoding="utf-8")
    (fault,) = faults_of(tiny_file)
    assert fault.problem == "nothing of roads lies in any commune"


def test_mapped_column_that_is_not_there_is_refused(tiny_file: Path) -> None:
    text = tiny_file.read_text(encoding="utf-8")
    text = text.replace('"villages.csv"', '"villages.csv"\ncolumns = { people = "dan so" }')
    tiny_file.write_text(text, encoding="utf-8")
    (fault,) = faults_of(tiny_file)
    assert (fault.file, fault.column) == ("villages.csv", "dan so")


def test_blank_lines_do_not_shift_the_rows(tiny_file: Path, edit_csv: Callable[..., None]) -> None:
    path = tiny_file.parent / "villages.csv"
    edit_csv(path, 5, people="many")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2:2] = ["", "," * 8]
    path.write_text("\n".join(lines), encoding="utf-8")
    (fault,) = faults_of(tiny_file)
    assert fault.row == 9


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_separators_are_read_alike(tiny_file: Path, sign: str) -> None:
    path = tiny_file.parent / "sites.csv"
    before = Study.build(tiny_file).sites
    path.write_text(path.read_text("utf-8").replace(",", sign), encoding="utf-8")
    assert Study.build(tiny_file).sites.equals(before)


def test_text_of_an_older_encoding_is_read_and_told(tiny_file: Path) -> None:
    path = tiny_file.parent / "villages.csv"
    text = path.read_text("utf-8").replace("Khu 1,", "Khu Dâu,")
    path.write_bytes(text.encode("cp1258"))
    study = Study.build(tiny_file)
    assert study.villages["name"].iloc[0] == "Khu Dâu"
    assert any("villages.csv" in note.en for note in study.provenance.notes)


def test_columns_that_geopackage_keeps_for_itself_do_no_harm(tiny_file: Path) -> None:
    path = tiny_file.parent / "sites.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{add}" for line, add in zip(lines, ["fid", "7", "7", "8"], strict=True)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert "fid" not in Study.build(tiny_file).sites.columns


def test_place_just_outside_the_boundary_has_a_signal(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "villages.csv", 0, lon="104.995", lat="20.995")
    study = Study.build(tiny_file)
    village = study.villages.iloc[0].geometry
    assert study.grid.inside(*study.grid.index([village.x], [village.y])).all()
