"""How are the layers of a bundle written into one GeoPackage, the same bytes every time?"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyogrio

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from infraplan.export.layers import Layer

__all__ = ["write_gpkg"]

_CLOCK = "OGR_CURRENT_DATE"
_EPOCH = "1980-01-01T00:00:00.000Z"


def write_gpkg(path: Path, layers: Iterable[Layer]) -> None:
    """Write layers in their order, each with its title and description.

    Parameters
    ----------
    path
        The file; it must not exist.
    layers
        Layers in longitude and latitude. An empty one is written with its columns.

    Notes
    -----
    GeoPackage stores the time of the last change; it is fixed, so that equal input gives equal
    bytes.
    """
    with _fixed_clock():
        for layer in layers:
            pyogrio.write_dataframe(
                layer.frame,
                path,
                layer=layer.name,
                driver="GPKG",
                geometry_type=layer.geometry_type,
                promote_to_multi=layer.geometry_type.startswith("Multi"),
                layer_options={"IDENTIFIER": layer.name, "DESCRIPTION": layer.description},
            )


@contextmanager
def _fixed_clock() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option(_CLOCK)
    pyogrio.set_gdal_config_options({_CLOCK: _EPOCH})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_CLOCK: before})
