"""Is nothing half-written, however a fetch ends?"""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infraplan.errors import DownloadError
from infraplan.sources import cache
from infraplan.sources.fetch import fetch

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Server
    from infraplan.sources.door.rules import Rules
    from infraplan.sources.shelf import Shelf
    from infraplan.sources.wanted import Wanted

    Want = Callable[..., Wanted]

DATA = random.Random(3).randbytes(400_000)  # noqa: S311 - bytes of a test


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_kill_at_any_step_leaves_nothing_half_written(server: Server, tmp_path: Path) -> None:
    data = server.packed(DATA)
    address = server.tell("/a.gz", server.body(data))
    script = Path(__file__).with_name("fetch_killed.py")
    digest = hashlib.sha256(data).hexdigest()
    command = [sys.executable, str(script), str(tmp_path / "killed"), address, digest]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    lives = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lives) > 15
    assert [life["died"] for life in lives] == [True] * (len(lives) - 1) + [False]
    for life in lives:
        assert life["wrong"] == [], life
        assert life["entries_right"], life
        assert life["second"] == 0, life
        assert life["brought_right"], life
    assert lives[-1]["left"] == []
    assert any(headers.get("range") for _, headers in server.asked)


def test_two_fetches_at_once_ask_once(
    server: Server, shelf: Shelf, rules: Rules, want: Want
) -> None:
    address = server.tell("/a", server.body(DATA))
    got: list[bool] = []
    both = threading.Barrier(2)

    def run() -> None:
        both.wait()
        (found,) = fetch([want(address)], shelf=shelf, rules=rules)
        got.append(found.reused)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, True]
    assert server.paths() == ["/a"]
    assert cache.verify(shelf.cache) == ()


def test_file_system_without_locks_still_gives_the_file(
    server: Server, shelf: Shelf, rules: Rules, want: Want, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infraplan.sources.door.lock._lock", lambda _: None)
    address = server.tell("/a", server.cut(DATA, 1000), server.body(DATA))
    (found,) = fetch([want(address)], shelf=shelf, rules=rules)
    assert found.path is not None
    assert found.path.read_bytes() == DATA
    assert not [p for p in (shelf.cache / "parts").iterdir() if p.suffix != ".lock"]


def test_interrupt_ends_the_run_and_the_next_one_goes_on(
    server: Server, shelf: Shelf, rules: Rules, want: Want
) -> None:
    address = server.tell("/a", server.cut(DATA, 1000), server.body(DATA))

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch([want(address)], shelf=shelf, rules=rules, sleep=interrupted)
    (found,) = fetch([want(address)], shelf=shelf, rules=rules)
    assert found.path is not None
    assert found.path.read_bytes() == DATA
    assert server.headers("range") == [None, "bytes=1000-"]


@pytest.mark.parametrize("noted", ["", "{", "[]", "null", '{"address": 1}'])
def test_half_entry_counts_as_absent(
    server: Server, shelf: Shelf, rules: Rules, want: Want, noted: str
) -> None:
    address = server.tell("/a", server.body(DATA))
    fetch([want(address)], shelf=shelf, rules=rules)
    (index,) = (shelf.cache / "addresses").iterdir()
    index.write_text(noted)
    assert shelf.find(address) is None
    (found,) = fetch([want(address)], shelf=shelf, rules=rules)
    assert found.path == shelf.find(address)


@pytest.mark.parametrize("noted", ["", "{", "[]", '{"address": "x", "version": {"length": []}}'])
def test_part_whose_note_is_damaged_is_not_gone_on_with(
    server: Server, shelf: Shelf, rules: Rules, want: Want, noted: str
) -> None:
    address = server.tell("/a", server.cut(DATA, 1000), server.cut(DATA, 0))
    with pytest.raises(DownloadError):
        fetch([want(address)], shelf=shelf, rules=rules)
    (note,) = (shelf.cache / "parts").glob("*.json")
    note.write_text(noted)
    server.tell("/a", server.body(DATA))
    (found,) = fetch([want(address)], shelf=shelf, rules=rules)
    assert found.path is not None
    assert found.path.read_bytes() == DATA
    assert server.headers("range")[-1] is None


def test_prune_leaves_alone_what_another_run_is_bringing(
    server: Server, shelf: Shelf, rules: Rules, want: Want
) -> None:
    stale = shelf.cache / "parts/stale.part"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"x")
    address = server.tell("/a", server.cut(DATA, 1000), server.body(DATA))

    def meanwhile(_: float) -> None:
        assert [e.path for e in cache.prune(shelf.cache)] == [stale]

    fetch([want(address)], shelf=shelf, rules=rules, sleep=meanwhile)
    assert server.headers("range") == [None, "bytes=1000-"]


def test_part_that_vanishes_is_brought_again(
    server: Server, shelf: Shelf, rules: Rules, want: Want
) -> None:
    class Remover:
        gone = False

        def start(self, wanted: Wanted, total_bytes: int | None) -> Callable[[int], None]:
            del wanted, total_bytes
            return self.remove

        def remove(self, _: int) -> None:
            if not self.gone:
                next((shelf.cache / "parts").glob("*.part")).unlink()
                self.gone = True

        def done(self, wanted: Wanted, how: str) -> None:
            del wanted
            assert how == "brought"

    address = server.tell("/a", server.body(DATA))
    (found,) = fetch([want(address)], shelf=shelf, rules=rules, progress=Remover())
    assert found.path is not None
    assert found.path.read_bytes() == DATA
