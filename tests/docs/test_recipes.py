"""Do the recipes, and the commands and the Python of the ten minutes, run as they are shown?"""

from __future__ import annotations

import re
import shlex
import shutil
from contextlib import redirect_stdout
from io import StringIO
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
def kitchen(tiny_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cook all recipes in their order; return where they left their files and what they said."""
    folder = tmp_path_factory.mktemp("kitchen")
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "open", lambda _: tiny_study)
        patch.chdir(folder)
        for number, (title, recipe) in enumerate(RECIPES.items()):
            said = StringIO()
            with redirect_stdout(said):
                exec(compile(recipe, f"docs/recipes.md: {title}", "exec"), names)  # noqa: S102 - our own page
            (folder / f"{number}.txt").write_text(said.getvalue(), encoding="utf-8")
    return folder


def test_the_recipes_begin_with_what_they_share() -> None:
    assert len(RECIPES) > 12
    assert next(iter(RECIPES)) == FIRST
    assert all(text.strip() for text in RECIPES.values())


@pytest.mark.parametrize("title", [title for title in RECIPES if title != FIRST])
def test_a_recipe_has_something_to_say(kitchen: Path, title: str) -> None:
    said = (kitchen / f"{list(RECIPES).index(title)}.txt").read_text(encoding="utf-8")
    assert said.strip()
    assert not re.search(r"Empty DataFrame|Series\(\[\]|\bnan\b", said), said


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
    kitchen: Path, tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INFRAPLAN_OFFLINE", "1")
    for name in ("phu-tho", "less"):
        shutil.copytree(kitchen / "out" / "recipe", tmp_path / "out" / name)
    done = []
    for words in _calls():
        done.append(words[0])
        if words[0] == "check":
            _take_own_data(tmp_path / "my-province.toml", tiny_file)
        listed = ["--dry-run"] if words[0] == "fetch" else []
        result = CliRunner().invoke(app, [*words, *listed])
        assert result.exit_code == 0, f"infraplan {' '.join(words)}: {result.output}"
    assert done == ["compare", "communes", "new", "template", "fetch", "check", "build", "info"]


def _take_own_data(study: Path, tiny_file: Path) -> None:
    """Do what the reader does between the commands: name one's own tables in the study file."""
    for source in tiny_file.parent.iterdir():
        (study.parent / source.name).write_bytes(source.read_bytes())
    study.write_text(tiny_file.read_text(encoding="utf-8"), encoding="utf-8")
