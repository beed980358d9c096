"""Does the job that reports add the parts of the full report that are asked for?"""

from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from pydantic import ValidationError

from infraplan.wording import phrase
from infraplan_api.jobs.tasks import TASKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class _Unheard:
    """Nobody who listens to progress."""

    def start(self, stage: str) -> Callable[[int, int], None]:
        del stage
        return lambda _done, _total: None

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        del stage, seconds, reused


def _report(bundle: Path, folder: Path, **inputs: Any) -> set[str]:
    """Do the job; return the names of its files."""
    out, keep = folder / "out", folder / "keep"
    out.mkdir()
    keep.mkdir()
    TASKS["report"](bundle, inputs, out=out, keep=keep, reporter=_Unheard())
    assert not list(keep.iterdir())
    assert all(path.is_file() for path in out.iterdir())
    return {path.name for path in out.iterdir()}


def test_nothing_is_added_unless_asked_for(bundle_folder: Path, tmp_path: Path) -> None:
    assert _report(bundle_folder, tmp_path) == {"report.xlsx", "index.html"}


def test_the_auditor_s_workbook_is_added(bundle_folder: Path, tmp_path: Path) -> None:
    names = _report(bundle_folder, tmp_path, parts=["xlsx"], language="en")
    assert names == {"report.xlsx", "index.html", "report-en.xlsx", "report.json"}
    book = load_workbook(tmp_path / "out" / "report-en.xlsx")
    assert phrase("xlsx_sheet_phases").en in book.sheetnames


def test_map_sheets_are_packed(
    bundle_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(bundle: Path, place: Path, *, language: str, only: tuple[str, ...]) -> Path:
        assert (bundle, language, only) == (bundle_folder, "vi", ("maps",))
        (place / "maps").mkdir(parents=True)
        (place / "maps" / "plan-a4-vi.png").write_bytes(b"a map")
        (place / "report.json").write_bytes(b"{}")
        return place

    task = sys.modules["infraplan_api.jobs.tasks.report"]
    monkeypatch.setattr(task, "write_report", write)
    names = _report(bundle_folder, tmp_path, parts=["maps"])
    assert names == {"report.xlsx", "index.html", "report.json", "maps.zip"}
    with zipfile.ZipFile(tmp_path / "out" / "maps.zip") as packed:
        assert packed.read("plan-a4-vi.png") == b"a map"
        assert packed.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_a_part_that_does_not_exist_is_refused(bundle_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="parts"):
        _report(bundle_folder, tmp_path, parts=["odt"])
