"""What fibre network do files of the Open Fibre Data Standard describe?

References
----------
Open Fibre Data Standard 0.1 to 0.4: network schema, codelists, publication formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.errors import Fault
from infraplan.sources.fibre_tables import network_tables
from infraplan.sources.ofds_join import join
from infraplan.sources.ofds_nodes import read_nodes
from infraplan.sources.ofds_read import read_items
from infraplan.sources.ofds_spans import read_spans
from infraplan.wording import Text, count, length

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import geopandas as gpd

__all__ = ["FibreNetwork", "read_network"]


@dataclass(frozen=True, slots=True)
class FibreNetwork:
    """Nodes and cables of one or several networks.

    Attributes
    ----------
    fibre_nodes, fibre
        Tables per data dictionary, EPSG:4326, by identifier; `length_m` is measured in a metric
        CRS.
    notes
        What was left out, joined or assumed.
    faults
        What is wrong; the tables must not be used where there is any.
    """

    fibre_nodes: gpd.GeoDataFrame
    fibre: gpd.GeoDataFrame
    notes: tuple[Text, ...]
    faults: tuple[Fault, ...]


def read_network(*paths: Path, statuses: Collection[str] = ("operational",)) -> FibreNetwork:
    """Read fibre nodes and cables from files of the Open Fibre Data Standard.

    Parameters
    ----------
    *paths
        A network package (JSON or JSON Lines), or the GeoJSON files of nodes and of spans.
    statuses
        Spans of other statuses are left out and counted; a span without one is taken.

    Returns
    -------
    FibreNetwork
        Faults are listed, not raised.
    """
    items = read_items(paths)
    nodes, node_faults, node_notes = read_nodes(items.nodes, items.spans)
    spans = read_spans(items.spans, statuses=statuses)
    joined = join(spans.found, nodes)
    faults = [*items.faults, *node_faults, *spans.faults, *joined.faults]
    if not faults and not joined.cables:
        files = ", ".join(path.name for path in paths)
        remedy = "give the file of spans too, or name more statuses"
        faults.append(Fault(files, "there is no span of fibre in use", remedy))
    fibre_nodes, fibre = network_tables(joined)
    notes = [*node_notes, *spans.notes, *joined.notes]
    if len(fibre):
        notes = [_total_note(len(joined.nodes), fibre), *notes, *_medium_notes(fibre)]
    return FibreNetwork(fibre_nodes, fibre, tuple(notes), tuple(faults))


def _total_note(nodes: int, fibre: gpd.GeoDataFrame) -> Text:
    total = length(float(fibre["length_m"].sum()))
    return Text(
        f"Mạng cáp quang: {count(nodes).vi} nút, {count(len(fibre)).vi} tuyến, tổng {total.vi}.",
        f"Fibre network: {count(nodes).en} nodes, {count(len(fibre)).en} spans, {total.en}.",
    )


def _medium_notes(fibre: gpd.GeoDataFrame) -> tuple[Text, ...]:
    assumed = int((fibre["medium_origin"] == "assumed").sum())
    if not assumed:
        return ()
    medium = catalog.row("rules", "fibre_medium")["value"]
    some, total = count(assumed), count(len(fibre))
    return (
        Text(
            f"{some.vi} trong {total.vi} tuyến cáp không ghi cách đặt cáp; giả định {medium!r}.",
            f"{some.en} of {total.en} spans do not say how the cable is laid; {medium!r} is "
            "assumed.",
        ),
    )
