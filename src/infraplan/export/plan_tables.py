"""Which tables tell the plan on the summary page: years, sites, prices, years of owning?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from infraplan.export.summary_tables import Table, operator_name
from infraplan.wording import (
    Text,
    count,
    height,
    length,
    money,
    money_range,
    phrase,
    plain,
    quoted_source,
    site_reason,
    word_or,
)

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.plan import Plan

__all__ = ["ownership_table", "phases_table", "prices_table", "proposals_table"]

_MOST_PROPOSALS = 25
_BLANK = Text("", "")
_PHASES_HEAD = (
    "year",
    "sites",
    "links",
    "fibre",
    "cost",
    "left",
    "running",
    "people_gained",
    "people_cumulative",
)
_PROPOSALS_HEAD = (
    "site",
    "year",
    "kind",
    "commune",
    "operator",
    "mast_height",
    "people_gained",
    "cost_with_link",
    "running",
)


def phases_table(plan: Plan) -> Table:
    """List what each year builds and reaches, and what a free choice would have reached."""
    free = plan.phases["nesting_cost_people"].notna().all()
    rows = [
        [
            plain(int(r["year"])),
            count(r["sites"]),
            count(r["links"]),
            length(r["length_m"]),
            money(r["capex_vnd"]),
            money(r["left_vnd"]),
            money(r["opex_vnd"]),
            count(r["people_gained"]),
            count(r["cumulative_people"]),
            *([count(r["cumulative_people"] + r["nesting_cost_people"])] if free else []),
        ]
        for r in plan.phases.to_dict("records")
    ]
    totals = plan.totals
    total = [
        phrase("total"),
        count(totals.new_masts + totals.shared_masts),
        count(totals.links),
        length(totals.length_m),
        money(totals.capex_vnd),
        _BLANK,
        _BLANK,
        count(totals.people_gained),
        _BLANK,
        *([_BLANK] if free else []),
    ]
    head = (*_PHASES_HEAD, *(("people_free",) if free else ()))
    return Table(head, frozenset(range(1, len(head))), rows, total if rows else None)


def proposals_table(plan: Plan, communes: gpd.GeoDataFrame) -> Table:
    """List the first proposals in the order of building, with why each is there."""
    communes_named = dict(zip(communes["code"], communes["name"], strict=True))
    sites = {row["site_id"]: row for row in plan.sites.to_dict("records")}
    told = plan.explanations.head(_MOST_PROPOSALS).to_dict("records")
    rows = [_proposal(sites[r["site_id"]], r, communes_named) for r in told]
    why = [_why(sites[r["site_id"]], r) for r in told]
    return Table(_PROPOSALS_HEAD, frozenset({5, 6, 7, 8}), rows, below=why)


def _proposal(
    site: dict[Any, Any], told: dict[Any, Any], communes_named: dict[str, str]
) -> list[Text]:
    """Return one row of the proposals."""
    code = site["commune_code"]
    mast_m = site.get("mast_height_m")
    return [
        plain(site["site_id"]),
        phrase("year_none") if pd.isna(told["year"]) else plain(int(told["year"])),
        word_or(f"kind_{site['kind']}", str(site["kind"])),
        plain(communes_named.get(code, code)),
        operator_name(site.get("operator")),
        height(float("nan") if pd.isna(mast_m) else float(mast_m)),
        count(told["people_gained"]),
        money(told["site_vnd"] + told["link_vnd"]),
        money(told["opex_vnd_year"]),
    ]


def _why(site: dict[Any, Any], told: dict[Any, Any]) -> tuple[Text, Text]:
    """Divide why a site is there into its first sentence and the others."""
    first = site_reason({**site, "people_gained": told["people_gained"]}) + plain(".")
    whole = Text(told["why_vi"], told["why_en"])
    if not (whole.vi.startswith(first.vi) and whole.en.startswith(first.en)):
        return whole, Text("", "")
    return first, Text(whole.vi[len(first.vi) :].strip(), whole.en[len(first.en) :].strip())


def prices_table(plan: Plan, *, kind: str) -> Table:
    """List the prices of what is bought once ("capex") or paid every year ("opex")."""
    prices = plan.assumptions[plan.assumptions["kind"] == kind]
    rows = [
        [
            _item(r),
            phrase(f"quantity_{r['unit']}", {"quantity": count(r["quantity"])}),
            money(r["likely_vnd"]),
            money_range(r["low_vnd"], r["high_vnd"]),
            money(r["likely_total_vnd"]),
            word_or(f"origin_{r['origin']}", r["origin"]),
            quoted_source(f"{r['source']} ({r['year']})"),
            word_or(f"confidence_{r['confidence']}", r["confidence"]),
        ]
        for r in prices.to_dict("records")
    ]
    head = ("item", "quantity", "likely", "price_range", "sum", "origin", "source", "confidence")
    sum_vnd = float(prices["likely_total_vnd"].sum())
    total = [phrase("total"), *[_BLANK] * 3, money(sum_vnd), *[_BLANK] * 3]
    return Table(
        head, frozenset({1, 2, 3, 4}), rows, total if rows else None, long=frozenset({0, 6})
    )


def _item(price: dict[Any, Any]) -> Text:
    """Name an item; what the user's sheet replaced says so."""
    name = word_or(f"cost_{price['item']}", str(price["meaning"]))
    return name + phrase("price_replaced") if price["replaced"] else name


def ownership_table(plan: Plan) -> Table:
    """List what owning costs by year."""
    spent = ("capex_vnd", "renewal_vnd", "opex_vnd", "discounted_vnd")
    rows = [
        [plain(int(r["year"])), *(money(r[name]) for name in spent)]
        for r in plan.tco.to_dict("records")
    ]
    total = [phrase("total"), *(money(float(plan.tco[name].sum())) for name in spent)]
    head = ("year", "tco_capex", "tco_renewal", "tco_opex", "tco_discounted")
    return Table(head, frozenset(range(1, len(head))), rows, total if rows else None)
