"""In which coordinate reference systems can features be asked for, and how are they named?

Names are the addresses of OGC API - Features Part 2; the order of the two axes is the one that
the system itself defines, so EPSG:4326 has the latitude first and CRS84 the longitude.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pyproj
import shapely

from infraplan.catalog import table
from infraplan_api.features.fault import FaultError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "CRS84",
    "PATTERN",
    "Crs",
    "box_in",
    "crs_of",
    "from_crs84",
    "named",
    "offered",
    "swapped",
    "to_crs84",
]

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG_ADDRESS: Final = "http://www.opengis.net/def/crs/EPSG/0/{}"
_SHORT_TEXT: Final = r"\[?(EPSG:[0-9]{4,5}|OGC:CRS84)\]?"
_SHORT = re.compile(_SHORT_TEXT)
PATTERN: Final = (
    rf"^(http://www\.opengis\.net/def/crs/(OGC/1\.3/CRS84|EPSG/0/[0-9]{{4,5}})|{_SHORT_TEXT})$"
)
"""What the name of a system can look like; a collection lists those that it offers."""
_WGS84: Final = 4326
_DEGREE_DIGITS, _METRE_DIGITS = 7, 3
_HALF_TURN_DEG, _RIGHT_ANGLE_DEG = 180.0, 90.0
_EDGE_PIECES: Final = 32
"""Edges of a box are cut into so many pieces before they are bent into another system."""
_CORNERS, _CORNERS_WITH_HEIGHT = 4, 6


@dataclass(frozen=True, slots=True)
class Crs:
    """A reference system that features can be asked for in.

    Attributes
    ----------
    address
        Its name in requests and answers.
    epsg
        Its code; 0 for CRS84.
    north_first
        Whether its first axis points north.
    geographic
        Whether its axes are degrees; else metres.
    """

    address: str
    epsg: int
    north_first: bool
    geographic: bool

    @property
    def digits(self) -> int:
        """Decimals of a coordinate: 7 of a degree are a centimetre, 3 of a metre a millimetre."""
        return _DEGREE_DIGITS if self.geographic else _METRE_DIGITS

    @property
    def name(self) -> str:
        """Name that geopandas and pyproj know; coordinates in x, y order."""
        return f"EPSG:{self.epsg}" if self.epsg else "OGC:CRS84"


@cache
def crs_of(epsg: int) -> Crs:
    """Return a reference system by its EPSG code; CRS84 for 0."""
    if epsg == 0:
        return Crs(address=CRS84, epsg=0, north_first=False, geographic=True)
    found = pyproj.CRS.from_epsg(epsg)
    return Crs(
        address=_EPSG_ADDRESS.format(epsg),
        epsg=epsg,
        north_first=found.axis_info[0].direction == "north",
        geographic=found.is_geographic,
    )


def offered(study_crs: str, bounds: Sequence[float]) -> tuple[Crs, ...]:
    """Return the systems that a study's features can be asked for in, CRS84 first.

    Parameters
    ----------
    study_crs
        The metric CRS of the study, such as ``"EPSG:32648"``.
    bounds
        West, south, east, north of the study, degrees. Inside Viet Nam all zones of VN-2000 are
        offered.
    """
    codes = [0, _WGS84]
    authority, _, code = study_crs.partition(":")
    if authority == "EPSG" and code.isdecimal():
        codes.append(int(code))
    zones = [int(epsg) for epsg in table("tm3_zones")["epsg"] if int(epsg) != _WGS84]
    if any(_used_in(epsg, bounds) for epsg in zones):
        codes += zones
    return tuple(crs_of(epsg) for epsg in dict.fromkeys(codes))


def named(text: str, systems: Sequence[Crs]) -> Crs | None:
    """Return the system of a name: its address, or short as ``EPSG:9208``; None if not offered."""
    short = _SHORT.fullmatch(text)
    wanted = short.group(1) if short else None
    return next((c for c in systems if text == c.address or wanted == c.name), None)


@cache
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def from_crs84(shapes: NDArray[np.object_], crs: Crs) -> NDArray[np.object_]:
    """Return shapes in another system, x before y, rounded to its digits."""
    change = _transformer("OGC:CRS84", crs.name)

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        if crs.epsg:
            xy = np.column_stack(change.transform(xy[:, 0], xy[:, 1]))
        return np.round(xy, crs.digits)

    changed: NDArray[np.object_] = shapely.transform(shapes, moved)
    return changed


def swapped(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return shapes whose axes changed places."""
    turned = shapely.transform(shapes.to_numpy(), lambda xy: xy[:, ::-1])
    return type(shapes)(turned, index=shapes.index, crs=shapes.crs)


