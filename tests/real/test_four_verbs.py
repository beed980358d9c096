"""Do fetch, build and info make Andorra and Phú Thọ from the mirror of the public hosts?"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, NoReturn

import pytest

from infraplan.geo import metric_crs
from infraplan.settings import studies_folder
from infraplan.sources.cache import listing, verify
from infraplan.sources.shelf import Shelf
from infraplan.study import load, save
from infraplan.workflow.data import build_study, fetch_study

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

COARSE = "\n[grid]\ncell_size_m = 300\n"


def coarse(name: str, folder: Path) -> Path:
    """Return a study that ships, with large cells."""
    text = (studies_folder() / f"{name}.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("cell_size_m")]
    text = "\n".join(lines).replace("\n[grid]\n", "\n") + COARSE
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every connection an error of its own."""

    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_socket")
@pytest.mark.parametrize(("name", "files", "communes"), [("andorra", 2, 7), ("phu-tho", 148, 148)])
def test_fetched_from_the_mirror_built_from_the_cache_opened_from_the_folder(
    name: str, files: int, communes: int, shared: Path, tmp_path: Path
) -> None:
    study_file = coarse(name, tmp_path)
    mirror = Shelf(shared / "mirror", tmp_path / "cache")
    brought = fetch_study(study_file, shelf=mirror, offline=True, save_mirror=tmp_path / "own")
    assert len(brought) == files
    assert all(f.from_mirror and f.path is not None for f in brought)
    assert len(listing(mirror.cache)) == files
    assert not verify(mirror.cache)
    for f in brought:
        host_and_path = f.wanted.address.removeprefix("https://")
        there, own = shared / "mirror" / host_and_path, tmp_path / "own" / host_and_path
        assert own.read_bytes() == there.read_bytes()

    closed = Shelf(None, tmp_path / "cache")
    built = build_study(study_file, tmp_path / "folder.study", shelf=closed)
    assert len(built.communes) == communes
    again = fetch_study(study_file, shelf=closed, offline=True)
    assert all(f.reused for f in again)
    opened = load(tmp_path / "folder.study")
    save(opened, tmp_path / "again.study")
    for file in sorted(p for p in (tmp_path / "folder.study").rglob("*") if p.is_file()):
        again = tmp_path / "again.study" / file.relative_to(tmp_path / "folder.study")
        assert again.read_bytes() == file.read_bytes(), file.name
    assert opened.communes.geometry.is_valid.all()
    assert opened.crs == metric_crs(opened.communes)
