"""Can a planner try out masts over HTTP, safely, without a way to disturb others?"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import signal
import sys
import threading
import time
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from starlette.testclient import TestClient

from infraplan.errors import InputError
from infraplan_api import create_app
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
from infraplan_api.models.preview import PreviewAnswer
from infraplan_api.preview import Worker, choices
from infraplan_api.preview.warm import kept_warm
from infraplan_api.preview.worker import ReplacedError, prepare
from infraplan_api.service import service_of
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infraplan_api.bundle import Bundle

PATH = "/v1/processes/preview/execution"
MAST: dict[str, Any] = {
    "lon": 105.070,
    "lat": 21.075,
    "operator": "viettel",
    "height_m": 42.0,
    "band": "B8",
}


_TRIES = 6
"""A first request may come while the process is being prepared."""


def _body(*masts: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    return {"inputs": {"masts": list(masts), **inputs}}


@pytest.fixture(scope="module")
def planner(
    bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Any]]:
    """Return a function that tries out masts with a planner's key; the process is kept warm."""
    state = tmp_path_factory.mktemp("state")
    key = KeyStore(state).add("planner", scopes=["plan"], days=1).text
    app = create_app(settings=Settings(folder=bundle_folder, state=state))
    with TestClient(app, raise_server_exceptions=False) as asking:

        def ask(body: Any, **options: Any) -> Any:
            headers = {"x-api-key": key} | options.pop("headers", {})
            if body is not None:
                options["json"] = body
            for _ in range(_TRIES):
                response = asking.post(PATH, headers=headers, **options)
                if "prepared" not in response.text:
                    break
            return response

        yield ask


def test_mast_is_answered_with_people_link_cost_and_rules(
    planner: Callable[..., Any],
) -> None:
    response = planner(_body(MAST))
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    answer = PreviewAnswer.model_validate(response.json())
    told = answer.masts[0]
    assert told.mast.lon == MAST["lon"]
    assert told.mast.azimuths_deg == (0.0, 120.0, 240.0)
    assert told.gains[0].people_gained > 0
    assert told.headline == answer.together.headline
    assert told.headline.vi.startswith("+")
    assert "thôn" in told.headline.vi
    assert told.link is not None
    assert told.link.geometry is not None
    assert told.link.geometry["coordinates"][-1] == pytest.approx([MAST["lon"], MAST["lat"]])
    assert told.cost.capex_vnd == pytest.approx(
        sum(row.likely_vnd for row in told.bill if row.kind == "capex")
    )
    assert {row.origin for row in told.bill}
    assert {check.rule for check in told.checks} >= {"commune", "slope", "road", "spacing"}
    assert answer.notes


def test_picture_shows_gained_ground_where_the_bounds_say(
    planner: Callable[..., Any],
) -> None:
    picture = PreviewAnswer.model_validate(planner(_body(MAST)).json()).masts[0].picture
    west, south, east, north = picture.bounds
    assert west < MAST["lon"] < east
    assert south < MAST["lat"] < north
    assert picture.corners[0] == (west, north)
    # a picture carries no position of its own
    with (
        warnings.catch_warnings(action="ignore", category=NotGeoreferencedWarning),
        rasterio.open(io.BytesIO(base64.b64decode(picture.png_base64))) as png,
    ):
        codes, palette = png.read(1), png.colormap(1)
    half = len(picture.classes) // 2
    assert set(np.unique(codes)) <= set(range(2 * half + 1))
    assert (codes > half).any()
    assert palette[0][3] == 0
    assert palette[1][3] < palette[half + 1][3]
    assert [c.gained for c in picture.classes] == [False] * half + [True] * half


def test_several_masts_are_answered_each_and_together(
    planner: Callable[..., Any],
) -> None:
    other = {**MAST, "lon": 105.074, "operator": "vinaphone"}
    body = _body(MAST, other, environment="indoors", level="weak")
    answer = PreviewAnswer.model_validate(planner(body).json())
    assert len(answer.masts) == 2
    assert answer.environment == "indoors"
    people = [mast.gains[2].people_gained for mast in answer.masts]
    assert max(people) <= answer.together.gains[3].people_gained <= sum(people)


def test_same_request_gives_the_same_bytes(planner: Callable[..., Any]) -> None:
    assert planner(_body(MAST)).content == planner(_body(MAST)).content


def test_every_fault_of_a_mast_is_a_400_that_lists_them(
    planner: Callable[..., Any],
) -> None:
    wrong = {**MAST, "operator": "nobody", "band": "n28"}
    response = planner(_body(wrong, {**MAST, "lon": 3.0}))
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    faults = " ".join(response.json()["faults"])
    for said in ("masts.0.operator", "masts.0.band", "masts.1.lon, lat"):
        assert said in faults


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"inputs": {}},
        {"inputs": {"masts": []}},
        {"inputs": {"masts": [MAST] * 21}},
        {"inputs": {"masts": [{**MAST, "height_m": 1e9}]}},
        {"inputs": {"masts": [{**MAST, "lat": None}]}},
        {"inputs": {"masts": [{**MAST, "colour": 1}]}},
        {"inputs": {"masts": [MAST], "environment": "underground"}},
        {"inputs": {"masts": [MAST], "level": "white"}},
        {"outputs": {}},
        [],
        "text",
    ],
)
def test_body_outside_its_meaning_is_a_400(planner: Callable[..., Any], body: Any) -> None:
    response = planner(body)
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "1e999", '"high"'])
def test_not_a_number_is_a_400(planner: Callable[..., Any], word: str) -> None:
    text = json.dumps(_body(MAST)).replace("21.075", word)
    response = planner(None, content=text, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("headers", [{}, {"x-api-key": "wrong"}])
def test_without_a_key_nothing_is_counted(client: Any, headers: dict[str, str]) -> None:
    response = client.post(PATH, json=_body(MAST), headers=headers)
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"


def test_choices_name_operators_bands_and_levels(bundle_folder: Path) -> None:
    found = choices(Holder(bundle_folder).current())
    assert found["operators"] == ["vinaphone", "viettel"] or found["operators"] == [
        "viettel",
        "vinaphone",
    ]
    assert "B8" in found["bands"]
    assert "n28" not in found["bands"]
    assert found["levels"] == ["weak", "served", "good", "strong_indoors"]
    assert found["defaults"]["band"] in found["bands"]


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
        worker.ask(current, json.dumps(_body(MAST)).encode())
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
