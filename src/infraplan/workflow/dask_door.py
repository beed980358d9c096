# mypy: disallow-untyped-calls=False
"""How does work reach the machines of a Dask cluster, and how do its results come back?

This is the only file that uses Dask. Everything else takes a ``concurrent.futures.Executor``, and
:func:`connect` gives one whose calls run in the worker processes of a scheduler.

A call travels as bytes with the arrays it needs, so no worker holds what another one cannot make
again: a worker that dies costs the time of its calls and nothing else.
"""

from __future__ import annotations

import logging
import pickle
import re
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numba
import numpy as np

from infraplan.errors import ClusterError, MissingExtraError, ParameterError
from infraplan.settings import installed_version
from infraplan.workflow.store import digest
from infraplan.workflow.stream import in_order

try:
    import dask
    from distributed import Client, KilledWorker
    from distributed.security import Security
except ModuleNotFoundError as error:
    raise MissingExtraError(
        f"Work on other machines needs the package {error.name!r}, which is not installed. "
        "Remedy: pip install 'infraplan[dask]'"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["DaskExecutor", "Facts", "connect", "own_facts"]

Facts = tuple[tuple[str, str], ...]
"""What must be the same on both sides, so that their results are: names and versions."""

_ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:\d+/?")
_CALLS_PER_THREAD = 2
"""One call runs while the next one travels."""
_NEVER_WARN = "1 TiB"
_CLOSE_S = 5
_SAME_THERE = (
    "Remedy: install the same infraplan, with the same constraints, for the scheduler and for "
    "every worker, and start them again."
)


class DaskExecutor(Executor):
    """Runs calls in the worker processes of a Dask scheduler.

    Functions and arguments must be picklable, and importable on the workers.

    Attributes
    ----------
    address
        The scheduler's.
    """

    def __init__(self, client: Client, address: str) -> None:
        self.address = address
        self._client = client
        self._calls = client.get_executor(pure=False)
        self._facts = own_facts()

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Send one call to the cluster.

        Returns
        -------
        concurrent.futures.Future
            Its result; or :class:`infraplan.errors.ClusterError` where the scheduler was lost, the
            call ended several workers, or a worker runs another infraplan.
        """
        call = pickle.dumps((function, args, kwargs), protocol=pickle.HIGHEST_PROTOCOL)
        mine: Future[T] = Future()
        theirs = self._calls.submit(_call, self._facts, call)
        mine.add_done_callback(lambda done: theirs.cancel() if done.cancelled() else None)
        theirs.add_done_callback(lambda done: self._pass_on(done, mine))
        return mine

    def map(
        self,
        function: Callable[..., T],
        *iterables: Iterable[object],
        timeout: float | None = None,
        chunksize: int = 1,
    ) -> Iterator[T]:
        """Run calls, few at a time, and yield their results in order.

        Arguments are taken from the iterables as calls are sent, and at most two calls per worker
        thread are under way, so memory does not grow with their number.

        Raises
        ------
        ParameterError
            If a timeout is given: there is none.
        """
        del chunksize
        if timeout is not None:
            raise ParameterError("Work on Dask has no timeout. Remedy: leave it out.")
        return in_order(self, function, zip(*iterables, strict=False), most=self.most_calls)

    def most_calls(self) -> int:
        """Return how many calls keep every worker thread busy.

        Raises
        ------
        ClusterError
            If the scheduler was lost.
        """
        try:
            threads: int = sum(self._client.nthreads().values())
        except OSError as error:
            raise _lost(self.address) from error
        return max(threads, 1) * _CALLS_PER_THREAD

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the base class's signature
        """Take no more calls; those under way are dropped unless waited for."""
        self._calls.shutdown(wait=wait and not cancel_futures)

    def _pass_on(self, done: Future[T], mine: Future[T]) -> None:
        """Hand a result or an error on, in our words where it is the cluster's."""
        if not mine.set_running_or_notify_cancel():
            return
        if done.cancelled():
            mine.set_exception(_lost(self.address))
            return
        fault = done.exception()
        if fault is None:
            mine.set_result(done.result())
        elif isinstance(fault, KilledWorker):
            mine.set_exception(_killed(fault))
        else:
            mine.set_exception(fault)


def own_facts() -> Facts:
    """Return the versions that decide about the result in this process."""
    return (
        ("infraplan", installed_version()),
        ("infraplan's code", digest()[:12]),
        ("numpy", np.__version__),
        ("numba", numba.__version__),
    )


@contextmanager
def connect(address: str, *, timeout_s: float = 10.0) -> Iterator[DaskExecutor]:
    """Open a connection to a Dask scheduler, to run calls on its workers.

    Parameters
    ----------
    address
        Of the scheduler, ``tcp://host:port`` or ``tls://host:port``. Certificates for the latter
        are found as Dask finds them (``DASK_DISTRIBUTED__COMM__TLS__CA_FILE`` and so on).
    timeout_s
        Wait so long for the scheduler and for its first worker, s.

    Yields
    ------
    DaskExecutor
        Closed at the end; scheduler and workers go on.

    Raises
    ------
    ParameterError
        If the address is none, or has no certificates.
    ClusterError
        If scheduler or workers cannot be reached, or run another infraplan.
    """
    _check_address(address)
    with (
        dask.config.set({"distributed.admin.large-graph-warning-threshold": _NEVER_WARN}),
        _quiet(),
    ):
        try:
            client = Client(address, timeout=timeout_s, set_as_default=False)
        except OSError as error:
            raise ClusterError(
                f"No Dask scheduler answers at {address} ({error}). Remedy: start one with "
                "'dask scheduler', and give the address that it prints."
            ) from error
        try:
            _check_workers(client, address, timeout_s)
            yield DaskExecutor(client, address)
        finally:
            client.close(timeout=_CLOSE_S)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's client from logging tracebacks of what our own errors say."""
    logger = logging.getLogger("distributed.client")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _check_address(address: str) -> None:
    """Refuse what is no address, and TLS without certificates."""
    if not _ADDRESS.fullmatch(address):
        raise ParameterError(
            f"{address!r} is no address of a Dask scheduler. "
            "Remedy: give tcp://host:port or tls://host:port."
        )
    encrypted = address.startswith("tls:")
    if encrypted and Security().get_connection_args("client").get("ssl_context") is None:
        names = ", ".join(
            f"DASK_DISTRIBUTED__COMM__TLS__{n}" for n in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY")
        )
        raise ParameterError(
            f"{address} is encrypted, but no certificates are known here. "
            f"Remedy: name their files in the variables {names}."
        )


def _check_workers(client: Client, address: str, timeout_s: float) -> None:
    """Refuse a cluster without workers, and one that runs another infraplan."""
    try:
        client.wait_for_workers(1, timeout=timeout_s)
    except TimeoutError as error:
        raise ClusterError(
            f"The Dask scheduler at {address} has no worker. "
            f"Remedy: start some with 'dask worker {address}'."
        ) from error
    try:
        fault = client.submit(own_facts, pure=False).exception(timeout=None)
        there = client.run(own_facts, on_error="return")
    except (CancelledError, OSError) as error:
        raise _lost(address) from error
    if fault is not None:
        raise ClusterError(
            f"Scheduler or workers of {address} cannot load infraplan "
            f"({str(fault).partition(chr(10))[0]}). {_SAME_THERE}"
        )
    expected = own_facts()
    wrong = [
        f"{worker}: {words}"
        for worker, found in sorted(there.items())
        if (words := _difference(expected, found))
    ]
    if wrong:
        raise ClusterError(
            f"Workers of {address} would not give the results of this machine. {_SAME_THERE}\n"
            + "\n".join(f"  {line}" for line in wrong)
        )


def _difference(expected: Facts, found: object) -> str:
    """Say in which versions another process differs, or nothing."""
    if not isinstance(found, tuple):
        return f"it does not answer ({found})"
    there = dict(found)
    return ", ".join(
        f"{name} is {there.get(name)} there and {version} here"
        for name, version in expected
        if there.get(name) != version
    )


def _call(expected: Facts, call: bytes) -> object:
    """Run one call in a worker, which may have joined after the others were checked."""
    difference = _difference(expected, own_facts())
    if difference:
        raise ClusterError(
            f"A worker that joined runs another infraplan: {difference}. {_SAME_THERE}"
        )
    function, args, kwargs = pickle.loads(call)  # noqa: S301 - sent by the client itself
    return function(*args, **kwargs)


def _lost(address: str) -> ClusterError:
    return ClusterError(
        f"The Dask scheduler at {address} was lost before the work was done. Remedy: start it "
        "again and repeat the call; what was finished is kept."
    )


def _killed(fault: KilledWorker) -> ClusterError:
    return ClusterError(
        f"The same piece of work ended several workers, the last at {fault.last_worker.address}. "
        "Remedy: look at that worker's log; give workers more memory, or the work smaller tiles."
    )
