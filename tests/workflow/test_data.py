"""Does a study come together whole, whoever else is at work?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraplan.errors import OutputError
from infraplan.sources.door.only import only_run
from infraplan.sources.shelf import Shelf
from infraplan.study import load
from infraplan.workflow.data import build_study, fetch_study

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(None, tmp_path / "cache")


def test_two_builds_into_one_folder_do_not_mix(
    tiny_file: Path, tmp_path: Path, shelf: Shelf
) -> None:
    target = tmp_path / "tiny.study"
    with (
        only_run(tmp_path / ".tiny.study.lock"),
        pytest.raises(OutputError, match="Another run is writing"),
    ):
        build_study(tiny_file, target, shelf=shelf)
    assert not target.exists()
    build_study(tiny_file, target, shelf=shelf)
    assert load(target).provenance.study_id
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".tiny.study")]


def test_study_that_names_no_public_file_needs_no_host(tiny_file: Path, shelf: Shelf) -> None:
    assert fetch_study(tiny_file, shelf=shelf, offline=True) == ()
    assert not shelf.cache.exists()
