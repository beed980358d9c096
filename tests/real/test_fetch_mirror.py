"""Does everything of the real mirror come through the door, as from a stick and from a server?"""

from __future__ import annotations

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from infraplan.sources import cache
from infraplan.sources.digest import sha256
from infraplan.sources.door.address import place_of
from infraplan.sources.fetch import fetch
from infraplan.sources.shelf import Shelf
from infraplan.sources.wanted import Wanted, kind_of, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        del args


@pytest.fixture
def base(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    handler = functools.partial(_Quiet, directory=str(shared / "mirror"))
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{http.server_address[1]}"
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def wants(shared: Path) -> list[Wanted]:
    files = sorted(p for p in (shared / "mirror").rglob("*") if p.is_file())
    addresses = [f"https://{p.relative_to(shared / 'mirror').as_posix()}" for p in files]
    return [Wanted(address, kind_of(address), 50_000_000) for address in addresses]


def test_every_file_comes_from_the_folder_and_its_copy(
    shared: Path, wants: list[Wanted], tmp_path: Path
) -> None:
    assert len(wants) >= 150
    assert {w.kind for w in wants} >= {"geojson", "gzip", "pbf"}
    there = Shelf(shared / "mirror", tmp_path / "one")
    first = fetch(wants, shelf=there, offline=True, save_mirror=tmp_path / "stick")
    for got in first:
        original = shared / "mirror" / str(place_of(got.wanted.address))
        assert got.sha256 == sha256(original)
        assert sha256(tmp_path / "stick" / str(place_of(got.wanted.address))) == got.sha256
    second = fetch(wants, shelf=Shelf(tmp_path / "stick", tmp_path / "two"), offline=True)
    assert [f.sha256 for f in second] == [f.sha256 for f in first]
    assert cache.verify(tmp_path / "two") == ()


def test_every_file_comes_from_a_server(base: str, wants: list[Wanted], tmp_path: Path) -> None:
    shelf = Shelf(None, tmp_path / "cache")
    got = fetch(wants, shelf=shelf, mirror_address=base)
    assert all(f.from_mirror and not f.reused for f in got)
    again = fetch(wants, shelf=shelf, offline=True)
    assert all(f.reused for f in again)
    assert [f.sha256 for f in again] == [f.sha256 for f in got]


def test_tile_of_the_catalogue_keeps_its_name(shared: Path, tmp_path: Path) -> None:
    tile = wanted("skadi", {"ns": "N", "lat": "42", "ew": "E", "lon": "001"})
    (got,) = fetch([tile], shelf=Shelf(shared / "mirror", tmp_path), offline=True)
    assert got.path is not None
    assert got.path.name == "N42E001.hgt.gz"