def to_crs84(shape: BaseGeometry, crs: Crs) -> BaseGeometry:
    """Return a shape that a client wrote in a system, in longitude and latitude.

    Raises
    ------
    FaultError
        If a position lies outside the globe or where the system holds no more.
    """
    change = _transformer(crs.name, "OGC:CRS84")

    def moved(written: NDArray[np.float64]) -> NDArray[np.float64]:
        xy = written[:, ::-1] if crs.north_first else written
        if crs.epsg:
            xy = np.column_stack(change.transform(xy[:, 0], xy[:, 1]))
        return xy

    changed = shapely.transform(shapely.force_2d(shape), moved)
    _check_on_globe(shapely.get_coordinates(changed), crs)
    return changed


def box_in(numbers: Sequence[float], crs: Crs) -> BaseGeometry:
    """Return the shape of a box in longitude and latitude.

    Parameters
    ----------
    numbers
        Four numbers, or six whose third and sixth are heights, which features do not have.
    crs
        Of the numbers, in its own order of axes. In degrees a box whose west is east of its east
        spans the antimeridian.

    Raises
    ------
    FaultError
        If the numbers are not finite, not as many, off the globe, or in the wrong order.
    """
    if len(numbers) not in (_CORNERS, _CORNERS_WITH_HEIGHT):
        raise FaultError(f"{len(numbers)} numbers stand there; expected 4, or 6 with heights")
    if not np.isfinite(numbers).all():
        raise FaultError("a number is not finite")
    half = len(numbers) // 2
    if half > 2 and numbers[2] > numbers[5]:  # noqa: PLR2004 - places of the two heights
        raise FaultError(f"the lower height {numbers[2]:g} is above the upper {numbers[5]:g}")
    (a, b), (c, d) = numbers[:2], numbers[half : half + 2]
    west, south, east, north = (b, a, d, c) if crs.north_first else (a, b, c, d)
    if south > north:
        raise FaultError(f"the south edge {south:g} is north of the north edge {north:g}")
    if crs.geographic:
        _check_on_globe(np.array([[west, south], [east, north]]), crs)
    if west <= east:
        return _bent(_rectangle(west, south, east, north), crs)
    if not crs.geographic:
        raise FaultError(f"the west edge {west:g} is east of the east edge {east:g}")
    halves = [(west, _HALF_TURN_DEG), (-_HALF_TURN_DEG, east)]
    shapes = [_rectangle(left, south, right, north) for left, right in halves]
    return shapely.union_all(shapes)


def _rectangle(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """Return a box, a line where it has no width or height, a point where it has neither."""
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


def _bent(shape: BaseGeometry, crs: Crs) -> BaseGeometry:
    """Return a shape of the system's plane on the globe, its edges bent as they really run."""
    if crs.geographic:
        return shape
    to_crs84(shape, crs)  # corners off the globe are told before any edge is cut
    longest = max(shape.bounds[2] - shape.bounds[0], shape.bounds[3] - shape.bounds[1])
    cut = shapely.segmentize(shape, longest / _EDGE_PIECES) if longest > 0 else shape
    return to_crs84(cut, crs)


def _check_on_globe(degrees: NDArray[np.float64], crs: Crs) -> None:
    """Raise where a position is not on the globe."""
    inside = (np.abs(degrees) <= (_HALF_TURN_DEG, _RIGHT_ANGLE_DEG)).all(axis=1)
    if not inside.all():
        order = "latitude, longitude" if crs.north_first else "longitude, latitude"
        what = f"in degrees, {order}" if crs.geographic else "in metres, near its zone"
        raise FaultError(f"a position lies off the globe; {crs.address} is {what}")


@cache
def _area(epsg: int) -> tuple[float, float, float, float]:
    found = pyproj.CRS.from_epsg(epsg).area_of_use
    return found.bounds if found is not None else (0.0, 0.0, 0.0, 0.0)


def _used_in(epsg: int, bounds: Sequence[float]) -> bool:
    """Tell whether a system is used at the middle of a study."""
    west, south, east, north = _area(epsg)
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    return west <= x <= east and south <= y <= north
