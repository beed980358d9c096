"""Can work be asked for as OGC API - Processes says, and is all that is wrong told at once?"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.testclient import TestClient

from infraplan_api.access import KeyStore
from infraplan_api.jobs.store import JobStore
from infraplan_api.jobs.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI

NAMES = ["gaps", "predict", "preview", "propose", "report"]
OGC = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"
PATIENCE_S = 120.0


@pytest.fixture
def key(tmp_path: Path) -> str:
    """Return a planner's key of the service that the test asks."""
    return KeyStore(tmp_path / "state").add("a", scopes=["plan"], days=1).text


@pytest.fixture
def planner(bundle_folder: Path, app_of: Callable[..., FastAPI], key: str) -> Iterator[TestClient]:
    """Return a client with a key of a service that begins no job."""
    app = app_of(bundle_folder, job_workers=0)
    with TestClient(app, raise_server_exceptions=False, headers={"x-api-key": key}) as asking:
        yield asking


def execute(planner: TestClient, name: str = "gaps", **inputs: Any) -> httpx.Response:
    return planner.post(f"/v1/processes/{name}/execution", json={"inputs": inputs})


def test_service_starts_without_what_only_work_needs() -> None:
    code = (
        "import sys; from infraplan_api import create_app; create_app();"
        "heavy = ('numba', 'highspy', 'networkx', 'infraplan.workflow', 'infraplan.coverage',"
        " 'infraplan.siting', 'infraplan_api.jobs.tasks');"
        "print([name for name in heavy if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_processes_are_listed_and_described(client: TestClient) -> None:
    listed = client.get("/v1/processes").json()
    assert [process["id"] for process in listed["processes"]] == NAMES
    for process in listed["processes"]:
        here = next(link["href"] for link in process["links"] if link["rel"] == "self")
        told = client.get(here).json()
        assert {name: told[name] for name in process} == process
        assert told["inputs"].keys() | told["outputs"].keys()
        assert all({"title", "description", "schema", "minOccurs"} <= set(one)
                   for one in told["inputs"].values())  # fmt: skip
        assert all(one["description"] for one in told["inputs"].values())
        assert "$ref" not in json.dumps(told)
        assert " / " in told["title"]


def test_description_names_the_values_that_the_bundle_allows(client: TestClient) -> None:
    gaps = client.get("/v1/processes/gaps").json()["inputs"]
    assert gaps["operator"]["schema"]["enum"] == ["any", "viettel", "vinaphone"]
    predict = client.get("/v1/processes/predict").json()["inputs"]
    assert predict["operators"]["schema"]["items"]["enum"] == ["viettel", "vinaphone"]
    mast = client.get("/v1/processes/preview").json()["inputs"]["masts"]["schema"]["items"]
    assert mast["properties"]["operator"]["enum"] == ["viettel", "vinaphone"]
    assert mast["properties"]["band"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_process_that_does_not_exist_is_ogcs_problem(client: TestClient, method: str) -> None:
    path = "/v1/processes/dream" + ("/execution" if method == "POST" else "")
    answer = client.request(method, path)
    assert answer.status_code == 404
    assert answer.json()["type"] == f"{OGC}no-such-process"
    assert "gaps" in answer.json()["detail"]


def test_work_that_is_asked_for_becomes_a_job(planner: TestClient) -> None:
    answer = execute(planner, operator="viettel")
    assert answer.status_code == 201
    told = answer.json()
    assert answer.headers["location"].endswith(f"/v1/jobs/{told['jobID']}")
    assert "preference-applied" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert (told["processID"], told["type"], told["status"]) == ("gaps", "process", "accepted")
    assert planner.get(answer.headers["location"]).json() == told


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("respond-async", "respond-async"),
        ("Respond-Async, wait=10", "respond-async"),
        ("wait=10", None),
        ("handling=lenient", None),
    ],
)
def test_preference_for_a_job_is_heard(
    planner: TestClient, prefer: str, applied: str | None
) -> None:
    answer = planner.post("/v1/processes/gaps/execution", json={}, headers={"prefer": prefer})
    assert answer.headers.get("preference-applied") == applied


def test_request_as_clients_of_ogc_write_it_is_taken(planner: TestClient) -> None:
    body = {
        "inputs": {"communes": []},
        "outputs": {"files": {"transmissionMode": "reference"}},
        "response": "document",
    }
    assert planner.post("/v1/processes/report/execution", json=body).status_code == 201


