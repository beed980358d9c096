"""When is the process that tries out masts started ahead of the first request?

A little after the service's own start, so that its first reads do not share the machine; and only
where somebody holds a key to try out masts.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from infraplan_api.access.store import KeyStore
from infraplan_api.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraplan_api.preview.process import Worker
    from infraplan_api.service import Service

__all__ = ["SCOPE", "kept_warm"]

SCOPE: Final = "plan"
"""What a key must be good for to try out masts."""


@contextmanager
def kept_warm(worker: Worker, service: Service) -> Iterator[None]:
    """Start the process of each bundle ahead of its first request, until the block ends.

    Parameters
    ----------
    worker
        Keeps the process.
    service
        ``preview_warm_s`` of its settings says when and how often to look; 0 for never.
    """
    ended = threading.Event()
    thread = threading.Thread(
        target=_look, args=(worker, service, ended), name="preview-warm", daemon=True
    )
    if service.settings.preview_warm_s > 0:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if thread.is_alive():
            thread.join()


def _look(worker: Worker, service: Service, ended: threading.Event) -> None:
    """Start what is missing; what stands in the way is told to the request that needs it."""
    while not ended.wait(service.settings.preview_warm_s):
        with suppress(ApiError):
            bundle = service.holder.current()
            if not worker.is_warm(bundle) and _is_needed(KeyStore(service.settings.state)):
                worker.warm(bundle)


def _is_needed(keys: KeyStore) -> bool:
    """Tell whether somebody may try out masts."""
    now_s = int(time.time())
    return any(SCOPE in key.scopes and key.state(now_s) == "valid" for key in keys.listing())
