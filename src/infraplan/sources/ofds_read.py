"""Which nodes and spans do files of the Open Fibre Data Standard hold, in whichever form?

A network package, one network, JSON Lines and GeoJSON of nodes or spans all come out as the same
items. What a span's route or a node's place means is decided elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from infraplan import catalog
from infraplan.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["Item", "Items", "inner", "read_items", "text_of"]

_BYTES_PER_MB: Final = 1_000_000
_NOT_OFDS: Final = (
    "give a network package (a JSON object with `networks`), or GeoJSON of nodes and spans"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One node or span as its file holds it.

    Attributes
    ----------
    file
        Name of the file, for messages.
    kind
        "node" or "span".
    number
        Its place in its list, from 1.
    network
        Identifier of its network; empty where none is said.
    body
        Its fields; a GeoJSON feature's geometry stands under location or route.
    """

    file: str
    kind: str
    number: int
    network: str
    body: Mapping[str, object]

    @property
    def id(self) -> str:
        """Identifier as the file says it, or an empty text."""
        return text_of(self.body.get("id"))

    @property
    def label(self) -> str:
        """What a message calls it, such as "span 'A1'"."""
        return f"{self.kind} {self.id!r}" if self.id else self.kind

    def fault(self, problem: str, remedy: str, column: str) -> Fault:
        """Describe something that is wrong with this item."""
        return Fault(self.file, f"{self.label}: {problem}", remedy, self.number, column)


@dataclass(slots=True)
class Items:
    """What files hold together.

    Attributes
    ----------
    nodes, spans
        In the order of the files.
    faults
        What could not be read.
    """

    nodes: list[Item] = field(default_factory=list)
    spans: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_items(paths: Iterable[Path]) -> Items:
    """Read the nodes and spans of files that make up networks together.

    Parameters
    ----------
    paths
        Files .json, .jsonl or .geojson.

    Returns
    -------
    Items
        Faults are listed, not raised.
    """
    items = Items()
    links: list[Fault] = []
    for path in paths:
        try:
            for value in _values(path):
                links += _add(items, path.name, value)
        except _UnreadableError as error:
            items.faults.append(Fault(path.name, str(error), _NOT_OFDS))
    if not items.nodes and not items.spans:
        items.faults += links
    return items


class _UnreadableError(ValueError):
    """The file is not what it should be."""


def _values(path: Path) -> list[object]:
    """Read a file as one JSON value, or as one for each line."""
    most_mb = catalog.rule("fibre_most_mb")
    if path.stat().st_size > most_mb * _BYTES_PER_MB:
        raise _UnreadableError(f"the file is larger than {most_mb:,.0f} MB")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _UnreadableError("the file is not UTF-8 text") from None
    try:
        return [json.loads(text)]
    except RecursionError:
        raise _UnreadableError("the file is nested too deeply") from None
    except json.JSONDecodeError as whole:
        return _lines(text, whole)


def _lines(text: str, whole: json.JSONDecodeError) -> list[object]:
    """Read one JSON value for each line, or say what keeps the file from being one value."""
    unreadable = _UnreadableError(f"the file is not JSON ({whole})")
    try:
        values = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (json.JSONDecodeError, RecursionError):
        raise unreadable from None
    if not values:
        raise unreadable
    return values


def _add(items: Items, file: str, value: object) -> list[Fault]:
    """Add what a JSON value holds; return a fault for each network that is elsewhere."""
    if isinstance(value, list):
        return [fault for part in value for fault in _add(items, file, part)]
    if not isinstance(value, dict):
        raise _UnreadableError(f"the file holds {type(value).__name__}, not a network")
    if isinstance(value.get("networks"), list):
        return _add(items, file, value["networks"])
    if isinstance(value.get("features"), list):
        for number, feature in enumerate(value["features"], 1):
            _add_feature(items, file, number, feature)
        return []
    if isinstance(value.get("nodes"), list) or isinstance(value.get("spans"), list):
        _add_network(items, file, value)
        return []
    if "links" in value:
        return _elsewhere(file, value)
    if "location" in value or "route" in value:
        kind = "span" if "route" in value else "node"
        into = items.spans if kind == "span" else items.nodes
        into.append(Item(file, kind, len(into) + 1, _network_of(value), value))
        return []
    raise _UnreadableError("the file holds no networks, nodes or spans")


def _add_network(items: Items, file: str, network: Mapping[str, object]) -> None:
    name = text_of(network.get("id"))
    owners = _organisations(network)
    for kind, into in (("node", items.nodes), ("span", items.spans)):
        listed = network.get(f"{kind}s")
        for number, body in enumerate(listed if isinstance(listed, list) else (), 1):
            if isinstance(body, dict):
                into.append(Item(file, kind, number, name, _with_names(body, owners)))
            else:
                problem = f"{kind} {number} is {type(body).__name__}, not an object"
                items.faults.append(Fault(file, problem, _NOT_OFDS, number, f"{kind}s"))


def _add_feature(items: Items, file: str, number: int, feature: object) -> None:
    """Add a GeoJSON feature as a node or a span."""
    fields = inner(feature, "properties") if isinstance(feature, dict) else {}
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    said = text_of(fields.get("featureType"))
    shape = text_of(geometry.get("type")) if isinstance(geometry, dict) else ""
    kind = said or ("span" if "start" in fields or "Line" in shape else "node")
    if kind not in ("node", "span"):
        problem = f"feature {number} has featureType {kind!r}"
        remedy = 'say "node" or "span"'
        items.faults.append(Fault(file, problem, remedy, number, "featureType"))
        return
    body = {**fields, "location" if kind == "node" else "route": geometry}
    into = items.nodes if kind == "node" else items.spans
    into.append(Item(file, kind, number, _network_of(fields), body))


def _elsewhere(file: str, network: Mapping[str, object]) -> list[Fault]:
    """Name the files that a network keeps its nodes and spans in."""
    links = network["links"] if isinstance(network["links"], list) else []
    there = [text_of(link.get("href")) for link in links if isinstance(link, dict)]
    wanted = [href for href in there if "schema" not in href]
    problem = f"the network {text_of(network.get('name'))!r} holds no nodes and no spans itself"
    remedy = "download " + (" and ".join(wanted) or "its nodes and spans") + " and name the files"
    return [Fault(file, problem, remedy)]


def _network_of(fields: Mapping[str, object]) -> str:
    return text_of(inner(fields, "network").get("id"))


def _organisations(network: Mapping[str, object]) -> dict[str, str]:
    listed = network.get("organisations")
    rows = [o for o in listed if isinstance(o, dict)] if isinstance(listed, list) else []
    return {text_of(o.get("id")): text_of(o.get("name")) for o in rows}


def _with_names(body: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    """Fill in the names of organisations that are given by identifier only."""
    return {key: _named(value, names) for key, value in body.items()}


def _named(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_named(part, names) for part in value]
    if isinstance(value, dict) and "name" not in value and text_of(value.get("id")) in names:
        return {**value, "name": names[text_of(value["id"])]}
    return value


def inner(body: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return an object inside another, empty where it is none."""
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """Return an identifier or name as text, empty where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()
