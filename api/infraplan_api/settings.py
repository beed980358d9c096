"""Which environment variables does the service read?

This is the only file of the service that reads the environment.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Settings", "load"]

_FOLDER = Path("out") / "phu-tho"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one service.

    Attributes
    ----------
    folder
        The bundle to serve where the caller names none.
    """

    folder: Path


def load() -> Settings:
    """Read ``INFRAPLAN_API_FOLDER``; ``out/phu-tho`` where it is not set."""
    folder = os.environ.get("INFRAPLAN_API_FOLDER")
    return Settings(folder=Path(folder) if folder else _FOLDER)
