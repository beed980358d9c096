"""Does the cache say what it holds, notice damage, and let go of what is not needed?"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from infraplan.errors import OutputError
from infraplan.sources import cache

if TYPE_CHECKING:
    from pathlib import Path

ADDRESSES = ("https://a.example.org/a.tif", "https://b.example.org/b.csv")


def _store(folder: Path, address: str, data: bytes) -> cache.Entry:
    part = folder / "coming"
    folder.mkdir(exist_ok=True)
    part.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    name = address.rpartition("/")[2]
    return cache.store(
        folder, part, address=address, name=name, digest=digest, last_modified="yesterday"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i, address in enumerate(ADDRESSES):
        _store(tmp_path / "cache", address, b"data %d" % i)
    return tmp_path / "cache"


def test_missing_cache_is_empty(tmp_path: Path) -> None:
    assert cache.listing(tmp_path / "none") == ()
    assert cache.verify(tmp_path / "none") == ()
    assert cache.prune(tmp_path / "none") == ()
    assert not (tmp_path / "none").exists()


def test_listing_is_by_address(folder: Path) -> None:
    found = cache.listing(folder)
    assert tuple(e.address for e in found) == ADDRESSES
    assert [e.bytes for e in found] == [6, 6]
    assert found[0].last_modified == "yesterday"
    assert found[0].path is not None
    assert found[0].path.name == "a.tif"
    assert found[0].path.parent.name == found[0].sha256


def test_same_bytes_under_two_names_are_both_there(folder: Path) -> None:
    both = [_store(folder, f"https://example.org/{n}", b"same") for n in ("x.hgt", "y.hgt")]
    assert [cache.lookup(folder, e.address) for e in both] == both
    assert len(cache.prune(folder, keep={both[0].address})) == 3
    assert both[0].path is not None
    assert both[0].path.is_file()


def test_host_without_the_file_is_listed(folder: Path) -> None:
    entry = cache.note_absent(folder, "https://example.org/sea.tif", "sea")
    assert cache.lookup(folder, entry.address) == entry
    assert entry.path is None
    assert entry in cache.listing(folder)


def test_verify_moves_damaged_files_away(folder: Path) -> None:
    good, bad = cache.listing(folder)
    assert cache.verify(folder) == ()
    assert bad.path is not None
    bad.path.write_bytes(b"DATA 1")
    (found,) = cache.verify(folder)
    assert found.address == bad.address
    assert found.path is not None
    assert found.path.read_bytes() == b"DATA 1"
    assert cache.listing(folder) == (good,)
    assert cache.verify(folder) == ()
    assert [e.path for e in cache.prune(folder)] == [found.path]


def test_verify_names_the_address_of_a_shortened_and_of_a_lost_file(folder: Path) -> None:
    short, lost = cache.listing(folder)
    assert short.path is not None
    assert lost.path is not None
    short.path.write_bytes(b"d")
    lost.path.unlink()
    found = cache.verify(folder)
    assert [e.address for e in found] == list(ADDRESSES)
    assert [e.path is None for e in found] == [False, True]
    assert cache.verify(folder) == ()
    assert cache.listing(folder) == ()


def test_dry_run_of_prune_tells_exactly_what_prune_removes(folder: Path) -> None:
    _store(folder, ADDRESSES[0], b"newer")
    (folder / "parts").mkdir()
    (folder / "parts" / "x.part").write_bytes(b"part of a file")
    (folder / "damaged").mkdir()
    (folder / "damaged" / "y").write_bytes(b"bad")
    before = sorted(folder.rglob("*"))
    told = cache.prune(folder, keep={ADDRESSES[1]}, dry_run=True)
    assert sorted(folder.rglob("*")) == before
    assert len(told) == 4
    assert cache.prune(folder, keep={ADDRESSES[1]}) == told
    assert cache.prune(folder, keep={ADDRESSES[1]}) == ()
    assert [e.address for e in cache.listing(folder)] == [ADDRESSES[1]]


def test_file_of_two_addresses_stays_while_one_is_kept(folder: Path) -> None:
    _store(folder, ADDRESSES[0], b"same")
    again = _store(folder, "https://c.example.org/a.tif", b"same")
    cache.prune(folder, keep={again.address})
    assert cache.lookup(folder, again.address) == again


def test_shortened_file_is_absent_at_once(folder: Path) -> None:
    entry = cache.listing(folder)[0]
    assert entry.path is not None
    entry.path.write_bytes(b"d")
    assert cache.lookup(folder, entry.address) is None


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../../../secret"},
        {"name": ".."},
        {"sha256": "../" * 20},
        {"bytes": 7},
        {"bytes": "x"},
        {"address": "https://elsewhere.example.org/"},
    ],
)
def test_strange_entry_counts_as_absent(folder: Path, change: dict[str, object]) -> None:
    (folder.parent / "secret").write_bytes(b"data 0")
    index = next(p for p in (folder / "addresses").iterdir() if "a.tif" in p.read_text())
    index.write_text(json.dumps(json.loads(index.read_text()) | change))
    assert cache.lookup(folder, ADDRESSES[0]) is None
    assert cache.lookup(folder, ADDRESSES[1]) is not None


def test_prune_keeps_what_is_named(folder: Path) -> None:
    (removed,) = cache.prune(folder, keep={ADDRESSES[1]})
    assert removed.address == ADDRESSES[0]
    assert removed.path is not None
    assert not removed.path.exists()
    assert [e.address for e in cache.listing(folder)] == [ADDRESSES[1]]


def test_prune_of_unused_files_can_be_left_out(folder: Path) -> None:
    older = cache.listing(folder)[0].path
    _store(folder, ADDRESSES[0], b"newer")
    assert older is not None
    assert cache.prune(folder, unused=False) == ()
    assert older.is_file()
    (removed,) = cache.prune(folder)
    assert removed.path == older
    assert removed.address == ""
    assert not older.parent.exists()


def test_entry_shows_no_time_of_the_run(folder: Path) -> None:
    told = [json.loads(p.read_text()) for p in (folder / "addresses").iterdir()]
    assert {tuple(t) for t in told} == {
        ("absent", "address", "bytes", "last_modified", "name", "sha256")
    }


def test_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(OutputError, match=r"cannot be written .* Remedy"):
        cache.note_absent(tmp_path / "cache", "https://example.org/a", "sea")
