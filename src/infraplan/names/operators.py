"""Which operator of the catalogue does a name or a network number mean?"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from infraplan import catalog
from infraplan.names.keys import fold
from infraplan.names.spelling import clean

__all__ = ["operator_key"]

_WORD: Final = re.compile(r"[^\W_]+")
_NETWORK: Final = re.compile(r"(\d{3})\D{0,3}(\d{1,2})")


@cache
def _aliases() -> dict[str, str]:
    """Return the operator of each alias, as folded letters without spaces."""
    table = catalog.table("operator_aliases")
    keys = ["".join(_WORD.findall(fold(clean(alias)))) for alias in table["alias"]]
    return dict(zip(keys, table["operator"], strict=True))


@cache
def _networks() -> dict[tuple[str, int], str]:
    """Return the operator of each network: country code (MCC) and number in it (MNC)."""
    table = catalog.table("operators")
    numbers = [int(mnc) for mnc in table["mnc"]]
    return dict(zip(zip(table["mcc"], numbers, strict=True), table["operator"], strict=True))


@lru_cache(maxsize=10_000)
def operator_key(text: str) -> str | None:
    """Return the key of ``catalog/operators.csv`` that a text means, None where it names none.

    The whole text is looked up first, then a network number such as 452-04, then the words in
    it: "Viettel Phú Thọ" is Viettel. A text that names two operators names none.

    Parameters
    ----------
    text
        What a table says: "VNPT", "Mobifone", "45204" …

    Examples
    --------
    >>> operator_key("VNPT"), operator_key("452-04"), operator_key("Viettel, MobiFone")
    ('vinaphone', 'viettel', None)
    """
    words = _WORD.findall(fold(clean(text)))
    aliases = _aliases()
    whole = aliases.get("".join(words))
    if whole is not None:
        return whole
    network = _NETWORK.fullmatch(clean(text))
    if network is not None:
        return _networks().get((network[1], int(network[2])))
    named: set[str] = set()
    start = 0
    while start < len(words):
        for end in range(len(words), start, -1):
            found = aliases.get("".join(words[start:end]))
            if found is not None:
                named.add(found)
                start = end - 1
                break
        start += 1
    return named.pop() if len(named) == 1 else None
