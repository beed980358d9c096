"""Does `infraplan report` write what was asked, and say so, in either language and to programs?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from infraplan.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


def test_it_names_what_it_wrote(bundle_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    result = _run(bundle_folder, "--out", out, "--only", "xlsx", "--lang", "vi", "--quiet")
    assert result.exit_code == 0, result.output
    assert "Đã lập 1 tệp báo cáo" in result.stdout
    assert str(out / "report-vi.xlsx") in result.stdout
    assert (out / "report-vi.xlsx").is_file()


def test_a_program_reads_the_digests(bundle_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    arguments = ("--only", "xlsx", "--lang", "en", "--date", "2026-03-31", "--json", "--quiet")
    result = _run(bundle_folder, "--out", out, *arguments)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["folder"] == str(out)
    assert list(told["outputs"]) == ["report-en.xlsx"]
    assert told["parameters"] == {"date": "2026-03-31", "language": "en", "parts": ["xlsx"]}


def test_a_bar_is_drawn_for_each_part(bundle_folder: Path, tmp_path: Path) -> None:
    result = _run(bundle_folder, "--out", tmp_path / "r", "--only", "xlsx", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "✓ Writing the workbook" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--only", "odt"), 2),
        (("--date", "yesterday"), 2),
        (("--out", "{file}"), 4),
    ],
)
def test_what_is_wrong_ends_with_its_code(
    bundle_folder: Path, tmp_path: Path, arguments: tuple[str, str], code: int
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    named = [a.format(file=tmp_path / "file") for a in arguments]
    places = [] if "--out" in named else ["--out", tmp_path / "r"]
    result = _run(bundle_folder, *named, *places, "--lang", "en", "--processes", "1", "--quiet")
    assert result.exit_code == code
    assert "Remedy" in result.stderr
    assert not (tmp_path / "r").exists()


def test_a_folder_without_a_bundle_is_wrong_input(tmp_path: Path) -> None:
    result = _run(tmp_path, "--lang", "en", "--quiet", "--only", "xlsx")
    assert result.exit_code == 2
    assert "is not a finished bundle" in result.stderr
