"""What does each table rest on that is simulated, assumed or approximate, in one line?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from infraplan.wording import Text, percent, phrase, word_or

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraplan.plan import Plan
    from infraplan.results import Signal

__all__ = ["RESTS_ON", "layer_basis", "origins_of", "short_basis", "with_english"]

_SIGNAL = ("elevation", "sites", "cells")
_DEMAND = ("communes", "villages", "people", *_SIGNAL)

RESTS_ON = {
    "communes": ("communes", "people", *_SIGNAL),
    "villages": ("villages", "people", *_SIGNAL),
    "sites": ("sites",),
    "cells": ("sites", "cells"),
    "gaps": _DEMAND,
    "new_sites": (*_DEMAND, "roads", "costs"),
    "links": ("roads", "fibre_nodes", "fibre", "costs"),
    "phases": (*_DEMAND, "roads", "fibre_nodes", "fibre", "costs"),
    "costs": ("costs",),
    "signal": _SIGNAL,
}
"""Output → the input tables behind it."""

_UNSURE = ("simulated", "assumed", "approximate", "estimated")


def origins_of(plan: Plan, signal: Signal) -> pd.DataFrame:
    """Return the origin shares of the study's tables and of the prices the plan uses.

    Returns
    -------
    pandas.DataFrame
        Columns table, column, origin, rows, share, as of
        :func:`infraplan.results.origin_shares`.
    """
    prices = plan.assumptions
    counted = prices["origin"].value_counts().sort_index()
    costs = pd.DataFrame(
        {
            "table": "costs",
            "column": "likely_vnd",
            "origin": counted.index.astype(object),
            "rows": counted.to_numpy(dtype="int64"),
            "share": counted.to_numpy(dtype="float64") / max(len(prices), 1),
        }
    )
    known = signal.provenance.origins
    return pd.concat([known, costs], ignore_index=True) if len(costs) else known


def short_basis(origins: pd.DataFrame, tables: Iterable[str]) -> Text:
    """Say which of these tables are not measured or declared, such as "simulated: masts, cells".

    What is so only in part carries the largest share of any of its columns.
    """
    wanted = tuple(dict.fromkeys(tables))
    found = origins[origins["table"].isin(wanted)]
    parts = []
    for origin in _UNSURE:
        named = _named(found[found["origin"] == origin], wanted)
        if named:
            parts.append(phrase(f"origin_{origin}") + _both(": ") + _joined(named, ", "))
    return _joined(parts, "; ") if parts else phrase("basis_sure")


def layer_basis(origins: pd.DataFrame, layer: str) -> Text:
    """Say what a layer or table of the bundle rests on."""
    return short_basis(origins, RESTS_ON[layer])


def with_english(text: Text) -> str:
    """Write both languages in one line, for files that have no switch."""
    return f"{text.vi} / {text.en}"


def _both(text: str) -> Text:
    return Text(text, text)


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
        name if share >= 1 else name + _both(" (") + percent(share, 0) + _both(")")
        for name, share in shares.items()
    ]


def _joined(texts: list[Text], between: str) -> Text:
    return Text(between.join(t.vi for t in texts), between.join(t.en for t in texts))
