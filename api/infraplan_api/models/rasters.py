"""What does the service say of the rasters of a bundle, and of their colours?"""

from __future__ import annotations

from infraplan_api.models.common import Answer, Link, Note

__all__ = ["Legend", "LegendEntry", "RasterLayer", "RasterLayers"]


class RasterLayer(Answer):
    """A raster that the map can show."""

    id: str
    """Its name in addresses."""

    title: Note
    """What it is."""

    quantity: str
    """What it shows, such as service_class or rsrp_dbm."""

    unit: str
    """Unit of its values."""

    technology: str | None
    """Of which technology; null where of none."""

    operator: str | None
    """Of which operator; "any" is the best of all; null where of none."""

    environment: str | None
    """Such as outdoors; null where it is of none in particular."""

    years: tuple[int, ...]
    """Years of its bands; the first is before anything is built. Empty where it is of no year."""

    bytes: int
    """Size of the file."""

    sha256: str
    """Digest of the file."""

    links: tuple[Link, ...]
    """The file, its tiles, its legend."""


class RasterLayers(Answer):
    """The rasters of the bundle."""

    bounds: tuple[float, float, float, float]
    """West, south, east, north of all of them, degrees."""

    layers: tuple[RasterLayer, ...]
    """Sorted by name."""

    links: tuple[Link, ...]
    """This list."""


class LegendEntry(Answer):
    """A line of a legend."""

    key: str
    """Short name, such as served."""

    colour: str
    """As #rrggbb."""

    title: Note
    """Words."""

    from_value: float | None
    """Least value, in the unit of the legend; null where open."""

    to_value: float | None
    """Values are below this; null where open."""


class Legend(Answer):
    """What the colours of a layer mean."""

    id: str
    """The layer."""

    title: Note
    """What the layer shows."""

    kind: str
    """classes: a colour for a class; ramp: colours run from entry to entry; distinct: colours
    only tell neighbours apart; shade: darkness."""

    unit: str
    """Unit of the values of the entries."""

    entries: tuple[LegendEntry, ...]
    """Strongest first."""

    links: tuple[Link, ...]
    """This legend, as JSON and as a picture."""
