"""Does what the README shows run as written, and do the files it names exist?"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from infraplan.study_file import StudyFile

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_ten_line_story_runs_as_written(
    tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (story,) = blocks("python")
    assert story.count("\n") == 12
    assert 'ip.datasets.open("phu-tho")' in story
    monkeypatch.chdir(tmp_path)
    lines = story.replace('ip.datasets.open("phu-tho")', f"ip.Study.build({str(tiny_file)!r})")
    without_map = "".join(x for x in lines.splitlines(keepends=True) if "maps.show" not in x)
    exec(compile(without_map, "README.md", "exec"), {})  # noqa: S102 - our own README
    assert (tmp_path / "out" / "phu-tho" / "index.html").is_file()


def test_study_file_in_the_readme_is_one() -> None:
    (text,) = blocks("toml")
    assert StudyFile.model_validate(tomllib.loads(text)).study.base == "phu-tho"


@pytest.mark.parametrize("name", ["phu-tho.toml", "andorra.toml"])
def test_studies_that_ship_are_right(name: str) -> None:
    text = (ROOT / "studies" / name).read_text(encoding="utf-8")
    assert StudyFile.model_validate(tomllib.loads(text)).study.id == name.removesuffix(".toml")


def test_links_lead_to_files() -> None:
    for name in ("README.md", "README.vi.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            assert (ROOT / target).exists(), f"{name} names {target}"


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", README, flags=re.MULTILINE):
        assert f"\n{target}:" in makefile
