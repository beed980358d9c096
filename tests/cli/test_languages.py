"""Do help pages and errors speak the reader's language, wherever it is said, and quickly?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
from typer.testing import CliRunner

from infraplan import catalog
from infraplan.cli.app import app
from infraplan.cli.spoken import SpokenCommand, SpokenGroup, settle
from infraplan.wording.templates import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

RUNNER = CliRunner()
ENGLISH = {"INFRAPLAN_LANG": "en"}
VIETNAMESE = {"INFRAPLAN_LANG": "vi"}
SAME_IN_BOTH = {
    "infraplan",
    "json",
    "excel",
    "dask",
    "cell",
    "csv",
    "toml",
    "plan",
    "admin",
    "cells",
    "stations",
}


def said(*words: object, env: dict[str, str] = VIETNAMESE) -> Result:
    return RUNNER.invoke(app, [str(word) for word in words], env={**env, "COLUMNS": "200"})


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", text.lower()))


def _own_words(text: str) -> str:
    """Leave out what is quoted, typed, or a name: commands, options, files, columns, values."""
    text = re.sub(r"`[^`]*`|'[^']*'|\"[^\"]*\"|“[^”]*”|<[^>]*>|\[[^\]]*\]", " ", text)
    text = re.sub(r"\S*[/\\._=:<>#*@0-9-]\S+|\b[A-Z][A-Z_|]+\b", " ", text)
    return re.sub(r"\b\w*[^\x00-\x7f]\w*\b", " ", text)


@pytest.fixture(scope="module")
def only_english() -> set[str]:
    """Return the words that stand in English messages and in no Vietnamese one."""
    rows = read()
    vietnamese = set().union(*(_words(_own_words(vi)) for _, vi in rows))
    english = set().union(*(_words(_own_words(en)) for en, _ in rows))
    names = {"old", "new"} | {word for path in COMMANDS for word in path}
    choices = set(catalog.table("templates")["table"])
    return english - vietnamese - SAME_IN_BOTH - names - choices


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*path, name))


COMMANDS = dict(_commands(typer.main.get_command(app)))


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of files with which commands fail."""
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "empty.toml").write_text("", encoding="utf-8")
    (folder / "no.toml").write_text("[study\n", encoding="utf-8")
    (folder / "keys.toml").write_text(
        '[study]\nid = "x"\nfoo = 3\ncountry = "Vietnam"\n[grid]\ncell_size_m = "wide"\n'
        '[communes]\npath = "a.csv"\npaths = ["b.csv"]\n[elevatoin]\n'
        '[plan]\nbudget_vnd = -4\n[villages]\nsource = "osm"\npath = "v.csv"\n',
        encoding="utf-8",
    )
    (folder / "absent.toml").write_text(
        '[study]\nid = "x"\ntitle_vi = "X"\ntitle_en = "X"\n'
        '[villages]\npath = "none.csv"\n[sites]\npath = "sites.csv"\ncrs = "EPSG:1"\n',
        encoding="utf-8",
    )
    (folder / "sites.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    (folder / "table.csv").write_text("code,people\n99999,3\n,4\n", encoding="utf-8")
    (folder / "samples.csv").write_text("time,level\n1,2\n", encoding="utf-8")
    (folder / "there").mkdir()
    (folder / "there" / "mine.txt").write_text("mine", encoding="utf-8")
    return folder


ERRORS: dict[str, tuple[str, ...]] = {
    "no study": ("run", "{}/nothing", "--out", "{}/o"),
    "no study of the name": ("build", "nothing"),
    "no study file": ("check", "{}/nothing.toml"),
    "an empty study file": ("check", "{}/empty.toml"),
    "a study file that is no TOML": ("check", "{}/no.toml"),
    "wrong keys": ("check", "{}/keys.toml"),
    "absent files": ("check", "{}/absent.toml"),
    "no folder of a study": ("info", "{}"),
    "no short name": ("new", "Ab", "--country", "VN"),
    "no country": ("new", "ab", "--country", "Vietnam"),
    "no province": ("new", "ab", "--country", "VN", "--province", "x"),
    "a file that is there": ("new", "ab", "--country", "VN", "--out", "{}/empty.toml"),
    "a folder of the user's": ("run", "phu-tho", "--out", "{}/there"),
    "no number of draws": ("run", "phu-tho", "--out", "{}/o", "--draws", "-1"),
    "no mirror": ("check", "phu-tho", "--mirror", "{}/nothing"),
    "no data folder": ("check", "phu-tho", "--data", "{}/nothing"),
    "no scheduler": ("run", "phu-tho", "--out", "{}/o", "--dask", "nowhere"),
    "no bundles": ("compare", "{}", "{}/nothing"),
    "one bundle": ("compare", "{}"),
    "no share": ("compare", "{}", "{}/there", "--target", "7"),
    "no country so small": ("country", "--out", "{}/o", "--stations", "-3"),
    "no samples": ("calibrate", "phu-tho", "{}/nothing.csv", "--out", "{}/o"),
    "samples without positions": ("calibrate", "phu-tho", "{}/samples.csv", "--out", "{}/o"),
    "no name of a column": ("calibrate", "phu-tho", "x", "--out", "{}/o", "--column", "a"),
    "no table": ("communes", "carry", "{}/nothing.csv", "--out", "{}/o.csv"),
    "strange codes": ("communes", "carry", "{}/table.csv", "--out", "{}/o.csv", "--to", "new"),
    "no template's ending": ("template", "towers", "--out", "{}/o.doc"),
    "no bundle for a report": ("report", "{}"),
    "no key": ("keys", "revoke", "nothing", "--state", "{}/state"),
    "no scope": ("keys", "add", "a", "--scope", "x9", "--days", "0", "--state", "{}/state"),
    "no command": ("nothing",),
    "no option": ("run", "x", "--nothing"),
    "no argument": ("run",),
    "too many arguments": ("run", "a", "b", "--out", "c"),
    "no whole number": ("run", "a", "--out", "b", "--threads", "x"),
    "too small": ("run", "a", "--out", "b", "--threads", "0"),
    "too large": ("serve", "--port", "99999"),
    "no value": ("run", "a", "--out"),
    "no choice": ("template", "nothing"),
    "no language": ("run", "a", "--lang", "fr"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_error_speaks_vietnamese_throughout(case: str, wrong: Path, only_english: set[str]) -> None:
    words = [word.replace("{}", str(wrong)) for word in ERRORS[case]]
    shown = said(*words)
    assert shown.exit_code in (2, 4, 5), shown.output
    told = (shown.stderr + shown.stdout).replace(str(wrong), "")
    left = _words(_own_words(told)) & only_english
    assert not left, told
    english = said(*words, env=ENGLISH)
    assert english.exit_code == shown.exit_code
    assert "Cách khắc phục" not in english.stderr + english.stdout


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_page_speaks_either_language(path: tuple[str, ...], only_english: set[str]) -> None:
    vietnamese, english = said(*path, "--help"), said(*path, "--help", env=ENGLISH)
    assert vietnamese.exit_code == english.exit_code == 0
    assert "Cách dùng: " in vietnamese.stdout
    assert "Usage: " in english.stdout
    left = _words(_own_words(vietnamese.stdout)) & only_english
    assert not left, vietnamese.stdout
    for option in (o for p in COMMANDS[path].params for o in (*p.opts, *p.secondary_opts)):
        if option.startswith("-"):
            assert option in vietnamese.stdout
            assert option in english.stdout


def test_every_command_speaks() -> None:
    for path, command in COMMANDS.items():
        kind = SpokenGroup if hasattr(command, "commands") else SpokenCommand
        assert isinstance(command, kind), path


def test_every_parameter_is_explained() -> None:
    for path, command in COMMANDS.items():
        for parameter in command.params:
            assert parameter.help, (path, parameter.name)


@pytest.mark.parametrize(
    "line",
    [
        ("--lang", "vi", "keys", "list", "--help"),
        ("keys", "--lang=vi", "list", "--help"),
        ("keys", "list", "--lang", "vi", "--help"),
        ("keys", "list", "--help", "--lang", "vi"),
    ],
)
def test_language_may_stand_anywhere_on_the_line(line: tuple[str, ...]) -> None:
    assert "Cách dùng: " in said(*line, env=ENGLISH).stdout


def test_language_of_the_line_goes_before_the_environment() -> None:
    assert "Usage: " in said("--help", "--lang", "en", env=VIETNAMESE).stdout


def test_language_said_first_reaches_the_command(tmp_path: Path) -> None:
    shown = said("--lang", "vi", "keys", "list", "--state", tmp_path / "state", env=ENGLISH)
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Chưa có khóa nào")


def test_locale_decides_where_nobody_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INFRAPLAN_LANG", raising=False)
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert settle(["run"])[0] == "vi"
    monkeypatch.setenv("LC_ALL", "C")
    assert settle(["run"])[0] == "en"


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["a", "--lang", "vi", "b"], ["a", "b"]),
        (["--lang=vi"], []),
        (["a", "--", "--lang", "vi"], ["a", "--", "--lang", "vi"]),
        (["a", "--lang"], ["a", "--lang"]),
        (["a", "--lang", "fr"], ["a", "--lang", "fr"]),
        (["--language=vi"], ["--language=vi"]),
    ],
)
def test_only_the_option_itself_is_taken_from_the_line(words: list[str], left: list[str]) -> None:
    assert settle(words)[1] == left


