"""What does a comparison say of its target, scenario by scenario, in a sentence each?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from infraplan.wording import Text, count, money, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Hashable

    from infraplan.workflow.scenarios.compare import Comparison

__all__ = ["target_lines"]


def target_lines(found: Comparison) -> list[Text]:
    """Say of each scenario when it reaches the target, or how many people it is short."""
    if found.targets is None:
        return []
    return [_line(row) for row in found.targets.to_dict("records")]


def _line(row: dict[Hashable, Any]) -> Text:
    values = {
        "scenario": plain(row["scenario"]),
        "sites": count(row["sites"]),
        "links": count(row["links"]),
        "cost": money(row["capex_vnd"]),
        "short": count(row["people_short"]),
    }
    if not row["reached"]:
        return phrase("compare_target_short", values)
    if pd.isna(row["year"]):
        return phrase("compare_target_done", values)
    return phrase("compare_target_reached", values | {"year": plain(int(row["year"]))})
