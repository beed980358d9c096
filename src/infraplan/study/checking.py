"""What is wrong with a study file and with the data it names, all of it at once?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from infraplan.errors import Fault, InputError, MissingDataError
from infraplan.study.completion import complete
from infraplan.study.gather import gather
from infraplan.study.gathered import settled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan.sources.shelf import Shelf
    from infraplan.wording import Text

__all__ = ["CheckReport", "check"]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything that checking a study found.

    Attributes
    ----------
    faults
        What is wrong; empty where the study can be built.
    notes
        What was repaired, dropped, assumed or measured, and what is not to be trusted.
    files
        File as the faults name it → local file, for marked copies.
    """

    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]
    files: Mapping[str, Path]


def check(path: str | Path, *, shelf: Shelf | None = None) -> CheckReport:
    """Say everything that is wrong with a study file and with the data it names.

    Parameters
    ----------
    path
        The study file.
    shelf
        Where files are looked for; by default what the environment names.

    Returns
    -------
    CheckReport
        Faults are listed, never raised; a study without any can be built.
    """
    place = Path(path)
    named = {place.name: place} if place.is_file() else {}
    try:
        found = gather(place, shelf=shelf)
    except InputError as error:
        return CheckReport(tuple(error.faults), (), MappingProxyType(named))
    except MissingDataError as error:
        problem, _, remedy = str(error).partition(". Remedy: ")
        fault = Fault(place.name, problem, remedy)
        return CheckReport((fault,), (), MappingProxyType(named))
    complete(found)
    return CheckReport(
        tuple(settled(found)),
        tuple(dict.fromkeys(found.notes)),
        MappingProxyType(named | found.paths),
    )
