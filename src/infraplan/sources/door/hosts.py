"""How many requests may one host get at a time, and when is it not asked any more?"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infraplan.sources.door.failure import HostError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraplan.sources.door.rules import Rules

__all__ = ["Hosts"]


@dataclass(slots=True)
class _Host:
    turns: BoundedSemaphore
    lock: Lock = field(default_factory=Lock)
    brought: int = 0
    failures: int = 0
    given_up: tuple[str, str] | None = None


class Hosts:
    """The hosts of one run.

    Parameters
    ----------
    rules
        Requests at a time, and failures after which a host is given up.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._lock = Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, address: str) -> Iterator[None]:
        """Wait for a turn at the host of an address, and remember how it went.

        Raises
        ------
        HostError
            If the host was given up.
        """
        host = self._host(address)
        with host.turns:
            if host.given_up is not None:
                problem, remedy = host.given_up
                raise HostError(problem, remedy)
            try:
                yield
            except HostError as failure:
                self._failed(host, failure)
                raise
            with host.lock:
                host.brought += 1

    def _host(self, address: str) -> _Host:
        with self._lock:
            name = urlsplit(address).netloc
            if name not in self._hosts:
                self._hosts[name] = _Host(BoundedSemaphore(self._rules.at_once_per_host))
            return self._hosts[name]

    def _failed(self, host: _Host, failure: HostError) -> None:
        with host.lock:
            host.failures += failure.again
            often = host.failures >= self._rules.host_failures_most and not host.brought
            if failure.unreachable or often:
                host.given_up = (failure.problem, failure.remedy)
