"""What do all routes of one service share? The bundle, the limits, the finished answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraplan_api.bundle import Holder
from infraplan_api.http.cache import Answers
from infraplan_api.prepare import prepare

if TYPE_CHECKING:
    from infraplan_api.settings import Settings

__all__ = ["Service", "service_of"]


@dataclass(frozen=True, eq=False)
class Service:
    """What routes are given; there is no global state.

    Attributes
    ----------
    settings
        Folders and limits.
    holder
        Hands out the current bundle.
    answers
        Finished answers, kept in memory.
    """

    settings: Settings
    holder: Holder
    answers: Answers = field(default_factory=Answers)


def service_of(settings: Settings) -> Service:
    """Return a service over the bundle that the settings name, without touching a file."""
    return Service(
        settings=settings,
        holder=Holder(settings.folder, recheck_s=settings.recheck_s, prepare=prepare),
        answers=Answers(most_bytes=settings.cache_bytes),
    )
