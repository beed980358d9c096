"""Do many calls run with only few of them under way?"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from infraplan.workflow.stream import as_done, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 3


class Counter:
    """Count what was taken."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.taken = 0

    def calls(self) -> Iterator[tuple[int]]:
        for number in range(self.count):
            self.taken += 1
            yield (number,)


@pytest.mark.parametrize("stream", [as_done, in_order])
def test_every_call_is_made_once_and_few_are_under_way(stream: type) -> None:
    calls, seen = Counter(40), []
    with ThreadPoolExecutor(2) as pool:
        for result in stream(pool, lambda n: n * n, calls.calls(), most=lambda: MOST):
            seen.append(result)
            assert calls.taken - len(seen) <= MOST
    assert sorted(seen) == [n * n for n in range(40)]
    if stream is in_order:
        assert seen == sorted(seen)


def test_result_that_is_done_does_not_wait_for_an_earlier_call() -> None:
    gate = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert gate.wait(10)
        return number

    with ThreadPoolExecutor(2) as pool:
        results = as_done(pool, work, ((n,) for n in range(3)), most=lambda: 2)
        assert next(results) == 1
        gate.set()
        assert sorted(results) == [0, 2]


@pytest.mark.parametrize("stream", [as_done, in_order])
def test_error_of_a_call_ends_the_stream_and_takes_no_more(stream: type) -> None:
    calls = Counter(100)
    with (
        ThreadPoolExecutor(1) as pool,
        pytest.raises(ZeroDivisionError),
    ):
        list(stream(pool, lambda n: 1 // n, calls.calls(), most=lambda: MOST))
    assert calls.taken <= MOST
