"""Is the font of the reports there, can it set Vietnamese, and what is said where it is missing?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fontTools.ttLib import TTFont

from infraplan.errors import MissingDataError
from infraplan.report import fonts

if TYPE_CHECKING:
    from pathlib import Path

_VOWELS = "aăâeêioôơuưy"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SIGNS = "0123456789.,;:%()/–—…“”‘’×°²≥≤−·"


def _vietnamese() -> set[str]:
    """Return every letter that Vietnamese is written with, in both cases."""
    import unicodedata  # noqa: PLC0415 - only here

    toned = {unicodedata.normalize("NFC", v + t) for v in _VOWELS for t in ("", *_TONES)}
    small = toned | set("bcdđghklmnpqrstvxfjwz")
    return small | {letter.upper() for letter in small}


@pytest.mark.parametrize("name", [fonts.REGULAR, fonts.SEMIBOLD])
def test_both_weights_have_every_vietnamese_letter_and_the_signs_of_figures(name: str) -> None:
    font = TTFont(fonts.font_file(name))
    letters = {chr(code) for code in font.getBestCmap()}
    assert len(_vietnamese()) > 150
    assert _vietnamese() - letters == set()
    assert set(_SIGNS) - letters == set()
    assert font["name"].getBestFamilyName() == fonts.FAMILY


def test_the_two_weights_differ() -> None:
    weights = [
        TTFont(fonts.font_file(n))["OS/2"].usWeightClass for n in (fonts.REGULAR, fonts.SEMIBOLD)
    ]
    assert weights == [400, 600]


def test_the_licence_lies_beside_the_fonts() -> None:
    text = (fonts.font_folder() / "LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in text.upper()


def test_a_missing_font_names_the_file_and_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / fonts.REGULAR).write_bytes(b"x")
    monkeypatch.setattr(fonts, "_FOLDER", tmp_path)
    with pytest.raises(
        MissingDataError, match=r"BeVietnamPro-SemiBold\.ttf.*hatch_build\.py"
    ) as told:
        fonts.font_folder()
    assert fonts.REGULAR not in str(told.value)
