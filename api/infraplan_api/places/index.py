"""Which places does a bundle hold, with the keys that they are found by?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infraplan.sources.reform import AFTER, BEFORE
from infraplan_api.places.named import Named, Place, named_places
from infraplan_api.places.reformed import merges
from infraplan_api.places.rows import boxes, number, records, said_or
from infraplan_api.places.whole import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan_api.bundle import Bundle

__all__ = ["Index", "communes_of", "index_of"]


@dataclass(frozen=True, slots=True)
class Index:
    """All places of a bundle.

    Attributes
    ----------
    communes
        By code.
    reformed
        Generation and code of communes that the table of the reform knows: of today (key commune),
        and those that became part of one of them (key old_commune).
    others
        Communes that it does not know.
    villages
        Villages and residential clusters.
    """

    communes: Mapping[str, Place]
    reformed: Mapping[str, frozenset[tuple[str, str]]]
    others: Named
    villages: Named


def index_of(bundle: Bundle) -> Index:
    """Return the places of a bundle, gathered at the first call."""
    return once(bundle, "places index", _gathered)


def communes_of(bundle: Bundle) -> Mapping[str, Place]:
    """Return the communes of a bundle by code, gathered at the first call."""
    return once(bundle, "places communes", _communes)


def _communes(bundle: Bundle) -> dict[str, Place]:
    box = boxes(bundle)
    rows = records(bundle.table("communes"))
    return {place.code: place for place in (_commune(row, box) for row in rows)}


def _gathered(bundle: Bundle) -> Index:
    """Gather the places and write down what they are found by."""
    communes = communes_of(bundle)
    villages: list[Place] = []
    if bundle.has("villages.csv"):
        villages = [_village(row) for row in records(bundle.table("villages"))]
    reformed = _of_the_reform(communes)
    others = [p for p in communes.values() if (AFTER, p.code) not in reformed["commune"]]
    return Index(
        communes=communes,
        reformed=reformed,
        others=named_places(others),
        villages=named_places(villages),
    )


def _of_the_reform(communes: Mapping[str, Place]) -> dict[str, frozenset[tuple[str, str]]]:
    """Return those communes of today and before that the table of the reform leads to."""
    rows = [row for row in merges() if row["new_code"] in communes]
    return {
        "commune": frozenset((AFTER, row["new_code"]) for row in rows),
        "old_commune": frozenset((BEFORE, row["old_code"]) for row in rows),
    }


def _commune(row: Mapping[str, Any], box: Mapping[str, tuple[float, float, float, float]]) -> Place:
    code, name = str(row["code"]), str(row["name"])
    return Place(
        code=code,
        name=name,
        full_name=said_or(row.get("full_name"), name) or name,
        commune_code=code,
        lon=number(row.get("inside_lon")),
        lat=number(row.get("inside_lat")),
        bbox=box.get(code),
    )


def _village(row: Mapping[str, Any]) -> Place:
    return Place(
        code=str(row["village_id"]),
        name=str(row["name"]),
        full_name=str(row["name"]),
        commune_code=said_or(row.get("commune_code"), "") or "",
        lon=number(row["lon"]),
        lat=number(row["lat"]),
        bbox=None,
    )
