"""Where does the province, or a commune, stand against its targets?

The catalogue says what is counted and aimed at; the bundle says what is reached today and what
the plan makes of it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from infraplan import catalog
from infraplan_api.coverage import figures_of
from infraplan_api.coverage.figures import COUNTED
from infraplan_api.coverage.simple import base_year
from infraplan_api.places import communes_of, unknown_commune
from infraplan_api.places.rows import number, records, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan_api.bundle import Bundle

__all__ = ["indicators"]

_ANY: Final = "any"
_OUTDOORS: Final = "outdoors"
_DIFFICULT_VILLAGES: Final = "especially_difficult_villages"
_DIFFICULT: Final = "especially_difficult"
_SHARE_DIGITS: Final = 6
_DIGITS: Final = 1


def indicators(bundle: Bundle, commune: str | None) -> dict[str, Any]:
    """Return targets and progress, as JSON of ``Indicators``.

    Parameters
    ----------
    bundle
        The bundle.
    commune
        Code of a commune; all communes together where None.

    Raises
    ------
    UnknownCommuneError
        If the bundle has no such commune.
    """
    if commune is not None and commune not in communes_of(bundle):
        raise unknown_commune(bundle, commune)
    rows = records(catalog.table("targets"))
    found = [_indicator(bundle, row, commune) for row in rows]
    return {
        "code": commune,
        "indicators": [one for one in found if one is not None],
        "data_basis": str(bundle.manifest["data_basis"]),
        "study_id": bundle.study_id,
        "bundle_sha256": bundle.sha256,
    }


def _indicator(
    bundle: Bundle, row: Mapping[str, str], commune: str | None
) -> dict[str, Any] | None:
    """Return an indicator, as JSON of ``Indicator``; None where the bundle says nothing of it."""
    of_villages = row["counts"] == _DIFFICULT_VILLAGES
    values, origin = (
        _of_villages(bundle, row, commune) if of_villages else _of_table(bundle, row, commune)
    )
    if not values:
        return None
    target = number(row["target_share"])
    today = values[0]["value_share"]
    known = target is not None and today is not None
    return {
        "id": row["indicator"],
        "title": {"vi": row["title_vi"], "en": row["title_en"]},
        "counts": "people" if row["counts"] == "people" else "villages",
        "target_share": target,
        "target_year": whole_number(row["target_year"]),
        "published_share": number(row["published_share"]),
        "published_year": whole_number(row["published_year"]),
        "values": values,
        "gap_share": round(max(target - today, 0.0), _SHARE_DIGITS) if known else None,
        "reached_in": _reached_in(values, target),
        "origin": origin,
        "source": row["source"],
        "confidence": row["confidence"],
    }


def _reached_in(values: list[dict[str, Any]], target: float | None) -> int | None:
    """Return the first year in which a target is reached."""
    if target is None:
        return None
    reached = (v for v in values if v["value_share"] is not None and v["value_share"] >= target)
    return next((v["year"] for v in reached), None)


def _of_table(
    bundle: Bundle, row: Mapping[str, str], commune: str | None
) -> tuple[list[dict[str, Any]], str]:
    """Return the values of an indicator that the table of coverage holds, and their origin."""
    figures = figures_of(bundle)
    served, whole = COUNTED[row["counts"]]
    wanted = (row["technology"], _OUTDOORS, row["level"], _ANY)
    values, origins = [], set()
    for i, c in enumerate(figures.combinations):
        if (c.technology, c.environment, c.level, c.operator) != wanted:
            continue
        if commune is None:
            numbers = figures.province[served][i], figures.province[whole][i]
            origins |= set(figures.origins[i].tolist())
        else:
            column = figures.column(commune)
            numbers = figures.communes[served][i, column], figures.communes[whole][i, column]
            origins.add(figures.origins[i, column])
        values.append(_value(c.year, float(numbers[0]), float(numbers[1])))
    known = any(value["of"] is not None for value in values)
    return (values if known else []), " ".join(sorted(origins - {""}))


def _of_villages(
    bundle: Bundle, row: Mapping[str, str], commune: str | None
) -> tuple[list[dict[str, Any]], str]:
    """Return how many of the especially difficult villages have signal at their centre today."""
    if not bundle.has("villages.csv") or row["technology"] != bundle.technology:
        return [], ""
    villages = bundle.table("villages")
    chosen = villages["difficulty"] == _DIFFICULT
    if commune is not None:
        chosen &= villages["commune_code"] == commune
    level = villages.loc[chosen, f"rsrp_dbm_{_ANY}"]
    if level.empty:
        return [], ""
    reached = int((level >= catalog.level_dbm(row["technology"], row["level"])).sum())
    origins = sorted(set(villages.loc[chosen, "people_served_origin"].dropna().astype(str)))
    return [_value(base_year(bundle), float(reached), float(len(level)))], " ".join(origins)


def _value(year: int, reached: float, of: float) -> dict[str, Any]:
    """Return where an indicator stands in a year, as JSON of ``IndicatorValue``."""
    known = math.isfinite(reached) and math.isfinite(of)
    return {
        "year": year,
        "value_share": round(reached / of, _SHARE_DIGITS) if known and of > 0 else None,
        "reached": round(reached, _DIGITS) if known else None,
        "of": round(of, _DIGITS) if known else None,
    }
