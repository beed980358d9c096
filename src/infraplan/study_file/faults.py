"""What is wrong with a key of a study file, and what was probably meant?"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel

from infraplan.errors import Fault
from infraplan.study_file.parts import StudyFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

__all__ = ["faults_of", "model_of"]

_LISTS: Final = ("towers",)
_LIMITS: Final = {"ge": "of at least", "gt": "above", "le": "of at most", "lt": "below"}
_NUMBERS: Final = ("float_type", "float_parsing")
_WHOLE_NUMBERS: Final = ("int_type", "int_parsing", "int_from_float")


def faults_of(file: str, error: ErrorDetails) -> list[Fault]:
    """Turn one error of the model into faults that name the key and the remedy.

    Parameters
    ----------
    file
        Name of the study file.
    error
        As pydantic tells it.
    """
    location = _keys(error["loc"])
    key = ".".join(str(step) for step in location)
    if error["type"] == "together":
        above = f"{key}." if key else ""
        return [
            Fault(file, problem, remedy, column=f"{above}{below}")
            for below, problem, remedy in error["ctx"]["faults"]
        ]
    problem, remedy = _told(error, location)
    return [Fault(file, problem, remedy, column=key)]


def model_of(annotation: object) -> type[BaseModel] | None:
    """Return the part inside a type such as TablePart, TablePart | None or a tuple of parts."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (model_of(inner) for inner in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _keys(location: Sequence[int | str]) -> list[int | str]:
    """Leave out what pydantic adds to say which of several types it tried."""
    return [step for step in location if isinstance(step, int) or "[" not in step]


def _told(error: ErrorDetails, location: list[int | str]) -> tuple[str, str]:
    """Return problem and remedy of an error."""
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        return "there is no such key", _spelling(location)
    if kind == "missing":
        return "the key is missing", f"add [{location[0]}]" if len(location) == 1 else "add it"
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, "), "mend the value"
    problem = f"the value is {_shown(given)}"
    if kind == "finite_number":
        return problem, "give a finite number"
    return problem, _expected(kind, location, given, error.get("ctx", {}))


def _expected(kind: str, location: list[int | str], given: object, limits: dict[str, Any]) -> str:
    """Say what a key takes."""
    if kind == "literal_error":
        return f"give {limits['expected']}"
    if kind in ("model_type", "tuple_type", "string_type", "dict_type"):
        return _written(kind, str(location[-1]), given)
    if kind in _WHOLE_NUMBERS:
        return "give a whole number, without quotes"
    if kind in _NUMBERS:
        return "give a number, without quotes and with a decimal point"
    said = [f"{word} {limits[name]:g}" for name, word in _LIMITS.items() if name in limits]
    if said:
        return f"give a number {' and '.join(said)}"
    meaning = " ".join((_field(location).description or "").split())
    return f"mend it; what is meant: {meaning}"


def _shown(value: object) -> str:
    return "a part" if isinstance(value, dict) else repr(value)


def _written(kind: str, key: str, given: object) -> str:
    """Say how a value of another form is written."""
    if kind == "model_type":
        if isinstance(given, list):
            return f"write [{key}] with single brackets; there is one such part"
        return f'write the part as [{key}] on a line of its own, its keys below: path = "…"'
    if kind == "tuple_type" and key in _LISTS:
        return f"write [[{key}]] with two brackets, once for each list"
    forms = {
        "tuple_type": f'{key} = ["first.tif", "second.tif"]',
        "string_type": f'{key} = "text between quotes"',
        "dict_type": f'{key} = {{ code = "ma_xa" }}',
    }
    return f"write it as {forms[kind]}"


def _field(location: Sequence[int | str]) -> FieldInfo:
    """Return the field that a location means."""
    fields: dict[str, Any] = StudyFile.model_fields
    found = fields[str(location[0])]
    for step in location[1:]:
        model = model_of(found.annotation)
        if isinstance(step, str) and model is not None and step in model.model_fields:
            found = model.model_fields[step]
    field: FieldInfo = found
    return field


def _spelling(location: Sequence[int | str]) -> str:
    """Name the key that was probably meant, else those there are."""
    *above, wrong = location
    model = model_of(_field(above).annotation) if above else StudyFile
    names = list(model.model_fields) if model is not None else []
    near = difflib.get_close_matches(str(wrong).casefold(), names, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    if wrong in StudyFile.model_fields:
        written = f"[[{wrong}]]" if wrong in _LISTS else f"[{wrong}]"
        return f"it is a part of its own: write {written} on a line of its own"
    elsewhere = [
        f"[{part}] {wrong}"
        for part, field in StudyFile.model_fields.items()
        if (inner := model_of(field.annotation)) is not None and wrong in inner.model_fields
    ]
    if not above and elsewhere:
        return f"put it into its part, such as {elsewhere[0]}"
    return f"delete it or mend its spelling; there are {', '.join(names)}"
