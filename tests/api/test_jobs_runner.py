"""Does every job come to an end, whatever kills its process, the server, or the disk?"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infraplan_api.access import KeyStore
from infraplan_api.jobs import lifeline
from infraplan_api.jobs.process import how_it_ended
from infraplan_api.jobs.runner import Runner
from infraplan_api.jobs.store import JobStore
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infraplan_api.jobs.record import Job

PATIENCE_S = 20.0
WORKER = Path(__file__).with_name("fake_worker.py")


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a process that behaves as the job says."""
    return subprocess.Popen(
        [sys.executable, "-S", str(WORKER), str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


class Bench:
    """A store, and runners over it."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.key_id = KeyStore(self.state).add("a", scopes=["plan"], days=1).key_id
        self.store = JobStore(self.state)
        self.folder = folder

    def ask(self, mode: str) -> str:
        inputs = {"mode": mode, "lifeline": lifeline.__file__}
        return self.store.add(key_id=self.key_id, process="gaps", inputs=inputs, most_waiting=99)[
            0
        ].job_id

    def job(self, job_id: str) -> Job:
        found = self.store.get(job_id)
        assert found is not None
        return found

    def runner(self, begin: Callable[[Path], subprocess.Popen[bytes]], **limits: Any) -> Runner:
        settings = Settings(folder=self.folder / "bundle", state=self.state, **limits)
        return Runner(self.store, settings, begin=begin)

    @contextmanager
    def running(
        self, begin: Callable[[Path], subprocess.Popen[bytes]] = start, **limits: Any
    ) -> Iterator[Runner]:
        runner = self.runner(begin, **limits)
        runner.wake()
        try:
            yield runner
        finally:
            runner.close()

    def until_ended(self, job_id: str) -> Job:
        until(lambda: self.job(job_id).ended)
        return self.job(job_id)

    def until_asleep(self, job_id: str) -> tuple[int, int]:
        """Wait for a job's process and its child; return both."""
        told = self.store.folder(job_id) / "child.pid"
        until(lambda: told.is_file() and self.job(job_id).pid is not None)
        pid = self.job(job_id).pid
        assert pid is not None
        return pid, int(told.read_text())

    def names(self, job_id: str) -> set[str]:
        return {path.name for path in self.store.folder(job_id).iterdir()}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def until(true: Callable[[], bool]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not true() and time.monotonic() < end_s:
        time.sleep(0.02)
    assert true()


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended; one that nobody has waited for has, too."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return told.rpartition(")")[2].split()[0] in "ZX"


linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


def test_jobs_are_done_and_their_results_kept(bench: Bench) -> None:
    jobs = [bench.ask("succeed") for _ in range(3)]
    with bench.running():
        ends = [bench.until_ended(job_id) for job_id in jobs]
    assert [job.status for job in ends] == ["successful"] * 3
    assert all(job.attempts == 1 and job.pid is None for job in ends)
    assert bench.names(jobs[0]) == {"request.json", "events.jsonl", "results"}


def test_job_that_comes_while_nothing_is_done_is_done(bench: Bench) -> None:
    with bench.running() as runner:
        time.sleep(0.3)
        job_id = bench.ask("succeed")
        runner.wake()
        assert bench.until_ended(job_id).status == "successful"


def test_job_whose_process_is_killed_is_tried_again(bench: Bench) -> None:
    job_id = bench.ask("crash once")
    with bench.running():
        job = bench.until_ended(job_id)
    assert (job.status, job.attempts) == ("successful", 2)


def test_job_whose_process_dies_twice_fails_with_the_reason(bench: Bench) -> None:
    job_id = bench.ask("crash")
    with bench.running():
        job = bench.until_ended(job_id)
    assert (job.status, job.attempts) == ("failed", 2)
    assert job.problem is not None
    assert "SIGKILL" in job.problem["detail"]
    assert "Remedy" in job.problem["detail"]
    assert bench.names(job_id) == {"request.json", "events.jsonl"}


def test_job_that_says_why_it_cannot_be_done_is_not_tried_again(bench: Bench) -> None:
    job_id = bench.ask("refuse")
    with bench.running():
        job = bench.until_ended(job_id)
    assert (job.status, job.attempts) == ("failed", 1)
    assert job.problem == {"title": "No", "detail": "Not so."}


def test_process_that_dies_after_its_results_were_there_has_succeeded(bench: Bench) -> None:
    job_id = bench.ask("late word")
    with bench.running():
        assert bench.until_ended(job_id).status == "successful"
    assert "results" in bench.names(job_id)


@linux
def test_job_that_takes_too_long_is_ended_with_its_children(bench: Bench) -> None:
    job_id = bench.ask("sleep")
    with bench.running(job_seconds=0.6):
        job = bench.until_ended(job_id)
    assert job.problem is not None
    assert (job.status, job.problem["title"]) == ("failed", "The job took too long")
    assert "0.6 s" in job.problem["detail"]
    assert not list(bench.store.folder(job_id).glob("child*"))


@linux
def test_dismissed_job_is_really_stopped_with_its_children(bench: Bench) -> None:
    job_id = bench.ask("sleep")
    with bench.running() as runner:
        pids = bench.until_asleep(job_id)
        assert bench.store.end(job_id, "dismissed")
        runner.wake()
        until(lambda: all(is_gone(pid) for pid in pids))
        until(lambda: bench.names(job_id) == {"request.json", "events.jsonl"})
    assert bench.job(job_id).status == "dismissed"


@linux
def test_removed_job_leaves_nothing_though_its_process_was_at_work(bench: Bench) -> None:
    job_id = bench.ask("sleep")
    with bench.running() as runner:
        pids = bench.until_asleep(job_id)
        bench.store.end(job_id, "dismissed")
        bench.store.remove(job_id)
        runner.wake()
        until(lambda: all(is_gone(pid) for pid in pids))
        until(lambda: not bench.store.folder(job_id).exists())


@linux
def test_children_of_a_process_that_was_killed_do_not_outlive_it(bench: Bench) -> None:
    job_id = bench.ask("sleep")
    with bench.running():
        pid, child = bench.until_asleep(job_id)
        os.kill(pid, signal.SIGKILL)
        until(lambda: is_gone(child))
        until(lambda: bench.job(job_id).attempts == 2)
        bench.store.end(job_id, "dismissed")


@linux
def test_closed_server_stops_the_work_and_the_next_one_goes_on(bench: Bench) -> None:
    job_id = bench.ask("sleep")
    with bench.running():
        pids = bench.until_asleep(job_id)
    assert all(is_gone(pid) for pid in pids)
    job = bench.job(job_id)
    assert (job.status, job.attempts, job.pid) == ("accepted", 0, None)
    (bench.store.folder(job_id) / "child.pid").unlink()
    with bench.running():
        bench.until_asleep(job_id)
        assert bench.job(job_id).attempts == 1
        assert "stages" in bench.names(job_id)


def test_closed_runner_begins_again_only_when_it_is_opened(bench: Bench) -> None:
    with bench.running() as runner:
        pass
    job_id = bench.ask("succeed")
    runner.wake()
    time.sleep(0.2)
    assert bench.job(job_id).status == "accepted"
    runner.open()
    runner.wake()
    assert bench.until_ended(job_id).status == "successful"
    runner.close()


@linux
def test_process_ends_by_itself_when_its_server_is_killed(bench: Bench) -> None:
    job_id = bench.ask("sleep")
    serve = (
        "import json, sys, pathlib; sys.path[:] = json.loads(sys.argv[1]);"
        "from infraplan_api.jobs.runner import Runner;"
        "from infraplan_api.jobs.store import JobStore;"
        "from infraplan_api.settings import Settings;"
        "import subprocess, time;"
        "state = pathlib.Path(sys.argv[2]);"
        "begin = lambda f: subprocess.Popen([sys.executable, '-S', sys.argv[3], str(f)],"
        " stdin=subprocess.PIPE, start_new_session=True);"
        "Runner(JobStore(state), Settings(folder=state, state=state), begin=begin).wake();"
        "time.sleep(100)"
    )
    command = [sys.executable, "-c", serve, json.dumps(sys.path), str(bench.state), str(WORKER)]
    with subprocess.Popen(command) as server:
        try:
            pids = bench.until_asleep(job_id)
        finally:
            server.kill()
    until(lambda: all(is_gone(pid) for pid in pids))
    assert bench.job(job_id).status == "running"
    (bench.store.folder(job_id) / "child.pid").unlink()
    with bench.running():
        bench.until_asleep(job_id)
        assert bench.job(job_id).attempts == 2


def test_what_a_killed_server_left_is_settled_by_what_lies_there(bench: Bench) -> None:
    done, told, tried = (bench.ask("succeed") for _ in range(3))
    for job_id in (done, told, tried):
        bench.store.begin(job_id)
        bench.store.folder(job_id).mkdir(parents=True)
    bench.store.wait_again(tried)
    bench.store.begin(tried)
    (bench.store.folder(done) / "results").mkdir()
    problem = {"title": "No", "detail": "Not so."}
    (bench.store.folder(told) / "problem.json").write_text(json.dumps(problem))
    with bench.running():
        ends = [bench.until_ended(job_id) for job_id in (done, told, tried)]
    assert [job.status for job in ends] == ["successful", "failed", "failed"]
    assert ends[1].problem == problem
    assert ends[2].problem is not None
    assert "server ended" in ends[2].problem["detail"]


@linux
def test_process_of_another_program_with_an_old_number_is_left_alone(bench: Bench) -> None:
    job_id = bench.ask("succeed")
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as other:
        bench.store.begin(job_id)
        bench.store.note_process(job_id, other.pid)
        with bench.running():
            assert bench.until_ended(job_id).status == "successful"
        assert other.poll() is None


def test_two_servers_never_work_on_the_same_job(bench: Bench) -> None:
    jobs = [bench.ask("succeed") for _ in range(4)]
    with bench.running(), bench.running():
        for job_id in jobs:
            bench.until_ended(job_id)
    assert [bench.job(job_id).attempts for job_id in jobs] == [1] * 4
    lines = [bench.store.folder(job_id) / "events.jsonl" for job_id in jobs]
    assert [path.read_text().count("\n") for path in lines] == [1] * 4


def test_no_more_processes_run_than_allowed(bench: Bench) -> None:
    jobs = [bench.ask("sleep") for _ in range(3)]
    with bench.running(job_workers=2):
        for job_id in jobs[:2]:
            bench.until_asleep(job_id)
        time.sleep(0.4)
        assert [bench.job(job_id).status for job_id in jobs] == ["running", "running", "accepted"]


def test_job_fails_with_the_reason_where_its_folder_cannot_be_made(bench: Bench) -> None:
    (bench.state / "jobs").write_text("in the way")
    job_id = bench.ask("succeed")
    with bench.running():
        job = bench.until_ended(job_id)
    assert job.problem is not None
    assert (job.status, job.problem["title"]) == ("failed", "The job cannot be started")
    assert "Remedy" in job.problem["detail"]
    assert str(bench.state) not in job.problem["detail"]


def test_job_fails_with_the_reason_where_the_disk_is_full(bench: Bench) -> None:
    def full(_: Path) -> subprocess.Popen[bytes]:
        raise OSError(28, "No space left on device")

    job_id = bench.ask("succeed")
    with bench.running(full):
        job = bench.until_ended(job_id)
    assert job.problem is not None
    assert job.problem["detail"].startswith("No space left on device. Remedy:")


def test_runner_outlives_a_state_that_is_away_for_a_while(bench: Bench) -> None:
    with bench.running() as runner:
        until((bench.state / "runner.lock").is_file)
        away = bench.state.with_name("away")
        bench.state.rename(away)
        runner.wake()
        time.sleep(0.3)
        away.rename(bench.state)
        job_id = bench.ask("succeed")
        runner.wake()
        assert bench.until_ended(job_id).status == "successful"


def test_only_the_owner_can_read_what_a_job_writes(bench: Bench) -> None:
    job_id = bench.ask("succeed")
    bench.state.chmod(0o755)
    with bench.running():
        bench.until_ended(job_id)
    for folder in (bench.store.folder(job_id), bench.state / "jobs"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_folders_of_forgotten_jobs_go(bench: Bench) -> None:
    old, new = bench.ask("succeed"), bench.ask("succeed")
    with bench.running():
        for job_id in (old, new):
            bench.until_ended(job_id)
    with bench.running(jobs_kept=1):
        until(lambda: not bench.store.folder(old).exists())
    assert bench.store.folder(new).is_dir()
    assert bench.store.get(old) is None


def test_runner_that_waits_costs_next_to_nothing(bench: Bench) -> None:
    looked = []
    bench.ask("succeed")
    real = bench.store.in_state

    def in_state(status: str, *, limit: int = -1) -> tuple[Job, ...]:
        looked.append(status)
        return real(status, limit=limit)

    bench.store.in_state = in_state  # type: ignore[method-assign]
    with bench.running():
        until(lambda: not real("accepted") and not real("running"))
        time.sleep(0.5)
        looked.clear()
        time.sleep(1.5)
        assert len(looked) <= 2


@pytest.mark.parametrize(
    ("code", "said"), [(3, "code 3"), (-6, "SIGABRT"), (-9, "want of memory"), (-999, "signal 999")]
)
def test_end_of_a_process_is_told_in_words(code: int, said: str) -> None:
    assert said in how_it_ended(code)
