"""Do the recipes, and the commands and the Python of the ten minutes, run as they are shown?"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from infraplan import datasets
from infraplan.cli.app import app

if TYPE_CHECKING:
    from infraplan.study import Study

DOCS = Path(__file__).parents[2] / "docs"
FIRST = "The recipes share this beginning:"


def _recipes() -> dict[str, str]:
    """Return the recipes by their titles; the shared beginning has none of its own."""
    text = (DOCS / "recipes.md").read_text(encoding="utf-8")
    found = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE):
        blocks = re.findall(r"```python\n(.*?)```", part, flags=re.DOTALL)
        found[part.split("\n", 1)[0] if FIRST not in part else FIRST] = "\n".join(blocks)
    return found


RECIPES = _recipes()


@pytest.fixture(scope="module")
def kitchen(tiny_study: Study) -> dict[str, Any]:
    """Return the names of the shared beginning; recipes add theirs for those that follow."""
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "open", lambda _: tiny_study)
        exec(compile(RECIPES[FIRST], "docs/recipes.md", "exec"), names)  # noqa: S102 - our own page
    return names


def test_there_are_recipes() -> None:
    assert len(RECIPES) > 12
    assert all(text.strip() for text in RECIPES.values())


@pytest.mark.parametrize("title", [title for title in RECIPES if title != FIRST])
def test_a_recipe_runs_after_those_before_it(
    title: str,
    kitchen: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(RECIPES[title], f"docs/recipes.md: {title}", "exec"), kitchen)  # noqa: S102 - the same
    assert capsys.readouterr().out.strip()


def test_the_python_of_the_ten_minutes_runs(
    tiny_study: Study, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (DOCS / "start.md").read_text(encoding="utf-8")
    (story,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    monkeypatch.setattr(datasets, "open", lambda _: tiny_study)
    exec(compile(story, "docs/start.md", "exec"), {})  # noqa: S102 - the same
    assert "commune_name" in capsys.readouterr().out


def _calls() -> list[list[str]]:
    """Return the commands of the ten minutes, but those that are dear or never end."""
    text = (DOCS / "start.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    calls = [words[1:] for words in lines if words[:1] == ["infraplan"]]
    assert {"run", "serve", "report"} <= {words[0] for words in calls}
    return [words for words in calls if words[0] not in ("run", "serve", "report")]


def test_the_commands_of_the_ten_minutes_run_in_their_order(
    tiny_file: Path, bundle_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("phu-tho", "less"):
        shutil.copytree(bundle_folder, tmp_path / "out" / name)
    done = []
    for words in _calls():
        result = CliRunner().invoke(app, words)
        done.append(words[0])
        if words[0] == "check":
            _take_own_data(tmp_path / "my-province.toml", tiny_file)
            result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, f"infraplan {' '.join(words)}: {result.output}"
    assert done == ["compare", "communes", "new", "template", "check", "build", "info"]


def _take_own_data(study: Path, tiny_file: Path) -> None:
    """Do what the reader does between the commands: name one's own tables in the study file."""
    for source in tiny_file.parent.iterdir():
        (study.parent / source.name).write_bytes(source.read_bytes())
    study.write_text(tiny_file.read_text(encoding="utf-8"), encoding="utf-8")
