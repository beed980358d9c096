"""Does the user's key stay out of every file, log record, error and traceback?"""

from __future__ import annotations

import logging
import traceback
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from keyring.errors import NoKeyringError

from infraplan import settings
from infraplan.errors import DownloadError
from infraplan.sources.door.keys import Key, key_of
from infraplan.sources.fetch import fetch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Server
    from infraplan.sources.door.rules import Rules
    from infraplan.sources.shelf import Shelf
    from infraplan.sources.wanted import Wanted

    Want = Callable[..., Wanted]

SECRET = "pk.s3cr3t+key/=value"  # noqa: S105 - a key of the test
FORMS = (SECRET, "pk.s3cr3t%2Bkey%2F%3Dvalue", "s3cr3t")
PATH = "/cells?token=pk.s3cr3t%2Bkey%2F%3Dvalue&mcc=452"


def _asked(server: Server, want: Want) -> Wanted:
    address = f"{server.address}/cells?token={{key}}&mcc=452"
    return want(address, "gzip", source="opencellid")


def _clean(text: str) -> None:
    assert not [form for form in FORMS if form in text]


def _clean_folder(folder: Path) -> None:
    for path in folder.rglob("*"):
        _clean(str(path))
        if path.is_file():
            _clean(path.read_bytes().decode("latin-1"))


