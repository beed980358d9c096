"""How much of the machine may the process of a job take?"""

from __future__ import annotations

import os
from typing import Final

__all__ = ["be_modest"]

_NICE: Final = 10
_MIB: Final = 1024 * 1024


def be_modest(memory_mb: int, *, nice: int = _NICE) -> None:
    """Let reads go first, and take no more memory than allowed, where the system can say so."""
    if hasattr(os, "nice"):
        os.nice(nice)
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ModuleNotFoundError:
        return
    if memory_mb:
        wanted, (_, hard) = memory_mb * _MIB, resource.getrlimit(resource.RLIMIT_AS)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
