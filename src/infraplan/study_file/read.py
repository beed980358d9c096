"""What is wrong with the text of a study file, and what was probably meant?"""

from __future__ import annotations

import difflib
import tomllib
from typing import TYPE_CHECKING, Final, get_args

from pydantic import BaseModel, ValidationError

from infraplan.errors import Fault, InputError, MissingDataError
from infraplan.study_file.parts import StudyFile

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

__all__ = ["model_of", "parse", "read_study_file"]

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
        faults = [fault for e in error.errors() for fault in _faults(name, e)]
        raise InputError(faults) from None


def _toml_remedy(text: str) -> str:
    """Say what is most often wrong: a Windows path between double quotes."""
    if any("path" in line and '"' in line and "\\" in line for line in text.splitlines()):
        return "mend the line it names; write paths with / or between single quotes"
    return "mend the line it names"


def _faults(file: str, error: ErrorDetails) -> list[Fault]:
    """Turn one error of the model into faults that name the key and the remedy."""
    location = error["loc"]
    key = ".".join(str(p) for p in location)
    if error["type"] == "together":
        above = f"{key}." if key else ""
        return [
            Fault(file, problem, remedy, column=f"{above}{below}")
            for below, problem, remedy in error["ctx"]["faults"]
        ]
    if error["type"] == "extra_forbidden":
        return [Fault(file, "there is no such key", _spelling(location), column=key)]
    if error["type"] == "missing":
        what = f"[{key}]" if len(location) == 1 else "it"
        return [Fault(file, "the key is missing", f"add {what}", column=key)]
    said = error["msg"].removeprefix("Value error, ")
    if error["type"] == "literal_error":
        given, expected = error["input"], error["ctx"]["expected"]
        return [Fault(file, f"the value is {given!r}", f"give {expected}", column=key)]
    return [Fault(file, said, "mend the value", column=key)]


def _spelling(location: tuple[int | str, ...]) -> str:
    """Name the key that was probably meant, else those there are."""
    *above, wrong = location
    model: type[BaseModel] | None = StudyFile
    for step in above:
        if isinstance(step, str) and model is not None and step in model.model_fields:
            model = model_of(model.model_fields[step].annotation)
    names = list(model.model_fields) if model is not None else []
    near = difflib.get_close_matches(str(wrong).casefold(), names, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    elsewhere = [
        f"[{part}] {wrong}"
        for part, field in StudyFile.model_fields.items()
        if (inner := model_of(field.annotation)) is not None and wrong in inner.model_fields
    ]
    if not above and elsewhere:
        return f"put it into its part, such as {elsewhere[0]}"
    return f"delete it or mend its spelling; there are {', '.join(names)}"


def model_of(annotation: object) -> type[BaseModel] | None:
    """Return the part inside a type such as TablePart, TablePart | None or a tuple of parts."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (model_of(inner) for inner in get_args(annotation))
    return next((model for model in found if model is not None), None)
