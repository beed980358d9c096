"""How do tests start a real Dask scheduler and real worker processes, and stop them?"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from distributed import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

_PATIENCE_S = 60.0


class Cluster:
    """A scheduler and workers of one thread each, all on the loopback."""

    def __init__(self, folder: Path, options: tuple[str, ...]) -> None:
        self.folder = folder
        self.options = options
        self.file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--no-dashboard")
        self.address = ""

    def find_address(self) -> str:
        """Return what the scheduler writes into its file, which takes it a moment."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
                return str(json.loads(self.file.read_text(encoding="utf-8"))["address"])
            assert self.scheduler.poll() is None, self.log("scheduler")
            time.sleep(0.05)
        raise AssertionError(self.log("scheduler"))

    def start_worker(self) -> subprocess.Popen[bytes]:
        options = ("--no-nanny", "--nthreads", "1", "--no-dashboard")
        local = ("--local-directory", str(self.folder / "scratch"))
        self.workers.append(self._start("worker", *options, *local))
        return self.workers[-1]

    def _start(self, part: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", part, *options, *self.options]
        command += ["--host", "127.0.0.1", "--scheduler-file", str(self.file)]
        with (self.folder / f"{part}-{len(self.workers)}.log").open("wb") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)

    def log(self, part: str) -> str:
        """Return what a part has said."""
        logs = sorted(self.folder.glob(f"{part}-*.log"))
        return "\n".join(path.read_text(encoding="utf-8") for path in logs)

    def wait_for_work(self) -> subprocess.Popen[bytes]:
        """Return a worker as soon as one has a call of ours to do."""
        own = {worker.pid: worker for worker in self.workers}
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(len(self.workers), timeout=_PATIENCE_S)
            pids: dict[str, int] = client.run(os.getpid)
            deadline = time.monotonic() + _PATIENCE_S
            while time.monotonic() < deadline:
                for worker, tasks in client.processing().items():
                    if any(str(task).startswith("_call") for task in tasks):
                        return own[pids[worker]]
        raise AssertionError("No worker got anything to do.")

    def stop(self) -> None:
        """End every process that was started here, by its number."""
        for process in (*self.workers, self.scheduler):
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()


@pytest.fixture(scope="session")
def open_cluster(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., AbstractContextManager[Cluster]]:
    """Return what starts a scheduler with some workers and stops them in the end."""

    @contextlib.contextmanager
    def started(*, workers: int = 2, options: tuple[str, ...] = ()) -> Iterator[Cluster]:
        cluster = Cluster(tmp_path_factory.mktemp("cluster"), options)
        try:
            cluster.address = cluster.find_address()
            for _ in range(workers):
                cluster.start_worker()
            yield cluster
        finally:
            cluster.stop()

    return started


@pytest.fixture(scope="session")
def cluster(
    open_cluster: Callable[..., AbstractContextManager[Cluster]],
) -> Iterator[Cluster]:
    """Return a scheduler with two workers, which no test may harm."""
    with open_cluster() as started:
        yield started
