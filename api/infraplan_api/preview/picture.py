"""How is the coverage of a mast drawn so that the map can lay it down at once?

A PNG with a palette, drawn in Web Mercator: MapLibre places an image source by its four corners,
without tiles and without a grid of its own.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Transformer
from rasterio.enums import Resampling
from rasterio.io import MemoryFile
from rasterio.warp import calculate_default_transform, reproject

from infraplan import catalog
from infraplan.geo import GEOGRAPHIC
from infraplan_api.models.preview_parts import Picture, PictureClass, Words

if TYPE_CHECKING:
    from affine import Affine
    from numpy.typing import NDArray

    from infraplan.workflow.whatif import PreviewPicture

__all__ = ["picture_of"]

_MAP_CRS: Final = "EPSG:3857"
_FULL, _PALE = 230, 90
"""How opaque a pixel is where service is gained, and where it was there already."""


def picture_of(picture: PreviewPicture, technology: str) -> Picture:
    """Draw the coverage of a mast.

    Parameters
    ----------
    picture
        Levels on a window of the study's grid.
    technology
        Such as 4G.

    Returns
    -------
    Picture
        Colours of the service levels, full where service is gained and pale elsewhere.
    """
    classes = _classes(technology)
    half = len(classes) // 2
    codes = picture.level.astype(np.uint8)
    codes[picture.gained] += half
    drawn, transform = _on_map(codes, picture.grid.transform, picture.grid.crs)
    height, width = drawn.shape
    west, north = transform * (0, 0)
    east, south = transform * (width, height)
    turn = Transformer.from_crs(_MAP_CRS, GEOGRAPHIC, always_xy=True)
    (left, right), (top, bottom) = turn.transform([west, east], [north, south])
    return Picture(
        media_type="image/png",
        png_base64=base64.b64encode(_png(drawn, classes, transform)).decode("ascii"),
        bounds=(left, bottom, right, top),
        corners=((left, top), (right, top), (right, bottom), (left, bottom)),
        classes=classes,
    )


def _classes(technology: str) -> tuple[PictureClass, ...]:
    """Return the colours: levels from the weakest up, pale ones, then full ones."""
    table = catalog.table("service_levels")
    own = table[(table["technology"] == technology) & (table["minimum_rsrp_dbm"] != "")]
    rows = own.assign(dbm=own["minimum_rsrp_dbm"].astype(float)).sort_values("dbm")
    return tuple(
        PictureClass(
            level=row["level"],
            said=Words(vi=row["name_vi"], en=row["name_en"]),
            colour=row["colour"],
            gained=gained,
        )
        for gained in (False, True)
        for row in rows.to_dict("records")
    )


def _on_map(
    codes: NDArray[np.uint8], transform: Affine, crs: str
) -> tuple[NDArray[np.uint8], Affine]:
    """Turn a window into Web Mercator, cell for cell."""
    rows, columns = codes.shape
    west, north = transform * (0, 0)
    east, south = transform * (columns, rows)
    target, width, height = calculate_default_transform(
        crs, _MAP_CRS, columns, rows, left=west, bottom=south, right=east, top=north
    )
    drawn = np.zeros((height, width), dtype=np.uint8)
    reproject(
        codes,
        drawn,
        src_transform=transform,
        src_crs=crs,
        dst_transform=target,
        dst_crs=_MAP_CRS,
        resampling=Resampling.nearest,
    )
    return drawn, target


def _png(drawn: NDArray[np.uint8], classes: tuple[PictureClass, ...], transform: Affine) -> bytes:
    """Return the bytes of a PNG with a palette, 0 transparent."""
    palette = {
        code: (*bytes.fromhex(one.colour.removeprefix("#")), _FULL if one.gained else _PALE)
        for code, one in enumerate(classes, 1)
    }
    height, width = drawn.shape
    with MemoryFile() as memory:
        with memory.open(
            driver="PNG",
            height=height,
            width=width,
            count=1,
            dtype="uint8",
            transform=transform,
        ) as sink:
            sink.write(drawn, 1)
            sink.write_colormap(1, {0: (0, 0, 0, 0), **palette})
        return bytes(memory.getbuffer())
