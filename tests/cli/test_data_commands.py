"""Do new, fetch, check, build, info, template, communes and cache do what they say?"""

from __future__ import annotations

import json
import tomllib
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
from typer.testing import CliRunner

from infraplan.cli import studies
from infraplan.cli.app import app
from infraplan.errors import Fault
from infraplan.study import CheckReport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

    Terminal = Callable[..., Result]


@pytest.fixture
def infraplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return the command line, in a folder and with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    own = {"LANG": "C.UTF-8", "INFRAPLAN_CACHE": str(tmp_path / "cache"), "COLUMNS": "160"}

    def call(*arguments: object, code: int = 0) -> Result:
        done = CliRunner().invoke(app, [str(a) for a in arguments], env=own)
        assert done.exit_code == code, f"{done.stdout}{done.stderr}{done.exception!r}"
        return done

    return call


def test_new_writes_a_study_file_that_parses_and_is_not_replaced(
    infraplan: Terminal, tmp_path: Path
) -> None:
    infraplan("new", "my-province", "--country", "VN", "--province", "25")
    said = tomllib.loads((tmp_path / "my-province.toml").read_text(encoding="utf-8"))
    assert said["study"]["id"] == "my-province"
    again = infraplan("new", "my-province", code=4)
    assert "is there already" in again.stderr
    assert "--force" in again.stderr
    infraplan("new", "my-province", "--force", "--lang", "vi")


def test_check_lists_every_fault_and_marks_the_table(infraplan: Terminal, tiny_file: Path) -> None:
    villages = tiny_file.parent / "villages.csv"
    text = villages.read_text(encoding="utf-8")
    villages.write_text(text.replace("120", "many").replace("normal", "hard", 1), encoding="utf-8")
    marked = tiny_file.parent / "marked"
    done = infraplan("check", tiny_file, "--marked", marked, code=2)
    assert "villages.csv, row 2, column 'people'" in done.stdout
    assert "'many'" in done.stdout
    assert "'hard'" in done.stdout
    assert [p.name for p in marked.iterdir()] == ["villages-marked.xlsx"]
    facts = json.loads(infraplan("check", tiny_file, "--json", code=2).stdout)
    assert not facts["sound"]
    assert {f["column"] for f in facts["faults"]} >= {"people", "difficulty"}


def test_a_sound_study_is_said_to_be_sound(infraplan: Terminal, tiny_file: Path) -> None:
    assert "No faults" in infraplan("check", tiny_file).stdout
    assert "Không có lỗi" in infraplan("check", tiny_file, "--lang", "vi").stdout


def test_an_absent_study_file_is_said_to_be_absent(infraplan: Terminal) -> None:
    assert "infraplan new" in infraplan("check", "nowhere.toml", code=2).stderr


