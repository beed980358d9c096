"""What shapes stand for the communes, whose real polygons cannot be installed?

Each commune is the Voronoi cell of its real centre, clipped to the outline of the three old
provinces. The official area stays an attribute and differs from the cell's.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from phu_tho.figures import BuildError
from phu_tho.geometry import one_polygon, shape_to_degrees, shape_to_metres, to_metres

# A few real centres lie up to 1.3 km outside the coarse outline: it bulges around each of them,
# so that every commune holds its own centre.
CENTRE_DISC_M = 2_000.0
BULGE_M = 6_000.0


def commune_polygons(
    outlines: dict[str, shapely.Polygon], centres_lon_lat: NDArray[np.float64]
) -> list[shapely.Polygon]:
    """Cut the province into one polygon per centre.

    Parameters
    ----------
    outlines
        Outlines of the old provinces, in degrees.
    centres_lon_lat
        Centres, shape (n, 2) in degrees.

    Returns
    -------
    list of shapely.Polygon
        In the order of the centres, in rounded degrees; they tile the province.

    Raises
    ------
    BuildError
        When the rounded polygons would not tile.
    """
    centres = np.asarray(shapely.points(to_metres(centres_lon_lat)))
    outline = shapely.union_all([shape_to_metres(shape) for shape in outlines.values()])
    outside = centres[~shapely.contains_properly(outline, centres)]
    outline = shapely.union_all([outline, *(_bulge(outline, centre) for centre in outside)])
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(centres.tolist()), extend_to=outline, ordered=True
        )
    )
    clipped = [shapely.intersection(cell, outline) for cell in cells]
    polygons = [shape_to_degrees(cell) for cell in _in_one_piece(clipped, centres.tolist())]
    if not shapely.coverage_is_valid(polygons):
        msg = "the commune polygons overlap or leave slits after rounding"
        raise BuildError(msg)
    return polygons


def _bulge(outline: shapely.Geometry, centre: shapely.Point) -> shapely.Geometry:
    """Give the convex hull of a disc around a centre and the part of the outline near it."""
    near = shapely.intersection(outline, shapely.buffer(centre, BULGE_M, quad_segs=6))
    disc = shapely.buffer(centre, CENTRE_DISC_M, quad_segs=6)
    return shapely.convex_hull(shapely.union(near, disc))


def _in_one_piece(
    cells: list[shapely.Geometry], centres: list[shapely.Point]
) -> list[shapely.Polygon]:
    """Hand pieces that do not hold their commune's centre to the neighbour they touch most."""
    main: list[shapely.Polygon] = []
    strays: list[shapely.Polygon] = []
    for cell, centre in zip(cells, centres, strict=True):
        pieces = sorted(shapely.get_parts(cell), key=lambda piece: piece.distance(centre))
        main.append(pieces[0])
        strays.extend(piece for piece in pieces[1:] if isinstance(piece, shapely.Polygon))
    for stray in strays:
        shared = [stray.intersection(polygon).length for polygon in main]
        best = int(np.argmax(shared))
        main[best] = one_polygon(shapely.union(main[best], stray))
    return main


def province_polygon(communes: list[shapely.Polygon]) -> shapely.Polygon:
    """Join the communes into the province, in degrees."""
    return one_polygon(shapely.normalize(shapely.coverage_union_all(communes)))
