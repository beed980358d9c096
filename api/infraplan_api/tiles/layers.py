"""Which rasters of a bundle are layers of the map, and what is each?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Transformer

from infraplan.names import file_stems
from infraplan.wording import phrase
from infraplan_api.errors import NotFoundError, NotInBundleError
from infraplan_api.tiles.blocks import Blocks, Source
from infraplan_api.tiles.distinct import distinct_colours
from infraplan_api.tiles.style import distinct_style, style_of

if TYPE_CHECKING:
    from infraplan.wording import Text
    from infraplan_api.bundle import Bundle
    from infraplan_api.tiles.style import Style

__all__ = ["Layer", "blocks_of", "bounds_of", "layer_of", "layers_of", "source_of", "styled"]

_ENDING: Final = ".tif"
_CLASSES: Final = "service_class"
_UNITS: Final = {
    _CLASSES: "class",
    "service_share_indoors_efficient": "share",
    "service_share_indoors": "share",
    "service_share_outdoors": "share",
    "service_share_vehicle": "share",
    "second_rsrp_dbm": "dBm",
    "second_server": "row of cells.csv",
    "rsrp_dbm": "dBm",
    "server": "row of cells.csv",
    "sinr_db": "dB",
    "peak_mbps": "Mbit/s",
    "loaded_mbps": "Mbit/s",
    "hillshade": "shade",
}
"""What a raster may show, the longer names first, and its unit."""
_SERVERS: Final = ("server", "second_server")


@dataclass(frozen=True, slots=True)
class Layer:
    """A raster of the bundle.

    Attributes
    ----------
    name
        Of its file, without the ending.
    quantity
        What it shows, such as service_class.
    unit
        Of its values.
    title
        What it is.
    technology, operator, environment
        Of what it is; None where it is of none.
    years
        Of its bands, in their order; empty where it is of no year.
    """

    name: str
    quantity: str
    unit: str
    title: Text
    technology: str | None
    operator: str | None
    environment: str | None
    years: tuple[int, ...]

    @property
    def file(self) -> str:
        """Name of its file."""
        return self.name + _ENDING

    def band(self, year: int | None) -> int:
        """Return the band of a year, from 1; the first where None.

        Raises
        ------
        NotFoundError
            If there is no band of that year.
        """
        if year is None:
            return 1
        if year not in self.years:
            known = ", ".join(map(str, self.years)) or "none, leave the parameter out"
            fault = f"query.year: the layer {self.name!r} has no year {year}"
            raise NotFoundError(f"{fault}. Remedy: its years are {known}.", faults=[fault])
        return self.years.index(year) + 1


def layers_of(bundle: Bundle) -> dict[str, Layer]:
    """Return the layers of a bundle by name, sorted."""
    return bundle.once("rasters layers", _layers)


def layer_of(bundle: Bundle, name: str) -> Layer:
    """Return a layer.

    Raises
    ------
    NotFoundError, NotInBundleError
        If there is none of this name.
    """
    found = layers_of(bundle)
    if name in found:
        return found[name]
    newer = name == "hillshade" or name.startswith(_CLASSES)
    if newer and not any(one.startswith(_CLASSES) for one in found):
        raise NotInBundleError(
            f"The bundle of the study {bundle.study_id!r} has no layer {name[:80]!r}. Remedy: "
            "make the bundle again with this version (`infraplan run STUDY --out DIR`)."
        )
    raise NotFoundError(
        f"There is no layer {name[:80]!r}. Remedy: /v1/coverage lists the {len(found)} there are."
    )


def source_of(bundle: Bundle, layer: Layer) -> Source:
    """Return the open raster of a layer."""
    return bundle.once(f"rasters source {layer.name}", lambda b: Source(b.path(layer.file)))


def blocks_of(bundle: Bundle) -> Blocks:
    """Return the blocks kept of a bundle."""
    return bundle.once("rasters blocks", lambda _: Blocks())


def styled(bundle: Bundle, layer: Layer) -> Style:
    """Return how a layer is drawn."""

    def made(found: Bundle) -> Style:
        if layer.quantity in _SERVERS:
            return distinct_style(distinct_colours(source_of(found, layer)))
        return style_of(layer.name, layer.technology or found.technology)

    return bundle.once(f"rasters style {layer.name}", made)


def bounds_of(bundle: Bundle) -> tuple[float, float, float, float]:
    """Return west, south, east, north of all layers, degrees."""
    return bundle.once("rasters bounds", _bounds)


def _bounds(bundle: Bundle) -> tuple[float, float, float, float]:
    source = source_of(bundle, next(iter(layers_of(bundle).values())))
    east_m = source.west_m + source.columns * source.cell_m
    south_m = source.north_m - source.rows * source.cell_m
    box = Transformer.from_crs(source.crs, "EPSG:4326", always_xy=True).transform_bounds(
        source.west_m, south_m, east_m, source.north_m
    )
    west, south, east, north = (float(v) for v in np.round(box, 6))
    return west, south, east, north


def _layers(bundle: Bundle) -> dict[str, Layer]:
    names = sorted(
        name.removesuffix(_ENDING)
        for name in bundle.manifest["outputs"]
        if name.endswith(_ENDING) and "/" not in name
    )
    made = {name: _layer(bundle, name) for name in names}
    return {name: layer for name, layer in made.items() if layer is not None}


def _layer(bundle: Bundle, name: str) -> Layer | None:
    """Return the layer that a file's name means, None where it means none."""
    quantity = next((q for q in _UNITS if name == q or name.startswith(f"{q}_")), None)
    if quantity is None:
        return None
    operators = {stem: one for one, stem in file_stems(bundle.operators).items()}
    rest = name.removeprefix(quantity).removeprefix("_")
    technology: str | None = None if quantity == "hillshade" else bundle.technology
    environment, years = None, bundle.years[:1] if technology else ()
    if quantity == _CLASSES:
        starts = ((t, e) for t in bundle.technologies for e in bundle.environments)
        technology, environment = next(
            (one for one in starts if rest.startswith(f"{one[0]}_{one[1]}_")), ("", "")
        )
        if not technology:
            return None
        rest = rest.removeprefix(f"{technology}_{environment}_")
        years = tuple(bundle.manifest.get("class_years", {}).get(technology, bundle.years[:1]))
    return Layer(
        name=name,
        quantity=quantity,
        unit=_UNITS[quantity],
        title=phrase(f"raster_{quantity}"),
        technology=technology,
        operator=operators.get(rest, rest) or None,
        environment=environment,
        years=tuple(int(year) for year in years),
    )
