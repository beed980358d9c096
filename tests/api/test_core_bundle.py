"""Is a bundle opened whole, checked, kept, and never mixed with the one that replaces it?"""

from __future__ import annotations

import json
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from infraplan_api.bundle import Bundle, Holder
from infraplan_api.bundle.bundle import open_bundle
from infraplan_api.bundle.facts import facts_of
from infraplan_api.bundle.memo import Memo
from infraplan_api.coverage import is_said
from infraplan_api.errors import (
    BundleReplacedError,
    BundleUnavailableError,
    NotInBundleError,
)
from infraplan_api.prepare import prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    import httpx
    from fastapi import FastAPI

PATH = "/v1/communes/00001/coverage"


def _second(bundle: Path) -> Path:
    """Return a copy of a bundle that says another version made it, beside it."""
    copy = shutil.copytree(bundle, bundle.with_name("second"))
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["infraplan_version"] = "0.0.0+second"
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return copy


def _swap(new: Path, old: Path) -> None:
    """Put a new folder in the place of an old one as a run does, and delete the old one."""
    older = old.with_name(".older")
    old.rename(older)
    new.rename(old)
    shutil.rmtree(older)


def test_bundle_says_what_its_manifest_says(bundle_folder: Path) -> None:
    bundle = open_bundle(bundle_folder)
    manifest = json.loads((bundle_folder / "manifest.json").read_text(encoding="utf-8"))
    assert bundle.study_id == "tiny"
    assert bundle.operators == tuple(manifest["operators"])
    assert bundle.technology == "4G"
    assert bundle.years == tuple(manifest["years"])
    assert bundle.has("communes.csv")
    assert not bundle.has("../communes.csv")


def test_older_bundle_without_the_newer_lists_is_read(bundle: Path) -> None:
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for name in ("years", "technologies", "environments", "collections"):
        manifest.pop(name)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    opened = open_bundle(bundle)
    assert opened.technologies == ("4G",)
    assert opened.environments == ("outdoors",)
    assert opened.years == ()
    assert facts_of(opened).base_year is None


def test_file_that_is_not_listed_is_not_in_the_bundle(bundle: Path) -> None:
    (bundle / "secret.txt").write_text("x", encoding="utf-8")
    opened = open_bundle(bundle)
    for name in ("secret.txt", "../x", "manifest.json", "/etc/passwd", ""):
        with pytest.raises(NotInBundleError, match="Remedy: make the bundle again"):
            opened.path(name)


def test_collections_and_tables_are_read_once(bundle_folder: Path) -> None:
    bundle = open_bundle(bundle_folder)
    communes = bundle.collection("communes")
    assert communes is bundle.collection("communes")
    assert communes.crs == "EPSG:4326"
    assert list(communes["code"]) == ["00001", "00002", "00003", "00004"]
    assert bundle.table("communes")["code"].tolist() == communes["code"].tolist()
    assert bundle.table("coverage") is bundle.table("coverage")


def test_facts_are_those_of_the_catalogue_and_the_manifest(bundle_folder: Path) -> None:
    facts = facts_of(open_bundle(bundle_folder))
    served = next(v for v in facts.levels if (v.technology, v.level) == ("4G", "served"))
    assert served.minimum_rsrp_dbm == -105
    assert facts.title.vi == "Tỉnh thử"
    assert facts.bbox == (105.0, 21.0, 105.1, 21.1)
    assert "hillshade" in facts.layers


def test_bundle_that_was_replaced_is_noticed_before_and_after_reading(bundle: Path) -> None:
    opened = open_bundle(bundle)
    second = _second(bundle)
    with pytest.raises(BundleReplacedError), opened.reading():
        _swap(second, bundle)
    with pytest.raises(BundleReplacedError):
        opened.path("communes.csv")
    with pytest.raises(BundleReplacedError):
        opened.once("anything", lambda _: 1)


def test_error_while_a_bundle_is_replaced_is_told_as_that(bundle: Path) -> None:
    opened = open_bundle(bundle)

    def fail(_: Bundle) -> None:
        shutil.rmtree(bundle)
        raise KeyError("half a file")

    with pytest.raises(BundleReplacedError):
        opened.once("x", fail)


