"""What does a prediction of signal consist of when it travels between the stages?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from infraplan.geo.grid import Grid
    from infraplan.geo.raster import Raster
    from infraplan.results.provenance import Provenance

__all__ = ["ANY_OPERATOR", "Signal"]

ANY_OPERATOR = "any"


@dataclass(frozen=True, slots=True)
class Signal:
    """Level, best and second server and SINR per operator, on one grid.

    Attributes
    ----------
    technology
        Such as ``"4G"``.
    grid
        The cells.
    operators
        Operators with at least one cell, sorted, then ``"any"``.
    rsrp_dbm
        Operator to RSRP raster (median level outdoors at 1.5 m), NaN where no cell reaches.
    server
        Operator to best-server raster: the row number of the cell in `cells`, -1 where none.
    cells
        The cells that were predicted, with the position of their site.
    inputs
        Tables that the prediction rests on or is read beside: sites, villages, communes.
    provenance
        What it rests on.
    second_rsrp_dbm
        Operator to the level of the second cell, NaN where there is none.
    second_server
        Operator to the second cell: its row number in `cells`, -1 where none.
    sinr_db
        Operator to the SINR of the best server on its own carrier, other cells of the operator on
        that frequency loaded by `load_share`; NaN where there is no server, and for technologies
        whose frequency reuse is unknown (2G).
    load_share
        Share of time and frequency in which interfering cells transmit, 0 to 1.
    clutter_model
        Where trees and houses count: "profile", on the way; "terminal", around the receiver;
        "none".
    """

    technology: str
    grid: Grid
    operators: tuple[str, ...]
    rsrp_dbm: Mapping[str, Raster]
    server: Mapping[str, Raster]
    cells: gpd.GeoDataFrame
    inputs: Mapping[str, gpd.GeoDataFrame]
    provenance: Provenance
    second_rsrp_dbm: Mapping[str, Raster]
    second_server: Mapping[str, Raster]
    sinr_db: Mapping[str, Raster]
    load_share: float
    clutter_model: str
