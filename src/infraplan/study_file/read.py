"""What does the text of a study file say, and is it one at all?"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from infraplan.errors import Fault, InputError, MissingDataError
from infraplan.study_file.faults import faults_of
from infraplan.study_file.parts import StudyFile

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["parse", "read_study_file"]

_MOST_BYTES: Final = 4_000_000


def read_study_file(path: Path) -> StudyFile:
    """Read and check a study file.

    Raises
    ------
    MissingDataError
        If there is no such file.
    InputError
        If it is not TOML, or says something it may not; every fault is listed.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            problem = f"the file is larger than {_MOST_BYTES // 1_000_000} MB"
            raise InputError([Fault(path.name, problem, "name a study file (TOML)")])
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MissingDataError(
            f"There is no study file {path}. Remedy: check the path, or start from a file in "
            "studies/ or from `infraplan new NAME`."
        ) from None
    except OSError as error:
        fault = Fault(path.name, f"the file cannot be read ({error.strerror})", "name a TOML file")
        raise InputError([fault]) from None
    except UnicodeDecodeError:
        fault = Fault(path.name, "the file is not UTF-8 text", "save it as UTF-8")
        raise InputError([fault]) from None
    return parse(text, name=path.name)


def parse(text: str, *, name: str) -> StudyFile:
    """Check the text of a study file; `name` stands in the messages.

    Raises
    ------
    InputError
        With every fault.
    """
    try:
        return StudyFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        fault = Fault(name, f"the file is not TOML: {error}", _toml_remedy(text))
        raise InputError([fault]) from None
    except ValidationError as error:
        faults = [fault for e in error.errors() for fault in faults_of(name, e)]
        raise InputError(faults) from None


def _toml_remedy(text: str) -> str:
    """Say what is most often wrong: a Windows path between double quotes."""
    if any("path" in line and '"' in line and "\\" in line for line in text.splitlines()):
        return "mend the line it names; write paths with / or between single quotes"
    return "mend the line it names"
