"""Where are the nodes of a fibre network, and what stands there?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.sources.ofds_read import Item, inner, text_of
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from infraplan.errors import Fault

__all__ = ["Key", "Node", "owner_of", "position_problem", "read_nodes"]

Key = tuple[str, str]
"""Identifier of the network, and of the node within it."""

_LONGITUDES_DEG, _LATITUDES_DEG = 180.0, 90.0
_SAME_PLACE_DEG = 1e-6
_PAIR = 2
_MEND_POSITION = "give longitude and latitude, in this order, in degrees"


@dataclass(frozen=True, slots=True)
class Node:
    """A node at a place.

    Attributes
    ----------
    key
        Its identifier.
    name, owner
        As the file says, or None.
    kind
        exchange, site or closure.
    lon, lat
        Degrees.
    origin
        How the place is known.
    """

    key: Key
    name: str | None
    kind: str
    owner: str | None
    lon: float
    lat: float
    origin: str


def read_nodes(
    nodes: Sequence[Item], spans: Sequence[Item]
) -> tuple[dict[Key, Node], list[Fault], list[Text]]:
    """Read nodes, and those that GeoJSON spans carry with them.

    Parameters
    ----------
    nodes, spans
        Items as read.

    Returns
    -------
    dict
        Identifier → node, for those with a place.
    list of Fault
        Nodes without an identifier, at no place on the globe, or twice at different places.
    list of Text
        What to tell: repeated nodes, and those without a place.
    """
    found: dict[Key, Node] = {}
    faults: list[Fault] = []
    repeated, homeless = 0, 0
    for item in nodes:
        node, fault = _node(item)
        if fault is not None:
            faults.append(fault)
        elif node is None:
            homeless += 1
        elif node.key not in found:
            found[node.key] = node
        elif _apart(found[node.key], node):
            problem = "the identifier stands already at another place"
            faults.append(item.fault(problem, "give each node an identifier of its own", "id"))
        else:
            repeated += 1
    for item in _carried(spans):
        node, _ = _node(item)
        if node is not None:
            found.setdefault(node.key, node)
    return found, faults, _notes(repeated, homeless)


def _node(item: Item) -> tuple[Node | None, Fault | None]:
    """Return a node with a place, None where the file gives it none, or what is wrong."""
    if not item.id:
        return None, item.fault("it has no id", "give each node an identifier", "id")
    if item.body.get("location") is None:
        return None, None
    location = inner(item.body, "location")
    place = location.get("coordinates")
    if location.get("type") != "Point" or not isinstance(place, list) or len(place) < _PAIR:
        return None, item.fault("its location is no GeoJSON Point", _MEND_POSITION, "location")
    problem = position_problem(place)
    if problem is not None:
        return None, item.fault(problem, _MEND_POSITION, "location")
    node = Node(
        key=(item.network, item.id),
        name=text_of(item.body.get("name")) or None,
        kind=_kind(item.body),
        owner=owner_of(item.body),
        lon=float(place[0]),
        lat=float(place[1]),
        origin="declared",
    )
    return node, None


def position_problem(place: Sequence[object]) -> str | None:
    """Say what keeps a pair from being longitude and latitude, or None."""
    numbers = [v for v in place[:_PAIR] if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) < _PAIR or not all(map(math.isfinite, numbers)):
        return f"the position {list(place[:_PAIR])} is not two numbers"
    lon, lat = numbers
    if abs(lon) <= _LONGITUDES_DEG and abs(lat) <= _LATITUDES_DEG:
        return None
    problem = f"longitude {lon:g}, latitude {lat:g} is not a place on the globe"
    if abs(lat) <= _LONGITUDES_DEG and abs(lon) <= _LATITUDES_DEG:
        problem += "; latitude and longitude look swapped"
    return problem


def owner_of(body: Mapping[str, object]) -> str | None:
    """Return who owns an item: of the medium, of what carries it, or who runs the network."""
    listed = body.get("networkProviders")
    providers = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    candidates = (
        inner(body, "transmissionMediumOwner"),
        inner(body, "physicalInfrastructureProvider"),
        inner(inner(body, "supportingInfrastructure"), "owner"),
        *providers,
    )
    return next((name for c in candidates if (name := text_of(c.get("name")))), None)


def _kind(body: Mapping[str, object]) -> str:
    """Return what stands at a node; a closure where no type of ours is said."""
    codes = catalog.table("ofds_codes")
    of_type = codes[codes["codelist"] == "nodeType"]
    meaning = dict(zip(of_type["code"], of_type["meaning"], strict=True))
    said = body.get("type")
    types = said if isinstance(said, list) else [said]
    kinds = {meaning[t] for t in types if isinstance(t, str) and t in meaning}
    return next((k for k in ("exchange", "site") if k in kinds), "closure")


def _carried(spans: Iterable[Item]) -> Iterable[Item]:
    """Return the nodes that spans hold in full under start and end, as GeoJSON has them."""
    for span in spans:
        for end in ("start", "end"):
            body = inner(span.body, end)
            if body:
                yield Item(span.file, "node", span.number, span.network, body)


def _apart(one: Node, other: Node) -> bool:
    return max(abs(one.lon - other.lon), abs(one.lat - other.lat)) > _SAME_PLACE_DEG


def _notes(repeated: int, homeless: int) -> list[Text]:
    notes = []
    if repeated:
        notes.append(
            Text(
                f"Số nút cáp lặp lại ở cùng vị trí, chỉ tính một lần: {count(repeated).vi}.",
                f"Fibre nodes repeated at the same place, counted once: {count(repeated).en}.",
            )
        )
    if homeless:
        notes.append(
            Text(
                f"Số nút cáp không có vị trí: {count(homeless).vi}; lấy theo đầu tuyến cáp nếu có.",
                f"Fibre nodes without a position: {count(homeless).en}; taken from the end of a "
                "span where one ends there.",
            )
        )
    return notes
