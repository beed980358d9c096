"""Do mirrors carry files into a closed network, checked, and does offline open no socket?"""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from infraplan.errors import DownloadError, MissingDataError, OutputError
from infraplan.sources import cache
from infraplan.sources.door.address import place_of
from infraplan.sources.fetch import fetch
from infraplan.sources.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Server
    from infraplan.sources.door.rules import Rules
    from infraplan.sources.wanted import Wanted

    Want = Callable[..., Wanted]

JSON = b'{"type": "FeatureCollection", "features": []}'
ADDRESS = "https://data.example.org/a/b/wards.geojson"
SEA = "https://data.example.org/tiles/N00E000.tif"


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    path = tmp_path / "mirror/data.example.org/a/b/wards.geojson"
    path.parent.mkdir(parents=True)
    path.write_bytes(JSON)
    return tmp_path / "mirror"


@pytest.fixture
def mirrored(mirror: Path, tmp_path: Path) -> Shelf:
    return Shelf(mirror, tmp_path / "cache")


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError(f"a socket was opened: {args} {options}")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.mark.usefixtures("no_sockets")
def test_mirror_folder_gives_the_file_without_a_socket(mirrored: Shelf, want: Want) -> None:
    (got,) = fetch([want(ADDRESS, "geojson")], shelf=mirrored, offline=True)
    assert got.from_mirror
    assert not got.reused
    assert got.path is not None
    assert got.path.is_relative_to(mirrored.cache)
    assert got.path.read_bytes() == JSON
    (again,) = fetch([want(ADDRESS, "geojson")], shelf=mirrored, offline=True)
    assert again.reused


@pytest.mark.usefixtures("no_sockets")
def test_offline_names_every_file_that_is_not_there(mirrored: Shelf, want: Want) -> None:
    wants = [want(f"https://example.org/{i}?k={{key}}", source="opencellid") for i in range(3)]
    with pytest.raises(DownloadError, match="nothing is asked while offline") as caught:
        fetch([*wants, want(ADDRESS)], shelf=mirrored, offline=True)
    assert str(caught.value).startswith("3 of 4 files")
    assert all(w.address in str(caught.value) for w in wants)


@pytest.mark.usefixtures("no_sockets")
def test_environment_can_say_offline(
    mirrored: Shelf, want: Want, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INFRAPLAN_OFFLINE", "1")
    with pytest.raises(DownloadError, match="offline"):
        fetch([want("https://example.org/a")], shelf=mirrored)


@pytest.mark.usefixtures("no_sockets")
def test_the_refused_socket_would_be_noticed(shelf: Shelf, want: Want, rules: Rules) -> None:
    with pytest.raises(AssertionError, match="a socket was opened"):
        fetch([want("http://127.0.0.1:9/a")], shelf=shelf, rules=rules)


def test_mirror_that_changed_is_taken_again(mirrored: Shelf, mirror: Path, want: Want) -> None:
    fetch([want(ADDRESS, "geojson")], shelf=mirrored, offline=True)
    newer = JSON.replace(b"[]", b"[1]")
    (mirror / str(place_of(ADDRESS))).write_bytes(newer)
    (got,) = fetch([want(ADDRESS, "geojson")], shelf=mirrored, offline=True)
    assert got.path is not None
    assert got.path.read_bytes() == newer
    assert len(cache.prune(mirrored.cache)) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html>Log in</html>", "web page"),
        (JSON[:-1], "closing bracket"),
        (b"", "empty"),
        (b" " * 2_000_000, "larger than"),
    ],
)
def test_mirror_gets_the_checks_of_a_host(
    mirrored: Shelf, mirror: Path, want: Want, data: bytes, said: str
) -> None:
    (mirror / str(place_of(ADDRESS))).write_bytes(data)
    with pytest.raises(DownloadError, match=said):
        fetch([want(ADDRESS, "geojson")], shelf=mirrored, offline=True)
    assert cache.listing(mirrored.cache) == ()
    assert not list((mirrored.cache / "parts").glob("*"))


@pytest.mark.parametrize("link", ["file", "folder"])
def test_link_that_leaves_the_mirror_is_refused(
    mirrored: Shelf, mirror: Path, want: Want, tmp_path: Path, link: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "wards.geojson").write_bytes(JSON)
    place = mirror / str(place_of(ADDRESS))
    place.unlink()
    if link == "file":
        place.symlink_to(outside / "wards.geojson")
    else:
        place.parent.rmdir()
        place.parent.symlink_to(outside, target_is_directory=True)
    with pytest.raises(DownloadError, match="leads out of the mirror"):
        fetch([want(ADDRESS, "geojson")], shelf=mirrored, offline=True)
    with pytest.raises(MissingDataError, match="leads out of the mirror"):
        mirrored.find(ADDRESS)


