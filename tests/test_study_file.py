"""Does a study file say what it means, and does reading it tell everything that is wrong?"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infraplan import catalog
from infraplan.errors import InputError, ParameterError
from infraplan.settings import data_folder, studies_folder
from infraplan.study_file import StudyFile, json_schema, parse, read_study_file, template
from infraplan.study_file.faults import model_of

if TYPE_CHECKING:
    from infraplan.errors import Fault

HEAD = '[study]\nid = "a"\ntitle_vi = "a"\ntitle_en = "a"\n'
SCHEMA = Path(__file__).parents[1] / "docs" / "study.schema.json"


def faults_of(text: str) -> dict[str, Fault]:
    with pytest.raises(InputError) as caught:
        parse(text, name="a.toml")
    faults = caught.value.faults
    assert all(f.file == "a.toml" and f.remedy and f.column for f in faults)
    assert len({f.column for f in faults}) == len(faults)
    return {str(f.column): f for f in faults}


@pytest.mark.parametrize("path", [*studies_folder().glob("*.toml"), data_folder() / "study.toml"])
def test_files_that_ship_are_right(path: Path) -> None:
    assert read_study_file(path).study.id


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        ('[comunes]\npath = "a"', "comunes", "`communes`"),
        ('[communes]\npaht = "a"', "communes.paht", "`path`"),
        ("[grid]\ncell_size = 60", "grid.cell_size", "`cell_size_m`"),
        ('[[towers]]\npath = "a"\noperater = "viettel"', "towers.0.operater", "`operator`"),
    ],
)
def test_misspelt_key_is_answered_with_the_one_that_was_meant(
    text: str, key: str, meant: str
) -> None:
    faults = faults_of(HEAD + text)
    assert faults[key].remedy == f"did you mean {meant}?"


def test_key_outside_its_part_is_sent_there() -> None:
    faults = faults_of("budget_vnd = 5\n" + HEAD)
    assert "[plan] budget_vnd" in faults["budget_vnd"].remedy


def test_key_like_no_other_is_answered_with_those_there_are() -> None:
    remedy = faults_of(HEAD + "[grid]\nzzz = 1")["grid.zzz"].remedy
    assert "cell_size_m" in remedy


def test_every_fault_of_a_file_is_told_at_once() -> None:
    text = HEAD + (
        '[elevation]\nsource = "files"\n[clutter]\nsource = "worldcover"\npaths = ["a.tif"]\n'
        '[communes]\npath = "a"\npaths = ["b"]\n[[towers]]\noperator = "viettel"\n'
        '[villages]\nsource = "excel"\n[grid]\ncell_size_m = "big"\n'
    )
    assert set(faults_of(text)) == {
        "elevation.paths",
        "clutter.paths",
        "communes.paths",
        "towers.0.path",
        "villages.source",
        "grid.cell_size_m",
    }


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ('[cells]\nsource = "osm"\n[osm]\npath = "a.pbf"', "cells.source", "no cells"),
        ('[roads]\nsource = "osm"', "roads.source", "none is named"),
        ('[roads]\nsource = "ofds"\npath = "a"', "roads.source", "holds no roads"),
        (
            '[[towers]]\npath = "a"\n[sites]\npath = "b"',
            "sites",
            "both [[towers]] and [sites]",
        ),
        ('[[towers]]\nsource = "osm"', "towers.0.source", "no map extract"),
        ('[communes]\npublic = "vn-communes-2025"', "study.province", "province"),
        ('[communes]\npublic = "geoboundaries"', "study.country", "country"),
        ('[people]\nmethod = "grid"\nsource = "worldpop"', "study.country", "country"),
        ('[people]\nmethod = "grid"', "people.paths", "no file"),
        ('[people]\nsource = "worldpop"', "people.source", "no grid"),
        ('[people]\nmethod = "settlements"', "people.method", "map extract"),
        ('[communes]\npath = "a"\ncomplete = "base"', "communes.complete", "no base"),
        ('[[towers]]\nsource = "opencellid"\nmcc = 452', "towers.0.path", "one file"),
        ('[simulated_masts]\noperator = "x"\nband = "B99"', "simulated_masts.band", "B99"),
        ('[masts]\nbands = ["B99"]', "masts.bands", "B99"),
    ],
)
def test_parts_that_do_not_go_together_are_refused(text: str, key: str, problem: str) -> None:
    faults = faults_of(HEAD + text)
    assert set(faults) == {key}
    assert problem in faults[key].problem


def test_wrong_word_is_answered_with_those_there_are() -> None:
    fault = faults_of(HEAD + '[elevation]\nsource = "srtm"')["elevation.source"]
    assert "'srtm'" in fault.problem
    assert "'glo30'" in fault.remedy


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ('communes = "a.gpkg"\n' + HEAD, "communes", "write the part as [communes]"),
        (HEAD + '[[communes]]\npath = "a"', "communes", "single brackets"),
        (HEAD + '[towers]\npath = "a"', "towers", "[[towers]] with two brackets"),
        (HEAD + "towers = 3", "study.towers", "write [[towers]]"),
        (HEAD + "[communes]\npath = 3", "communes.path", "between quotes"),
        (HEAD + '[communes]\ncolumns = ["a"]', "communes.columns", "{ code ="),
        (HEAD + '[communes]\npaths = "a"', "communes.paths", "paths = ["),
        (HEAD + "[grid]\ncell_size_m = 1", "grid.cell_size_m", "of at least 5"),
        (HEAD + "[plan]\nmast_heights_m = [30, -5]", "plan.mast_heights_m.1", "of at least 5"),
        (HEAD + "[plan]\nmast_heights_m = [5000]", "plan.mast_heights_m.0", "of at most 150"),
        (HEAD + "[plan]\ndraws = 1.5", "plan.draws", "a whole number"),
        (HEAD + "[demand]\nperson = 1e300", "demand.person", "of at most 1e+06"),
        (HEAD + '[grid]\ncell_size_m = "60,5"', "grid.cell_size_m", "decimal point"),
        (HEAD.replace('"a"', '"Phú Thọ"', 1), "study.id", "lower-case letters"),
        (HEAD + '[clutter]\npaths = ["a"]\nclasses = { 1 = "zz" }', "clutter.classes", "mend"),
        ("", "study", "add [study]"),
    ],
)
def test_value_of_another_form_is_answered_with_how_it_is_written(
    text: str, key: str, remedy: str
) -> None:
    assert remedy in faults_of(text)[key].remedy


def test_windows_path_between_double_quotes_is_recognised() -> None:
    with pytest.raises(InputError) as caught:
        parse(HEAD + '[communes]\npath = "C:\\users\\xa.gpkg"', name="a.toml")
    assert "single quotes" in str(caught.value)


def test_towers_outside_are_refused_in_an_inventory_and_dropped_from_maps() -> None:
    text = HEAD + '[osm]\npath = "a.pbf"\n[[towers]]\npath = "a"\n[[towers]]\nsource = "osm"\n'
    assert [part.drops_outside for part in parse(text, name="a").towers] == [False, True]


@pytest.mark.parametrize(
    ("country", "province"), [("VN", "25"), ("VN", None), ("VN", "01"), ("AD", None), ("BV", "1")]
)
def test_new_study_file_is_valid(country: str, province: str | None) -> None:
    text = template("moi", country=country, province=province)
    study = parse(text, name="moi.toml").study
    assert (study.id, study.country, study.province) == ("moi", country, province)


def test_new_study_takes_public_boundaries_only_where_their_files_can_be_named() -> None:
    for province, public in (("25", "vn-communes-2025"), ("15", None)):
        communes = parse(template("a", country="VN", province=province), name="a").communes
        assert communes is not None
        assert (communes.public, communes.path is None) == (public, public is not None)


def test_new_study_file_shows_every_key_of_every_part_with_help_in_both_languages() -> None:
    text = template("moi", country="VN", province="25")
    help_of = catalog.table("study_help").set_index("key")["vi"]
    whole = " ".join(line.removeprefix("# ") for line in text.splitlines())
    for part, field in StudyFile.model_fields.items():
        head = f"[[{part}]]" if part == "towers" else f"[{part}]"
        block = re.search(
            rf"^#?{re.escape(head)}\n(.*?)(?:\n\n|\Z)", text, re.DOTALL | re.MULTILINE
        )
        assert block is not None, part
        model = model_of(field.annotation)
        assert model is not None
        for key, own in model.model_fields.items():
            assert re.search(rf"^#?{key} = ", block[1], re.MULTILINE), (part, key)
            assert " ".join((own.description or "?").split()) in whole, (part, key)
            assert help_of.get(f"{part}.{key}", help_of.get(key)) in whole, (part, key)


def test_keys_not_in_use_show_their_defaults() -> None:
    text = template("moi", country="VN", province="25")
    shown = "\n".join(
        line.removeprefix("#")
        for line in text.splitlines()
        if not line.startswith("# ") and '"..."' not in line and line not in ("#", "")
    )
    data = tomllib.loads(shown)
    bare = {"[masts]": ("merge_within_m", 30.0), "[plan]": ("budget_vnd", 60e9)}
    for part, (key, default) in bare.items():
        assert data[part.strip("[]")][key] == default
    assert data["people"]["spread_m"] == 350
    assert data["simulated_masts"]["high_ground_within_m"] == 400


@pytest.mark.parametrize(
    ("name", "country", "province"),
    [("Mới", "VN", None), ("moi", "XX", None), ("moi", "VN", "Phú Thọ"), ("moi", "VN", "1")],
)
def test_new_study_of_no_place_is_refused(name: str, country: str, province: str | None) -> None:
    with pytest.raises(ParameterError, match="Remedy"):
        template(name, country=country, province=province)


def test_schema_in_the_documents_is_that_of_the_models() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == json_schema()


def test_schema_tells_what_every_key_means() -> None:
    schema = json.loads(json_schema())
    assert schema["additionalProperties"] is False
    for part in schema["$defs"].values():
        assert part["additionalProperties"] is False
        assert all("description" in key for key in part["properties"].values())


def test_help_has_no_row_that_no_key_uses() -> None:
    keys = {f"[{part}]" for part in StudyFile.model_fields}
    for part, field in StudyFile.model_fields.items():
        model = model_of(field.annotation)
        assert model is not None
        keys |= set(model.model_fields) | {f"{part}.{key}" for key in model.model_fields}
    assert set(catalog.table("study_help")["key"]) <= keys
