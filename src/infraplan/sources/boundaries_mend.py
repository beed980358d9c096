"""Which polygon did a broken boundary mean, and how much does mending change it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from infraplan import catalog
from infraplan.errors import Fault
from infraplan.geo import require_metric
from infraplan.wording import Text, count, decimal, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Mended", "mend"]

_POLYGONS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_COLLECTION: Final = shapely.GeometryType.GEOMETRYCOLLECTION
_ROWS_TOLD: Final = 8
_QGIS: Final = "repair it in a GIS (QGIS: Vector geometry, Fix geometries), or give another file"


@dataclass(frozen=True, slots=True)
class Mended:
    """Boundaries after mending.

    Attributes
    ----------
    frame
        The rows whose geometry is a valid polygon now, in their order and with their index.
    faults
        One for each row left out: nobody can tell which area it means.
    notes
        What was changed, with the rows.
    """

    frame: gpd.GeoDataFrame
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]


def mend(frame: gpd.GeoDataFrame, *, file: str, rows: NDArray[np.int64]) -> Mended:
    """Make valid, flat polygons of boundaries, and measure what that changes.

    A ring that crosses or touches itself, a part given twice, a hole outside its shell and the
    like are mended where the area stays the same within the rule ``boundary_repair_share``;
    heights are dropped, and so are specks below ``boundary_speck_m2``. What is no area, or could
    mean several, is a fault.

    Parameters
    ----------
    frame
        Boundaries in a metric CRS.
    file, rows
        Their file, and the row of each as the file counts, for messages.

    Returns
    -------
    Mended
        Faults are listed, not raised.

    Raises
    ------
    CrsError
        If the CRS is missing or not in metres.
    """
    require_metric(frame.crs, what="The table of boundaries")
    given: NDArray[np.object_] = frame.geometry.to_numpy()
    problems = _hopeless(given)
    usable = np.array([p is None for p in problems], dtype=bool)
    flat = shapely.force_2d(given[usable])
    heights = shapely.has_z(given[usable]) | shapely.has_m(given[usable])
    areas_only = _areas_only(flat)
    mended, broken = _valid(areas_only)
    clean, specks = _without_specks(mended)
    before_m2 = _area_as_meant(areas_only)
    change = np.abs(shapely.area(clean) - before_m2)
    share = change / np.maximum(np.maximum(before_m2, shapely.area(clean)), 1e-9)
    refused = (share > catalog.rule("boundary_repair_share")) | shapely.is_empty(clean)
    places = np.flatnonzero(usable)
    for i in np.flatnonzero(refused):
        problems[places[i]] = _refusal(flat[i], float(before_m2[i]), float(shapely.area(clean[i])))
    kept = np.array([p is None for p in problems], dtype=bool)
    numbers = rows[places]
    collections = (shapely.get_type_id(flat) == _COLLECTION) & ~refused
    notes = _notes(
        numbers,
        repaired=broken & ~refused,
        heights=heights & ~refused,
        collections=collections,
        specks=specks & ~refused,
        changed_m2=change,
    )
    shapes = given.copy()
    shapes[places] = clean
    out = frame.loc[kept].set_geometry(gpd.GeoSeries(shapes[kept], frame.index[kept], frame.crs))
    faults = tuple(
        Fault(file, *problem, row=int(row), column="geometry")
        for problem, row in zip(problems, rows, strict=True)
        if problem is not None
    )
    return Mended(out, faults, notes)


def _hopeless(shapes: NDArray[np.object_]) -> list[tuple[str, str] | None]:
    """Say of each geometry why no polygon can be made of it, with the remedy, or None."""
    points, of = shapely.get_coordinates(shapes, return_index=True)
    unknown = np.zeros(len(shapes), dtype=bool)
    unknown[of[~np.isfinite(points).all(axis=1)]] = True
    found: list[tuple[str, str] | None] = []
    for shape, off in zip(shapes, unknown, strict=True):
        if shape is None or shape.is_empty:
            found.append(("the geometry is empty", "give the boundary as a polygon"))
        elif off:
            found.append(("a coordinate of the boundary is no number", _QGIS))
        elif not _has_area(shape):
            remedy = "give a polygon (QGIS: Vector geometry, Lines to polygons)"
            found.append((f"the geometry is a {shape.geom_type}, not an area", remedy))
        else:
            found.append(None)
    return found


def _has_area(shape: shapely.Geometry) -> bool:
    parts = shapely.get_parts(shape)
    if shapely.get_type_id(shape) == _COLLECTION:
        return any(_has_area(part) for part in parts)
    return bool(shapely.get_type_id(shape) in _POLYGONS)


def _areas_only(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Leave lines and points out of collections, and repeated parts out of multipolygons."""
    flat = shapes.copy()
    for i, shape in enumerate(shapes):
        if shapely.get_type_id(shape) != shapely.GeometryType.POLYGON:
            flat[i] = _gathered(_polygons(shape))
    return flat


