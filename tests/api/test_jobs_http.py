"""Is a job followed, listed, handed out and stopped by who asked for it, and by nobody else?"""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.testclient import TestClient

from infraplan_api.access import KeyStore
from infraplan_api.jobs.events import Events, read_from
from infraplan_api.jobs.files import write_beside
from infraplan_api.jobs.store import JobStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fastapi import FastAPI

    from infraplan_api.jobs.record import Job

OGC = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"
PATIENCE_S = 30.0


class Desk:
    """A service that begins no job, its jobs, and a client with a key."""

    def __init__(self, client: TestClient, state: Path) -> None:
        self.client, self.state = client, state
        self.store = JobStore(state)
        self.keys = KeyStore(state)
        made = self.keys.add("a", scopes=["plan"], days=1)
        self.key, self.key_id = made.text, made.key_id

    def get(self, path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers={"x-api-key": self.key, **named})

    def job(self, process: str = "gaps") -> str:
        job, _ = self.store.add(key_id=self.key_id, process=process, inputs={}, most_waiting=999)
        return job.job_id

    def running(self) -> tuple[str, Events]:
        """Return a job that somebody works on, and where that is told."""
        job_id = self.job()
        self.store.begin(job_id)
        folder = self.store.folder(job_id)
        folder.mkdir(parents=True)
        return job_id, Events(folder)

    def successful(self, **files: bytes) -> str:
        """Return a job that made some files."""
        job_id, _ = self.running()
        results = self.store.folder(job_id) / "results"
        results.mkdir()
        told = {}
        for name, content in {n.replace("_", "."): c for n, c in files.items()}.items():
            (results / name).write_bytes(content)
            told[name] = {"length": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        index = {"values": {"people": 5.0}, "files": told, "bundle_sha256": "ab"}
        write_beside(results / "index.json", index)
        self.store.end(job_id, "successful")
        return job_id

    def at(self, job_id: str) -> Job:
        found = self.store.get(job_id)
        assert found is not None
        return found


@pytest.fixture
def desk(bundle_folder: Path, app_of: Callable[..., FastAPI], tmp_path: Path) -> Iterator[Desk]:
    app = app_of(bundle_folder, job_workers=0, job_keep_days=0)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(client, tmp_path / "state")


def told_in(text: str) -> list[dict[str, Any]]:
    """Return the events of a stream: name, number, data."""
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if lines:
            found.append({**json.loads(lines["data"]), "event": lines["event"], "id": lines["id"]})
    return found


def test_job_tells_how_far_it_is(desk: Desk) -> None:
    job_id, events = desk.running()
    progress = events.start("signal")
    for done in range(40):
        progress(done, 100)
    told = desk.get(f"/v1/jobs/{job_id}").json()
    assert (told["status"], told["progress"]) == ("running", 39)
    assert "4G" in told["message"]
    assert {link["rel"] for link in told["links"]} == {"self", "monitor"}


def test_line_that_was_torn_is_passed_over(desk: Desk) -> None:
    job_id, events = desk.running()
    events.start("signal")
    folder = desk.store.folder(job_id)
    with (folder / "events.jsonl").open("a") as stream:
        stream.write('{"kind": "progress", "sta')
    assert len(read_from(folder, 0)) == 1
    Events(folder).start("signal")(1, 2)
    assert [event["share"] for event in read_from(folder, 0)] == [0, 0, 0.5]
    assert desk.get(f"/v1/jobs/{job_id}").json()["progress"] == 50


def test_progress_never_goes_back_and_never_says_all_too_early(desk: Desk) -> None:
    job_id = desk.job("propose")
    desk.store.begin(job_id)
    folder = desk.store.folder(job_id)
    folder.mkdir(parents=True)
    events, seen = Events(folder), []
    for stage in ("study", "signal", "zones", "gaps", "sites", "robustness", "plan", "export"):
        events.start(stage)(1, 2)
        seen.append(desk.get(f"/v1/jobs/{job_id}").json()["progress"])
        events.finish(stage, seconds=1, reused=False)
        seen.append(desk.get(f"/v1/jobs/{job_id}").json()["progress"])
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] < 100


def test_nobody_sees_or_changes_anothers_job(desk: Desk) -> None:
    job_id = desk.successful(gaps_csv=b"a,b")
    other = desk.keys.add("b", scopes=["plan", "admin"], days=1).text
    for method, path in (
        ("GET", ""), ("DELETE", ""), ("GET", "/results"), ("GET", "/results/gaps.csv"),
        ("GET", "/events"),
    ):  # fmt: skip
        url = f"/v1/jobs/{job_id}{path}"
        for key, status in ((other, 404), ("", 401)):
            answer = desk.client.request(method, url, headers={"x-api-key": key})
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
            assert "gaps.csv" not in answer.json()["detail"]
    assert desk.client.get("/v1/jobs", headers={"x-api-key": other}).json()["jobs"] == []
    assert desk.at(job_id).status == "successful"