def test_build_makes_a_folder_that_info_shows(
    infraplan: Terminal, tiny_file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tiny.study"
    done = infraplan("build", tiny_file, "--out", folder, "--quiet")
    assert "What is in it" in done.stdout
    assert (folder / "study.json").is_file()
    facts = json.loads(infraplan("info", folder, "--json").stdout)
    assert facts["rows"]["communes"] == 4
    assert facts["rows"]["villages"] == 10
    assert 0.9 < facts["not_measured_share"] <= 1.0
    assert {s["table"] for s in facts["sources"]} >= {"communes", "villages", "elevation"}
    said = infraplan("info", folder, "--lang", "vi").stdout
    assert "Có những gì" in said
    assert "mô phỏng" in said


def test_build_says_every_fault_and_writes_nothing(
    infraplan: Terminal, tiny_file: Path, tmp_path: Path
) -> None:
    (tiny_file.parent / "sites.csv").unlink()
    (tiny_file.parent / "roads.geojson").unlink()
    done = infraplan("build", tiny_file, "--out", tmp_path / "x.study", code=2)
    assert "sites.csv" in done.stderr
    assert "roads.geojson" in done.stderr
    assert not (tmp_path / "x.study").exists()


def test_info_of_no_study_says_how_to_make_one(infraplan: Terminal, tmp_path: Path) -> None:
    assert "infraplan build" in infraplan("info", tmp_path, code=2).stderr


@pytest.mark.parametrize("kind", ["--xlsx", "--csv"])
@pytest.mark.parametrize("table", ["towers", "communes", "villages", "facilities", "census"])
def test_templates_are_written_and_not_replaced(
    infraplan: Terminal, tmp_path: Path, table: str, kind: str
) -> None:
    name = f"{table}.{kind.removeprefix('--')}"
    infraplan("template", table, kind)
    assert (tmp_path / name).stat().st_size > 100
    assert "is there already" in infraplan("template", table, kind, code=4).stderr


def test_a_commune_is_found_without_diacritics(infraplan: Terminal) -> None:
    said = infraplan("communes", "resolve", "xa luong son").stdout
    assert "04924" in said
    assert "Lương Sơn" in said
    found = json.loads(infraplan("communes", "resolve", "04924", "--json").stdout)
    assert any(m["code"] == "04924" and m["generation"] == "2025" for m in found)


def test_a_commune_that_is_none_is_answered(infraplan: Terminal) -> None:
    assert "No commune" in infraplan("communes", "resolve", "zzqqxx", code=2).stdout


def test_a_table_is_carried_and_keeps_its_total(infraplan: Terminal, tmp_path: Path) -> None:
    found = json.loads(infraplan("communes", "resolve", "04924", "--json").stdout)
    old = next(m for m in found if m["code"] == "04924" and m["generation"] == "2025")["was"]
    table = tmp_path / "old.csv"
    rows = "".join(f"{code},{10 + i}\n" for i, code in enumerate(sorted(old)))
    table.write_text(f"code,people\n{rows}", encoding="utf-8")
    infraplan("communes", "carry", table, "--out", "new.csv", "--sum", "people")
    carried = (tmp_path / "new.csv").read_text(encoding="utf-8-sig").splitlines()
    total = sum(int(line.split(",")[carried[0].split(",").index("people")]) for line in carried[1:])
    assert total == sum(10 + i for i in range(len(old)))


def test_a_table_is_carried_as_spreadsheets_write_it(infraplan: Terminal, tmp_path: Path) -> None:
    text = "Biểu 3. Dân số\n\nMã xã;Dân số;Ghi chú\n4792;5.000;a\n\n4813;3.000;b\n"
    (tmp_path / "dan-so.csv").write_text(text, encoding="utf-16")
    command = ("communes", "carry", "dan-so.csv", "--column", "Mã xã", "--sum", "Dân số")
    infraplan(*command, "--out", "new.csv")
    written = (tmp_path / "new.csv").read_bytes()
    assert written.decode("utf-8-sig").splitlines() == ["Mã xã,Dân số,Ghi chú", "04792,8000,a|b"]
    again = infraplan(*command, "--out", "new.csv", code=4)
    assert "--force" in again.stderr
    own = infraplan(*command, "--out", "dan-so.csv", code=4)
    assert "is there already" in own.stderr
    assert (tmp_path / "dan-so.csv").read_text(encoding="utf-16") == text
    infraplan(*command, "--out", "new.csv", "--force")
    assert (tmp_path / "new.csv").read_bytes() == written


def test_boundaries_in_degrees_share_divided_communes(infraplan: Terminal, tmp_path: Path) -> None:
    def boundaries(name: str, codes: list[str], edges: list[float]) -> None:
        shapes = [shapely.box(west, 21.0, east, 21.1) for west, east in pairwise(edges)]
        frame = gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=4326)
        frame.to_file(tmp_path / name, driver="GeoJSON")

    boundaries("old.geojson", ["00009"], [105.0, 105.4])
    boundaries("new.geojson", ["04792", "04795"], [105.0, 105.1, 105.4])
    (tmp_path / "a.csv").write_text("code,people\n9,1000\n", encoding="utf-8")
    options = ("--sum", "people", "--old", "old.geojson", "--new", "new.geojson")
    done = infraplan("communes", "carry", "a.csv", "--out", "b.csv", *options)
    assert "by the area of the boundaries" in done.stdout
    assert (tmp_path / "b.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "code,people", "04792,250", "04795,750",
    ]  # fmt: skip


