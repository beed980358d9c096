"""Which rows of an inventory stand today, and which are planned or gone?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.sources.inventory import words
from infraplan.wording import count, phrase, plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.sources.inventory.rows import Rows
    from infraplan.wording import Text

__all__ = ["standing"]

_STANDING: Final = "standing"
_LEFT_OUT: Final = ("planned", "gone")
_ROWS_SHOWN: Final = 20


def standing(rows: Rows) -> tuple[NDArray[np.bool_], list[Text]]:
    """Tell which rows are towers that stand, and how many are left out.

    A row whose status nobody knows counts as standing, and that is told.

    Returns
    -------
    tuple
        Bool per row, and notes.
    """
    texts = rows.texts("status")
    said = [words.status(text) if text else _STANDING for text in texts]
    notes = []
    for state in _LEFT_OUT:
        numbers = [int(n) for n, s in zip(rows.numbers, said, strict=True) if s == state]
        if numbers:
            shown = ", ".join(str(n) for n in numbers[:_ROWS_SHOWN])
            more = " …" if len(numbers) > _ROWS_SHOWN else ""
            values = {
                "file": plain(rows.file),
                "count": count(len(numbers)),
                "list": plain(shown + more),
            }
            notes.append(phrase(f"inventory_status_{state}", values))
    unknown = sorted({t for t, s in zip(texts, said, strict=True) if s is None})
    if unknown:
        values = {"file": plain(rows.file), "list": plain("; ".join(unknown[:_ROWS_SHOWN]))}
        notes.append(phrase("inventory_status_unknown", values))
    return np.array([s not in _LEFT_OUT for s in said], dtype=bool), notes
