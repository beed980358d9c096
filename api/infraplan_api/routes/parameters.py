"""Which parameters do several requests about coverage, places and plans share?"""

from typing import Annotated, Any, Final

from fastapi import Path, Query

from infraplan import catalog

__all__ = [
    "CommuneCode",
    "Environment",
    "JsonOnly",
    "Level",
    "OneEnvironment",
    "Operator",
    "SomeCommune",
    "SomeDistrict",
    "Technology",
    "Threshold",
    "Year",
    "format_of",
]

_CODE: Final = "^[A-Za-z0-9-]{1,20}$"
_ALL: Final = "all"
_WEAKEST: Final = "white"


def _one_of(name: str, column: str, *more: str, but: str = "") -> dict[str, Any]:
    """Return the schema of a parameter that takes a key of a catalogue."""
    keys = dict.fromkeys(catalog.table(name)[column])
    return {"enum": [*(key for key in keys if key != but), *more]}


def _pattern(schema: dict[str, Any]) -> str:
    return f"^({'|'.join(schema['enum'])})$"


def format_of(*keys: str) -> Any:  # noqa: ANN401 - a parameter of FastAPI
    """Return the parameter ``f`` of a request that offers these formats; others are refused 406."""
    text = "Format of the answer; goes before Accept."
    return Query(description=text, json_schema_extra={"enum": list(keys)})


_TECHNOLOGIES: Final = _one_of("service_levels", "technology", _ALL)
_ENVIRONMENTS: Final = _one_of("environments", "environment", _ALL)
_ONE_ENVIRONMENT: Final = _one_of("environments", "environment")
_LEVELS: Final = _one_of("service_levels", "level", _ALL, but=_WEAKEST)

CommuneCode = Annotated[
    str,
    Path(
        pattern=_CODE,
        description="Administrative code (five digits in Viet Nam, such as 07942) or OSM id.",
        examples=["07942"],
    ),
]
SomeCommune = Annotated[
    str | None, Query(pattern=_CODE, description="Code of a commune; all of them without it.")
]
SomeDistrict = Annotated[
    str | None,
    Query(
        pattern=_CODE,
        description="Code of a district of before July 2025, such as 25-tam-nong, in place of "
        "commune.",
    ),
]
JsonOnly = Annotated[str | None, format_of("json")]
Technology = Annotated[
    str | None,
    Query(
        pattern=_pattern(_TECHNOLOGIES),
        description="A technology of the bundle, or all; the plan's without it.",
        json_schema_extra=_TECHNOLOGIES,
    ),
]
Operator = Annotated[
    str | None,
    Query(
        pattern="^[A-Za-z0-9_-]{1,40}$",
        description="An operator of the bundle, any (the strongest), or all; all without it.",
    ),
]
Environment = Annotated[
    str | None,
    Query(
        pattern=_pattern(_ENVIRONMENTS),
        description="An environment of the bundle, or all; outdoors without it.",
        json_schema_extra=_ENVIRONMENTS,
    ),
]
OneEnvironment = Annotated[
    str | None,
    Query(
        pattern=_pattern(_ONE_ENVIRONMENT),
        description="An environment of the bundle, for the classes by year; outdoors without it.",
        json_schema_extra=_ONE_ENVIRONMENT,
    ),
]
Level = Annotated[
    str | None,
    Query(
        pattern=_pattern(_LEVELS),
        description="The level that counts as served, or all; served without it.",
        json_schema_extra=_LEVELS,
    ),
]
Threshold = Annotated[
    float | None,
    Query(
        ge=-200,
        le=0,
        allow_inf_nan=False,
        description="In place of level: least RSRP of one of the levels, dBm.",
    ),
]
Year = Annotated[
    str | None,
    Query(
        pattern="^([0-9]{4}|all)$",
        description="A year of the plan, or all; the year before the plan without it.",
    ),
]
