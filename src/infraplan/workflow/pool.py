"""On what do many pieces of work run: threads of this process, or the workers of a cluster?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

__all__ = ["Pool", "open_pool"]


@dataclass(frozen=True, slots=True)
class Pool:
    """Something that runs work.

    Attributes
    ----------
    executor
        Runs it.
    most_calls
        Tells how many calls keep it busy now; more of them would only take memory.
    """

    executor: Executor
    most_calls: Callable[[], int]


@contextmanager
def open_pool(*, threads: int | None = None, dask: str | None = None) -> Iterator[Pool]:
    """Open threads, or a connection to a Dask scheduler where its address is given.

    Parameters
    ----------
    threads
        Threads of this process; one per processor where None.
    dask
        Address of a scheduler, such as ``tcp://host:8786``; None for threads.

    Yields
    ------
    Pool
        Closed at the end.

    Raises
    ------
    MissingExtraError
        If Dask is asked for and not installed.
    ParameterError, ClusterError
        As :func:`infraplan.workflow.dask_door.connect`.
    """
    if dask is None:
        count = threads or settings.load().threads
        with ThreadPoolExecutor(max_workers=count) as executor:
            yield Pool(executor, lambda: count)
        return
    from infraplan.workflow.dask_door import connect  # noqa: PLC0415 - an extra

    with connect(dask) as cluster:
        yield Pool(cluster, cluster.most_calls)
