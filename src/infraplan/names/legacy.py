"""Is a text in the old TCVN3 (ABC) encoding, and what does it say in Unicode?

TCVN 5712:1993, table VN3, puts Vietnamese letters on single bytes; fonts named .VnTime show them.
A program that does not know the font shows "Phó Thä" for "Phú Thọ". Capitals with a tone have no
byte: fonts whose name ends in H show all letters as capitals.

References
----------
TCVN 5712:1993, Information technology, Vietnamese 8-bit standard coded character set, table VN3.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from infraplan.names.syllables import is_syllable

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["from_tcvn3", "looks_like_tcvn3"]

# (first byte, letters on it and on the bytes behind it)
_RUNS: Final = (
    (0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"),
    (0xB0, "\u0300\u0309\u0303\u0301\u0323àảãáạ"),
    (0xBB, "ằẳẵắ"),
    (0xC6, "ặầẩẫấậè"),
    (0xCE, "ẻẽéẹềểễếệìỉ"),
    (0xDC, "ĩíịò"),
    (0xE1, "ỏõóọồổỗốộờởỡớợù"),
    (0xF1, "ủũúụừửữứựỳỷỹýỵ"),
)
_LETTERS: Final = {
    first + number: letter for first, run in _RUNS for number, letter in enumerate(run)
}
_COMBINING: Final = frozenset("\u0300\u0309\u0303\u0301\u0323")
_HIGH: Final = 0xA1
_BYTE: Final = 0xFF
_CAPITALS: Final = 2
_WORD: Final = re.compile(r"[^\s\d_.,;:!?()/\[\]{}+=<>|\"'\u2013\u2014\u2018-\u201d-]+")
# Signs that stand inside words of TCVN3 and hardly ever touch a letter elsewhere.
_STRONG: Final = frozenset("¡¢£¤¥¦§¨©ª«¬\u00ad®¯¸¹¶¼½¾")
_SHORT: Final = 2
_CONTRARY: Final = 4


def _byte(character: str) -> int:
    """Return the byte behind a character that was read as Windows-1252 or Windows-1258."""
    code = ord(character)
    if code <= _BYTE:
        return code
    for encoding in ("cp1258", "cp1252"):
        try:
            return character.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
    return 0


def _decoded(text: str) -> str:
    """Turn the bytes of TCVN3 into letters; characters that it does not have stay."""
    return unicodedata.normalize("NFC", "".join(_LETTERS.get(_byte(c), c) for c in text))


def _is_shouted(word: str) -> bool:
    """Tell whether the plain letters of a word are capitals, two at least."""
    plain = [c for c in word if c.isascii() and c.isalpha()]
    return len(plain) >= _CAPITALS and all(c.isupper() for c in plain)


def from_tcvn3(text: str) -> str:
    r"""Return a text of the old TCVN3 encoding in Unicode, composed.

    Words of a capital font (.VnTimeH) are told by their plain letters: where a word has two
    capitals or more and no small letter, all of it becomes capitals.

    Parameters
    ----------
    text
        Text as a program shows it that reads the bytes as Windows-1252 (or 1258). It must not
        have been cleaned before: the soft hyphen is the letter ư.

    Examples
    --------
    >>> from_tcvn3("X\xb7 L\xad\xacng S\xacn"), from_tcvn3("PH\xf3 TH\xe4")
    ('Xã Lương Sơn', 'PHÚ THỌ')
    """
    shouting = any(_is_shouted(word) and not word.isascii() for word in text.split())
    whole = shouting and not any("a" <= c <= "z" for c in text)
    pieces = []
    for piece in re.split(r"(\s+)", text):
        letters = _decoded(piece)
        raised = (whole or _is_shouted(piece)) and not piece.isascii()
        pieces.append(letters.upper() if raised else letters)
    return "".join(pieces)


def _vote(word: str) -> int:
    """Return 1 where a word speaks for TCVN3, -1 where against it, 0 where it tells nothing."""
    if any(ord(c) > _BYTE and _byte(c) < _HIGH for c in word):
        return -1
    letters = _decoded(word)
    if not letters.isalpha() or letters[0] in _COMBINING or not is_syllable(letters):
        return -1
    if _is_strong(word):
        return 1
    return int(len(word) > _SHORT and not is_syllable(word))


def _is_strong(word: str) -> bool:
    """Tell whether a word shows what only TCVN3 has: odd signs, small letters among capitals."""
    mixed = _is_shouted(word) and any(c.islower() for c in word)
    return mixed or any(c in _STRONG for c in word)


def looks_like_tcvn3(texts: Iterable[str]) -> bool:
    """Tell whether texts are in the old TCVN3 encoding.

    A word counts for it when it is no Vietnamese syllable as it stands and is one when read as
    TCVN3, and against it when reading it so gives none; words of two letters tell little. Two
    different words are needed, or one with a sign that stands in words of TCVN3 only, and a
    clear majority.

    Parameters
    ----------
    texts
        Cells of one column, or one cell; not cleaned before.

    Examples
    --------
    >>> looks_like_tcvn3(["Phó Thä", "X· T©n S¬n"]), looks_like_tcvn3(["Phú Thọ"])
    (True, False)
    """
    words = {
        word
        for text in texts
        if not text.isascii()
        for word in _WORD.findall(text)
        if not word.isascii() and len(word) > 1
    }
    votes = {word: _vote(word) for word in words}
    speaking = [word for word, vote in votes.items() if vote > 0]
    against = sum(vote < 0 for vote in votes.values())
    enough = len(speaking) > 1 or any(_is_strong(word) for word in speaking)
    return enough and len(speaking) >= _CONTRARY * against
