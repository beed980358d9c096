"""Does a bundle take the place of another whole or not at all, and of nothing else?"""

from __future__ import annotations

import os
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from infraplan import export
from infraplan.errors import OutputError
from infraplan.results.folder import replacing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Toy

    Write = Callable[[Toy, Path], Path]

MANIFEST = '{"outputs": {"a.txt": {}}}'


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _fill(folder: Path, text: str) -> None:
    (folder / "a.txt").write_text(text, encoding="utf-8")
    (folder / "manifest.json").write_text(MANIFEST, encoding="utf-8")


def _make(out: Path, text: str) -> None:
    with replacing(out) as folder:
        _fill(folder, text)


def test_failure_leaves_the_old_bundle_untouched(
    toy: Toy, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = write(toy, tmp_path / "b")
    before = _snapshot(out)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    module = import_module("infraplan.export.bundle")  # the function of this name hides it
    monkeypatch.setattr(module, "write_manifest", full_disk)
    with pytest.raises(OutputError, match="No space left on device"):
        write(toy, out)
    assert _snapshot(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b"]


def test_interruption_leaves_nothing_half_written(tmp_path: Path) -> None:
    def stop(out: Path) -> None:
        with replacing(out) as folder:
            _fill(folder, "new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop(tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_older_bundle_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "b"
    _make(out, "old")
    _make(out, "new")
    assert (out / "a.txt").read_text(encoding="utf-8") == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b"]


def test_files_that_are_not_the_bundles_own_stay(tmp_path: Path) -> None:
    out = tmp_path / "b"
    _make(out, "old")
    (out / "project.qgz").write_text("mine", encoding="utf-8")
    (out / "notes").mkdir()
    (out / "notes" / "n.txt").write_text("mine", encoding="utf-8")
    (out / "a.txt.aux.xml").write_text("statistics of the old file", encoding="utf-8")
    _make(out, "new")
    names = sorted(p.name for p in out.iterdir())
    assert names == ["a.txt", "manifest.json", "notes", "project.qgz"]
    assert (out / "notes" / "n.txt").read_text(encoding="utf-8") == "mine"


def test_foreign_file_in_the_way_of_a_new_one_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "b"
    _make(out, "old")
    (out / "b.txt").write_text("mine", encoding="utf-8")

    def make_with_b() -> None:
        with replacing(out) as folder:
            _fill(folder, "new")
            (folder / "b.txt").write_text("bundle's", encoding="utf-8")

    with pytest.raises(OutputError, match=r"b\.txt"):
        make_with_b()
    assert (out / "b.txt").read_text(encoding="utf-8") == "mine"
    assert (out / "a.txt").read_text(encoding="utf-8") == "old"


def test_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "precious"
    out.mkdir()
    (out / "thesis.docx").write_text("ten years", encoding="utf-8")
    with pytest.raises(OutputError, match=r"thesis\.docx"):
        _make(out, "new")
    (out / "manifest.json").write_text('{"name": "a web page"}', encoding="utf-8")
    with pytest.raises(OutputError, match="not a bundle"):
        _make(out, "new")
    assert (out / "thesis.docx").read_text(encoding="utf-8") == "ten years"


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "b"
    out.write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file"):
        _make(out, "new")
    with pytest.raises(OutputError, match="cannot be written"):
        _make(out / "below", "new")
    assert out.read_text(encoding="utf-8") == "a file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_read_only_parent_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="permissions"):
        _make(tmp_path / "b", "new")
    tmp_path.chmod(0o700)


def test_missing_parents_are_made(tmp_path: Path) -> None:
    _make(tmp_path / "x" / "y" / "b", "new")
    assert (tmp_path / "x" / "y" / "b" / "a.txt").is_file()


def test_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    _make(tmp_path / "b", "new")
    assert (tmp_path / "b" / "a.txt").is_file()


def test_bundle_set_aside_by_a_killed_run_comes_back(tmp_path: Path) -> None:
    out = tmp_path / "b"
    _make(out, "old")
    out.rename(tmp_path / ".b.older")
    (tmp_path / ".b.partial").mkdir()

    def fail() -> None:
        with replacing(out):
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError):
        fail()
    assert (out / "a.txt").read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b"]


def test_wrong_technology_is_refused_before_anything_is_written(toy: Toy, tmp_path: Path) -> None:
    signal = replace(toy.signal, technology="6G")
    with pytest.raises(ValueError, match="6G"):
        export.bundle(toy.plan, tmp_path / "b", communes=toy.communes, signal=signal, gaps=toy.gaps)
    assert list(tmp_path.iterdir()) == []