def test_file_that_cannot_be_read_makes_the_bundle_unavailable(bundle: Path) -> None:
    opened = open_bundle(bundle)

    def fail(_: Bundle) -> None:
        (bundle / "nothing").read_bytes()

    with pytest.raises(BundleUnavailableError, match="No such file"):
        opened.once("x", fail)


def test_something_is_made_once_however_many_ask() -> None:
    memo, made = Memo(), []

    def make() -> object:
        made.append(threading.get_ident())
        time.sleep(0.02)
        return object()

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: memo.get("x", make), range(16)))
    assert len(made) == 1
    assert len({id(one) for one in found}) == 1


def test_what_failed_is_made_again() -> None:
    memo = Memo()
    with pytest.raises(ZeroDivisionError):
        memo.get("x", lambda: 1 // 0)
    assert memo.get("x", lambda: 2) == 2


def test_folder_is_looked_at_no_more_often_than_told(bundle: Path) -> None:
    holder = Holder(bundle, recheck_s=3600)
    first = holder.current()
    _swap(_second(bundle), bundle)
    assert holder.current() is first
    holder.renew()
    assert holder.current().sha256 != first.sha256
    assert holder.peek() is holder.current()


def test_bundle_that_takes_the_place_of_another_is_prepared_beside_the_requests(
    bundle: Path,
) -> None:
    prepared: list[str] = []
    done = threading.Event()

    def noted(opened: Bundle) -> None:
        prepared.append(opened.sha256)
        done.set()

    holder = Holder(bundle, recheck_s=0, prepare=noted)
    first = holder.current()
    _swap(_second(bundle), bundle)
    second = holder.current()
    assert done.wait(20)
    assert prepared == [second.sha256] != [first.sha256]


def test_prepared_bundle_answers_a_commune_from_memory(bundle: Path) -> None:
    opened = Holder(bundle).current()
    assert not is_said(opened)
    prepare(opened)
    assert is_said(opened)


def test_bundle_without_its_tables_is_prepared_as_far_as_it_goes(bundle: Path) -> None:
    opened = Holder(bundle).current()
    (bundle / "communes.csv").unlink()
    prepare(opened)
    assert not is_said(opened)


def test_missing_bundle_is_found_when_it_comes(bundle: Path) -> None:
    away = bundle.rename(bundle.with_name("away"))
    holder = Holder(bundle, recheck_s=0)
    assert holder.peek() is None
    with pytest.raises(BundleUnavailableError, match=r"'bundle' cannot be read .*infraplan run"):
        holder.current()
    away.rename(bundle)
    assert holder.current().study_id == "tiny"


def test_bundles_are_swapped_under_load_without_one_failing_or_mixed_answer(
    bundle: Path,
    app_of: Callable[..., FastAPI],
    serving: Callable[[FastAPI], AbstractContextManager[str]],
) -> None:
    import httpx  # noqa: PLC0415 - asks a real server here alone

    second = _second(bundle)
    shas = [open_bundle(folder).sha256 for folder in (bundle, second)]
    app = app_of(bundle, recheck_s=0.02, cache_bytes=0)
    stop = threading.Event()
    answers: list[tuple[int, str, str]] = []

    def ask(path: str, address: str) -> None:
        with httpx.Client(base_url=address, timeout=20) as client:
            while not stop.is_set():
                answer = client.get(path)
                answers.append((answer.status_code, path, _said(answer)))

    def swap_often() -> None:
        spare = second
        for _ in range(3):
            time.sleep(0.25)
            following = shutil.copytree(bundle, bundle.with_name("spare"))
            _swap(spare, bundle)
            spare = following.rename(bundle.with_name("following"))
        time.sleep(0.25)

    paths = (PATH, "/v1/", "/readyz", "/v1/collections/villages/items?limit=2")
    with serving(app) as address, ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask, path, address) for path in paths]
        try:
            swap_often()
        finally:
            stop.set()
    assert [one.exception() for one in asking] == [None] * len(paths)
    assert {status for status, _, _ in answers} == {200}
    assert {said for _, path, said in answers if path == "/readyz"} == set(shas)


def _said(answer: httpx.Response) -> str:
    said: dict[str, Any] = answer.json()
    return str(said.get("bundle_sha256", ""))
