"""Does work reach worker processes, and are the ways it can fail told in plain words?"""

from __future__ import annotations

import math
import operator
import os
import subprocess
import sys
import time
from concurrent.futures import FIRST_COMPLETED, wait
from itertools import count, islice
from typing import TYPE_CHECKING

import dask
import pytest

from infraplan.errors import ClusterError, ParameterError
from infraplan.workflow import dask_door
from infraplan.workflow.pool import open_pool

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.workflow.conftest import Cluster

pytestmark = pytest.mark.slow

SHORT_S = 0.05


def test_calls_run_in_other_processes(cluster: Cluster) -> None:
    with dask_door.connect(cluster.address) as executor:
        futures = [executor.submit(os.getpid) for _ in range(4)]
        pids = {future.result() for future in futures}
    assert pids <= {worker.pid for worker in cluster.workers}
    assert os.getpid() not in pids


def test_map_keeps_order_and_takes_few_of_endless_arguments(cluster: Cluster) -> None:
    taken = count()
    with dask_door.connect(cluster.address) as executor:
        most = executor.most_calls()
        found = list(islice(executor.map(math.factorial, taken), 20))
    assert most == 4
    assert found == [math.factorial(n) for n in range(20)]
    assert next(taken) <= 20 + most


def test_error_in_a_call_comes_back_as_it_is(cluster: Cluster) -> None:
    with (
        dask_door.connect(cluster.address) as executor,
        pytest.raises(ZeroDivisionError),
    ):
        executor.submit(operator.floordiv, 1, 0).result()


def test_large_arguments_travel_without_a_warning(cluster: Cluster) -> None:
    with dask_door.connect(cluster.address) as executor:
        assert executor.submit(len, bytes(20_000_000)).result() == 20_000_000


def test_killed_workers_cost_only_time_even_all_of_them(
    open_cluster: Callable[..., AbstractContextManager[Cluster]],
) -> None:
    with open_cluster() as own, dask_door.connect(own.address) as executor:
        executor.submit(os.getpid).result()
        futures = [executor.submit(time.sleep, 10 * SHORT_S) for _ in range(6)]
        wait(futures, return_when=FIRST_COMPLETED)
        for worker in own.workers:
            worker.kill()
        own.start_worker()
        assert [future.result(timeout=60) for future in futures] == [None] * 6
        assert executor.most_calls() == 2


def test_call_that_ends_every_worker_is_named(
    open_cluster: Callable[..., AbstractContextManager[Cluster]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    with (
        open_cluster(workers=1) as own,
        dask_door.connect(own.address) as executor,
        pytest.raises(ClusterError, match=r"ended several workers.*Remedy"),
    ):
        executor.submit(os._exit, 1).result()


def test_lost_scheduler_is_one_clear_error(
    open_cluster: Callable[..., AbstractContextManager[Cluster]],
) -> None:
    with open_cluster(workers=1) as own, dask_door.connect(own.address) as executor:
        future = executor.submit(time.sleep, 60)
        own.scheduler.kill()
        with pytest.raises(ClusterError, match=r"was lost.*Remedy: start it again"):
            future.result(timeout=30)


def test_terminal_says_it_once_when_the_scheduler_is_lost(
    open_cluster: Callable[..., AbstractContextManager[Cluster]], tmp_path: Path
) -> None:
    code = "from infraplan.cli import main; main()"
    with open_cluster(workers=1) as own:
        command = [sys.executable, "-c", code, "country", "--out", str(tmp_path / "tiles"),
                   "--cell-size", "500", "--tile", "20", "--dask", own.address]  # fmt: skip
        run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        own.wait_for_work()
        own.scheduler.kill()
        _, said = run.communicate(timeout=60)
    assert run.returncode == 5
    assert said.count("was lost") == 1
    assert len(said.splitlines()) == 2  # what is wrong, and the remedy


def test_workers_with_another_infraplan_are_refused(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_door, "installed_version", lambda: "999")
    with (
        pytest.raises(ClusterError, match=r"infraplan is .* there and 999 here") as refused,
        dask_door.connect(cluster.address),
    ):
        pass
    assert "Remedy" in str(refused.value)
    assert str(refused.value).count("tcp://") == 3


def test_worker_that_joins_later_with_another_infraplan_is_refused(cluster: Cluster) -> None:
    with dask_door.connect(cluster.address) as executor:
        executor._facts = (("infraplan", "999"),)
        with pytest.raises(ClusterError, match="A worker that joined"):
            executor.submit(os.getpid).result()


def test_cluster_without_infraplan_is_refused(
    open_cluster: Callable[..., AbstractContextManager[Cluster]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "infraplan.py").write_text("raise ImportError('not this one')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with (
        open_cluster(workers=1) as own,
        pytest.raises(ClusterError, match=r"cannot load infraplan.*Remedy: install"),
        dask_door.connect(own.address),
    ):
        pass


def test_scheduler_without_workers_and_no_scheduler_at_all_are_refused(
    open_cluster: Callable[..., AbstractContextManager[Cluster]],
) -> None:
    with open_cluster(workers=0) as own:
        address = own.address
        with (
            pytest.raises(ClusterError, match=r"has no worker. Remedy: start some"),
            dask_door.connect(address, timeout_s=SHORT_S),
        ):
            pass
    with (
        pytest.raises(ClusterError, match=r"No Dask scheduler answers .* Remedy: start one"),
        dask_door.connect(address, timeout_s=SHORT_S),
    ):
        pass


@pytest.mark.parametrize("address", ["", "host:8786", "http://host:1", "tcp://host", "tcp://:1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with (
        pytest.raises(ParameterError, match="Remedy: give tcp://host:port"),
        dask_door.connect(address),
    ):
        pass


def test_encrypted_address_without_certificates_is_refused() -> None:
    with (
        pytest.raises(ParameterError, match="CA_FILE"),
        open_pool(dask="tls://127.0.0.1:1"),
    ):
        pass


def test_encrypted_cluster_works(
    open_cluster: Callable[..., AbstractContextManager[Cluster]], tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-keyout", str(key), "-out", str(certificate)],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl makes no certificate here")
    files = {"ca-file": certificate, "cert": certificate, "key": key}
    options = tuple(part for name, file in files.items() for part in (f"--tls-{name}", str(file)))
    settings = {
        "distributed.comm.tls.ca-file": str(certificate),
        "distributed.comm.tls.client.cert": str(certificate),
        "distributed.comm.tls.client.key": str(key),
    }
    with (
        open_cluster(workers=1, options=("--protocol", "tls", *options)) as own,
        dask.config.set(settings),
        dask_door.connect(own.address) as executor,
    ):
        assert own.address.startswith("tls://")
        assert executor.submit(operator.add, 1, 2).result() == 3


def test_missing_package_is_named() -> None:
    code = "import sys; sys.modules['distributed'] = None\n"
    code += "from infraplan.errors import MissingExtraError\n"
    code += "from infraplan.workflow.pool import open_pool\n"
    code += "try:\n    open_pool(dask='tcp://127.0.0.1:1').__enter__()\n"
    code += "except MissingExtraError as error:\n    print(error)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'infraplan[dask]'" in done.stdout