def test_a_table_that_cannot_be_carried_names_its_rows(infraplan: Terminal, tmp_path: Path) -> None:
    text = "Title\n\ncode,people\n04792,5\n\n99999,x\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    command = ("communes", "carry", "a.csv", "--sum", "people", "--out", "b.csv")
    done = infraplan(*command, code=2)
    assert "a.csv, row 6, column 'code': the code 99999" in done.stderr
    assert "a.csv, row 6, column 'people': 'x' is no number" in done.stderr
    assert not (tmp_path / "b.csv").exists()
    absent = infraplan("communes", "carry", "c.csv", "--out", "b.csv", code=2)
    assert "There is no file c.csv" in absent.stderr


@pytest.mark.parametrize("mirror", ["no/such/folder", "ftp://mirror.example.org", "study.toml"])
def test_a_mirror_that_is_none_is_refused_before_any_host_is_asked(
    infraplan: Terminal, tmp_path: Path, mirror: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "study.toml").write_text("", encoding="utf-8")
    monkeypatch.setattr("infraplan.sources.download.Door.ask", None)
    assert "no mirror folder" in infraplan("fetch", "andorra", "--mirror", mirror, code=2).stderr
    monkeypatch.setenv("INFRAPLAN_MIRROR", str(tmp_path / "typing-error"))
    assert "INFRAPLAN_MIRROR" in infraplan("fetch", "andorra", code=2).stderr


def test_a_study_without_public_files_says_so(infraplan: Terminal, tiny_file: Path) -> None:
    assert "0 files" in infraplan("fetch", tiny_file, "--offline").stdout


def test_tables_of_one_name_are_marked_apart(tmp_path: Path) -> None:
    files = {}
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        files[f"{folder}/t.csv"] = tmp_path / folder / "t.csv"
        files[f"{folder}/t.csv"].write_text("code\n1\n", encoding="utf-8")
    faults = tuple(Fault(label, "it is wrong", "mend it", 2, "code") for label in files)
    copies = studies._marked(CheckReport(faults=faults, notes=(), files=files), tmp_path / "marked")
    assert [copy.name for copy in copies] == ["t-marked.xlsx", "t-marked-2.xlsx"]
    assert all(copy.is_file() for copy in copies)


def test_nothing_is_left_beside_a_file_that_cannot_be_written(
    infraplan: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "folder.toml").mkdir()
    infraplan("new", "x", "--out", "folder.toml", "--force", code=4)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_an_offline_fetch_names_what_is_missing_and_the_cache_is_empty(
    infraplan: Terminal, tmp_path: Path
) -> None:
    done = infraplan("fetch", "andorra", "--offline", "--mirror", tmp_path, code=6)
    assert "download.geofabrik.de" in done.stderr
    assert "0 files" in infraplan("cache", "list").stdout


def test_a_dry_run_lists_the_requests(infraplan: Terminal) -> None:
    said = infraplan("fetch", "andorra", "--dry-run").stdout
    assert "GET https://download.geofabrik.de/europe/andorra-latest.osm.pbf" in said


def test_every_command_explains_itself(infraplan: Terminal) -> None:
    commands = infraplan("--help").stdout
    for name in ("new", "fetch", "check", "build", "info", "template", "communes", "cache"):
        assert name in commands
        assert "--help" in infraplan(name, "--help").stdout


def test_a_data_folder_that_is_not_there_is_named(infraplan: Terminal, tiny_file: Path) -> None:
    assert (
        "no data folder nowhere"
        in infraplan("check", tiny_file, "--data", "nowhere", code=2).stderr
    )
