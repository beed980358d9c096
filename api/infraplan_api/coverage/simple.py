"""Which figures of coverage has a bundle that was made without the table of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from infraplan_api.bundle import Bundle

__all__ = ["base_year", "simple_table"]

_LEVEL: Final = "served"
_ENVIRONMENT: Final = "outdoors"
_NO_YEAR: Final = 0


def base_year(bundle: Bundle) -> int:
    """Return the year before the plan builds anything; 0 where the bundle names no year."""
    if bundle.years:
        return bundle.years[0]
    first = bundle.manifest["totals"].get("first_year")
    return _NO_YEAR if first is None else int(first) - 1


def simple_table(bundle: Bundle) -> pd.DataFrame:
    """Return the columns of table ``coverage`` for what communes.csv says.

    Outdoors, the level that serves, today, for each operator; households and villages served are
    not known.
    """
    communes = bundle.table("communes")
    nothing = pd.Series(float("nan"), index=communes.index)
    parts = []
    for operator in bundle.operators:
        part = pd.DataFrame(
            {
                "commune_code": communes["code"].astype(str),
                "technology": bundle.technology,
                "operator": operator,
                "environment": _ENVIRONMENT,
                "level": _LEVEL,
                "threshold_dbm": communes["served_threshold_dbm"],
                "year": base_year(bundle),
                "people": communes["people"],
                "area_m2": communes["area_m2"],
                "households": communes.get("households", nothing),
                "villages": nothing,
                "households_served": nothing,
                "villages_served": nothing,
                "households_served_share_of_commune_households": nothing,
                "villages_served_share_of_commune_villages": nothing,
                "people_served_origin": communes["people_served_origin"],
            }
        )
        for name in (
            "people_served",
            "area_served_m2",
            "people_served_share_of_commune_people",
            "area_served_share_of_commune_area",
        ):
            part[name] = communes[f"{name}_{operator}"]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
