"""What does the summary page say of the plan: years, sites, proof, equity, money, doubts?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.export import plan_tables as tables
from infraplan.export.certificate import certificate
from infraplan.export.page_parts import finding, paragraphs, section
from infraplan.export.plan_doubts import robustness_part, tornado_part
from infraplan.export.summary_tables import render
from infraplan.wording import Text, count, length, money, percent, phrase, plain, years

if TYPE_CHECKING:
    from infraplan.export.content import Content
    from infraplan.plan import Plan

__all__ = ["equity_texts", "nesting_text", "plan_sections", "sharing_text"]

_LEAST_VND = 1.0


def plan_sections(page: Content) -> list[str]:
    """Return the sections on the plan, in the order of the page."""
    plan = page.plan
    return [
        _years(page),
        _sites(page),
        _sharing(plan),
        section(phrase("certificate_title"), paragraphs(certificate(plan))),
        _equity(plan),
        _prices(plan),
        _running(plan),
        _ownership(plan),
        _robustness(plan),
        _tornado(plan),
    ]


def _years(page: Content) -> str:
    """Return what each year builds and reaches."""
    plan, figures = page.plan, page.figures
    table = tables.phases_table(plan)
    first, last = (int(plan.phases["year"].iloc[end]) for end in (0, -1))
    values = {
        "sites": count(figures.sites),
        "fibre": length(plan.totals.length_m),
        "hops": count(plan.totals.hops),
        "years": years(first, last),
        "cost": money(figures.capex_vnd),
        "people": count(figures.people_gained),
    }
    note = {"beyond": count(plan.totals.sites_beyond), "budget": money(plan.budget_vnd)}
    told = phrase("phases_note", note)
    nesting = nesting_text(plan)
    if nesting is not None:
        told = told + plain(" ") + nesting
    title = finding("phases_title", table, values)
    return section(title, render(table), told)


def nesting_text(plan: Plan) -> Text | None:
    """Say what it costs that each year builds on the one before; None where nobody looked."""
    if plan.phases["nesting_cost_weight"].isna().any():
        return None
    totals = plan.totals
    if totals.nesting_worst_year is None:
        return phrase("nesting_none")
    values = {
        "year": plain(totals.nesting_worst_year),
        "people": count(totals.nesting_worst_people),
        "weight": count(totals.nesting_worst_weight),
    }
    return phrase("nesting_worst", values)


def _sites(page: Content) -> str:
    """Return the first proposals, each with its reasons."""
    plan = page.plan
    table = tables.proposals_table(plan, page.communes)
    values = {
        "new": count(plan.totals.new_masts),
        "shared": count(plan.totals.shared_masts),
        "people": count(plan.totals.people_gained),
    }
    note = {"shown": count(len(table.rows)), "all": count(len(plan.sites))}
    title = finding("proposals_title", table, values)
    return section(title, render(table), phrase("proposals_note", note))


def sharing_text(plan: Plan) -> Text | None:
    """Say what sharing masts saves and what rent it costs; None where nothing is shared."""
    shared = plan.sites[plan.sites["year"].notna() & (plan.sites["kind"] == "shared_mast")]
    if shared.empty or "saved_vnd" not in shared:
        return None
    saved_vnd = float(shared["saved_vnd"].astype(float).sum())
    values = {
        "shared": count(len(shared)),
        "saved": money(abs(saved_vnd)),
        "rent": money(float(shared["rent_vnd_year"].astype(float).sum())),
    }
    return phrase("sharing_saves" if saved_vnd >= 0 else "sharing_costs", values)


def _sharing(plan: Plan) -> str:
    text = sharing_text(plan)
    return "" if text is None else section(text, "", phrase("sharing_note"))


def equity_texts(plan: Plan) -> list[Text]:
    """Say what the floor for especially difficult villages does and costs; none without one."""
    equity = plan.equity
    if equity is None:
        return []
    values = {
        "floor": percent(equity.floor_share),
        "served": percent(equity.served_share),
        "without": percent(equity.without_share),
        "people": count(equity.floor_people),
        "price": money(equity.price_vnd),
        "low": money(equity.price_low_vnd),
        "high": money(equity.price_high_vnd),
        "lost": count(max(equity.without_weight - equity.covered_weight, 0.0)),
    }
    free = equity.price_high_vnd < _LEAST_VND
    told = [
        phrase("equity_free" if free else "equity_price", values),
        phrase("equity_served", values),
    ]
    return [*told, phrase("equity_bounds", values), phrase("equity_lost", values)]


def _equity(plan: Plan) -> str:
    texts = equity_texts(plan)
    return section(texts[0], paragraphs(texts[1:])) if texts else ""


def _prices(plan: Plan) -> str:
    """Return the prices of building and what they add up to."""
    totals, table = plan.totals, tables.prices_table(plan, kind="capex")
    values = {
        "low": money(totals.low_vnd),
        "likely": money(totals.likely_vnd),
        "high": money(totals.high_vnd),
    }
    note = phrase("costs_note", {"share": percent(totals.assumed_price_share)})
    return section(finding("costs_title", table, values), render(table), note)


def _running(plan: Plan) -> str:
    """Return the prices of running."""
    totals, table = plan.totals, tables.prices_table(plan, kind="opex")
    values = {
        "low": money(totals.opex_low_vnd),
        "likely": money(totals.opex_vnd),
        "high": money(totals.opex_high_vnd),
    }
    if not table.rows:
        return ""
    return section(phrase("running_title", values), render(table), phrase("running_note"))


def _ownership(plan: Plan) -> str:
    """Return what owning costs over the horizon."""
    totals = plan.totals
    values = {
        "years": count(len(plan.tco)),
        "low": money(totals.tco_low_vnd),
        "likely": money(totals.tco_vnd),
        "high": money(totals.tco_high_vnd),
    }
    if totals.tco_vnd < _LEAST_VND:
        return ""
    table = render(tables.ownership_table(plan))
    return section(phrase("tco_title", values), table, phrase("tco_note"))


def _robustness(plan: Plan) -> str:
    title, table = robustness_part(plan)
    return section(title, table, phrase("robust_note")) if table else ""


def _tornado(plan: Plan) -> str:
    title, bars = tornado_part(plan)
    return section(title, bars, phrase("tornado_note")) if bars else ""
