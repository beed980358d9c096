"""How is a name written in one way only: composed letters, plain spaces, settled tone marks?"""

from __future__ import annotations

import re
import unicodedata

from infraplan.names.syllables import settle_tone

__all__ = ["clean", "mend_mojibake"]

_WORD = re.compile(r"[^\W\d_]+")
_MOVABLE = re.compile("(?:o[àảãáạèẻẽéẹ]|u[ỳỷỹýỵ]|[òỏõóọ][ae]|[ùủũúụ]y)", re.IGNORECASE)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_ETH = re.compile(r"\b[\u00d0\u00f0](?=\w)")
_ETH_AS_DONE = {"\u00d0": "Đ", "\u00f0": "đ"}

_LAST_BYTE = 0xFF

# UTF-8 text that was read as Windows-1252 shows these as the first of two or three characters.
# The second byte of "à" is an odd space, which many programs have made a plain one since.
_MOJIBAKE = re.compile("[\u00c3\u00c4\u00c5\u00c6\u00e1\u00e2][ \u0080-\u00bf\u0152-\u2122]")
# Words such as XÃ, MÃ and NGÃ before a space are right as they stand, and tell nothing.
_CAPITALS = re.compile("(?<!\\w)[A-Z\u0110]*\u00c3[ \u00a0]")


def clean(text: str) -> str:
    r"""Return a text in the one spelling that names are kept in.

    Letters are composed (NFC), odd and doubled spaces are one space, unseen characters are gone,
    the letter Eth that stands for Đ at the start of a word is Đ, and the tone mark of "oa", "oe",
    "uy" stands where the state's lists put it: "Hoà" and "Hòa" are both "Hòa".

    Parameters
    ----------
    text
        Text as it was found.

    Examples
    --------
    >>> clean("  Xã\u00a0Hoa\u0300  Bình ")
    'Xã Hòa Bình'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    spaced = " ".join(seen.split())
    spaced = _ETH.sub(lambda found: _ETH_AS_DONE[found.group()], spaced)
    if _MOVABLE.search(spaced):
        spaced = _WORD.sub(lambda found: settle_tone(found.group()), spaced)
    return spaced


def mend_mojibake(text: str) -> str:
    """Return text whose UTF-8 bytes were read as Windows-1252 the way it was meant.

    Text that is not of this kind comes back unchanged.

    Parameters
    ----------
    text
        Text as it was found, not cleaned before.

    Examples
    --------
    >>> mend_mojibake("PhÃº Thá»\u008d"), mend_mojibake("Café")
    ('Phú Thọ', 'Café')
    """
    if not _MOJIBAKE.search(_CAPITALS.sub("", text)):
        return text
    for shown in (text, text.replace("\u00c3 ", "\u00c3\u00a0")):
        try:
            return b"".join(_byte(character) for character in shown).decode("utf-8")
        except UnicodeError:
            continue
    return text


def _byte(character: str) -> bytes:
    """Return the byte that Windows-1252 shows as a character; its five holes show as controls."""
    code = ord(character)
    return bytes([code]) if code <= _LAST_BYTE else character.encode("cp1252")
