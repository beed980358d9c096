"""Which colour does a value of a raster have on the map, and what does the legend say of it?

Every raster becomes numbers of colours, at most 255, and 255 where nothing is known. Classes and
levels lie on a scale of steps, so that a mean of neighbours is a colour between theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan import catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["UNKNOWN", "Entry", "Style", "distinct_style", "style_of"]

UNKNOWN: Final = 255
_LAST: Final = 254
_OPAQUE: Final = 255
_STEPS_PER_CLASS: Final = 40

_RAMPS: Final = {
    "sinr_db": (-10.0, 30.0),
    "peak_mbps": (0.0, 100.0),
    "loaded_mbps": (0.0, 50.0),
    "service_share": (0.0, 1.0),
}
"""Values at both ends of the colours; values beyond have the colour of the end."""

_CIVIDIS: Final = ("#00224e", "#434e6c", "#7d7c78", "#b9ac70", "#fde737")
"""From little to much; told apart by people who see no red or green, and in black and white."""

_SHADE_OPACITY: Final = 0.55
_DISTINCT: Final = (
    "#77aadd",
    "#ee8866",
    "#eedd88",
    "#ffaabb",
    "#99ddff",
    "#44bb99",
    "#bbcc33",
    "#aaaa00",
    "#dddddd",
)
"""Light colours that differ for all eyes (P. Tol, Colour schemes, SRON/EPS/TN/09-002, 2021)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a legend.

    Attributes
    ----------
    key
        Short name.
    colour
        As ``#rrggbb``.
    vi, en
        Words.
    from_value, to_value
        Values that it holds, in the unit of the layer; None where open or without meaning.
    """

    key: str
    colour: str
    vi: str
    en: str
    from_value: float | None = None
    to_value: float | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Style:
    """How a layer is drawn.

    Attributes
    ----------
    kind
        One of classes, ramp, distinct, shade.
    palette
        Red, green, blue, opacity of each number, 256 × 4.
    numbers
        Turns values of the raster into numbers of colours.
    entries
        Lines of the legend, strongest first.
    smooth
        Whether a number between two others is a colour between theirs.
    always
        Whether it is drawn smooth when near, too.
    """

    kind: str
    palette: NDArray[np.uint8]
    numbers: Callable[[NDArray[np.generic]], NDArray[np.uint8]]
    entries: tuple[Entry, ...]
    smooth: bool
    always: bool = False


def style_of(layer: str, technology: str) -> Style:
    """Return how a layer other than a best server is drawn.

    Parameters
    ----------
    layer
        Name of its file without the ending, such as ``service_class_4G_outdoors_any``.
    technology
        Whose levels count.
    """
    if layer.startswith("service_class_"):
        return _classes(technology)
    if layer.startswith(("rsrp_dbm_", "second_rsrp_dbm_")):
        return _levels(technology)
    if layer == "hillshade":
        return _shade()
    limits = next(v for name, v in _RAMPS.items() if layer.startswith(name))
    return _ramp(*limits)


def distinct_style(colours: NDArray[np.uint8]) -> Style:
    """Return a style in which each key has the colour that a table gives it.

    Parameters
    ----------
    colours
        Number of the colour of each key, 0 to 8.
    """

    def numbers(values: NDArray[np.generic]) -> NDArray[np.uint8]:
        keys = values.astype(np.int64)
        found = np.full(keys.shape, UNKNOWN, dtype=np.uint8)
        known = (keys >= 0) & (keys < len(colours))
        found[known] = colours[keys[known]]
        return found

    entry = Entry(
        "server",
        _DISTINCT[0],
        "Mỗi màu là một cell; màu chỉ để phân biệt với cell bên cạnh",
        "Each colour is a cell; colours only tell neighbours apart",
    )
    return Style("distinct", _palette(_DISTINCT), numbers, (entry,), smooth=False)


def _rows(technology: str) -> list[dict[str, str]]:
    table = catalog.table("service_levels")
    rows = table[table["technology"] == technology].to_dict("records")
    return [{str(name): str(value) for name, value in row.items()} for row in rows]


def _entries(technology: str) -> tuple[Entry, ...]:
    """Return the classes of service, strongest first, with the levels between which they lie."""
    found: list[Entry] = []
    above: float | None = None
    for row in _rows(technology):
        least = float(row["minimum_rsrp_dbm"]) if row["minimum_rsrp_dbm"] else None
        words = row["name_vi"], row["name_en"]
        found.append(Entry(row["level"], row["colour"], *words, least, above))
        above = least
    return tuple(found)


def _classes(technology: str) -> Style:
    entries = _entries(technology)
    colours = [entry.colour for entry in reversed(entries)]

    def numbers(values: NDArray[np.generic]) -> NDArray[np.uint8]:
        steps = np.full(256, UNKNOWN, dtype=np.uint8)
        steps[: len(colours)] = np.arange(len(colours)) * _STEPS_PER_CLASS
        return steps[values.astype(np.uint8, copy=False)]

    stops = [i * _STEPS_PER_CLASS for i in range(len(colours))]
    return Style("classes", _between(stops, colours), numbers, entries, smooth=True)


def _levels(technology: str) -> Style:
    """Return the classes of service for levels in dBm: a number per class, as on the map."""
    entries = _entries(technology)
    limits = np.array(sorted(e.from_value for e in entries if e.from_value is not None))
    drawn = _classes(technology)

    def numbers(values: NDArray[np.generic]) -> NDArray[np.uint8]:
        level = values.astype(np.float32, copy=False)
        found = (np.digitize(level, limits) * _STEPS_PER_CLASS).astype(np.uint8)
        found[np.isnan(level)] = UNKNOWN
        return found

    return Style("classes", drawn.palette, numbers, entries, smooth=True)


def _ramp(least: float, most: float) -> Style:
    steps = len(_CIVIDIS) - 1
    limits = [least + (most - least) * i / steps for i in range(steps + 1)]

    def numbers(values: NDArray[np.generic]) -> NDArray[np.uint8]:
        value = values.astype(np.float32, copy=False)
        place = np.clip((value - least) / (most - least), 0, 1) * _LAST
        return np.where(np.isnan(value), UNKNOWN, np.rint(place)).astype(np.uint8)

    entries = tuple(
        Entry(f"from_{limit:g}", colour, f"{limit:g}", f"{limit:g}", limit, limit)
        for limit, colour in zip(reversed(limits), reversed(_CIVIDIS), strict=True)
    )
    stops = [round(_LAST * i / steps) for i in range(steps + 1)]
    return Style("ramp", _between(stops, _CIVIDIS), numbers, entries, smooth=True)


def _shade() -> Style:
    """Return black of which more is seen where the ground is darker."""
    palette = np.zeros((256, 4), dtype=np.uint8)
    flat = round(_LAST * np.sin(np.pi / 4))
    darkness = np.clip((flat - np.arange(_LAST + 1)) / flat, 0, 1)
    palette[: _LAST + 1, 3] = np.rint(darkness * _SHADE_OPACITY * _OPAQUE)

    def numbers(values: NDArray[np.generic]) -> NDArray[np.uint8]:
        shade = values.astype(np.uint8, copy=False)
        return np.where(shade == 0, UNKNOWN, shade).astype(np.uint8)

    entry = Entry("shade", "#000000", "Sườn khuất nắng", "Slopes in the shade")
    return Style("shade", palette, numbers, (entry,), smooth=True, always=True)


def _between(stops: Sequence[int], colours: Sequence[str]) -> NDArray[np.uint8]:
    """Return a palette that runs evenly from colour to colour, transparent after the last."""
    palette = np.zeros((256, 4), dtype=np.uint8)
    known = np.arange(stops[-1] + 1)
    channels = np.array([list(bytes.fromhex(c.removeprefix("#"))) for c in colours])
    for channel in range(3):
        palette[known, channel] = np.rint(np.interp(known, stops, channels[:, channel]))
    palette[known, 3] = _OPAQUE
    return palette


def _palette(colours: Sequence[str]) -> NDArray[np.uint8]:
    return _between(range(len(colours)), colours)