def _polygons(shape: shapely.Geometry) -> list[shapely.Polygon]:
    if isinstance(shape, shapely.Polygon):
        return [] if shape.is_empty else [shape]
    return [found for part in shapely.get_parts(shape) for found in _polygons_of(part)]


def _polygons_of(part: shapely.Geometry) -> list[shapely.Polygon]:
    return _polygons(part) if _has_area(part) else []


def _gathered(polygons: Sequence[shapely.Polygon]) -> shapely.Geometry:
    """Gather polygons as one geometry, each of them once."""
    once = {shapely.to_wkb(shapely.normalize(p)): p for p in reversed(polygons)}
    kept = [p for p in polygons if once[shapely.to_wkb(shapely.normalize(p))] is p]
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def _valid(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return valid polygons, and which of them were broken."""
    broken: NDArray[np.bool_] = ~shapely.is_valid(shapes)
    mended = shapes.copy()
    for i in np.flatnonzero(broken):
        made = shapely.make_valid(shapes[i], method="structure", keep_collapsed=False)
        polygons = _polygons(made) if _has_area(made) else []
        mended[i] = _gathered(polygons) if polygons else shapely.Polygon()
    return mended, broken


def _without_specks(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Leave out parts and holes too small to be land, and say which shapes had any."""
    least_m2 = catalog.rule("boundary_speck_m2")
    clean = shapes.copy()
    changed = np.zeros(len(shapes), dtype=bool)
    for i, shape in enumerate(shapes):
        parts = shapely.get_parts(shape)
        holes = shapely.get_num_interior_rings(parts)
        small = shapely.area(parts) < least_m2
        if not small.any() and not holes.any():
            continue
        kept = [_without_holes(p, least_m2) if n else p for p, n in zip(parts, holes, strict=True)]
        left = [p for p, speck in zip(kept, small, strict=True) if not speck]
        changed[i] = len(left) < len(parts) or any(
            p is not q for p, q in zip(kept, parts, strict=True)
        )
        clean[i] = _gathered(left) if left else shapely.Polygon()
    return clean, changed


def _without_holes(polygon: shapely.Polygon, least_m2: float) -> shapely.Polygon:
    rings = shapely.get_rings(polygon)
    large = shapely.area(shapely.polygons(rings[1:])) >= least_m2
    if large.all():
        return polygon
    return shapely.Polygon(rings[0], list(rings[1:][large]))


def _area_as_meant(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the area inside the rings as drawn, in m², whatever way round they run."""
    return np.abs(np.asarray(shapely.area(shapes), dtype=np.float64))


def _refusal(shape: shapely.Geometry, before_m2: float, after_m2: float) -> tuple[str, str]:
    reason = shapely.is_valid_reason(shape)
    if after_m2 == 0:
        return f"the boundary encloses no area ({reason})", _QGIS
    problem = (
        f"the polygon is not valid ({reason}), and its area depends on how it is mended: "
        f"{before_m2 / 1e6:,.3f} km² as drawn, {after_m2 / 1e6:,.3f} km² mended"
    )
    return problem, _QGIS


def _notes(
    rows: NDArray[np.int64],
    *,
    repaired: NDArray[np.bool_],
    heights: NDArray[np.bool_],
    collections: NDArray[np.bool_],
    specks: NDArray[np.bool_],
    changed_m2: NDArray[np.float64],
) -> tuple[Text, ...]:
    """Tell what was changed, and where."""
    told: list[Text] = []
    if repaired.any():
        most = decimal(float(changed_m2[repaired].max()), 1)
        told.append(
            Text(
                f"Số ranh giới không hợp lệ đã được sửa: {_listed(rows[repaired]).vi}; diện tích "
                f"thay đổi nhiều nhất {most.vi} m².",
                f"Invalid boundaries mended: {_listed(rows[repaired]).en}; the area changes by at "
                f"most {most.en} m².",
            )
        )
    for which, vi, en in (
        (
            collections,
            "Ranh giới lẫn điểm hoặc đường, chỉ giữ phần diện tích",
            "Boundaries mixed with points or lines, of which only the areas are kept",
        ),
        (heights, "Ranh giới có độ cao, đã bỏ", "Boundaries with heights, which are dropped"),
        (
            specks,
            "Ranh giới có mảnh vụn dưới 1 m², đã bỏ",
            "Boundaries with specks below 1 m², which are dropped",
        ),
    ):
        if which.any():
            listed = _listed(rows[which])
            told.append(Text(f"{vi}: {listed.vi}.", f"{en}: {listed.en}."))
    return tuple(told)


def _listed(rows: NDArray[np.int64]) -> Text:
    """Write how many rows, and the first of them."""
    first = ", ".join(str(int(r)) for r in rows[:_ROWS_TOLD])
    more = ", …" if len(rows) > _ROWS_TOLD else ""
    return count(len(rows)) + Text(" (dòng ", " (row ") + plain(f"{first}{more})")