def _frames_of_library(error: BaseException) -> str:
    """Return the traceback with its variables, without the test's own frame."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    own = told.stack[1:]
    assert own
    return repr([(frame.name, frame.locals) for frame in own])


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFRAPLAN_KEY_OPENCELLID", SECRET)


@pytest.mark.usefixtures("key")
def test_key_goes_into_the_request_and_nowhere_else(
    server: Server,
    shelf: Shelf,
    rules: Rules,
    want: Want,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    data = server.packed(b"radio,mcc\n")
    server.tell(PATH, server.redirect(f"{PATH}&more"))
    server.tell(f"{PATH}&more", server.body(data))
    (got,) = fetch([_asked(server, want)], shelf=shelf, rules=rules, save_mirror=tmp_path / "saved")
    assert server.paths() == [PATH, f"{PATH}&more"]
    assert got.path is not None
    assert got.path.name == "cells@mcc=452"
    assert [r for r in caplog.records if r.name == "httpx"]
    _clean(caplog.text)
    _clean(repr([r.__dict__ for r in caplog.records]))
    _clean(repr(got))
    _clean_folder(tmp_path)
    assert len(list((tmp_path / "saved").rglob("cells@mcc=452"))) == 1


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("habit", ["echo", "status", "elsewhere", "gone", "late"])
def test_failure_does_not_show_the_key(
    server: Server,
    shelf: Shelf,
    rules: Rules,
    want: Want,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    habit: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    port = server.address.rpartition(":")[2]
    answers = {
        "echo": server.body(f"unknown token {SECRET} or {FORMS[1]}".encode() + b" " * 80),
        "status": server.status(403),
        "elsewhere": server.redirect(f"http://localhost:{port}{PATH}"),
        "gone": server.raw(b""),
        "late": server.status(429, Retry_After="86400"),
    }
    server.tell(PATH, answers[habit])
    with pytest.raises(DownloadError) as caught:
        fetch([_asked(server, want)], shelf=shelf, rules=rules)
    assert "token={key}" in str(caught.value)
    _clean("".join(traceback.format_exception(caught.value)))
    _clean(_frames_of_library(caught.value))
    _clean(repr(caught.value))
    _clean(caplog.text)
    _clean_folder(tmp_path)
    assert all(path.startswith(PATH) for path in server.paths())


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("name", ["etag", "Last_Modified", "Content_Encoding"])
@pytest.mark.parametrize("form", [*FORMS[:2], FORMS[1].lower()])
def test_header_that_sends_the_key_back_is_not_read(
    server: Server, shelf: Shelf, rules: Rules, want: Want, name: str, form: str
) -> None:
    data = server.packed(b"radio,mcc\n" * 500)
    echo = {name: f'"{form}"'}
    server.tell(PATH, server.body(data, **({"etag": ""} | echo)))
    (got,) = fetch([_asked(server, want)], shelf=shelf, rules=rules)
    _clean(repr(got))
    _clean_folder(shelf.cache)
    assert got.path is not None
    assert got.path.read_bytes() == data


def test_key_of_an_argument_stays_out_of_the_frames_of_the_library(
    server: Server, shelf: Shelf, rules: Rules, want: Want
) -> None:
    server.tell(PATH, server.status(403))
    with pytest.raises(DownloadError, match="check your key for opencellid") as caught:
        fetch([_asked(server, want)], shelf=shelf, rules=rules, keys={"opencellid": SECRET})
    _clean(_frames_of_library(caught.value))


def test_missing_key_says_how_to_set_it(
    server: Server, shelf: Shelf, rules: Rules, want: Want
) -> None:
    fine = want(server.tell("/a", server.body(b"a,b\n")), "csv")
    with pytest.raises(DownloadError, match="INFRAPLAN_KEY_OPENCELLID") as caught:
        fetch([_asked(server, want), fine], shelf=shelf, rules=rules)
    assert str(caught.value).startswith("1 of 2 files did not come")
    assert server.paths() == ["/a"]


@pytest.mark.usefixtures("key")
def test_file_that_is_there_needs_no_key(
    server: Server, shelf: Shelf, rules: Rules, want: Want, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.tell(PATH, server.body(server.packed(b"radio\n")))
    fetch([_asked(server, want)], shelf=shelf, rules=rules)
    monkeypatch.delenv("INFRAPLAN_KEY_OPENCELLID")
    (again,) = fetch([_asked(server, want)], shelf=shelf, rules=rules)
    assert again.reused


@pytest.mark.usefixtures("key")
def test_mirror_on_a_web_server_is_never_sent_a_key(
    server: Server, shelf: Shelf, rules: Rules, want: Want
) -> None:
    place = "/opencellid.org/downloads%40mcc%3D452"
    server.tell(place, server.body(server.packed(b"radio\n")))
    asked = want(
        "https://opencellid.org/downloads?token={key}&mcc=452", "gzip", source="opencellid"
    )
    (got,) = fetch([asked], shelf=shelf, rules=rules, mirror_address=server.address)
    assert got.from_mirror
    assert server.paths() == [place]


def test_argument_comes_before_environment_and_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = SimpleNamespace(get_password=lambda service, source: f"{service}-{source}")
    monkeypatch.setattr("infraplan.sources.door.keys.keyring", ring)
    assert key_of("opencellid", {}).put_into("{key}") == "infraplan-opencellid"
    monkeypatch.setenv("INFRAPLAN_KEY_OPENCELLID", " environment\n")
    assert key_of("opencellid", {}).put_into("{key}") == "environment"
    assert key_of("opencellid", {"opencellid": "given"}).put_into("{key}") == "given"


def test_keyring_without_a_backend_counts_as_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: str) -> str:
        raise NoKeyringError

    ring = SimpleNamespace(get_password=locked)
    monkeypatch.setattr("infraplan.sources.door.keys.keyring", ring)
    with pytest.raises(DownloadError, match="none is set"):
        key_of("opencellid", {})


@pytest.mark.parametrize("value", ["two words", "line\nbreak", "nhập khóa"])
def test_key_that_is_none_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(DownloadError) as caught:
        key_of("opencellid", {"opencellid": value})
    assert value not in str(caught.value)


@pytest.mark.usefixtures("key")
def test_text_forms_show_no_key() -> None:
    _clean(repr(settings.load()))
    _clean(repr(Key(SECRET)) + str(Key(SECRET)))
    assert Key(SECRET).hide(f"a {SECRET} b {FORMS[1]}") == "a {key} b {key}"
    assert Key().hide("as it is") == "as it is"
