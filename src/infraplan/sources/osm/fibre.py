"""Which cables, ducts and exchanges of telecommunication does an extract hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from infraplan import catalog
from infraplan.geo import GEOGRAPHIC
from infraplan.sources.fibre_tables import network_tables
from infraplan.sources.ofds_join import Joined, join
from infraplan.sources.ofds_nodes import Node
from infraplan.sources.ofds_read import Item
from infraplan.sources.ofds_spans import Span
from infraplan.sources.osm.extract import KIND, read_layer
from infraplan.sources.osm.places import assume_fibre_nodes
from infraplan.wording import Text, count, length

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping
    from pathlib import Path

    from infraplan.sources.ofds_nodes import Key

    Bounds = tuple[float, float, float, float]
    Row = Mapping[Hashable, object]

__all__ = ["read_fibre", "read_fibre_nodes"]

_FIBRE: Final = "fibre"
_MEDIUM: Final = "telecom:medium"


def read_fibre(
    path: Path, *, bounds: Bounds | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    """Read the cables and ducts of telecommunication.

    Which tags mean which is the catalogue ``osm_telecom``; what is tagged as copper is left out.

    Parameters
    ----------
    path
        The extract.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Table fibre in EPSG:4326, by identifier; most maps hold none.
    tuple of Text
        What was assumed or left out.
    """
    lines, nodes = _lines(path, bounds), _nodes(path, bounds)
    rows = lines.drop(columns="geometry").to_dict("records")
    other = np.array([_first(row, "other") is not None for row in rows], dtype=bool)
    joined = _joined(path, lines[~other], nodes)
    _, fibre = network_tables(joined)
    notes = [_total_note(fibre)] if len(fibre) else []
    if other.any():
        number = count(int(other.sum()))
        notes.append(
            Text(
                f"Số tuyến cáp đồng hoặc cáp đồng trục trên bản đồ, không lấy vào: {number.vi}.",
                f"Mapped lines of copper or coaxial cable, left out: {number.en}.",
            )
        )
    return fibre, (*notes, *_assumed_notes(lines[~other], fibre), *joined.notes)


def read_fibre_nodes(
    path: Path, *, bounds: Bounds | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    """Read exchanges, cabinets and cable ends; where no exchange is mapped, assume one per town.

    Parameters
    ----------
    path
        The extract.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Table fibre_nodes in EPSG:4326.
    tuple of Text
        What to tell about it.
    """
    lines, nodes = _lines(path, bounds), _nodes(path, bounds)
    rows = lines.drop(columns="geometry").to_dict("records")
    fibre = lines[np.array([_first(row, "other") is None for row in rows], dtype=bool)]
    table, _ = network_tables(_joined(path, fibre, nodes))
    exchanges = int((table["kind"] == "exchange").sum())
    notes: tuple[Text, ...] = ()
    if len(table):
        some, total = count(exchanges), count(len(table))
        notes = (
            Text(
                f"Nút cáp trên bản đồ: {total.vi}, trong đó {some.vi} trạm đầu cuối.",
                f"Fibre nodes on the map: {total.en}, of which {some.en} are exchanges.",
            ),
        )
    if exchanges:
        return table, notes
    assumed, told = assume_fibre_nodes(path, bounds=bounds)
    if table.empty:
        return assumed, told
    both = pd.concat([table, assumed], ignore_index=True)
    return gpd.GeoDataFrame(both, crs=GEOGRAPHIC), (*notes, *told)


def _pairs(*roles: str) -> list[tuple[str, str]]:
    codes = catalog.table("osm_telecom")
    chosen = codes[codes["role"].isin(roles)]
    return list(zip(chosen["key"], chosen["value"], strict=True))


def _keys() -> tuple[str, ...]:
    codes = catalog.table("osm_telecom")
    return tuple(dict.fromkeys(codes.loc[codes["role"] != "technology", "key"]))


def _first(row: Row, role: str) -> str | None:
    """Return what the first tag of a role in the catalogue means, or None."""
    codes = catalog.table("osm_telecom")
    chosen = codes[codes["role"] == role]
    for key, value, meaning in zip(chosen["key"], chosen["value"], chosen["meaning"], strict=True):
        if row.get(key) == value:
            return str(meaning)
    return None


def _lines(path: Path, bounds: Bounds | None) -> gpd.GeoDataFrame:
    tags = ("name", "operator", "owner", "capacity", *_keys())
    found = read_layer(path, "lines", tags=tags, any_of=_pairs("cable"), bounds=bounds)
    return _chosen(found, "cable")


def _nodes(path: Path, bounds: Bounds | None) -> list[Node]:
    """Read exchanges and cabinets, mapped as points or as areas."""
    found: list[Node] = []
    for layer in ("points", "multipolygons"):
        tags = ("name", "operator", *_keys())
        found_here = read_layer(path, layer, tags=tags, any_of=_pairs("node"), bounds=bounds)
        rows = _chosen(found_here, "node")
        points = shapely.point_on_surface(rows.geometry.to_numpy())
        for row, point in zip(
            rows.drop(columns="geometry").to_dict("records"), points, strict=True
        ):
            found.append(
                Node(
                    key=("", f"osm-{row[KIND]}{row['osm_id']}"),
                    name=_text(row["name"]),
                    kind=str(_first(row, "node")),
                    owner=_text(row["operator"]),
                    lon=float(point.x),
                    lat=float(point.y),
                    origin="measured",
                )
            )
    return found


def _chosen(found: gpd.GeoDataFrame, role: str) -> gpd.GeoDataFrame:
    """Leave out what the condition only seemed to find, and order by identifier."""
    rows = found.drop(columns="geometry").to_dict("records")
    found = found[np.array([_first(row, role) is not None for row in rows], dtype=bool)]
    return found.iloc[np.argsort(found["osm_id"].astype(np.int64), kind="stable")]


def _joined(path: Path, lines: gpd.GeoDataFrame, nodes: Iterable[Node]) -> Joined:
    known: dict[Key, Node] = {node.key: node for node in nodes}
    rows = lines.drop(columns="geometry").to_dict("records")
    spans = [_span(path, row, line) for row, line in zip(rows, lines.geometry, strict=True)]
    return join(spans, known)


def _span(path: Path, row: Row, line: shapely.LineString) -> Span:
    laid = _first(row, "laid")
    fibres = _text(row["capacity"])
    counted = row[_MEDIUM] == _FIBRE and fibres is not None and fibres.isdecimal()
    return Span(
        item=Item(path.name, "way", int(str(row["osm_id"])), "", {"id": row["osm_id"]}),
        id=f"osm-w{row['osm_id']}",
        start="",
        end="",
        route=line,
        medium=laid or catalog.row("rules", "fibre_medium")["value"],
        medium_origin="declared" if laid else "assumed",
        owner=_text(row["owner"]) or _text(row["operator"]),
        capacity=float(fibres) if counted and fibres and int(fibres) > 0 else float("nan"),
        route_origin="measured",
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _total_note(fibre: gpd.GeoDataFrame) -> Text:
    number, total = count(len(fibre)), length(float(fibre["length_m"].sum()))
    return Text(
        f"Tuyến cáp và cống bể viễn thông trên bản đồ: {number.vi}, tổng {total.vi}.",
        f"Cables and ducts of telecommunication on the map: {number.en}, {total.en}.",
    )


def _assumed_notes(lines: gpd.GeoDataFrame, fibre: gpd.GeoDataFrame) -> list[Text]:
    """Tell of lines whose conductor or way of laying no tag says."""
    notes = []
    silent = int((lines[_MEDIUM] != _FIBRE).sum())
    if silent:
        number = count(silent)
        notes.append(
            Text(
                f"Số tuyến không ghi là cáp quang, giả định là cáp quang: {number.vi}.",
                f"Lines whose tags do not say fibre, taken as fibre: {number.en}.",
            )
        )
    assumed = int((fibre["medium_origin"] == "assumed").sum())
    if assumed:
        number, medium = count(assumed), catalog.row("rules", "fibre_medium")["value"]
        notes.append(
            Text(
                f"Số tuyến không ghi cách đặt cáp: {number.vi}; giả định {medium!r}.",
                f"Lines whose tags do not say how the cable is laid: {number.en}; {medium!r} is "
                "assumed.",
            )
        )
    return notes
