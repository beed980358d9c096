"""Which work can a job be, and which function of the library does it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from infraplan_api.jobs.tasks.gaps import gaps
from infraplan_api.jobs.tasks.predict import predict
from infraplan_api.jobs.tasks.propose import propose
from infraplan_api.jobs.tasks.report import report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan.workflow import Reporter

__all__ = ["TASKS", "Task"]


class Task(Protocol):
    """Work on a bundle."""

    def __call__(
        self,
        bundle: Path,
        inputs: Mapping[str, Any],
        *,
        out: Path,
        keep: Path,
        reporter: Reporter,
    ) -> dict[str, Any]:
        """Write files into `out` and return the figures; `keep` outlives a process that ends."""
        ...


TASKS: Final[dict[str, Task]] = {
    "gaps": gaps,
    "predict": predict,
    "propose": propose,
    "report": report,
}
