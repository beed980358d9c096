"""Is text of the old TCVN3 fonts read right, and is other text left alone?"""

from __future__ import annotations

import shutil
import subprocess

import pytest

from infraplan.names import from_tcvn3, looks_like_tcvn3
from infraplan.names.legacy import _LETTERS

SMALL = "ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
CAPITAL = "ĂÂÊÔƠƯĐ"
BYTES = {letter: byte for byte, letter in _LETTERS.items()}


def shown(text: str) -> str:
    """Return what a program shows that reads TCVN3 as Windows-1252."""
    return "".join(chr(BYTES[c]) if c in BYTES else c for c in text)


def test_every_letter_has_one_byte() -> None:
    assert len(BYTES) == len(_LETTERS)
    assert set(SMALL + CAPITAL) <= set(BYTES)


@pytest.mark.parametrize("letter", SMALL + CAPITAL)
def test_every_letter_comes_back(letter: str) -> None:
    assert from_tcvn3(f"b{shown(letter)}c") == f"b{letter}c"


@pytest.mark.skipif(shutil.which("iconv") is None, reason="iconv is not installed")
@pytest.mark.parametrize("letter", SMALL + CAPITAL)
def test_table_agrees_with_the_standard_as_iconv_has_it(letter: str) -> None:
    command = ["iconv", "-f", "TCVN5712-1:1993", "-t", "UTF-8"]
    run = subprocess.run(command, input=bytes([BYTES[letter]]), capture_output=True, check=False)
    if run.returncode != 0 and b"supported" in run.stderr:
        pytest.skip("this iconv does not know TCVN 5712")
    assert run.stdout.decode() == letter


@pytest.mark.parametrize("text", ["Xã Lương Sơn", "Thành phố Việt Trì", "Hòa Bình", "Đà Bắc"])
def test_names_come_back(text: str) -> None:
    assert from_tcvn3(shown(text)) == text
    assert looks_like_tcvn3([shown(text)])


def test_bytes_read_as_windows_1258_come_back() -> None:
    raw = bytes(BYTES.get(c, ord(c)) if not c.isascii() else ord(c) for c in "Phú Thọ Việt Trì")
    assert from_tcvn3(raw.decode("cp1258")) == "Phú Thọ Việt Trì"


@pytest.mark.parametrize(
    ("text", "meant"),
    [("PHó THä", "PHÚ THỌ"), ("HßA B×NH", "HÒA BÌNH"), ("Mü Hµ", "Mỹ Hà"), ("TT Mü", "TT Mỹ")],
)
def test_capital_fonts_are_told_by_their_plain_letters(text: str, meant: str) -> None:
    assert from_tcvn3(text) == meant
    assert looks_like_tcvn3(["X· T©n S¬n", text])


@pytest.mark.parametrize(
    "texts",
    [
        ["Phú Thọ", "Xã Lương Sơn", "Hòa Bình", "Đà Bắc", "Mỹ Hà"],
        ["été", "né", "thé", "là", "garçon", "Noël", "hôtel"],
        ["für", "schön", "Müller", "Straße", "Tür"],
        ["señor", "Cañada", "Canòlich", "São", "qué"],
        ["på", "så", "då", "från", "är"],
        ["100°C", "25 m²", "µm", "±3 dB", "Intel®", "© 2020", "«Oui»"],
        ["Tram 01", "", "plain ASCII"],
        ["PhÃº Thá»\u008d", "XÃ£ LÆ°Æ¡ng SÆ¡n"],
        [],
    ],
    ids=["Unicode", "French", "German", "Spanish", "Swedish", "signs", "ASCII", "mojibake", "none"],
)
def test_other_text_is_not_taken_for_tcvn3(texts: list[str]) -> None:
    assert not looks_like_tcvn3(texts)
    assert not any(looks_like_tcvn3([text]) for text in texts)


def test_column_with_a_few_other_words_is_still_told() -> None:
    names = ["Phú Thọ", "Việt Trì", "Lâm Thao", "Tân Sơn", "Hạ Hòa", "Thanh Thủy"]
    assert looks_like_tcvn3([*map(shown, names), "Müller"])
