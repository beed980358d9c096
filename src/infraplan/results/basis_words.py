"""What does a result rest on that is not measured, said in one sentence in both languages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from infraplan.results.provenance import ORIGINS, origin_shares
from infraplan.wording import Text, percent, phrase, plain, word_or

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["basis_text", "with_prices"]

_UNSURE = ORIGINS[: ORIGINS.index("declared")]


def with_prices(origins: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Add how the prices of a plan are known to the origins of a study's tables.

    Parameters
    ----------
    origins
        As of :func:`infraplan.results.origin_shares`.
    prices
        The assumptions of a plan, with the column origin.

    Returns
    -------
    pandas.DataFrame
        Rows of table "costs", column "likely_vnd" are added; none where nothing is priced.
    """
    costs = origin_shares({"costs": prices.rename(columns={"origin": "likely_vnd_origin"})})
    return pd.concat([origins, costs], ignore_index=True) if len(costs) else origins


def basis_text(origins: pd.DataFrame, tables: Iterable[str] | None = None) -> Text:
    """Say which tables are not measured or declared, such as "simulated: masts, cells".

    Parameters
    ----------
    origins
        As of :func:`infraplan.results.origin_shares`.
    tables
        The tables to speak of, in this order; all where None.

    Returns
    -------
    Text
        What is so only in part carries the largest share of any of its columns.
    """
    wanted = tuple(dict.fromkeys(origins["table"] if tables is None else tables))
    found = origins[origins["table"].isin(wanted)]
    parts = []
    for origin in _UNSURE:
        named = _named(found[found["origin"] == origin], wanted)
        if named:
            parts.append(phrase(f"origin_{origin}") + plain(": ") + _joined(named, ", "))
    return _joined(parts, "; ") if parts else phrase("basis_sure")


def _named(rows: pd.DataFrame, wanted: tuple[str, ...]) -> list[Text]:
    """Name tables, or single columns of them where the catalogue has a word for these."""
    shares: dict[Text, float] = {}
    for table in wanted:
        part = rows[rows["table"] == table]
        for column, share in zip(part["column"], part["share"], strict=True):
            whole = word_or(f"table_{table}", table)
            name = word_or(f"column_{table}_{column}", "")
            name = name if name.en else whole
            shares[name] = max(shares.get(name, 0.0), float(share))
    return [
        name if share >= 1 else name + plain(" (") + percent(share, 0) + plain(")")
        for name, share in shares.items()
    ]


def _joined(texts: list[Text], between: str) -> Text:
    return Text(between.join(t.vi for t in texts), between.join(t.en for t in texts))
