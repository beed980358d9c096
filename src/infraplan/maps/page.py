"""How is a map kept as one HTML file that opens by double click and asks no host for anything?"""

from __future__ import annotations

import html
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infraplan.errors import OutputError
from infraplan.maps.drawing import Marks, Picture
from infraplan.wording import phrase

if TYPE_CHECKING:
    from infraplan.maps.drawing import Drawing, Layer, Part
    from infraplan.maps.leaf import DrawnMap

__all__ = ["save_html"]

_FOLDER: Final = Path(__file__).parent
_VENDOR: Final = _FOLDER / "vendor"
_ASSETS: Final = _FOLDER / "assets"
_WORDS: Final = (
    "view",
    "scenario",
    "year",
    "play",
    "opacity",
    "layers",
    "legend",
    "divider",
    "left",
    "right",
    "close",
    "zoom_in",
    "zoom_out",
)


def save_html(shown: DrawnMap, path: str | Path) -> Path:
    """Keep a map as one HTML file, with its sliders, layers and cards.

    Parameters
    ----------
    shown
        A map of :mod:`infraplan.maps`. Layers added to it by hand are not kept.
    path
        The file, ending in ``.html``; an older one is replaced.

    Returns
    -------
    pathlib.Path
        The file. Leaflet (BSD-2-Clause) is inside; the page refuses to ask any host, so it opens
        by double click and in a closed network. The same map gives the same bytes.

    Raises
    ------
    OutputError
        If the file cannot be written, or Leaflet was not laid when infraplan was installed.
    """
    target = Path(path)
    if target.suffix != ".html":
        raise OutputError(
            f"A map is kept in a file that ends in .html, not {target.name!r}. Remedy: give such "
            "a name."
        )
    _write(target, _page(shown.drawing))
    return target


def _write(target: Path, text: str) -> None:
    """Write beside, then put in place, so that there is a whole file or the older one."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as sink:
            sink.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError as error:
        raise OutputError(
            f"The map {target} cannot be written: {error.strerror}. Remedy: give a file in a "
            "folder that may be written to."
        ) from error


def _page(drawing: Drawing) -> str:
    """Return the page."""
    blanks = {
        "LANGUAGE": drawing.language,
        "TITLE": html.escape(drawing.title),
        "NO_SCRIPT": html.escape(phrase("maps_no_script").said(drawing.language)),
        "LICENCE": _text(_VENDOR / "LICENSE").replace("--", "- -"),
        "STYLE": _text(_VENDOR / "leaflet.css") + _text(_ASSETS / "page.css"),
        "DRAWING": _json(_told(drawing)),
        "LEAFLET": _text(_VENDOR / "leaflet.js").replace("//# sourceMappingURL=leaflet.js.map", ""),
        "SCRIPT": _text(_ASSETS / "page.js"),
    }
    parts = _text(_ASSETS / "page.html").split("%%")
    return "".join(blanks[p] if i % 2 else p for i, p in enumerate(parts))


def _text(path: Path) -> str:
    """Return the text of a file that lies beside this one."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise OutputError(
            f"{path.name}, which draws offline maps, was not laid when infraplan was installed. "
            "Remedy: install infraplan again, or run python hatch_build.py in the checkout."
        ) from error


def _json(value: dict[str, Any]) -> str:
    """Return JSON that cannot end the script element that it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _told(drawing: Drawing) -> dict[str, Any]:
    """Return a drawing as the page's script reads it."""
    west, south, east, north = drawing.bounds
    return {
        "title": drawing.title,
        "bounds": [[south, west], [north, east]],
        "legend": drawing.legend,
        "badge": drawing.badge,
        "views": drawing.views,
        "scenarios": drawing.scenarios,
        "years": drawing.years,
        "year": drawing.year,
        "captions": [
            {"scenario": c.scenario, "year": c.year, "text": c.text} for c in drawing.captions
        ],
        "sides": drawing.sides,
        "layers": [_layer(layer) for layer in drawing.layers],
        "words": {key: phrase(f"maps_{key}").said(drawing.language) for key in _WORDS},
    }


def _layer(layer: Layer) -> dict[str, Any]:
    parts = [_part(part) for part in layer.parts]
    return {"name": layer.name, "shown": layer.shown, "side": layer.side, "parts": parts}


def _part(part: Part) -> dict[str, Any]:
    """Return a part: when it is shown, and what it is."""
    when = {
        "view": part.view,
        "scenario": part.scenario,
        "since": part.since,
        "until": part.until,
    }
    content = part.content
    if isinstance(content, Picture):
        west, south, east, north = content.bounds
        return {**when, "picture": content.address, "bounds": [[south, west], [north, east]]}
    if isinstance(content, Marks):
        marks = [[m.latitude_deg, m.longitude_deg, m.icon, m.title, m.card] for m in content.items]
        return {**when, "marks": marks}
    return {**when, "shapes": content.data}
