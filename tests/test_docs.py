"""Do the commands and the Python that the docs show exist, and does the schema hold?"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from infraplan.cli.app import app

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "README.vi.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
)


def commands() -> list[tuple[str, str]]:
    """Return every call of infraplan in a block of shell, and in running text in back quotes."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
        lines = [line for block in blocks for line in block.splitlines()]
        lines += re.findall(r"`(infraplan [^`]+)`", text.replace("\n", " "))
        calls = [c.strip() for line in lines for c in line.split("#")[0].split("&&")]
        found += [(page, call) for call in calls if call.startswith("infraplan ")]
    return found


def test_there_are_commands_to_look_at() -> None:
    assert len(commands()) > 15


@pytest.mark.parametrize(("page", "call"), commands())
def test_a_command_that_is_shown_exists_with_its_options(page: str, call: str) -> None:
    words = shlex.split(call)[1:]
    command = typer.main.get_command(app)
    while words and hasattr(command, "commands"):
        name = words.pop(0)
        if not re.fullmatch(r"[a-z]+", name):
            return  # a sentence of several commands: `infraplan cache list|verify|prune`
        assert name in command.commands, f"{page}: {call}"
        command = command.commands[name]
    known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    said = {word for word in words if word.startswith("--")}
    assert said <= known, f"{page}: {call}"


def test_the_python_of_the_data_page_runs(tiny_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    (story,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    monkeypatch.chdir(tiny_file.parent)
    tiny_file.rename("my-province.toml")
    exec(compile(story, "docs/data.md", "exec"), {})  # noqa: S102 - our own page
    assert (tiny_file.parent / "my-province.study" / "study.json").is_file()
