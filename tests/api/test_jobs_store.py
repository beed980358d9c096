"""Do jobs keep their states, whoever asks at the same moment, and does nobody get another's?"""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from infraplan_api.access import KeyStore, store_path
from infraplan_api.errors import KeyReusedError, StateUnavailableError, TooManyJobsError
from infraplan_api.jobs.record import ENDED, Job
from infraplan_api.jobs.store import JobStore
from infraplan_api.jobs.wanted import Wanted, span_of

if TYPE_CHECKING:
    from pathlib import Path

DAY_S = 86_400.0


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> JobStore:
    KeyStore(tmp_path / "state").add("a", scopes=["plan"], days=1)
    return JobStore(tmp_path / "state", clock=clock)


def added(store: JobStore, key_id: str = "k", **more: Any) -> Job:
    asked = {"process": "gaps", "inputs": {"operator": "Viễn"}, "most_waiting": 99, **more}
    return store.add(key_id=key_id, **asked)[0]


def test_new_job_waits_with_all_that_was_asked(store: JobStore, clock: Clock) -> None:
    job = added(store)
    assert (job.status, job.created_s, job.attempts) == ("accepted", clock.now_s, 0)
    assert (job.inputs, job.started_s, job.pid) == ({"operator": "Viễn"}, None, None)
    assert not job.ended
    assert store.get(job.job_id, key_id="k") == job


def test_identifiers_cannot_be_guessed(store: JobStore) -> None:
    ids = {added(store).job_id for _ in range(50)}
    assert len(ids) == 50
    assert all(len(one) == 32 and set(one) <= set("0123456789abcdef") for one in ids)


def test_nobody_is_told_of_anothers_job(store: JobStore) -> None:
    job = added(store)
    assert store.get(job.job_id, key_id="other") is None
    assert store.listing(Wanted(key_id="other")) == ((), 0)
    assert store.listing(Wanted(key_id="k"))[1] == 1


def test_job_is_begun_once_however_many_try_at_once(store: JobStore) -> None:
    jobs = [added(store).job_id for _ in range(5)]
    start = threading.Barrier(8)

    def begin(_: int) -> list[str]:
        start.wait()
        return [job_id for job_id in jobs if store.begin(job_id)]

    with ThreadPoolExecutor(8) as pool:
        begun = [job_id for found in pool.map(begin, range(8)) for job_id in found]
    assert sorted(begun) == sorted(jobs)
    assert [job.attempts for job in store.in_state("running")] == [1] * 5


def test_limit_of_a_key_holds_when_many_ask_at_once(store: JobStore) -> None:
    start = threading.Barrier(12)

    def ask(number: int) -> bool:
        start.wait()
        try:
            added(store, key_id="ab"[number % 2], most_waiting=4)
        except TooManyJobsError:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(ask, range(12))) == 8
    assert [store.listing(Wanted(key_id=key))[1] for key in "ab"] == [4, 4]


def test_refusal_names_the_remedy_and_when_to_ask_again(store: JobStore) -> None:
    added(store)
    with pytest.raises(TooManyJobsError, match="Remedy") as caught:
        added(store, most_waiting=1)
    assert int(caught.value.headers["retry-after"]) > 0


def test_ended_jobs_make_room(store: JobStore) -> None:
    store.end(added(store, most_waiting=1).job_id, "dismissed")
    assert added(store, most_waiting=1).status == "accepted"


def test_same_idempotency_key_is_one_job_however_many_send_it_at_once(store: JobStore) -> None:
    start = threading.Barrier(6)

    def ask(_: int) -> tuple[Job, bool]:
        start.wait()
        return store.add(key_id="k", process="gaps", inputs={}, most_waiting=9, idempotency_key="x")

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(ask, range(6)))
    assert len({job.job_id for job, _ in found}) == 1
    assert sum(new for _, new in found) == 1


def test_idempotency_key_is_its_keys_own_and_good_for_one_request(store: JobStore) -> None:
    first = added(store, idempotency_key="x")
    assert added(store, key_id="other", idempotency_key="x").job_id != first.job_id
    for other in ({"process": "predict"}, {"inputs": {"operator": "any"}}):
        with pytest.raises(KeyReusedError, match=first.job_id):
            added(store, idempotency_key="x", **other)


def test_states_follow_one_another_and_no_other_way(store: JobStore, clock: Clock) -> None:
    job_id = added(store).job_id
    assert not store.wait_again(job_id)
    assert store.begin(job_id)
    assert not store.begin(job_id)
    assert not store.remove(job_id)
    store.note_process(job_id, 42)
    assert store.wait_again(job_id)
    clock.now_s += 5
    assert store.begin(job_id)
    assert store.end(job_id, "failed", {"title": "t", "detail": "d"})
    for change in (store.begin, store.wait_again):
        assert not change(job_id)
    assert not store.end(job_id, "successful")
    job = store.get(job_id)
    assert job is not None
    assert (job.status, job.attempts, job.pid, job.finished_s) == ("failed", 2, None, clock.now_s)
    assert job.problem == {"title": "t", "detail": "d"}
    assert store.remove(job_id)
    assert store.get(job_id) is None


