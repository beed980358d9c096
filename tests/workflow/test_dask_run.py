"""Does a run on other processes give the same bundle, also when one of them dies?"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

import pytest

from infraplan import coverage, workflow
from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.workflow.conftest import Cluster

    from infraplan.study import Study

pytestmark = pytest.mark.slow


def digests(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, write_tiny: Callable[[Path], Path]) -> Path:
    """Return the bundle as threads of this process make it; the study lies beside it."""
    folder = tmp_path_factory.mktemp("here")
    workflow.run(write_tiny(folder / "tiny"), folder / "bundle", threads=2)
    return folder / "bundle"


def test_two_processes_give_the_same_bytes(here: Path, tmp_path: Path, cluster: Cluster) -> None:
    study = here.parent / "tiny" / "study.toml"
    workflow.run(study, tmp_path / "bundle", dask=cluster.address)
    assert digests(tmp_path / "bundle") == digests(here)


class Killer:
    """Kill the first worker that is seen with work to do."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.killed: list[int] = []
        self.thread = threading.Thread(target=self._kill)

    def start(self, stage: str) -> Callable[[int, int], None]:
        if stage == "signal":
            self.thread.start()
        return lambda _done, _total: None

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        assert stage
        assert seconds >= 0
        assert not reused

    def _kill(self) -> None:
        worker = self.cluster.wait_for_work()
        worker.kill()
        self.killed.append(worker.pid)


def test_worker_killed_at_work_changes_nothing_but_the_time(
    here: Path, tmp_path: Path, open_cluster: Callable[..., AbstractContextManager[Cluster]]
) -> None:
    study = here.parent / "tiny" / "study.toml"
    with open_cluster() as own:
        killer = Killer(own)
        workflow.run(study, tmp_path / "bundle", dask=own.address, reporter=killer)
        killer.thread.join()
        assert len(killer.killed) == 1
        assert sum(worker.poll() is None for worker in own.workers) == 1
    assert digests(tmp_path / "bundle") == digests(here)


def test_tiles_sent_to_processes_equal_the_whole(tiny_study: Study, cluster: Cluster) -> None:
    whole = coverage.predict(tiny_study)
    with workflow.open_pool(dask=cluster.address) as pool:
        parts = coverage.predict(tiny_study, tile_cells=40, executor=pool.executor)
    for operator in whole.operators:
        for name in ("rsrp_dbm", "server", "second_server", "sinr_db"):
            found, expected = (getattr(s, name)[operator].values for s in (parts, whole))
            assert found.tobytes() == expected.tobytes(), (operator, name)


def test_what_is_no_address_is_refused_before_anything_is_written(
    here: Path, tmp_path: Path
) -> None:
    study = here.parent / "tiny" / "study.toml"
    with pytest.raises(ParameterError, match="no address of a Dask scheduler"):
        workflow.run(study, tmp_path / "bundle", dask="somewhere")
    assert not list(tmp_path.iterdir())
