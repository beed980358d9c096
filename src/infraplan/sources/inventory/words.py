"""What do the words of an inventory mean: technologies, bands, masts, power, yes and no?

The words stand in ``catalog/inventory_words.csv``; they are compared without case and marks.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from infraplan import catalog
from infraplan.names import clean, operator_key
from infraplan.sources.aliases import header_key
from infraplan.sources.numbers import plain_text, read_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "azimuths",
    "bands",
    "is_blank",
    "joined",
    "mast",
    "operators",
    "power_source",
    "status",
    "technologies",
    "yes",
]

_BETWEEN: Final = re.compile(r"[,;/+|&\n]|\bvà\b|\band\b", re.IGNORECASE)
_GENERATIONS: Final = re.compile(
    r"(?<![0-9])[2345]\s?g|(?<![0-9a-z])[2345](?:\s?[/,+;&-]\s?[2345]|[2345])*\s?g", re.IGNORECASE
)
"""4G, also after a letter, and several before one G: 2/3/4G, 234G."""
_CLASS: Final = re.compile(r"\b(A1[ab]|A2[abc])\b", re.IGNORECASE)
_FULL_TURN_DEG = 360.0
_JOINT: Final = "|"
_KEPT: Final = 10_000
"""Different texts whose meaning is kept: most cells of a column say one of a few."""


@cache
def _said(field: str) -> Mapping[str, str]:
    rows = catalog.table("inventory_words")
    rows = rows[rows["field"] == field]
    pairs = zip(rows["said"], rows["value"], strict=True)
    return MappingProxyType({_key(said): value for said, value in pairs})


def _key(text: str) -> str:
    """Return a word for comparison; signs such as ✓ or - stay where there is no letter."""
    return header_key(text) or plain_text(text)


@lru_cache(maxsize=_KEPT)
def is_blank(text: str) -> bool:
    """Tell whether a cell says nothing: empty, "-", "n/a", "không rõ".

    Examples
    --------
    >>> is_blank(""), is_blank("Không rõ"), is_blank("0")
    (True, True, False)
    """
    return not text or _key(text) in _said("blank")


def joined(parts: tuple[str, ...]) -> str | None:
    """Return parts as one text, None where there are none."""
    return _JOINT.join(parts) if parts else None


@lru_cache(maxsize=_KEPT)
def technologies(text: str) -> tuple[str, ...] | None:
    """Return the technologies that a text names, in their order; None where it names none.

    Examples
    --------
    >>> technologies("4G LTE"), technologies("3G+4G"), technologies("NodeB/eNodeB")
    (('4G',), ('3G', '4G'), ('3G', '4G'))
    >>> technologies("2/3/4G"), technologies("L1800, U2100")
    (('2G', '3G', '4G'), ('3G', '4G'))
    >>> technologies("BTS"), technologies("tốt"), technologies("3G, chưa có 4G")
    ((), None, None)
    """
    if any(_key(word) in _said("denial") for word in text.split()):
        return None
    words = {**_technologies_of_bands(), **_said("technology")}
    found = {
        f"{digit}G" for said in _GENERATIONS.findall(text) for digit in said if digit.isdigit()
    }
    rest = [_key(part) for part in (*_BETWEEN.split(text), *re.split(r"[^\w+]+", text), text)]
    found |= {words[key] for key in rest if words.get(key)}
    if not found:
        return () if all(key in words for key in rest if key) else None
    return tuple(sorted(found))


@lru_cache(maxsize=_KEPT)
def yes(text: str) -> bool | None:
    """Return what a cell of a yes-or-no column says; empty is no, None where it says neither.

    A number is yes unless it is nought: some count transmitters.

    Examples
    --------
    >>> yes("x"), yes("Không"), yes("3"), yes(""), yes("2015")
    (True, False, True, False, True)
    """
    if not text:
        return False
    said = _said("yes").get(_key(text))
    if said is not None:
        return said == "yes"
    number = float(read_numbers([text]).values[0])
    return None if number != number else number > 0  # noqa: PLR0124 - NaN is not itself


@lru_cache(maxsize=_KEPT)
def bands(text: str, of: tuple[str, ...]) -> tuple[str, ...]:
    """Return keys of the catalogue ``bands``; what it does not list stays as it is.

    Parameters
    ----------
    text
        What the table says: "1800/2100", "L1800, U2100".
    of
        Technologies of the row; a plain number means each band of theirs with this number.

    Examples
    --------
    >>> bands("900/1800 MHz", ("2G", "4G")), bands("B3; U900", ())
    (('B3', 'B8', 'GSM900'), ('B3', 'U900'))
    """
    meanings = _bands()
    found = set()
    for part in _BETWEEN.split(text):
        name = re.sub(r"\s*mhz\s*$", "", part.strip(), flags=re.IGNORECASE)
        if not name:
            continue
        known = meanings.get(_key(name), ())
        ours = [band for band, technology in known if technology in of]
        free = not of or not name.isdigit()  # "1800" of a 2G tower is no band of 4G
        single = [known[0][0]] if len(known) == 1 and free else []
        found.update(ours or single or [name])
    return tuple(sorted(found))


@cache
def _bands() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return word → the bands it means, each with its technology."""
    rows = catalog.table("inventory_words")
    rows = rows[rows["field"] == "band"]
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for said, value in zip(rows["said"], rows["value"], strict=True):
        band, technology = value.split(_JOINT)
        found[_key(said)] = (*found.get(_key(said), ()), (band, technology))
    return MappingProxyType(found)


