"""Which places does a bundle hold, with the keys that they are found by?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infraplan.names import fold, match_key
from infraplan_api.places.reformed import merges
from infraplan_api.places.rows import boxes, number, records, said_or
from infraplan_api.places.whole import once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraplan_api.bundle import Bundle

__all__ = ["Index", "Named", "Place", "communes_of", "index_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """A commune or village of the bundle.

    Attributes
    ----------
    code, name, full_name
        Code or identifier, and the names without and with the prefix.
    commune_code
        Of a commune its own code, of a village that of its commune, "" where it has none.
    lon, lat
        A point inside, degrees.
    bbox
        West, south, east, north, degrees; None where only a point is known.
    """

    code: str
    name: str
    full_name: str
    commune_code: str
    lon: float | None
    lat: float | None
    bbox: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Named:
    """Places with the keys that their names are found by.

    Attributes
    ----------
    places
        The places.
    keys
        Their names in plain small letters without spaces.
    words
        The same with a space before each word.
    by_code
        Code or identifier in small letters to its place.
    """

    places: tuple[Place, ...]
    keys: tuple[str, ...]
    words: tuple[str, ...]
    by_code: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Index:
    """All places of a bundle.

    Attributes
    ----------
    communes
        By code.
    others
        Those communes that the table of the reform does not know.
    villages
        Villages and residential clusters.
    """

    communes: Mapping[str, Place]
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
    """Gather the places and write down their keys."""
    communes = communes_of(bundle)
    villages: list[Place] = []
    if bundle.has("villages.csv"):
        villages = [_village(row) for row in records(bundle.table("villages"))]
    known = {row["new_code"] for row in merges()}
    others = [place for place in communes.values() if place.code not in known]
    return Index(communes=communes, others=_with_keys(others), villages=_with_keys(villages))


def _with_keys(places: Sequence[Place]) -> Named:
    """Write down the keys of places."""
    return Named(
        places=tuple(places),
        keys=tuple(match_key(place.name) for place in places),
        words=tuple(f" {fold(place.name)}" for place in places),
        by_code={place.code.casefold(): place for place in places},
    )


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