def test_error_stands_in_three_lines() -> None:
    shown = said("run", "/nothing", "--out", "o")
    assert [line.split(":")[0] for line in shown.stderr.splitlines()] == ["Lỗi", "Cách khắc phục"]
    called = said("run", "--nothing").stderr.splitlines()
    assert [line.split(":")[0] for line in called] == ["Lỗi", "Cách dùng", "Cách khắc phục"]


def test_a_program_reads_english_json_whatever_the_language() -> None:
    shown = json.loads(said("run", "/nothing", "--out", "o", "--json").stderr)
    assert shown["error"] == "MissingDataError"
    assert "Remedy:" in shown["message"]
    wrong_call = json.loads(said("run", "--json").stderr)
    assert wrong_call["error"] == "UsageError"
    assert wrong_call["message"].startswith("Missing argument")


def test_a_group_alone_shows_its_help() -> None:
    shown = said("keys")
    assert shown.exit_code == 2
    assert "Cách dùng: " in shown.output
    assert "revoke" in shown.output


def test_help_needs_no_catalogue() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from infraplan.cli.app import app; "
        "shown = CliRunner().invoke(app, ['--help', '--lang', 'vi']); "
        "assert 'Cách dùng' in shown.stdout; "
        "print(*sorted({'pandas', 'numpy', 'geopandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