def test_link_within_the_mirror_is_followed(mirrored: Shelf, mirror: Path) -> None:
    (mirror / "data.example.org/c").symlink_to(mirror / "data.example.org/a")
    assert mirrored.find(ADDRESS.replace("/a/", "/c/")) is not None


def test_saved_mirror_serves_another_machine(
    server: Server, shelf: Shelf, rules: Rules, want: Want, tmp_path: Path
) -> None:
    wants = [
        want(server.tell("/a/wards.geojson", server.body(JSON)), "geojson"),
        want(server.tell("/a?x=1/2&y=", server.body(JSON)), "geojson"),
        want(f"{server.address}/sea.tif", "tiff", absent_means="sea"),
    ]
    saved = tmp_path / "stick"
    first = fetch(wants, shelf=shelf, rules=rules, save_mirror=saved)
    port = server.address.rpartition(":")[2]
    host = f"127.0.0.1_{port}"
    found = sorted(str(p.relative_to(saved)) for p in saved.rglob("*") if p.is_file())
    assert found == sorted(
        [f"{host}/a/wards.geojson", f"{host}/a@x=1%2F2&y=", f"{host}/sea.tif@absent"]
    )
    there = Shelf(saved, tmp_path / "other-cache")
    second = fetch(wants, shelf=there, offline=True)
    assert [f.sha256 for f in first] == [f.sha256 for f in second]
    assert second[2].path is None
    assert there.is_absent(wants[2].address)
    assert len(server.asked) == 3


def test_saving_again_leaves_right_files_alone_and_mends_wrong_ones(
    mirrored: Shelf, want: Want, tmp_path: Path
) -> None:
    saved = tmp_path / "stick"
    fetch([want(ADDRESS)], shelf=mirrored, offline=True, save_mirror=saved)
    path = saved / str(place_of(ADDRESS))
    os.utime(path, ns=(1, 1))
    fetch([want(ADDRESS)], shelf=mirrored, offline=True, save_mirror=saved)
    assert path.stat().st_mtime_ns == 1
    path.write_bytes(b"x" * len(JSON))
    fetch([want(ADDRESS)], shelf=mirrored, offline=True, save_mirror=saved)
    assert path.read_bytes() == JSON


def test_mirror_is_not_saved_through_a_link_that_leaves_it(
    mirrored: Shelf, want: Want, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick/data.example.org").symlink_to(tmp_path / "outside")
    with pytest.raises(OutputError, match="leads out of the mirror"):
        fetch([want(ADDRESS)], shelf=mirrored, offline=True, save_mirror=tmp_path / "stick")
    assert not [p for p in (tmp_path / "outside").rglob("*") if p.is_file()]


def test_mirror_address_is_asked_in_the_place_of_the_host(
    server: Server, shelf: Shelf, rules: Rules, want: Want, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INFRAPLAN_MIRROR", f"{server.address}/maps/")
    server.tell("/maps/data.example.org/a/b/wards.geojson", server.body(JSON))
    (got,) = fetch([want(ADDRESS, "geojson")], shelf=shelf, rules=rules)
    assert got.from_mirror
    assert shelf.find(ADDRESS) == got.path


def test_mirror_address_without_a_file_does_not_mean_sea(
    server: Server, shelf: Shelf, rules: Rules, want: Want
) -> None:
    sea = want(SEA, "tiff", absent_means="sea")
    with pytest.raises(DownloadError, match="404"):
        fetch([sea], shelf=shelf, rules=rules, mirror_address=server.address)
    server.tell("/data.example.org/tiles/N00E000.tif@absent", server.body(b"sea\n"))
    (got,) = fetch([sea], shelf=shelf, rules=rules, mirror_address=server.address)
    assert got.path is None


def test_missing_file_of_the_mirror_folder_is_asked_of_the_host(
    server: Server, mirrored: Shelf, rules: Rules, want: Want
) -> None:
    address = server.tell("/b", server.body(JSON))
    (got,) = fetch([want(address)], shelf=mirrored, rules=replace(rules, tries_most=1))
    assert not got.from_mirror
