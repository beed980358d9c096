"""What does the service say of itself in OpenAPI: every request, answer and problem?

Paths stand relative to ``/v1`` and the version is 3.0, as OGC API clients expect; every problem has
the one shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi

from infraplan_api.http.oas30 import as_oas30
from infraplan_api.http.problems import PROBLEM_JSON, problems
from infraplan_api.models.common import Problem

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["API_ROOT", "describe", "schema_of"]

API_ROOT: Final = "/v1"

_DESCRIPTION: Final = """\
What a finished plan of infraplan says: coverage of communes, gaps, proposals, costs; as tables, \
maps and tiles. Units stand in the names of the fields; shares are 0 to 1 and name their \
denominator; null means not known, never zero. Each answer says what it rests on that is simulated \
or assumed.

*Kết quả của một phương án quy hoạch: vùng phủ theo xã, vùng trắng và vùng lõm, đề xuất, chi phí; \
dạng bảng, bản đồ và ô bản đồ. Đơn vị nằm trong tên trường; tỷ lệ từ 0 đến 1 và nêu rõ mẫu số; \
null là không rõ, không phải số không. Mỗi câu trả lời nêu phần dữ liệu mô phỏng hoặc giả định.*

Reading needs no key. Writes and jobs need one, in the header `X-API-Key`. Every answer that is \
not a success is `application/problem+json` (RFC 9457). Ask again with the `ETag` of an answer in \
`If-None-Match`: 304 says that nothing has changed.
"""
_ALWAYS: Final = (400, 406, 500, 503, 504)
"""Problems that any read may meet; 400 for an unknown query parameter, too."""
_WITH_BODY: Final = (408, 413)
_READS: Final = ("get",)
_UNCHANGED: Final = {"description": "Unchanged since the entity tag that was sent"}


def describe(app: FastAPI) -> None:
    """Give an application its OpenAPI document, made at the first question."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = schema_of(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the documented way


def schema_of(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of an application."""
    schema = get_openapi(
        title="infraplan",
        version=app.version,
        description=_DESCRIPTION,
        routes=app.routes,
        license_info={"name": "Apache-2.0"},
    )
    schema["servers"] = [{"url": API_ROOT}]
    schema["paths"] = {_relative(p): _item(p, i) for p, i in schema["paths"].items()}
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return as_oas30(schema)


def _relative(path: str) -> str:
    """Return a path below the root of the service's own requests."""
    return path.removeprefix(API_ROOT) or "/"


def _item(path: str, item: dict[str, Any]) -> dict[str, Any]:
    """Complete the answers of each request of a path."""
    for method, operation in item.items():
        if "responses" not in operation:
            continue
        answers = operation["responses"]
        answers.pop("422", None)
        statuses = set(_ALWAYS if method in _READS else (*_ALWAYS, *_WITH_BODY))
        if "{" in path:
            statuses.add(404)
        for status, text in problems(*sorted(statuses)).items():
            known = answers.setdefault(str(status), text)
            known.setdefault("content", {PROBLEM_JSON: text["content"][PROBLEM_JSON]})
        if method in _READS and "200" in answers:
            answers.setdefault("304", _UNCHANGED)
        operation["responses"] = dict(sorted(answers.items()))
    return item
