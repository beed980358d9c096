"""Which spans of a fibre network are cables in use, along which route?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import shapely

from infraplan import catalog
from infraplan.sources.ofds_nodes import owner_of, position_problem
from infraplan.sources.ofds_read import Item, inner, text_of
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from infraplan.errors import Fault

__all__ = ["Span", "Spans", "read_spans"]

_FIBRE: Final = "fibre"
_MEND_ROUTE: Final = "give a GeoJSON LineString of longitudes and latitudes"
_LEAST_POINTS: Final = 2
_FLAT: Final = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A cable between two nodes.

    Attributes
    ----------
    item
        As read.
    id
        Its identifier; parts of one span are numbered.
    start, end
        Identifiers of its nodes within the network; empty where not said.
    route
        Line in degrees, or None where the file has none.
    medium, medium_origin
        How the cable is laid, and how that is known.
    owner
        As the file says, or None.
    capacity
        Fibres, or NaN.
    route_origin
        How the route is known.
    """

    item: Item
    id: str
    start: str
    end: str
    route: shapely.LineString | None
    medium: str
    medium_origin: str
    owner: str | None
    capacity: float
    route_origin: str = "declared"


@dataclass(slots=True)
class Spans:
    """Spans in use, what is wrong, and what was left out.

    Attributes
    ----------
    found
        In the order of the files.
    faults, notes
        What is wrong; what to tell.
    left_out
        Reason → how many spans were left out for it.
    """

    found: list[Span] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_spans(items: Sequence[Item], *, statuses: Collection[str]) -> Spans:
    """Read the spans that are fibre and have one of the statuses.

    Parameters
    ----------
    items
        Spans as read.
    statuses
        Codes of the standard's codelist spanStatus; a span that says none is taken.
    """
    spans = Spans()
    seen: dict[tuple[str, str], Item] = {}
    for item in items:
        reason = _reason(item.body, statuses)
        if reason is not None:
            spans.left_out[reason] += 1
            continue
        if not item.id:
            spans.faults.append(item.fault("it has no id", "give each span an identifier", "id"))
            continue
        first = seen.setdefault((item.network, item.id), item)
        if first is item:
            _add(spans, item)
        elif first.body.get("route") == item.body.get("route"):
            spans.left_out["repeated"] += 1
        else:
            problem = f"the identifier stands already in span {first.number}, with another route"
            remedy = "give each span an identifier of its own"
            spans.faults.append(item.fault(problem, remedy, "id"))
    spans.notes += [_left_out_note(reason, n) for reason, n in sorted(spans.left_out.items())]
    return spans


def _reason(body: Mapping[str, object], statuses: Collection[str]) -> str | None:
    """Say why a span is no cable in use, or None."""
    status = text_of(body.get("status"))
    if status and status not in statuses:
        return f"status={status}"
    said = body.get("transmissionMedium")
    media = [text_of(m) for m in (said if isinstance(said, list) else [said]) if text_of(m)]
    if media and _FIBRE not in media:
        return f"transmissionMedium={','.join(sorted(media))}"
    return None


def _add(spans: Spans, item: Item) -> None:
    """Add a span, each of its parts where its route is in pieces."""
    route = item.body.get("route")
    problem = _route_problem(route) if route is not None else None
    if problem is not None:
        spans.faults.append(item.fault(problem, _MEND_ROUTE, "route"))
        return
    parts = _parts(route) if isinstance(route, dict) else [None]
    medium, origin = _medium(item.body)
    last = len(parts) - 1
    for i, part in enumerate(parts):
        spans.found.append(
            Span(
                item=item,
                id=item.id if last == 0 else f"{item.id}/{i + 1}",
                start=_end(item.body, "start") if i == 0 else "",
                end=_end(item.body, "end") if i == last else "",
                route=part,
                medium=medium,
                medium_origin=origin,
                owner=owner_of(item.body),
                capacity=_capacity(item.body),
            )
        )
    if last > 0:
        spans.notes.append(_pieces_note(item, len(parts)))


def _lines(route: object) -> list[object]:
    """Return the lists of places of a GeoJSON line, empty where it has none."""
    given = route.get("coordinates") if isinstance(route, dict) else None
    if not isinstance(given, list) or not given or not isinstance(route, dict):
        return []
    return [given] if route.get("type") == "LineString" else given


def _route_problem(route: object) -> str | None:
    """Say what keeps a GeoJSON geometry from being a route, or None."""
    if not isinstance(route, dict) or route.get("type") not in ("LineString", "MultiLineString"):
        kind = route.get("type") if isinstance(route, dict) else type(route).__name__
        return f"its route is a {kind}, not a line"
    lines = _lines(route)
    if not lines:
        return "its route has no coordinates"
    for line in lines:
        if not isinstance(line, list) or len(line) < _LEAST_POINTS:
            return "its route has fewer than two points"
        for place in line:
            if not isinstance(place, list):
                return f"{place!r} in its route is no place"
            problem = position_problem(place)
            if problem is not None:
                return problem
    return None


def _parts(route: Mapping[str, object]) -> list[shapely.LineString | None]:
    """Return the lines of a route, joined where they follow on one another; heights are dropped."""
    lines = [
        shapely.LineString([place[:_FLAT] for place in line])
        for line in _lines(route)
        if isinstance(line, list)
    ]
    joined = shapely.line_merge(shapely.MultiLineString(lines)) if len(lines) > 1 else lines[0]
    return list(shapely.get_parts(joined))


def _end(body: Mapping[str, object], key: str) -> str:
    """Return the identifier of a node, given as text or as the node itself."""
    return text_of(inner(body, key).get("id")) or text_of(body.get(key))


def _medium(body: Mapping[str, object]) -> tuple[str, str]:
    """Return how a cable is laid, and how that is known."""
    codes = catalog.table("ofds_codes")
    carried = inner(body, "supportingInfrastructure").get("type")
    for codelist, said, certain in (
        ("supportingInfrastructure", carried, "declared"),
        ("deployment", body.get("deployment"), "declared"),
    ):
        of_list = codes[codes["codelist"] == codelist]
        meaning = dict(zip(of_list["code"], of_list["meaning"], strict=True))
        listed = said if isinstance(said, list) else [said]
        found = [meaning[c] for c in listed if isinstance(c, str) and c in meaning]
        if found:
            return found[0], certain if len(set(found)) == 1 else "approximate"
    return catalog.row("rules", "fibre_medium")["value"], "assumed"


def _capacity(body: Mapping[str, object]) -> float:
    """Return the fibres of a cable, NaN where the file says no whole number of them."""
    said = body.get("fibreCount")
    known = isinstance(said, int) and not isinstance(said, bool) and said >= 1
    return float(said) if known and isinstance(said, int) else float("nan")


def _left_out_note(reason: str, number: int) -> Text:
    said = "lặp lại" if reason == "repeated" else reason
    return Text(
        f"Số tuyến cáp không lấy vào ({said}): {count(number).vi}.",
        f"Spans left out ({reason}): {count(number).en}.",
    )


def _pieces_note(item: Item, parts: int) -> Text:
    return Text(
        f"Tuyến cáp {item.id!r} gồm {parts} đoạn rời nhau; mỗi đoạn thành một tuyến.",
        f"Span {item.id!r} is in {parts} pieces that do not join; each becomes a cable.",
    )