@pytest.mark.parametrize(
    ("name", "inputs", "faults"),
    [
        ("gaps", {"technology": "6G", "min_people": -1, "dream": 1}, 3),
        ("gaps", {"operator": ["any"]}, 1),
        ("gaps", {"min_people": "NaN"}, 1),
        ("predict", {"load_share": 1.01, "operators": ["x"] * 21}, 2),
        ("predict", {"operators": "viettel"}, 1),
        ("propose", {"budget_vnd": 1e16, "draws": 1001}, 2),
        ("propose", {"draws": 1.5}, 1),
        ("report", {"communes": ["a b", "../etc"], "language": "fr"}, 3),
        ("report", {"communes": ["1"] * 1001}, 1),
    ],
)
def test_every_fault_is_told_at_once(
    planner: TestClient, name: str, inputs: dict[str, Any], faults: int
) -> None:
    answer = execute(planner, name, **inputs)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["faults"]) == faults
    assert planner.get("/v1/jobs").json()["numberMatched"] == 0


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b'"x"', b'{"inputs": 5}', b'{"inputs": {}, "x": 1}',
                b'{"inputs": {"min_people": NaN}}', b'{"inputs": {"min_people": 1e999}}',
                b'{"inputs":' * 5000],
)  # fmt: skip
def test_body_that_is_no_request_is_refused(planner: TestClient, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = planner.post("/v1/processes/gaps/execution", content=content, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-api-key": ""}, 401),
        ({"x-api-key": "ipk_no"}, 401),
        ({"accept": "text/html"}, 406),
        ({"idempotency-key": "a b"}, 400),
        ({"idempotency-key": "x" * 101}, 400),
    ],
)
def test_header_that_is_wrong_is_refused(
    planner: TestClient, headers: dict[str, str], status: int
) -> None:
    answer = planner.post("/v1/processes/gaps/execution", json={}, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert planner.get("/v1/jobs").json()["numberMatched"] == 0


def test_unknown_parameter_is_refused(planner: TestClient) -> None:
    assert planner.post("/v1/processes/gaps/execution?fast=1", json={}).status_code == 400
    assert planner.get("/v1/processes?fast=1").status_code == 400


def test_same_request_sent_twice_is_one_job(planner: TestClient) -> None:
    def send(key: str, **inputs: Any) -> httpx.Response:
        return planner.post(
            "/v1/processes/gaps/execution",
            json={"inputs": inputs},
            headers={"idempotency-key": key},
        )

    first, again = send("a"), send("a", technology="4G")
    assert first.headers["location"] == again.headers["location"]
    assert send("b").headers["location"] != first.headers["location"]
    assert send("a", technology="5G").status_code == 409


def test_queue_of_a_key_has_an_end(
    bundle_folder: Path, app_of: Callable[..., FastAPI], key: str
) -> None:
    app = app_of(bundle_folder, job_workers=0, jobs_waiting=2)
    with TestClient(app, headers={"x-api-key": key}) as planner:
        answers = [execute(planner) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2].json()["type"].endswith("too-many-jobs")
    assert int(answers[2].headers["retry-after"]) > 0


def test_thousand_requests_at_once_are_all_answered_and_few_become_jobs(
    bundle_folder: Path, app_of: Callable[..., FastAPI], key: str, tmp_path: Path
) -> None:
    app = app_of(bundle_folder, job_workers=0, jobs_waiting=5, writes_burst=200)

    async def storm() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://test") as asking,
        ):
            headers = {"x-api-key": key}
            path = "/v1/processes/gaps/execution"
            asked = (asking.post(path, json={}, headers=headers) for _ in range(1000))
            return list(await asyncio.gather(*asked))

    answers = asyncio.run(storm())
    assert len(answers) == 1000
    assert {answer.status_code for answer in answers} <= {201, 429, 503}
    begun = [answer for answer in answers if answer.status_code == 201]
    assert len(begun) == 5
    assert all("retry-after" in a.headers for a in answers if a.status_code != 201)
    store = JobStore(tmp_path / "state")
    kept = {job.job_id for job in store.listing(Wanted())[0]}
    assert kept == {answer.json()["jobID"] for answer in begun}


def test_state_that_cannot_be_kept_is_a_problem_with_its_remedy(
    planner: TestClient, tmp_path: Path
) -> None:
    for path in (tmp_path / "state").iterdir():
        if path.is_file():
            path.unlink()
    (tmp_path / "state" / "service.sqlite").mkdir()
    answer = execute(planner)
    assert answer.status_code in (401, 503)
    assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_is_written_before_somebody_asks_for_work(
    bundle_folder: Path, app_of: Callable[..., FastAPI], tmp_path: Path
) -> None:
    with TestClient(app_of(bundle_folder)) as asking:
        asking.get("/v1/processes")
        assert asking.get("/v1/jobs").status_code == 401
    assert not (tmp_path / "state").exists()


def test_job_is_done_by_a_process_of_its_own_and_handed_out(
    bundle_folder: Path, app_of: Callable[..., FastAPI], key: str
) -> None:
    with TestClient(app_of(bundle_folder), headers={"x-api-key": key}) as planner:
        here = execute(planner, "report").headers["location"]
        until_s = time.monotonic() + PATIENCE_S
        while planner.get(here).json()["status"] in ("accepted", "running"):
            assert time.monotonic() < until_s
            time.sleep(0.1)
        told = planner.get(here).json()
        assert (told["status"], told["progress"]) == ("successful", 100)
        results = planner.get(f"{here}/results").json()
        assert results["values"]["rows"]["communes"] > 0
        for file in results["files"].values():
            answer = planner.get(file["href"])
            assert len(answer.content) == file["length"]
            assert answer.headers["content-type"] == file["type"]
            assert answer.headers["content-disposition"].startswith("attachment")
