"""In which plane CRS are a study's sheets and coordinate columns, and why in that one?

Offices of Viet Nam exchange coordinates in VN-2000, projection TM-3, in metres: X points north and
Y east. Each province has its central meridian. A study outside Viet Nam keeps its own metric CRS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from infraplan.errors import CrsError
from infraplan.geo.vn2000 import VN2000, from_wgs84, tm3_zones, zone_of
from infraplan.wording import Text, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.report.facts import Facts

__all__ = ["Frame", "frame_at", "tm3_of", "to_plane", "to_tm3"]

_MINUTES: Final = 60
_PROVINCE_MARKS: Final = ("tỉnh", "thành phố", "tp.", "tp")


@dataclass(frozen=True, slots=True)
class Frame:
    """A plane CRS in metres, with what is said about it.

    Attributes
    ----------
    epsg
        EPSG code.
    name
        Such as "VN-2000 / TM-3 104°45′" or "WGS 84 / UTM 31N".
    meridian_deg
        Central meridian, degrees east.
    is_vn2000
        Whether it is a zone of VN-2000; elsewhere it is the study's own metric CRS.
    note
        The sentence that names the CRS and says why it was taken.
    """

    epsg: int
    name: str
    meridian_deg: float
    is_vn2000: bool
    note: Text

    @property
    def crs(self) -> str:
        """The authority code, such as "EPSG:9208"."""
        return f"EPSG:{self.epsg}"

    @property
    def meridian(self) -> str:
        """The central meridian as offices write it, such as "104°45′"."""
        return _degrees(self.meridian_deg)


def tm3_of(facts: Facts) -> Frame:
    """Return the plane CRS for the sheets and the coordinate columns of a bundle.

    Parameters
    ----------
    facts
        The bundle. The province is the one that the study names; a study that names none takes
        the meridian nearest to the middle of its communes.

    Returns
    -------
    Frame
        VN-2000 TM-3 in Viet Nam, the CRS of the bundle's rasters elsewhere.

    Raises
    ------
    CrsError
        If the bundle lies outside Viet Nam and its rasters have no EPSG code.
    """
    west, south, east, north = (float(v) for v in facts.communes.total_bounds)
    return frame_at(
        (west + east) / 2,
        (south + north) / 2,
        title=str(facts.manifest["study"]["title_vi"]),
        otherwise=str(facts.manifest["crs_of_rasters"]),
    )


def frame_at(longitude_deg: float, latitude_deg: float, *, title: str, otherwise: str) -> Frame:
    """Return the plane CRS for a place, by the province that a title names.

    Parameters
    ----------
    longitude_deg, latitude_deg
        The middle of what is shown, WGS 84.
    title
        The study's Vietnamese title; "Tỉnh Phú Thọ …" names a province.
    otherwise
        The metric CRS for a place outside Viet Nam, such as ``"EPSG:32631"``.

    Raises
    ------
    CrsError
        If that CRS is needed and has no EPSG code.
    """
    if not _in_viet_nam(longitude_deg, latitude_deg):
        return _own(otherwise)
    zones = tm3_zones()
    named = _named(title, zones)
    if named is not None:
        province, epsg = named
        reason = phrase("sheets_meridian_named", {"province": plain(province)})
    else:
        off_deg = np.abs(zones["central_meridian_deg"].to_numpy() - longitude_deg)
        epsg = int(zones["epsg"].to_numpy()[off_deg.argmin()])
        reason = phrase("sheets_meridian_nearest")
    degrees = float(zone_of(epsg)["central_meridian_deg"])
    values = {"meridian": plain(_degrees(degrees)), "epsg": plain(epsg)}
    note = phrase("sheets_crs", values) + Text(" ", " ") + reason
    return Frame(epsg, f"VN-2000 / TM-3 {_degrees(degrees)}", degrees, is_vn2000=True, note=note)


def to_plane(shapes: Iterable[shapely.Geometry], frame: Frame) -> NDArray[np.object_]:
    """Return shapes in WGS 84 degrees as shapes in metres, x east and y north.

    Parameters
    ----------
    shapes
        Geometries, longitudes first.
    frame
        Where to.
    """

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], crs=frame.crs))

    moved: NDArray[np.object_] = shapely.transform(np.asarray(list(shapes), dtype=object), move)
    return moved


def to_tm3(points: gpd.GeoSeries, frame: Frame) -> pd.DataFrame:
    """Return the coordinates of points as offices write them: X north, Y east, metres.

    Parameters
    ----------
    points
        Points in WGS 84.
    frame
        From :func:`tm3_of`.

    Returns
    -------
    pandas.DataFrame
        Columns x_north_m and y_east_m, with the index of the points; missing where a point is.
    """
    x_east, y_north = from_wgs84(points.x.to_numpy(), points.y.to_numpy(), crs=frame.crs)
    return pd.DataFrame({"x_north_m": y_north, "y_east_m": x_east}, index=points.index)


def _degrees(value: float) -> str:
    whole, minutes = divmod(round(value * _MINUTES), _MINUTES)
    return f"{whole}°{minutes:02d}′"


def _in_viet_nam(longitude_deg: float, latitude_deg: float) -> bool:
    area = CRS(VN2000).area_of_use
    if area is None:
        return False
    return area.west <= longitude_deg <= area.east and area.south <= latitude_deg <= area.north


def _named(title: str, zones: pd.DataFrame) -> tuple[str, int] | None:
    """Return the province that a title names as one, and the EPSG code of its zone."""
    said = title.casefold()
    marks = "|".join(re.escape(mark) for mark in _PROVINCE_MARKS)
    for epsg, provinces in zip(zones["epsg"], zones["provinces"], strict=True):
        for province in filter(None, str(provinces).split("; ")):
            name = re.escape(province.removeprefix("TP. ").casefold())
            if re.search(rf"(?<!\w)(?:{marks})\s+{name}(?!\w)", said):
                return province, int(epsg)
    return None


def _own(code: str) -> Frame:
    """Return the study's own metric CRS, for a place outside Viet Nam."""
    crs = CRS.from_user_input(code)
    epsg = crs.to_epsg()
    operation = crs.coordinate_operation
    if epsg is None or operation is None:
        raise CrsError(
            f"The rasters of the bundle are in {crs.name}, which has no EPSG code; sheets outside "
            "Viet Nam need one. Remedy: run the study in a projected CRS such as EPSG:32631."
        )
    turns = {p.name: float(p.value) for p in operation.params}
    meridian = turns.get("Longitude of natural origin", 0.0)
    values = {"name": plain(crs.name), "epsg": plain(epsg)}
    return Frame(epsg, crs.name, meridian, is_vn2000=False, note=phrase("sheets_crs_own", values))