def test_work_that_was_stopped_without_fault_is_no_try(store: JobStore) -> None:
    job_id = added(store).job_id
    for _ in range(5):
        store.begin(job_id)
        store.wait_again(job_id, count_try=False)
    assert [job.attempts for job in store.in_state("accepted")] == [0]


def test_only_an_end_ends_a_job(store: JobStore) -> None:
    with pytest.raises(ValueError, match="running"):
        store.end(added(store).job_id, "running")


def test_jobs_wait_in_the_order_they_were_asked(store: JobStore) -> None:
    jobs = [added(store).job_id for _ in range(4)]
    assert [job.job_id for job in store.in_state("accepted")] == jobs
    assert [job.job_id for job in store.in_state("accepted", limit=2)] == jobs[:2]


def test_list_is_newest_first_in_pages(store: JobStore) -> None:
    jobs = [added(store).job_id for _ in range(5)][::-1]
    page, total = store.listing(Wanted(key_id="k"), limit=2, offset=1)
    assert ([job.job_id for job in page], total) == (jobs[1:3], 5)


def test_list_is_narrowed_by_all_that_is_named(store: JobStore, clock: Clock) -> None:
    old, short, long = added(store), added(store, process="report"), added(store, process="report")
    start_s = clock.now_s
    for job, seconds in ((short, 10), (long, 100)):
        store.begin(job.job_id)
        clock.now_s = start_s + seconds
        store.end(job.job_id, "successful")
    late = added(store, key_id="k")

    def found(**wanted: Any) -> set[str]:
        return {job.job_id for job in store.listing(Wanted(key_id="k", **wanted))[0]}

    assert found(statuses=("successful",)) == {short.job_id, long.job_id}
    assert found(processes=("gaps",)) == {old.job_id, late.job_id}
    assert found(statuses=("successful",), processes=("gaps",)) == set()
    assert found(statuses=("accepted", "successful"), processes=("gaps", "report")) == found()
    assert found(from_s=start_s + 1) == {late.job_id}
    assert found(to_s=start_s) == {old.job_id, short.job_id, long.job_id}
    assert found(least_s=50) == {long.job_id}
    assert found(most_s=50) == {short.job_id}


def test_old_jobs_and_those_beyond_the_number_are_forgotten(store: JobStore, clock: Clock) -> None:
    waiting = added(store)
    ended = [added(store, key_id=key) for key in "aaab"]
    for job in ended[:1]:
        store.end(job.job_id, "successful")
    clock.now_s += 10 * DAY_S
    for job in ended[1:]:
        store.end(job.job_id, "failed")
    assert len(store.forget(older_s=0, most_per_key=0)) == 5
    left = {job.job_id for job in (waiting, *ended[1:])}
    assert store.forget(older_s=9 * DAY_S, most_per_key=0) == left
    assert store.forget(older_s=0, most_per_key=1) == left - {ended[1].job_id}


def test_jobs_outlive_the_server(store: JobStore, tmp_path: Path) -> None:
    job = added(store)
    assert JobStore(tmp_path / "state").get(job.job_id) == job


def test_state_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "state")
    assert store.get("x") is None
    assert store.listing(Wanted()) == ((), 0)
    with pytest.raises(StateUnavailableError, match="Remedy"):
        store.in_state("accepted")
    (tmp_path / "state").mkdir()
    with pytest.raises(StateUnavailableError):
        added(store)
    assert list((tmp_path / "state").iterdir()) == []


def test_broken_state_is_told_with_its_remedy(store: JobStore, tmp_path: Path) -> None:
    for path in (tmp_path / "state").iterdir():
        path.unlink()
    store_path(tmp_path / "state").write_bytes(b"no database" * 1000)
    with pytest.raises(StateUnavailableError, match="Remedy"):
        added(store)


def test_only_the_owner_can_read_the_jobs(store: JobStore, tmp_path: Path) -> None:
    added(store)
    for path in (tmp_path / "state").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_every_end_is_known() -> None:
    assert sorted(ENDED) == ["dismissed", "failed", "successful"]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1970-01-02", (DAY_S, 2 * DAY_S)),
        ("1970-01-02/1970-01-03", (DAY_S, 3 * DAY_S)),
        ("1970-01-01T00:01:00Z", (60.0, 60.0)),
        ("1970-01-01T01:01:00+01:00/..", (60.0, None)),
        ("/1970-01-01T00:01:00z", (None, 60.0)),
        ("../..", (None, None)),
    ],
)
def test_span_of_time_is_read(text: str, span: tuple[float | None, float | None]) -> None:
    assert span_of(text) == pytest.approx(span, abs=1e-3)


@pytest.mark.parametrize(
    "text",
    ["", "today", "2026-02-30", "2026-01-02/2026-01-01", "2026", "1/2/3", "2026-01-01T25:00:00Z"],
)
def test_what_is_no_span_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"it |month|day|hour"):
        span_of(text)