@pytest.mark.parametrize("name", ["0" * 32, "dream", "..%2f..", "%00", "é", "0" * 2000])
def test_job_that_does_not_exist_is_ogcs_problem(desk: Desk, name: str) -> None:
    answer = desk.get(f"/v1/jobs/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    if "2f" not in name:
        assert answer.json()["type"] == f"{OGC}no-such-job"


def test_list_comes_in_pages_that_lead_to_one_another(desk: Desk) -> None:
    jobs = [desk.job() for _ in range(5)][::-1]
    page = desk.get("/v1/jobs?limit=2&processID=gaps,report").json()
    seen = []
    while True:
        seen += [job["jobID"] for job in page["jobs"]]
        links = {link["rel"]: link["href"] for link in page["links"]}
        if "next" not in links:
            break
        assert "processID=gaps" in links["next"]
        page = desk.get(links["next"]).json()
    assert seen == jobs
    assert page["numberMatched"] == 5
    assert "prev" in links


def test_list_is_narrowed(desk: Desk) -> None:
    waiting, report = desk.job(), desk.job("report")
    done = desk.successful()
    for query, found in {
        "status=accepted": [report, waiting],
        "status=accepted,successful": [done, report, waiting],
        "processID=report": [report],
        "type=process&status=successful": [done],
        "datetime=2020-01-01/..": [done, report, waiting],
        "datetime=../2020-01-01T00:00:00Z": [],
        "minDuration=100": [],
        "maxDuration=100": [done],
    }.items():
        answer = desk.get(f"/v1/jobs?{query}").json()
        assert [job["jobID"] for job in answer["jobs"]] == found, query


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "offset=-1", "status=done", "status=accepted,", "processID=preview",
     "type=map", "datetime=yesterday", "datetime=2026-13-01", "minDuration=-1", "color=red",
     "limit=1&limit=2"],
)  # fmt: skip
def test_list_that_cannot_be_narrowed_so_is_refused(desk: Desk, query: str) -> None:
    answer = desk.get(f"/v1/jobs?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_results_are_figures_and_files(desk: Desk) -> None:
    job_id = desk.successful(gaps_csv=b"a,b\n1,2\n", gaps_geojson=b"{}")
    links = desk.get(f"/v1/jobs/{job_id}").json()["links"]
    address = next(link["href"] for link in links if link["rel"].endswith("/results"))
    results = desk.get(address).json()
    assert (results["values"], results["bundle_sha256"]) == ({"people": 5.0}, "ab")
    told = results["files"]["gaps.csv"]
    answer = desk.get(told["href"])
    assert hashlib.sha256(answer.content).hexdigest() == told["sha256"]
    assert answer.headers["content-type"] == told["type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=-2", 206, b"89"),
        ("bytes=8-99", 206, b"89"),
        ("bytes=0-1,4-5", 200, b"0123456789"),
        ("bytes=x", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
        ("bytes=10-", 416, None),
    ],
)
def test_file_is_sent_in_ranges(desk: Desk, asked: str, status: int, content: bytes | None) -> None:
    job_id = desk.successful(bundle_zip=b"0123456789")
    answer = desk.get(f"/v1/jobs/{job_id}/results/bundle.zip", range=asked)
    assert answer.status_code == status
    if content is None:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-range"] == "bytes */10"
    else:
        assert answer.content == content


@pytest.mark.parametrize("name", ["index.json", "other.csv", "..%2frequest.json", "a" * 200])
def test_only_files_that_the_job_made_are_sent(desk: Desk, name: str) -> None:
    job_id = desk.successful(gaps_csv=b"a")
    assert desk.get(f"/v1/jobs/{job_id}/results/{name}").status_code == 404


def test_results_are_not_there_before_the_end_nor_after_a_failure(desk: Desk) -> None:
    job_id, _ = desk.running()
    answer = desk.get(f"/v1/jobs/{job_id}/results")
    assert (answer.status_code, answer.json()["type"]) == (404, f"{OGC}result-not-ready")
    desk.store.end(job_id, "failed", {"title": "No", "detail": "Not so. Remedy: otherwise."})
    for path in ("", "/gaps.csv"):
        answer = desk.get(f"/v1/jobs/{job_id}/results{path}")
        assert answer.status_code == 409
        assert "Not so. Remedy" in answer.json()["detail"]
    assert "Not so" in desk.get(f"/v1/jobs/{job_id}").json()["message"]


def test_results_that_are_gone_are_a_problem(desk: Desk) -> None:
    job_id = desk.successful(gaps_csv=b"a")
    results = desk.store.folder(job_id) / "results"
    (results / "gaps.csv").unlink()
    assert desk.get(f"/v1/jobs/{job_id}/results/gaps.csv").status_code == 404
    (results / "index.json").write_text("{")
    assert desk.get(f"/v1/jobs/{job_id}/results").status_code == 404


