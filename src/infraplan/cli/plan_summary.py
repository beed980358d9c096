"""What does the terminal say of a plan: sites, years, proof, equity, sharing, money?"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from infraplan.export.certificate import price_basis
from infraplan.export.headline import GAP_KINDS, UNSERVED
from infraplan.export.plan_sections import equity_texts, nesting_text, sharing_text
from infraplan.export.weights import is_people_only, weights_text
from infraplan.wording import (
    Text,
    count,
    is_proven,
    length,
    money,
    percent,
    percent_at_most,
    phrase,
    plain,
    years,
)

if TYPE_CHECKING:
    import pandas as pd

    from infraplan.plan import Plan

__all__ = ["gap_facts", "plan_facts", "plan_lines", "year_rows"]

_TENTHS, _SHARE_DIGITS = 1, 9
_BY_YEAR = (
    "sites",
    "links",
    "length_m",
    "capex_vnd",
    "left_vnd",
    "opex_vnd",
    "people_gained",
    "cumulative_people",
    "nesting_cost_people",
)


def gap_facts(gaps: pd.DataFrame) -> dict[str, Any]:
    """Return how many spots of each kind there are, and the people in them."""
    people = {kind: gaps.loc[gaps["kind"] == kind, "people"] for kind in GAP_KINDS}
    return {
        **{f"{kind}_spots": len(found) for kind, found in people.items()},
        "people_in_gaps": round(sum(float(people[kind].sum()) for kind in UNSERVED), _TENTHS),
        "people_with_one_operator": round(float(people["single_operator"].sum()), _TENTHS),
        "people_congested": round(float(people["congested"].sum()), _TENTHS),
    }


def plan_facts(plan: Plan) -> dict[str, Any]:
    """Return the figures of a plan as plain numbers and texts."""
    totals = plan.totals
    built = [int(year) for year in plan.phases["year"]]
    return {
        "new_masts": totals.new_masts,
        "shared_masts": totals.shared_masts,
        "sites_beyond_budget": totals.sites_beyond,
        "fibre_m": round(totals.length_m, _TENTHS),
        "microwave_hops": totals.hops,
        "budget_vnd": round(plan.budget_vnd),
        "capex_vnd": round(totals.capex_vnd),
        "capex_low_vnd": round(totals.low_vnd),
        "capex_high_vnd": round(totals.high_vnd),
        "opex_vnd_year": round(totals.opex_vnd),
        "tco_vnd": round(totals.tco_vnd),
        "tco_years": len(plan.tco),
        "assumed_price_share": round(totals.assumed_price_share, 6),
        "first_year": min(built, default=None),
        "last_year": max(built, default=None),
        "people_gained": round(totals.people_gained, _TENTHS),
        "reachable_people": round(plan.reachable_people, _TENTHS),
        "left_vnd": round(float(plan.phases["left_vnd"].iloc[-1])),
        "sites_gap_share": round(plan.gap_share, _SHARE_DIGITS),
        "sites_gap_counts": "people" if is_people_only(plan) else "weight",
        "sites_gap_at_prices": price_basis(plan),
        "sites_status": plan.sites_status,
        "links_gap_share": round(plan.links_gap_share, _SHARE_DIGITS),
        "links_status": plan.links_status,
        "phases_gap_share": round(plan.phases_gap_share, _SHARE_DIGITS),
        "phases_status": plan.phases_status,
        "equity": None if plan.equity is None else asdict(plan.equity),
        "nesting_worst_year": totals.nesting_worst_year,
        "nesting_worst_people": round(totals.nesting_worst_people, _TENTHS),
        "sharing_saves_vnd": _saved_vnd(plan),
        "years": [_year(row) for row in plan.phases.to_dict("records")],
    }


def _saved_vnd(plan: Plan) -> int | None:
    """Return what sharing masts saves; None where nobody reckoned it."""
    if "saved_vnd" not in plan.sites:
        return None
    built = plan.sites["year"].notna() & (plan.sites["kind"] == "shared_mast")
    return round(float(plan.sites.loc[built, "saved_vnd"].astype(float).sum()))


def _year(row: dict[Any, Any]) -> dict[str, Any]:
    """Return the figures of one year; what nobody looked for is None."""
    told = {name: float(row[name]) for name in _BY_YEAR}
    shown = {name: round(v, _TENTHS) if math.isfinite(v) else None for name, v in told.items()}
    return {"year": int(row["year"]), **shown}


def plan_lines(plan: Plan, found: dict[str, Any]) -> list[Text]:
    """Return the lines on a plan; `found` is what :func:`plan_facts` returned of it."""
    values = {
        "sites": count(found["new_masts"] + found["shared_masts"]),
        "new": count(found["new_masts"]),
        "shared": count(found["shared_masts"]),
        "fibre": length(found["fibre_m"]),
        "hops": count(found["microwave_hops"]),
        "cost": money(found["capex_vnd"]),
        "years": years(found["first_year"], found["last_year"]),
        "gained": count(found["people_gained"]),
    }
    lines = [phrase("plan_line", values)]
    if found["sites_beyond_budget"]:
        lines.append(phrase("beyond_line", {"count": count(found["sites_beyond_budget"])}))
    lines += _certificate(plan, found)
    if not len(plan.sites):
        return lines
    told = (*equity_texts(plan)[:2], nesting_text(plan), sharing_text(plan), _money(plan))
    return [*lines, *(text for text in told if text is not None)]


def _money(plan: Plan) -> Text:
    """Say how far the prices can be trusted, and what running costs."""
    totals = plan.totals
    values = {
        "share": percent(totals.assumed_price_share),
        "low": money(totals.low_vnd),
        "high": money(totals.high_vnd),
        "running": money(totals.opex_vnd),
        "horizon": count(len(plan.tco)),
        "tco": money(totals.tco_vnd),
    }
    return phrase("assumed_line", values)


def _certificate(plan: Plan, found: dict[str, Any]) -> list[Text]:
    """Return what is proven of the plan, under which condition, and the money left over."""
    if not len(plan.sites):
        reachable = count(found["reachable_people"])
        return [phrase("certificate_line_none", {"reachable": reachable})]
    claims = {
        "basis": phrase(f"certificate_line_at_{price_basis(plan)}"),
        "sites": _claim(plan.gap_share, "best", "gap"),
        "links": _claim(plan.links_gap_share, "cheapest", "dearer"),
        "phases": _claim(plan.phases_gap_share, "best", "gap"),
    }
    left = {"left": money(found["left_vnd"]), "last": plain(found["last_year"])}
    lines = [phrase("certificate_line", claims)]
    if not is_people_only(plan):
        lines.append(phrase("counts_weight_line", {"weights": weights_text(plan)}))
    if round(plan.covered_people) < round(plan.reachable_people):
        lines.append(phrase("shared_line"))
    lines.append(phrase("left_line", left))
    if "time_limit" in (plan.sites_status, plan.links_status, plan.phases_status):
        lines.append(phrase("certificate_clock"))
    return lines


def _claim(gap_share: float, proven: str, otherwise: str) -> Text:
    if is_proven(gap_share):
        return phrase(f"certificate_line_{proven}")
    return phrase(f"certificate_line_{otherwise}", {"gap": percent_at_most(gap_share)})


def year_rows(plan: Plan) -> tuple[list[Text], list[list[Text]]]:
    """Return heads and rows of the plan by year; said in 80 columns they fit on a line each."""
    free = plan.phases["nesting_cost_people"].notna().all()
    heads = ["year", "sites", "fibre", "cost", "terminal_gained", "terminal_reached"]
    rows = [
        [
            plain(int(row["year"])),
            count(row["sites"]),
            length(row["length_m"]),
            money(row["capex_vnd"]),
            count(row["people_gained"]),
            count(row["cumulative_people"]),
            *([count(row["cumulative_people"] + row["nesting_cost_people"])] if free else []),
        ]
        for row in plan.phases.to_dict("records")
    ]
    return [phrase(head) for head in [*heads, *(["terminal_free"] if free else [])]], rows
