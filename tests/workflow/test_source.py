"""Is the right study opened by name or path, and is an unknown name answered with all names?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraplan import datasets
from infraplan.errors import MissingDataError, ParameterError
from infraplan.settings import studies_folder
from infraplan.study import Study
from infraplan.workflow.source import open_study

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is asked for, instead of building whole provinces."""
    asked: list[str] = []
    monkeypatch.setattr(datasets, "open", lambda name: asked.append(f"dataset {name}"))
    monkeypatch.setattr(Study, "build", lambda path: asked.append(str(path)))
    return asked


def test_an_embedded_province_comes_before_a_study_file_of_its_name(opened: list[str]) -> None:
    assert (studies_folder() / "phu-tho.toml").is_file()
    open_study("phu-tho")
    assert opened == ["dataset phu-tho"]


def test_a_study_that_ships_is_found_by_name(opened: list[str]) -> None:
    open_study("andorra")
    assert opened == [str(studies_folder() / "andorra.toml")]


def test_a_file_comes_before_a_study_that_ships(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "andorra").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    open_study("andorra")
    open_study(tmp_path / "mine.toml")
    assert opened == ["andorra", str(tmp_path / "mine.toml")]


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(ParameterError, match=r"'atlantis'.*andorra, phu-tho.*Remedy"):
        open_study("atlantis")


@pytest.mark.parametrize("name", ["nowhere.toml", "folder/nowhere"])
def test_an_absent_file_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(MissingDataError, match="nowhere"):
        open_study(tmp_path / name)
