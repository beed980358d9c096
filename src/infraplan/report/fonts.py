"""Where does the font of the reports lie, and what is said where it is missing?"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from infraplan.errors import MissingDataError

__all__ = ["FAMILY", "REGULAR", "SEMIBOLD", "font_file", "font_folder"]

FAMILY: Final = "Be Vietnam Pro"
"""The family's name as the font files give it."""
REGULAR: Final = "BeVietnamPro-Regular.ttf"
SEMIBOLD: Final = "BeVietnamPro-SemiBold.ttf"
_FOLDER: Final = Path(__file__).parent / "fonts"


def font_folder() -> Path:
    """Return the folder that holds the two weights as TrueType files, 400 and 600.

    Raises
    ------
    MissingDataError
        If one of them is not there.
    """
    missing = [name for name in (REGULAR, SEMIBOLD) if not (_FOLDER / name).is_file()]
    if missing:
        raise MissingDataError(
            f"The font of the reports is missing: {', '.join(missing)} not found in {_FOLDER}. "
            "Expected: the two weights of Be Vietnam Pro that every installation brings. Remedy: "
            "install infraplan again, or run `python hatch_build.py` in a checkout."
        )
    return _FOLDER


def font_file(name: str) -> Path:
    """Return one font file, :data:`REGULAR` or :data:`SEMIBOLD`.

    Raises
    ------
    MissingDataError
        As :func:`font_folder` does.
    """
    return font_folder() / name
