"""Does the process that works on what-if requests live, end and fail as it should?"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from infraplan.errors import InputError
from infraplan_api.access import KeyStore
from infraplan_api.bundle import Holder
from infraplan_api.errors import (
    BundleUnavailableError,
    InvalidRequestError,
    NotInBundleError,
    SlowServiceError,
    TooManyRequestsError,
    UnavailableError,
)
from infraplan_api.preview import Worker
from infraplan_api.preview.warm import kept_warm
from infraplan_api.preview.worker import ReplacedError, prepare
from infraplan_api.service import service_of
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infraplan_api.bundle import Bundle

MAST = {"lon": 105.070, "lat": 21.075, "operator": "viettel", "height_m": 42.0, "band": "B8"}

_PLAY = """
import sys, time
print("*null", flush=True)
for line in sys.stdin:
    if "sleep" in line:
        time.sleep(60)
    if "die" in line:
        sys.exit(3)
    print("?[\\"a fault\\"]" if "fault" in line else "+" + line.strip(), flush=True)
"""
"""A process that keeps the rules of the worker, and does what a request says."""


@pytest.fixture
def worker_of(bundle_folder: Path) -> Iterator[Callable[..., Worker]]:
    """Return a function that makes a worker with limits of its own; all are ended."""
    made: list[Worker] = []

    def make(*, play: str | None = _PLAY, **limits: Any) -> Worker:
        command = {} if play is None else {"command": (sys.executable, "-c", play)}
        made.append(Worker(Settings(folder=bundle_folder, **limits), **command))
        return made[-1]

    yield make
    for worker in made:
        worker.close()


@pytest.fixture
def current(bundle_folder: Path) -> Bundle:
    return Holder(bundle_folder).current()


def test_process_that_is_killed_is_started_anew(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    worker = worker_of()
    assert worker.ask(current, b"1") == b"1"
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert worker.ask(current, b"2") == b"2"
    assert worker.pid != pid


def test_process_that_dies_on_a_request_is_told_and_started_anew(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    worker = worker_of()
    with pytest.raises(UnavailableError, match="ask again"):
        worker.ask(current, b"die")
    assert worker.pid is None
    assert worker.ask(current, b"2") == b"2"


def test_request_that_takes_too_long_is_stopped_with_its_process(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    worker = worker_of(preview_seconds=0.2)
    with pytest.raises(SlowServiceError):
        worker.ask(current, b"sleep")
    assert worker.pid is None


def test_more_than_may_wait_are_refused_with_when_to_ask_again(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    worker = worker_of(preview_waiting=0, preview_seconds=2.0)
    refused: list[str] = []

    def ask() -> None:
        with contextlib.suppress(SlowServiceError):
            worker.ask(current, b"sleep")

    thread = threading.Thread(target=ask)
    thread.start()
    while thread.is_alive() and not refused:
        try:
            worker.ask(current, b"2") if worker.pid else time.sleep(0.01)
        except TooManyRequestsError as error:
            refused.append(error.headers["retry-after"])
    thread.join()
    assert refused == ["1"]


def test_faults_that_the_process_finds_are_listed(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        worker_of().ask(current, b"fault")
    assert raised.value.faults == ("a fault",)


def test_process_ends_with_its_worker(worker_of: Callable[..., Worker], current: Bundle) -> None:
    worker = worker_of()
    worker.ask(current, b"1")
    pid = worker.pid
    assert pid is not None
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_process_started_ahead_answers_the_first_request(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    worker = worker_of()
    worker.warm(current)
    pid = worker.pid
    assert pid is not None
    assert worker.is_warm(current)
    assert worker.ask(current, b"1") == b"1"
    assert worker.pid == pid


@pytest.mark.parametrize(("scope", "is_started"), [("plan", True), ("admin", False)])
def test_service_starts_the_process_ahead_where_somebody_may_try_masts(
    worker_of: Callable[..., Worker],
    bundle_folder: Path,
    tmp_path: Path,
    scope: str,
    *,
    is_started: bool,
) -> None:
    KeyStore(tmp_path).add("somebody", scopes=[scope], days=1)
    worker, looks = worker_of(), threading.Event()
    service = service_of(Settings(folder=bundle_folder, state=tmp_path, preview_warm_s=0.01))
    is_warm = worker.is_warm

    def looked(bundle: Bundle) -> bool:
        if (worker.pid is not None) == is_started:
            looks.set()
        return is_warm(bundle)

    worker.is_warm = looked  # type: ignore[method-assign]
    with kept_warm(worker, service):
        assert looks.wait(30)
    assert (worker.pid is not None) == is_started
    assert "preview-warm" not in {thread.name for thread in threading.enumerate()}


def test_another_bundle_gets_another_process(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    worker = worker_of()
    worker.ask(current, b"1")
    first = worker.pid
    worker.ask(replace(current, sha256="0" * 64), b"1")
    assert worker.pid != first


def test_process_that_cannot_prepare_the_bundle_says_why(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    worker = worker_of(play="print('-\"no rasters\"', flush=True); input()")
    with pytest.raises(BundleUnavailableError, match="no rasters"):
        worker.ask(current, b"1")
    assert worker.pid is None


def test_who_asks_while_the_bundle_is_prepared_is_told_to_ask_again(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    slow = "import time; time.sleep(0.6)" + _PLAY
    worker = worker_of(play=slow, preview_seconds=0.05)
    with pytest.raises(UnavailableError, match="prepared") as raised:
        worker.ask(current, b"1")
    assert raised.value.headers == {"retry-after": "3"}
    pid = worker.pid
    answer = b""
    while not answer:
        with contextlib.suppress(UnavailableError):
            answer = worker.ask(current, b"1")
    assert (answer, worker.pid) == (b"1", pid)


def test_preparing_that_never_ends_is_stopped(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    limits = {"preview_seconds": 0.05, "preview_prepare_seconds": 0.0}
    worker = worker_of(play="import time; time.sleep(60)", **limits)
    with pytest.raises(UnavailableError):
        worker.ask(current, b"1")
    assert worker.pid is None


def test_process_without_enough_memory_is_told_and_not_a_crash(
    worker_of: Callable[..., Worker], current: Bundle
) -> None:
    worker = worker_of(play=None, preview_memory_mb=64)
    with pytest.raises((UnavailableError, BundleUnavailableError)):
        worker.ask(current, json.dumps({"inputs": {"masts": [MAST]}}).encode())
    assert worker.pid is None


def test_bundle_without_its_study_says_what_to_do(
    worker_of: Callable[..., Worker], bundle: Path
) -> None:
    said = json.loads((bundle / "manifest.json").read_bytes())
    said["outputs"] = {k: v for k, v in said["outputs"].items() if not k.startswith("study/")}
    (bundle / "manifest.json").write_bytes(json.dumps(said).encode())
    with pytest.raises(NotInBundleError, match="infraplan run"):
        worker_of().ask(Holder(bundle).current(), b"1")


def test_raster_that_is_not_the_bundles_is_refused(bundle: Path) -> None:
    sha256 = Holder(bundle).current().sha256
    (bundle / "service_class_4G_outdoors_any.tif").write_bytes(b"something else")
    with pytest.raises(InputError, match="service_class_4G_outdoors_any"):
        prepare(bundle, sha256)


def test_bundle_that_took_the_place_of_another_is_noticed(bundle_folder: Path) -> None:
    with pytest.raises(ReplacedError):
        prepare(bundle_folder, "0" * 64)
