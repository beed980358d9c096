"""What is said of each commune whatever figures are asked for?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from infraplan import catalog
from infraplan_api.coverage.figures import figures_of
from infraplan_api.places.reformed import old_communes
from infraplan_api.places.rows import boxes, number, records, said_or
from infraplan_api.places.whole import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan_api.bundle import Bundle
    from infraplan_api.coverage.figures import Figures

__all__ = ["Said", "choices_of", "is_said", "said_of"]

_SAID: Final = "coverage said"


@dataclass(frozen=True, slots=True)
class Said:
    """JSON that stays the same for a bundle.

    Attributes
    ----------
    heads
        Code to what comes before the figures of one commune, without the closing brace.
    tail
        What comes behind them, without the braces.
    listed
        Code to what a commune in the list of all begins with.
    tail_of_all
        What comes behind that list, without the braces.
    """

    heads: Mapping[str, str]
    tail: str
    listed: Mapping[str, str]
    tail_of_all: str


def said_of(bundle: Bundle) -> Said:
    """Return what stays the same, written at the first call."""
    return once(bundle, _SAID, _said)


def is_said(bundle: Bundle | None) -> bool:
    """Tell whether that was written already, so that an answer takes next to no time."""
    return bundle is not None and bundle.has_made(_SAID)


def choices_of(bundle: Bundle) -> dict[str, Any]:
    """Return what can be asked of a bundle, as JSON of ``Choices``."""
    figures = figures_of(bundle)
    there = figures.combinations
    return {
        "technologies": list(dict.fromkeys(c.technology for c in there)),
        "operators": list(bundle.operators),
        "environments": list(dict.fromkeys(c.environment for c in there)),
        "levels": _levels(figures),
        "years": sorted({c.year for c in there}),
    }


def _levels(figures: Figures) -> list[dict[str, Any]]:
    """Return each technology's levels with their words."""
    table = catalog.table("service_levels")
    words = {
        (row["technology"], row["level"]): {"vi": row["name_vi"], "en": row["name_en"]}
        for row in records(table)
    }
    found = {
        (c.technology, c.level): float(dbm)
        for c, dbm in zip(figures.combinations, figures.thresholds_dbm, strict=True)
    }
    return [
        {"technology": key[0], "level": key[1], "threshold_dbm": dbm, "name": words[key]}
        for key, dbm in found.items()
    ]


def _said(bundle: Bundle) -> Said:
    """Write what stays the same."""
    table = bundle.table("communes")
    rows = {str(row["code"]): row for row in records(table)}
    choices = choices_of(bundle)
    shared = {"study_id": bundle.study_id, "bundle_sha256": bundle.sha256}
    basis = next((str(row["data_basis"]) for row in rows.values()), "")
    notes = [{"vi": n["vi"], "en": n["en"]} for n in bundle.manifest["notes"]]
    places = boxes(bundle)
    return Said(
        heads={code: _inside(_head(bundle, row)) for code, row in rows.items()},
        tail=_inside({"choices": choices, "data_basis": basis, "notes": notes, **shared})[1:],
        listed={code: _inside(_listed(row, places.get(code))) for code, row in rows.items()},
        tail_of_all=_inside({"choices": choices, "data_basis": basis, **shared})[1:],
    )


def _inside(members: Mapping[str, object]) -> str:
    """Return an object as JSON without its closing brace."""
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"), allow_nan=False)[:-1]


def _head(bundle: Bundle, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a commune is, and who serves it today."""
    return {
        "code": str(row["code"]),
        "name": str(row["name"]),
        "full_name": said_or(row.get("full_name"), str(row["name"])),
        "old_communes": old_communes(str(row["code"])),
        "people": number(row["people"]),
        "people_origin": str(row["people_origin"]),
        "households": number(row.get("households")),
        "area_m2": number(row["area_m2"]),
        "geometry_origin": str(row["geometry_origin"]),
        "technology": bundle.technology,
        "threshold_dbm": number(row["served_threshold_dbm"]),
        "operators": [_operator(row, name) for name in bundle.operators],
    }


def _listed(
    row: Mapping[str, Any], box: tuple[float, float, float, float] | None
) -> dict[str, Any]:
    """Return what a commune in the list of all begins with."""
    return {
        "code": str(row["code"]),
        "name": str(row["name"]),
        "full_name": said_or(row.get("full_name"), str(row["name"])),
        "people": number(row["people"]),
        "lon": number(row.get("inside_lon")),
        "lat": number(row.get("inside_lat")),
        "bbox": box,
    }


def _operator(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return today's figures of one operator."""
    people, area = "people_served", "area_served"
    return {
        "operator": name,
        "people_served": number(row[f"{people}_{name}"]),
        "people_served_share_of_commune_people": number(
            row[f"{people}_share_of_commune_people_{name}"]
        ),
        "area_served_m2": number(row[f"{area}_m2_{name}"]),
        "area_served_share_of_commune_area": number(row[f"{area}_share_of_commune_area_{name}"]),
    }
