"""How does a name become part of a file name?"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["file_stems"]

_NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9_-]+")


def file_stems(names: Sequence[str]) -> dict[str, str]:
    """Return a part of a file name for each name, all different even where case does not count.

    Parameters
    ----------
    names
        Names, all different.

    Examples
    --------
    >>> file_stems(["any", "Mạng Đỏ", "ANY"])
    {'any': 'any', 'Mạng Đỏ': 'Mang_Do', 'ANY': 'ANY_3'}
    """
    stems: dict[str, str] = {}
    for number, name in enumerate(names, 1):
        plain = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
        stem = _NOT_IN_A_NAME.sub("_", "".join(c for c in plain if not unicodedata.combining(c)))
        taken = stem.lower() in {s.lower() for s in stems.values()}
        stems[name] = f"{stem}_{number}" if taken else stem
    return stems
