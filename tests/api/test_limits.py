"""Who asks too often is told when to ask again; who asked what was changed is remembered."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from infraplan_api.access import KeyStore, store_path
from infraplan_api.access.audit import Audit
from infraplan_api.access.limits import Buckets
from infraplan_api.errors import StateUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx
    from fastapi import FastAPI

GAPS = "/v1/processes/gaps/execution"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_bucket_gives_its_reserve_then_as_fast_as_it_fills() -> None:
    clock = Clock()
    buckets = Buckets(per_s=0.5, burst=3, clock=clock)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == pytest.approx(2)
    clock.now_s += 1
    assert buckets.wait_s("a") == pytest.approx(1)
    clock.now_s += 1
    assert buckets.take("a") == 0
    assert buckets.take("a") == pytest.approx(2)
    assert buckets.take("b") == 0


@given(
    steps=st.lists(st.floats(0, 30), min_size=1, max_size=40),
    per_s=st.floats(0.01, 5),
    burst=st.integers(1, 20),
)
def test_nobody_gets_more_than_reserve_and_rate(
    steps: list[float], per_s: float, burst: int
) -> None:
    clock = Clock()
    buckets = Buckets(per_s=per_s, burst=burst, clock=clock)
    taken = 0
    for step in steps:
        clock.now_s += step
        while buckets.take("a") == 0:
            taken += 1
    assert taken <= burst + per_s * clock.now_s + 1e-6


@given(per_s=st.floats(0.01, 5), burst=st.integers(1, 20))
def test_after_the_time_that_is_told_there_is_one(per_s: float, burst: int) -> None:
    clock = Clock()
    buckets = Buckets(per_s=per_s, burst=burst, clock=clock)
    while buckets.take("a") == 0:
        pass
    clock.now_s += buckets.wait_s("a") + 1e-6
    assert buckets.take("a") == 0


def test_bucket_that_never_fills_says_to_come_much_later() -> None:
    buckets = Buckets(per_s=0, burst=1, clock=Clock())
    assert buckets.take("a") == 0
    assert buckets.take("a") == 3600


def test_names_without_end_take_no_memory_without_end() -> None:
    buckets = Buckets(per_s=1, burst=1, clock=Clock())
    for number in range(10_100):
        buckets.take(str(number))
    assert buckets.take("10099") > 0
    assert buckets.take("0") == 0


def test_many_threads_together_get_no_more_than_the_reserve() -> None:
    buckets = Buckets(per_s=0.001, burst=50, clock=Clock())
    got: list[float] = []
    threads = [
        threading.Thread(target=lambda: got.extend(buckets.take("a") for _ in range(40)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got.count(0) == 50


class Asking:
    """A service that begins no job, its keys, and what it is asked."""

    def __init__(self, client: TestClient, state: Path) -> None:
        self.client, self.state = client, state
        self.keys, self.audit = KeyStore(state), Audit(state)

    def key(self, *scopes: str) -> str:
        return self.keys.add("a", scopes=scopes or ("plan",), days=1).text

    def send(self, path: str, key: str | None = None, **more: Any) -> httpx.Response:
        headers = {"content-type": "application/json"} | ({"x-api-key": key} if key else {})
        return self.client.request(more.pop("method", "GET"), path, headers=headers, **more)

    def post(self, key: str | None, path: str = GAPS, content: bytes = b"{}") -> httpx.Response:
        return self.send(path, key, method="POST", content=content)

    def rows(self) -> list[dict[str, Any]]:
        return list(self.audit.listing(limit=1000, offset=0)[0])


@pytest.fixture
def asking(
    bundle_folder: Path, app_of: Callable[..., FastAPI], tmp_path: Path
) -> Iterator[Callable[..., Asking]]:
    with ExitStack() as opened:

        def made(**limits: Any) -> Asking:
            chosen = {"job_workers": 0, "writes_per_minute": 1, **limits}
            client = TestClient(app_of(bundle_folder, **chosen), raise_server_exceptions=False)
            return Asking(opened.enter_context(client), tmp_path / "state")

        yield made


def test_key_that_asks_too_often_is_told_when_to_ask_again(asking: Callable[..., Asking]) -> None:
    service = asking(writes_burst=3)
    key = service.key()
    answers = [service.post(key) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert 0 < int(answers[3].headers["retry-after"]) <= 60
    assert answers[3].headers["content-type"] == "application/problem+json"


def test_limit_counts_all_writes_of_a_key_together(asking: Callable[..., Asking]) -> None:
    service = asking(writes_burst=2)
    key = service.key()
    job = service.post(key).headers["location"].removeprefix("http://testserver")
    assert service.post(key, "/v1/processes/report/execution").status_code == 201
    assert service.send(job, key, method="DELETE").status_code == 429


def test_limit_holds_for_an_address_with_many_keys(asking: Callable[..., Asking]) -> None:
    service = asking(writes_burst=3)
    statuses = [service.post(service.key()).status_code for _ in range(4)]
    assert statuses == [201, 201, 201, 429]


def test_address_that_tries_keys_is_stopped(asking: Callable[..., Asking]) -> None:
    service = asking()
    service.key()
    statuses = [service.post("ipk_0123456789_" + "x" * 43).status_code for _ in range(22)]
    assert statuses == [401] * 20 + [429] * 2
    assert service.post(service.key()).status_code == 429
    assert len(service.rows()) == 20


def test_who_asked_what_is_remembered_whatever_came_of_it(asking: Callable[..., Asking]) -> None:
    service = asking()
    good, admin = service.key(), service.key("admin")
    made = service.post(good, content=b'{"inputs": {}}')
    service.post(good, content=b'{"inputs": {"operator": 5}}')
    service.post("ipk_wrong")
    service.post(None)
    answer = service.send("/v1/audit", admin)
    rows = answer.json()["rows"]
    assert [row["status"] for row in rows] == [401, 400, 201]
    assert answer.json()["numberMatched"] == 3
    last = rows[-1]
    assert last["made"] == made.headers["location"]
    assert (last["method"], last["path"]) == ("POST", GAPS)
    assert last["body_sha256"] == hashlib.sha256(b'{"inputs": {}}').hexdigest()
    assert last["key_id"] == good.split("_")[1]
    assert rows[0]["key_id"] is None
    secret = good.split("_", 2)[2]
    assert secret not in answer.text
    content = b"".join(path.read_bytes() for path in store_path(service.state).parent.iterdir())
    assert secret.encode() not in content


def test_only_an_administrator_reads_the_log(asking: Callable[..., Asking]) -> None:
    service = asking()
    statuses = [
        service.send("/v1/audit", key).status_code
        for key in (None, service.key(), service.key("admin"))
    ]
    assert statuses == [401, 403, 200]


def test_requests_that_are_stopped_do_not_fill_the_disk(asking: Callable[..., Asking]) -> None:
    service = asking(writes_burst=1)
    key = service.key()
    for _ in range(5):
        service.post(key)
        service.post(None)
    assert [row["status"] for row in service.rows()] == [201]


def test_reading_leaves_no_row(asking: Callable[..., Asking]) -> None:
    service = asking()
    service.send("/v1/jobs", service.key())
    service.send("/v1/processes")
    assert service.rows() == []


def test_log_that_cannot_be_written_stops_nobody(
    asking: Callable[..., Asking], caplog: pytest.LogCaptureFixture
) -> None:
    service = asking()
    key = service.key()
    service.post(key)
    with sqlite3.connect(store_path(service.state)) as base:
        base.execute("DROP TABLE audit")
        base.execute("CREATE TABLE audit (number INTEGER)")
    assert service.post(key).status_code == 201
    assert "audit log cannot be written" in caplog.text
    with pytest.raises(StateUnavailableError, match="Remedy"):
        service.rows()


def test_log_of_no_state_is_not_made(tmp_path: Path) -> None:
    Audit(tmp_path / "state").add({})
    assert list(tmp_path.iterdir()) == []
