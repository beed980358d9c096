"""Where on the page does a place lie, and what is the shortest path that draws its outline?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["MapFrame"]

_DETAIL = 0.7
"""Outlines are simplified by about this many units of the picture: less is not visible."""


@dataclass(frozen=True, slots=True)
class MapFrame:
    """A picture of a piece of a metric CRS, y downwards.

    Attributes
    ----------
    x_min_m, y_max_m
        Upper left corner on the ground.
    metres_per_unit
        Scale.
    width, height
        Size of the picture in its own units.
    """

    x_min_m: float
    y_max_m: float
    metres_per_unit: float
    width: float
    height: float

    @classmethod
    def around(
        cls, bounds: tuple[float, float, float, float], *, width: float, margin: float
    ) -> MapFrame:
        """Return the picture of this width that shows west, south, east, north with a margin."""
        west, south, east, north = bounds
        scale = max((east - west) / (width - 2 * margin), 1.0)
        return cls(
            west - margin * scale,
            north + margin * scale,
            scale,
            width,
            round((north - south) / scale + 2 * margin, 1),
        )

    @property
    def view_box(self) -> str:
        """The SVG attribute."""
        return f"0 0 {_number(self.width)} {_number(self.height)}"

    def to_units(self, xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return positions in the picture, shape (n, 2)."""
        return np.column_stack(
            [
                (xy_m[:, 0] - self.x_min_m) / self.metres_per_unit,
                (self.y_max_m - xy_m[:, 1]) / self.metres_per_unit,
            ]
        )

    def points(self, geometry: gpd.GeoSeries) -> NDArray[np.float64]:
        """Return the positions of points, to a tenth of a unit, shape (n, 2)."""
        xy = np.column_stack([geometry.x.to_numpy(), geometry.y.to_numpy()])
        return np.round(self.to_units(xy), 1)

    def areas(self, geometry: gpd.GeoSeries) -> list[str]:
        """Return one path per polygon; neighbours keep a common border."""
        drawn = shapely.transform(geometry.to_numpy(), self.to_units)
        return [_path(g) for g in shapely.coverage_simplify(drawn, _DETAIL)]

    def lines(self, geometry: Iterable[shapely.Geometry]) -> list[str]:
        """Return one path per line or polygon, each simplified for itself."""
        drawn = shapely.transform(np.asarray(list(geometry), dtype=object), self.to_units)
        return [_path(g) for g in shapely.simplify(drawn, _DETAIL)]


def _path(geometry: shapely.Geometry) -> str:
    """Return an SVG path in steps of a tenth of a unit."""
    drawn = []
    for part in shapely.get_parts(geometry):
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            rings = (part.exterior, *part.interiors)
            drawn += [_steps(shapely.get_coordinates(r)[:-1], "z") for r in rings]
        elif part.geom_type == "LineString":
            drawn.append(_steps(shapely.get_coordinates(part), ""))
    return "".join(drawn)


def _steps(coordinates: NDArray[np.float64], end: str) -> str:
    """Return one absolute move and relative steps, as whole tenths that never add up an error."""
    tenths = np.round(coordinates * 10).astype(np.int64)
    keep = np.concatenate([[True], np.any(np.diff(tenths, axis=0) != 0, axis=1)])
    tenths = tenths[keep]
    first = " ".join(_number(v / 10) for v in tenths[0])
    steps = " ".join(_number(v / 10) for v in np.diff(tenths, axis=0).ravel())
    return f"M{first}" + (f"l{steps.replace(' -', '-')}" if steps else "") + end


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
