"""Is a name written in one way, whatever the keyboard and the program did to it?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.names import clean, mend_mojibake
from infraplan.names.syllables import is_syllable, settle_tone

LETTERS = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
)
VIETNAMESE = st.text(alphabet=LETTERS + LETTERS.upper() + " .-'()", max_size=30)


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("Hòa Bình", "Hòa Bình"),
        ("THUỶ XUÂN TIÊN", "THỦY XUÂN TIÊN"),
        ("khoẻ", "khỏe"),
        ("Hóa", "Hóa"),
        ("Hòang", "Hoàng"),
        ("Hùynh", "Huỳnh"),
        ("quý", "quý"),
        ("Quỳ Hợp", "Quỳ Hợp"),
        ("ngoài", "ngoài"),
        ("Thuý Hoà", "Thúy Hòa"),
        ("Ðồng Lương", "Đồng Lương"),
        ("Xã\u00a0Lương\u200b  Sơn\n", "Xã Lương Sơn"),
        ("\ufeffTrạm 1", "Trạm 1"),
        ("Encamp  ", "Encamp"),
        ("Ísafjörður", "Ísafjörður"),
    ],
)
def test_name_is_kept_in_one_spelling(found: str, kept: str) -> None:
    assert clean(found) == kept
    assert clean(unicodedata.normalize("NFD", found)) == kept


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert once == once.strip()


@given(VIETNAMESE)
def test_composed_and_decomposed_text_is_the_same_name(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == clean(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("vowels", ["oa", "oe", "uy"])
@pytest.mark.parametrize("tone", "\u0300\u0309\u0303\u0301\u0323")
@pytest.mark.parametrize("onset", ["h", "kh", "th", "L", ""])
@pytest.mark.parametrize("upper", [False, True])
def test_tone_on_either_vowel_is_the_same_name(
    vowels: str, tone: str, onset: str, *, upper: bool
) -> None:
    first, second = onset + vowels[0] + tone + vowels[1], onset + vowels + tone
    if upper:
        first, second = first.upper(), second.upper()
    assert clean(first) == clean(second) == unicodedata.normalize("NFC", first)


def test_words_of_other_languages_keep_their_marks() -> None:
    for word in ("poète", "Canòlich", "Müller", "Encodé", "voilà"):
        assert clean(word) == word


@pytest.mark.parametrize("word", ["nghiêng", "Thọ", "khuya", "ươm", "yêu", "quốc", "gìn", "xoong"])
def test_vietnamese_words_are_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["hôtel", "für", "mât", "zebra", "thọó", "", "ng", "très"])
def test_other_words_are_no_syllables(word: str) -> None:
    assert not is_syllable(word)
    assert settle_tone(word) == word


@pytest.mark.parametrize(
    "meant", ["Phú Thọ", "Xã Lương Sơn", "Đồng Lương", "Hà Nội", "Việt Trì", "Café"]
)
def test_utf8_read_as_windows_is_mended(meant: str) -> None:
    shown = "".join(
        bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in meant.encode()
    )
    assert shown != meant
    assert mend_mojibake(shown) == meant
    assert mend_mojibake(shown.replace("\u00a0", " ")) == meant


@pytest.mark.parametrize("text", ["XÃ THANH BA", "XÃ\u00a0THANH BA", "MÃ BTS", "NGÃ BA", "XÃ 3"])
def test_words_in_capitals_before_a_space_are_right(text: str) -> None:
    assert mend_mojibake(text) == text


@given(st.text(alphabet=LETTERS + " Ãâ", max_size=30))
def test_text_that_is_right_is_not_mended(text: str) -> None:
    assert mend_mojibake(text) == text
