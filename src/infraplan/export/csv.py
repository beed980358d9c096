"""How is a table written so that a spreadsheet opens it with its accents and its doubts?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from infraplan.export.layers import rounded

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.export.layers import Layer

__all__ = ["with_position", "write_csv", "write_rows"]

_DEGREE_DIGITS = 6


def write_csv(path: Path, table: pd.DataFrame, *, basis: str) -> None:
    """Write a table as UTF-8 with a byte order mark, numbers rounded by their units.

    Parameters
    ----------
    path
        The file.
    table
        Without geometry.
    basis
        What is not measured; stands in the last column, ``data_basis``, of every row.
    """
    write_rows(path, pd.DataFrame(table).assign(data_basis=basis))


def write_rows(path: Path, table: pd.DataFrame) -> None:
    """Write a table whose rows say themselves what they rest on, as :func:`write_csv` does."""
    said = rounded(table)
    said.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def with_position(layer: Layer) -> pd.DataFrame:
    """Return the columns of a layer with its position in degrees.

    Points have ``lon`` and ``lat``; polygons ``inside_lon`` and ``inside_lat``, a point that
    surely lies inside; lines have neither.
    """
    frame = layer.frame
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    if layer.geometry_type == "MultiLineString":
        return table
    point = layer.geometry_type == "Point"
    points = frame.geometry if point else frame.geometry.representative_point()
    names = ("lon", "lat") if point else ("inside_lon", "inside_lat")
    table[names[0]] = gpd.GeoSeries(points).x.round(_DEGREE_DIGITS)
    table[names[1]] = gpd.GeoSeries(points).y.round(_DEGREE_DIGITS)
    return table