@cache
def _technologies_of_bands() -> Mapping[str, str]:
    """Return word → technology, of the words for a band that only one technology has."""
    named = {word: {t for _, t in found} for word, found in _bands().items() if not word.isdigit()}
    return MappingProxyType({word: min(of) for word, of in named.items() if len(of) == 1})


@lru_cache(maxsize=_KEPT)
def azimuths(text: str) -> tuple[str, ...] | None:
    """Return the directions that a text lists, degrees from 0 up to 360; None where it is wrong.

    Examples
    --------
    >>> azimuths("0/120/240"), azimuths("10°; 130,5°"), azimuths("omni"), azimuths("400")
    (('0', '120', '240'), ('10', '130.5'), (), None)
    """
    if _key(text) in _said("azimuth"):
        return ()
    parts = [p for p in re.split(r"[|/;&\s]+|,\s+|-|,(?=\d{2,3}(?:,|$))", text) if p.strip("°")]
    values = read_numbers(parts, unit="deg", ranges=[(0.0, _FULL_TURN_DEG)]).values
    if not parts or not ((values >= 0) & (values <= _FULL_TURN_DEG)).all():
        return None
    return tuple(f"{v:g}" for v in dict.fromkeys(float(v) % _FULL_TURN_DEG for v in values))


@lru_cache(maxsize=_KEPT)
def mast(text: str) -> tuple[str | None, str | None]:
    """Return the class of Circular 14/2013 and the kind of a mast, as far as a text says them.

    Examples
    --------
    >>> mast("Cột A2b"), mast("Tự đứng"), mast("Dây co"), mast("Dây co trên mái")
    (('A2b', None), ('A2b', 'self_supporting'), (None, 'guyed'), ('A2a', 'guyed'))
    """
    written = _CLASS.search(text)
    known = written.group(1) if written is not None else _inside(text, "mast_class")
    kind = _inside(text, "mast_kind")
    if known is None and kind is None:
        return None, clean(text)
    return (f"{known[0].upper()}{known[1]}{known[2].lower()}" if known else None), kind


def _inside(text: str, field: str) -> str | None:
    """Return the meaning of the longest word of a field that a text holds."""
    key = header_key(text)
    held = [said for said in _said(field) if said in key]
    return _said(field)[max(held, key=len)] if held else None


@lru_cache(maxsize=_KEPT)
def power_source(text: str) -> str:
    """Return where power comes from, "unknown" where the text does not say.

    Examples
    --------
    >>> power_source("Điện lưới + máy nổ"), power_source("NLMT"), power_source("ắc quy")
    ('grid', 'solar', 'unknown')
    """
    words = _said("power_source")
    for part in (text, *_BETWEEN.split(text)):
        if _key(part.strip()) in words:
            return words[_key(part.strip())]
    return "unknown"


@lru_cache(maxsize=_KEPT)
def status(text: str) -> str | None:
    """Return "gone", "planned" or "standing", the first that a text says; None where none.

    Examples
    --------
    >>> status("Đang hoạt động"), status("Quy hoạch 2026"), status("Ngừng hoạt động"), status("A")
    ('standing', 'planned', 'gone', None)
    """
    key, meanings = header_key(text), _said("status")
    held = {meaning for said, meaning in meanings.items() if said in key}
    return next((state for state in ("gone", "planned", "standing") if state in held), None)


@lru_cache(maxsize=_KEPT)
def operators(text: str, *, sharing: bool = False) -> tuple[tuple[str, ...], bool]:
    """Return the operators that a text names, and whether all of it was understood.

    Parameters
    ----------
    text
        "Viettel", "Viettel, VNPT", "dùng chung với VNPT".
    sharing
        Whether the column tells who shares the mast, so that "không" names nobody.

    Returns
    -------
    tuple
        Keys of the catalogue, or names as they are written, in their order.

    Examples
    --------
    >>> operators("Viettel/VNPT"), operators("Gtel XYZ")[0], operators("không", sharing=True)
    ((('viettel', 'vinaphone'), True), ('gmobile',), ((), True))
    """
    if not text or (sharing and _key(text) in _said("tenants")):
        return (), True
    whole = operator_key(text)
    if whole is not None:
        return (whole,), True
    parts = [clean(part) for part in _BETWEEN.split(text) if part.strip()]
    keys = [operator_key(part) for part in parts]
    if any(key is not None for key in keys):
        unknown = [p for p, k in zip(parts, keys, strict=True) if k is None]
        named = (k or p for p, k in zip(parts, keys, strict=True) if k or not sharing)
        return tuple(dict.fromkeys(named)), not unknown
    return (() if sharing else (clean(text),)), False
