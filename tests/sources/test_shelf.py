"""Is a named file found where it lies, and does the error say what to do where it is not?"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from infraplan import settings
from infraplan.errors import MissingDataError
from infraplan.sources import cache
from infraplan.sources.files import locate, sha256
from infraplan.sources.shelf import Shelf, shelf_of_settings

ADDRESS = "https://data.example.org/a/b.csv"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [n for n in os.environ if n.startswith("INFRAPLAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("INFRAPLAN_CACHE", str(tmp_path / "cache"))


def _put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_file_beside_the_study_comes_first(tmp_path: Path) -> None:
    beside = _put(tmp_path / "study/t/a.csv", "beside")
    extra = _put(tmp_path / "extra/t/a.csv", "extra")
    shelf = Shelf(None, tmp_path / "cache", (tmp_path / "extra",))
    assert locate("t/a.csv", folder=tmp_path / "study", shelf=shelf) == beside
    beside.unlink()
    assert locate("t/a.csv", folder=tmp_path / "study", shelf=shelf) == extra
    extra.unlink()
    with pytest.raises(MissingDataError, match="INFRAPLAN_DATA"):
        locate("t/a.csv", folder=tmp_path / "study", shelf=shelf)


def test_mirror_comes_before_the_cache(tmp_path: Path) -> None:
    part = _put(tmp_path / "cache/part", "cache")
    digest = sha256(part)
    entry = cache.store(tmp_path / "cache", part, address=ADDRESS, name="b.csv", digest=digest)
    shelf = Shelf(tmp_path / "mirror", tmp_path / "cache")
    assert locate(ADDRESS, folder=tmp_path, shelf=shelf) == entry.path
    mirrored = _put(tmp_path / "mirror/data.example.org/a/b.csv", "mirror")
    assert locate(f" {ADDRESS}\n", folder=tmp_path, shelf=shelf) == mirrored


def test_file_damaged_in_the_cache_is_not_read(tmp_path: Path) -> None:
    part = _put(tmp_path / "cache/part", "right")
    digest = sha256(part)
    cache.store(tmp_path / "cache", part, address=ADDRESS, name="b.csv", digest=digest)
    shelf = Shelf(None, tmp_path / "cache")
    found = locate(ADDRESS, folder=tmp_path, shelf=shelf)
    found.write_text("wrong", encoding="utf-8")
    with pytest.raises(MissingDataError, match=r"damaged .*infraplan fetch"):
        locate(ADDRESS, folder=tmp_path, shelf=shelf)


def test_missing_address_names_command_and_place(tmp_path: Path) -> None:
    with pytest.raises(MissingDataError) as caught:
        locate(ADDRESS, folder=tmp_path, shelf=Shelf(None, tmp_path / "cache"))
    assert "infraplan fetch STUDY.toml" in str(caught.value)
    assert "data.example.org/a/b.csv in a folder" in str(caught.value)
    assert "INFRAPLAN_MIRROR" in str(caught.value)


@pytest.mark.parametrize("address", ["https://", "https://u:p@example.org/a", "http://[/a"])
def test_address_that_is_none_is_missing_data(tmp_path: Path, address: str) -> None:
    with pytest.raises(MissingDataError, match="Remedy"):
        locate(address, folder=tmp_path, shelf=Shelf(None, tmp_path / "cache"))


def test_file_that_the_host_has_not_is_missing_data(tmp_path: Path) -> None:
    cache.note_absent(tmp_path / "cache", ADDRESS, "sea")
    shelf = Shelf(None, tmp_path / "cache")
    assert shelf.is_absent(ADDRESS)
    assert shelf.find(ADDRESS) is None
    with pytest.raises(MissingDataError, match="the host has no such file"):
        locate(ADDRESS, folder=tmp_path, shelf=shelf)


def test_shelf_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert shelf_of_settings() == Shelf(None, tmp_path / "cache")
    monkeypatch.setenv("INFRAPLAN_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("INFRAPLAN_DATA", os.pathsep.join(["x", "", "y"]))
    assert shelf_of_settings() == Shelf(
        tmp_path / "mirror", tmp_path / "cache", (Path("x"), Path("y"))
    )
    mirrored = _put(tmp_path / "mirror/data.example.org/a/b.csv", "mirror")
    assert locate(ADDRESS, folder=tmp_path) == mirrored


@pytest.mark.parametrize("base", ["https://mirror.example.org/maps", "HTTP://10.0.0.1/"])
def test_mirror_may_be_an_address(monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.setenv("INFRAPLAN_MIRROR", base)
    assert settings.load().mirror is None
    assert settings.load().mirror_address == base


@pytest.mark.parametrize(
    ("said", "offline"), [("1", True), ("Yes", True), ("0", False), ("", False)]
)
def test_offline_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, said: str, *, offline: bool
) -> None:
    monkeypatch.setenv("INFRAPLAN_OFFLINE", said)
    assert settings.load().offline is offline


@pytest.mark.parametrize(
    ("name", "value"), [("THREADS", "\u00b2"), ("THREADS", "-1"), ("MIRROR", "~no-such-user/x"),
                        ("DATA", "~no-such-user"), ("CACHE", "~no-such-user"), ("CACHE", " ")]
)  # fmt: skip
def test_odd_variable_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"INFRAPLAN_{name}", value)
    assert settings.load().threads >= 1


@pytest.mark.parametrize(("said", "language"), [("VI", "vi"), ("vi_VN.UTF-8", "vi"), ("fr", "en")])
def test_language_is_said_as_locales_say_it(
    monkeypatch: pytest.MonkeyPatch, said: str, language: str
) -> None:
    monkeypatch.setenv("INFRAPLAN_LANG", said)
    assert settings.load().language == language


def test_keys_are_found_by_source_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFRAPLAN_KEY_OPENCELLID", " s3cr3t ")
    monkeypatch.setenv("INFRAPLAN_KEY_OTHER", "")
    assert dict(settings.load().keys) == {"opencellid": "s3cr3t"}
    assert "s3cr3t" not in repr(settings.load())


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"HOME": "/h"}, "/h/.cache/infraplan"),
        ("linux", {"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/x/infraplan"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Caches/infraplan"),
        ("win32", {"HOME": "/h", "LOCALAPPDATA": "/l"}, "/l/infraplan/cache"),
    ],
)
def test_cache_lies_where_the_system_keeps_caches(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], expected: str
) -> None:
    monkeypatch.delenv("INFRAPLAN_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert settings.load().cache == Path(expected)


def test_names_with_diacritics_are_the_same_composed_or_not(tmp_path: Path) -> None:
    there = _put(tmp_path / unicodedata.normalize("NFD", "trạm Phú Thọ.csv"), "x")
    shelf = Shelf(None, tmp_path / "cache")
    assert locate("trạm Phú Thọ.csv", folder=tmp_path, shelf=shelf) == there


@pytest.mark.parametrize("name", ["a" * 300, "folder", "folder/none.csv", "/none/at/all.csv"])
def test_name_of_no_file_is_missing_data(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(MissingDataError, match="Remedy"):
        locate(name, folder=tmp_path, shelf=Shelf(None, tmp_path / "cache"))
