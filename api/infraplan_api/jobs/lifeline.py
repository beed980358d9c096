"""How does a process end as soon as the one that started it is gone?

Its standard input is a pipe into which nothing is ever written. The system closes it with the
process that holds the other end, however that ended.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import Final

__all__ = ["hold"]

_STDIN: Final = 0


def hold() -> None:
    """End this process and its group as soon as its standard input ends, from now on."""
    threading.Thread(target=_listen, name="lifeline", daemon=True).start()


def _listen() -> None:
    while os.read(_STDIN, 1):
        pass
    if hasattr(os, "killpg"):
        os.killpg(os.getpgid(0), signal.SIGKILL)
    os._exit(1)
