"""What does each process do, take and make? Descriptions from the models of their inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan.settings import installed_version
from infraplan.wording import phrase
from infraplan_api.http.links import url
from infraplan_api.models.common import Link
from infraplan_api.models.preview import PreviewAnswer, PreviewInputs
from infraplan_api.models.processes import (
    GapsInputs,
    PredictInputs,
    Process,
    ProcessSummary,
    ProposeInputs,
    ReportInputs,
    Results,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from starlette.requests import Request

__all__ = ["INPUTS", "JOBS", "process", "summary"]

INPUTS: Final[dict[str, type[BaseModel]]] = {
    "gaps": GapsInputs,
    "predict": PredictInputs,
    "preview": PreviewInputs,
    "propose": ProposeInputs,
    "report": ReportInputs,
}
"""Process → what it may be asked."""

_SYNCHRONOUS: Final = "preview"

JOBS: Final = tuple(name for name in INPUTS if name != _SYNCHRONOUS)
"""Processes that become jobs; they are not imported here, for the server is to stay small."""

_EXECUTE_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/execute"


def summary(request: Request, name: str) -> ProcessSummary:
    """Return what a process does, in short."""
    return ProcessSummary(**_told(request, name))


def process(request: Request, name: str, *, choices: Mapping[str, Any]) -> Process:
    """Return what a process does, takes and makes.

    Parameters
    ----------
    request
        The request that is answered.
    name
        One of :data:`INPUTS`.
    choices
        Values that the bundle allows, such as its operators, by name of a field.
    """
    schema = INPUTS[name].model_json_schema()
    shared = schema.get("$defs", {})
    required = set(schema.get("required", ()))
    inputs = {
        field: {
            "title": field,
            "description": told.get("description", ""),
            "minOccurs": 1 if field in required else 0,
            "schema": _one_of(field, _with_choices(_inlined(told, shared), choices), choices),
        }
        for field, told in schema["properties"].items()
    }
    return Process(**_told(request, name), inputs=inputs, outputs=_outputs(name))


def _outputs(name: str) -> dict[str, Any]:
    """Return what a process makes, under the names that stand in its answer."""
    made: type[BaseModel] = PreviewAnswer if name == _SYNCHRONOUS else Results
    schema = made.model_json_schema(mode="serialization")
    shared = schema.get("$defs", {})
    return {
        field: {
            "title": field,
            "description": told.get("description", ""),
            "schema": _inlined(told, shared),
        }
        for field, told in schema["properties"].items()
    }


def _told(request: Request, name: str) -> dict[str, Any]:
    here = f"/v1/processes/{name}"
    title, text = phrase(f"process_{name}"), phrase(f"process_{name}_text")
    quick = name == _SYNCHRONOUS
    return {
        "id": name,
        "title": f"{title.vi} / {title.en}",
        "description": f"{text.vi} / {text.en}",
        "version": installed_version(),
        "jobControlOptions": ("sync-execute",) if quick else ("async-execute", "dismiss"),
        "outputTransmission": ("value",) if quick else ("value", "reference"),
        "links": (
            Link(href=url(request, here), rel="self", type="application/json"),
            Link(href=url(request, f"{here}/execution"), rel=_EXECUTE_REL, type="application/json"),
        ),
    }


def _inlined(told: Any, shared: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Return a schema with what it refers to put in its place, so that it stands alone."""
    if isinstance(told, dict):
        if "$ref" in told:
            name = str(told["$ref"]).rsplit("/", 1)[-1]
            rest = {k: v for k, v in told.items() if k != "$ref"}
            return {**_inlined(shared[name], shared), **rest}
        return {k: _inlined(v, shared) for k, v in told.items()}
    return [_inlined(v, shared) for v in told] if isinstance(told, list) else told


def _with_choices(schema: Any, choices: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Return a schema whose fields name the values that the bundle allows."""
    if isinstance(schema, list):
        return [_with_choices(part, choices) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {k: _with_choices(v, choices) for k, v in schema.items()}
    fields = result.get("properties")
    if isinstance(fields, dict):
        result["properties"] = {k: _one_of(k, v, choices) for k, v in fields.items()}
    return result


def _one_of(name: str, schema: Any, choices: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Return the schema of a field, or of the items of a list, with the values that are allowed."""
    if name not in choices or not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("items"), dict):
        return {**schema, "items": {**schema["items"], "enum": list(choices[name])}}
    return {**schema, "enum": list(choices[name])}
