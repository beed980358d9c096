"""Is a word a possible Vietnamese syllable, and where does its tone mark stand?

Only the shape is judged (onset, nucleus, coda, one tone), not whether a dictionary has the word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["is_syllable", "settle_tone"]

# Combining marks of the five tones: huyền, hỏi, ngã, sắc, nặng.
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_STOPPED_TONES = "\u0301\u0323"

_SYLLABLE = re.compile(
    "(?:ngh|ng|gh|gi|nh|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
    "(?P<nucleus>iêu|yêu|uôi|ươi|ươu|oai|oay|oao|oeo|uây|uyu|uyê|uya|oăo"
    "|ia|iê|yê|ya|ua|uô|ưa|ươ|oa|oă|oe|uâ|uê|uy|uơ|oo"
    "|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu"
    "|[aăâeêioôơuưy])"
    "(?P<coda>ch|nh|ng|[ptcmn])?"
)
_LONG_NUCLEI = frozenset({"oo", "uô", "ươ", "iê", "yê", "uyê", "uâ", "oă", "â", "ă"})
_STOPS = frozenset({"p", "t", "c", "ch"})

# A tone on the first vowel of a closed "oa", "oe", "uy" belongs on the second; on the second of
# an open one it is moved to the first. The u of "qu" is no vowel.
_OPEN = re.compile(
    r"(?<!q)(u)(y)([\u0300\u0309\u0303\u0301\u0323])(?!\w)|"
    r"(o)([ae])([\u0300\u0309\u0303\u0301\u0323])(?!\w)",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"(?<!q)(u)([\u0300\u0309\u0303\u0301\u0323])(y)(?=\w)|"
    r"(o)([\u0300\u0309\u0303\u0301\u0323])([ae])(?=\w)",
    re.IGNORECASE,
)


def _split_tones(word: str) -> tuple[str, str]:
    """Return a word without its tone marks (other marks stay), composed, and the marks."""
    apart = unicodedata.normalize("NFD", word)
    tones = "".join(c for c in apart if c in _TONES)
    rest = "".join(c for c in apart if c not in _TONES)
    return unicodedata.normalize("NFC", rest), tones


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Tell whether a word has the shape of a Vietnamese syllable.

    Parameters
    ----------
    word
        One word, letters only, any case, composed or not.

    Examples
    --------
    >>> is_syllable("Thọ"), is_syllable("hôtel"), is_syllable("mât")
    (True, False, False)
    """
    plain, tones = _split_tones(word.lower())
    found = _SYLLABLE.fullmatch(plain)
    if found is None or len(tones) > 1:
        return False
    coda = found["coda"] or ""
    if coda in _STOPS:
        return len(tones) == 1 and tones in _STOPPED_TONES
    return bool(coda) or found["nucleus"] not in _LONG_NUCLEI


def _marks_apart(word: str) -> str:
    """Write the tone mark right behind its vowel as a mark of its own, all else composed."""
    pieces = []
    for letter in unicodedata.normalize("NFC", word):
        plain, tones = _split_tones(letter)
        pieces.append(plain + tones)
    return "".join(pieces)


def settle_tone(word: str) -> str:
    """Put the tone mark of "oa", "oe" and "uy" where the state's lists put it.

    Open syllables carry it on the first vowel (Hòa, khỏe, Thủy), closed ones on the second
    (Hoàng, Huỳnh). Words that are no Vietnamese syllable stay as they are.

    Parameters
    ----------
    word
        One word, composed (NFC).

    Examples
    --------
    >>> settle_tone("Hoà"), settle_tone("THUỶ"), settle_tone("Hòang"), settle_tone("quý")
    ('Hòa', 'THỦY', 'Hoàng', 'quý')
    """
    apart = _marks_apart(word)
    moved = _OPEN.sub(_exchange, apart)
    if moved == apart:
        moved = _CLOSED.sub(_exchange, apart)
    if moved == apart or not is_syllable(word):
        return word
    return unicodedata.normalize("NFC", moved)


def _exchange(found: re.Match[str]) -> str:
    """Swap the last two pieces of a match: vowel and mark."""
    first, second, third = (piece for piece in found.groups() if piece is not None)
    return first + third + second
