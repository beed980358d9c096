"""How do templates and data become the bytes of a PDF? The only door to the typesetter."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from infraplan.errors import MissingExtraError, OutputError
from infraplan.report.fonts import REGULAR, SEMIBOLD, font_file, font_folder

try:
    import typst
    from fontTools.ttLib import TTFont
except ImportError as missing:
    raise MissingExtraError(
        f"The plan for leaders needs a package that is not installed: {missing.name}. Expected: "
        "the packages of the extra report. Remedy: pip install 'infraplan[report]'."
    ) from missing

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["legible", "typeset"]

_TEMPLATES: Final = ("main.typ", "style.typ", "pieces.typ", "cover.typ")
_STANDARD: Final = "ua-1"
_UNKNOWN: Final = "?"
_UNITS: Final = re.compile(
    r"(?<=\d) (?=(?:%|tỷ|triệu|đồng|km|m|dBm|người|people|billion|million)(?:\W|$))"
    r"|(?<=VND) (?=\d)"
)
"""Spaces between a figure and its unit, where no line may break."""


def typeset(content: Mapping[str, Any], assets: Mapping[str, bytes]) -> bytes:
    """Set the document and return it as a tagged PDF (PDF/UA-1), fonts embedded.

    Parameters
    ----------
    content
        What ``main.typ`` reads; its texts reach the page as they are, never as markup.
    assets
        Pictures and charts by the file names that the content gives.

    Raises
    ------
    MissingDataError
        If the font of the reports is missing.
    OutputError
        If the document cannot be set, such as for a picture that is none, or where there is no
        room for temporary files.
    """
    folder = font_folder()
    package = files("infraplan.report.pdf")
    sources = {name: package.joinpath(name).read_bytes() for name in _TEMPLATES}
    sources["data.json"] = json.dumps(_legible(content), ensure_ascii=False).encode()
    for name, held in assets.items():
        sources[name] = legible(held.decode()).encode() if name.endswith(".svg") else held
    try:
        with TemporaryDirectory(prefix="infraplan-pdf-") as place:
            for name, held in sources.items():
                (Path(place) / name).write_bytes(held)
            return bytes(
                typst.compile(
                    str(Path(place) / _TEMPLATES[0]),
                    root=place,
                    font_paths=[str(folder)],
                    ignore_system_fonts=True,
                    format="pdf",
                    pdf_standards=[_STANDARD],
                )
            )
    except typst.TypstError as fault:
        raise OutputError(
            f"The plan for leaders could not be typeset: {fault}. Expected: pictures as PNG and "
            "charts as SVG. Remedy: make the report again; if this stays, report it with the "
            "bundle's digest."
        ) from fault
    except OSError as fault:
        raise OutputError(
            f"The plan for leaders could not be typeset: {fault}. Expected: room for temporary "
            "files. Remedy: free some space, or set TMPDIR to a folder that can be written."
        ) from fault


def legible(text: str) -> str:
    """Replace the letters that the reports' font does not have by a question mark.

    Examples
    --------
    >>> legible("Xã Đức Nhàn")
    'Xã Đức Nhàn'
    """
    known = _letters()
    composed = unicodedata.normalize("NFC", text)
    return "".join(c if c in known else _replaced(c) for c in composed)


def _legible(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON whose texts hold only letters that can be set."""
    if isinstance(value, str):
        return _UNITS.sub("\u00a0", legible(value))
    if isinstance(value, dict):
        return {key: _legible(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_legible(each) for each in value]
    return value


def _replaced(character: str) -> str:
    if character.isspace():
        return "\n" if character == "\n" else " "
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Mn"} else _UNKNOWN


@cache
def _letters() -> frozenset[str]:
    """Return the characters that both weights of the font can show."""
    shown = [
        {chr(code) for code in TTFont(font_file(name)).getBestCmap()}
        for name in (REGULAR, SEMIBOLD)
    ]
    return frozenset(shown[0] & shown[1])
