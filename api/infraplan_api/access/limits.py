"""How often may one key, or one address, ask for work or fail to say who it is?"""

# Annotations are read when a route is registered, so they are not deferred in this file.

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Request, Security

from infraplan_api.access.guard import SCHEME, caller_of
from infraplan_api.access.keys import Caller
from infraplan_api.errors import KeyRefusedError, MissingScopeError, TooManyRequestsError
from infraplan_api.service import Service

__all__ = ["Buckets", "gate"]

_MOST_NAMES: Final = 10_000
_MOST_WAIT_S: Final = 3600.0
_REFUSALS_PER_S, _REFUSALS = 0.2, 20
"""An address that sends wrong keys gets so many tries, then one every five seconds."""


class Buckets:
    """Let each name do something so often, with a reserve for bursts.

    Parameters
    ----------
    per_s
        How fast a bucket fills again, per second.
    burst
        What a full bucket holds.
    clock
        Returns seconds that never go back.
    """

    def __init__(
        self, *, per_s: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._door = threading.Lock()

    def take(self, name: str) -> float:
        """Take one of a name's; return 0, or the seconds to wait where there is none."""
        return self._spend(name, 1.0)

    def wait_s(self, name: str) -> float:
        """Return the seconds until there is one, without taking it."""
        return self._spend(name, 0.0)

    def _spend(self, name: str, count: float) -> float:
        now_s = self._clock()
        with self._door:
            level, since_s = self._levels.pop(name, (float(self._burst), now_s))
            level = min(self._burst, level + (now_s - since_s) * self._per_s)
            enough = level >= 1.0
            self._levels[name] = (level - count if enough else level, now_s)
            while len(self._levels) > _MOST_NAMES:
                self._levels.popitem(last=False)
        if enough:
            return 0.0
        return min((1.0 - level) / self._per_s, _MOST_WAIT_S) if self._per_s else _MOST_WAIT_S


def gate(service: Service, scope: str) -> Callable[..., Caller]:
    """Return what a route depends on where work is asked for: who it is, and not too often.

    Parameters
    ----------
    service
        The service whose keys and limits count.
    scope
        What the key must be good for.

    Returns
    -------
    callable
        For ``Depends``; gives the caller, or raises what becomes 401, 403 or 429. Routes that share
        it share its limits. Whose key it is, or that one was refused, stays in the request's state
        for the log of :mod:`infraplan_api.access.audit`.
    """
    check = caller_of(service, scope)
    limits = service.settings
    per_s = limits.writes_per_minute / 60
    keys = Buckets(per_s=per_s, burst=limits.writes_burst)
    addresses = Buckets(per_s=per_s, burst=limits.writes_burst)
    refusals = Buckets(per_s=_REFUSALS_PER_S, burst=_REFUSALS)

    def caller(request: Request, text: Annotated[str | None, Security(SCHEME)] = None) -> Caller:
        address = request.client.host if request.client else "unknown"
        _refuse_if(refusals.wait_s(address), "with keys that are not good")
        try:
            found = check(text)
        except (KeyRefusedError, MissingScopeError):
            if text:
                refusals.take(address)
                request.state.refused = True
            raise
        _refuse_if(keys.take(found.key_id), "for work with this key")
        _refuse_if(addresses.take(address), "for work from this address")
        request.state.caller = found
        return found

    return caller


def _refuse_if(wait_s: float, what: str) -> None:
    """Refuse where there is something to wait for."""
    if wait_s > 0:
        seconds = math.ceil(wait_s)
        raise TooManyRequestsError(
            f"Too many requests {what}. Remedy: ask again in {seconds} s.",
            headers={"retry-after": str(seconds)},
        )
