"""How are indicators and the ranking of communes written, each row with what it rests on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.export.basis import with_english
from infraplan.export.csv import write_csv, write_rows
from infraplan.indicators import COMPUTED, ranking
from infraplan.wording import phrase

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["write_indicators"]


def write_indicators(folder: Path, indicators: pd.DataFrame, *, basis: str) -> None:
    """Write ``indicators.csv`` and ``ranking.csv``.

    Parameters
    ----------
    folder
        Where the bundle is being written.
    indicators
        Of :func:`infraplan.indicators.progress`.
    basis
        What computed values are not measured of. Rows that were told or are not known say so
        instead.
    """
    unknown = with_english(phrase("indicator_basis_unknown"))
    told = with_english(phrase("indicator_basis_declared"))
    computed = indicators["source"] == COMPUTED
    known = indicators["state"] != "unknown"
    said = computed.map({True: basis, False: told}).where(known, unknown)
    write_rows(folder / "indicators.csv", indicators.assign(data_basis=said))
    write_csv(folder / "ranking.csv", ranking(indicators), basis=basis)