def test_job_is_stopped_then_removed(desk: Desk) -> None:
    job_id = desk.job()
    for left in (True, False):
        answer = desk.client.delete(f"/v1/jobs/{job_id}", headers={"x-api-key": desk.key})
        assert (answer.status_code, answer.json()["status"]) == (200, "dismissed")
        assert (desk.store.get(job_id) is not None) == left
    answer = desk.client.delete(f"/v1/jobs/{job_id}", headers={"x-api-key": desk.key})
    assert answer.status_code == 404


def test_results_of_a_job_go_with_it(desk: Desk) -> None:
    job_id = desk.successful(gaps_csv=b"a")
    answer = desk.client.delete(f"/v1/jobs/{job_id}", headers={"x-api-key": desk.key})
    assert answer.json()["status"] == "dismissed"
    assert not desk.store.folder(job_id).exists()


def test_all_that_happened_is_told_in_order_up_to_the_end(desk: Desk) -> None:
    job_id, events = desk.running()
    events.start("signal")(1, 2)
    events.finish("signal", seconds=1.0, reused=False)
    desk.store.end(job_id, "successful")
    answer = desk.get(f"/v1/jobs/{job_id}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = told_in(answer.text)
    assert [one["event"] for one in told] == ["stage", "progress", "finished", "end"]
    assert [one["id"] for one in told] == ["1", "2", "3", "4"]
    assert [one.get("progress") for one in told] == [0, 50, 99, None]
    assert told[-1]["status"] == "successful"


def test_client_that_comes_back_hears_what_it_missed(desk: Desk) -> None:
    job_id, events = desk.running()
    events.start("signal")(1, 2)
    desk.store.end(job_id, "dismissed")
    address = f"/v1/jobs/{job_id}/events"
    assert [one["id"] for one in told_in(desk.get(address, last_event_id="1").text)] == ["2", "3"]
    assert [one["id"] for one in told_in(desk.get(address, last_event_id="2").text)] == ["3"]
    assert desk.get(address, last_event_id="3").status_code == 204
    for wrong in ("x", "-1", "1" * 30):
        assert desk.get(address, last_event_id=wrong).status_code == 400


def test_followers_hear_a_heartbeat_and_hold_up_nobody(
    desk: Desk,
    bundle_folder: Path,
    app_of: Callable[..., FastAPI],
    serving: Callable[[FastAPI], AbstractContextManager[str]],
) -> None:
    job_id = desk.job()
    desk.store.folder(job_id).mkdir(parents=True)
    app = app_of(bundle_folder, job_workers=0, reads=2, heartbeat_s=0.05, job_keep_days=0)
    followed: list[str] = []
    begun = threading.Semaphore(0)

    def follow(address: str) -> None:
        url, headers = f"{address}/v1/jobs/{job_id}/events", {"x-api-key": desk.key}
        with httpx.stream("GET", url, headers=headers, timeout=PATIENCE_S) as answer:
            begun.release()
            followed.append("".join(answer.iter_text()))

    with serving(app) as address:
        threads = [threading.Thread(target=follow, args=(address,)) for _ in range(6)]
        for thread in threads:
            thread.start()
            assert begun.acquire(timeout=PATIENCE_S)
        answers = [httpx.get(f"{address}/v1/processes") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200] * 5
        time.sleep(0.2)
        Events(desk.store.folder(job_id)).start("signal")
        desk.store.end(job_id, "successful")
        for thread in threads:
            thread.join(PATIENCE_S)
    assert len(followed) == 6
    for text in followed:
        assert ": ping" in text
        assert [one["event"] for one in told_in(text)] == ["stage", "end"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_followers_do_not_hold_up_the_servers_end(bundle_folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    key = KeyStore(state).add("a", scopes=["plan"], days=1)
    store = JobStore(state)
    job_id = store.add(key_id=key.key_id, process="gaps", inputs={}, most_waiting=9)[0].job_id
    serve = (
        "import sys, pathlib; from infraplan_api import create_app, listen;"
        "from infraplan_api.settings import Settings;"
        "folder, state = map(pathlib.Path, sys.argv[1:]);"
        "taken = listen.bind('127.0.0.1', 0); print(listen.address_of(taken), flush=True);"
        "listen.listen(create_app(settings=Settings(folder, state, job_workers=0)), taken)"
    )
    command = [sys.executable, "-c", serve, str(bundle_folder), str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        headers = {"x-api-key": key.text}
        try:
            with httpx.stream(
                "GET", f"{address}/v1/jobs/{job_id}/events", headers=headers, timeout=PATIENCE_S
            ) as answer:
                server.send_signal(signal.SIGTERM)
                assert told_in("".join(answer.iter_text())) == []
            assert server.wait(PATIENCE_S) in (0, -signal.SIGTERM)
        finally:
            server.kill()
    found = store.get(job_id)
    assert found is not None
    assert found.status == "accepted"
