"""How do many calls run on an executor while only few of them are under way?

Memory then follows the calls under way and not their number.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, wait
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor, Future

T = TypeVar("T")

__all__ = ["as_done", "in_order"]


def in_order(
    executor: Executor,
    function: Callable[..., T],
    calls: Iterable[tuple[object, ...]],
    *,
    most: Callable[[], int],
) -> Iterator[T]:
    """Run calls and yield their results in the order of the calls.

    Parameters
    ----------
    executor
        Runs them.
    function
        What is called.
    calls
        Positional arguments of each call; taken when it is sent, not before.
    most
        Tells how many calls may be under way now, at least 1.

    Yields
    ------
    object
        Results.
    """
    waiting: deque[Future[T]] = deque()
    left = iter(calls)
    try:
        while True:
            room = max(most(), 1) - len(waiting)
            waiting.extend(executor.submit(function, *call) for call in islice(left, max(room, 0)))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def as_done(
    executor: Executor,
    function: Callable[..., T],
    calls: Iterable[tuple[object, ...]],
    *,
    most: Callable[[], int],
) -> Iterator[T]:
    """Run calls and yield their results as they are done.

    Parameters
    ----------
    executor, function, calls, most
        As for :func:`in_order`.

    Yields
    ------
    object
        Results.
    """
    under_way: set[Future[T]] = set()
    left = iter(calls)
    try:
        while True:
            room = max(most(), 1) - len(under_way)
            under_way.update(executor.submit(function, *c) for c in islice(left, max(room, 0)))
            if not under_way:
                return
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in under_way:
            future.cancel()
