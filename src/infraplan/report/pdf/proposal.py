"""Pages on the plan: what is proposed, what it costs and when, and what each year reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.report.charts.data import commune_name, people_served
from infraplan.report.pdf.blocks import Block, Page, chart, paragraphs, table
from infraplan.report.pdf.figures import (
    a_year,
    amount,
    head,
    joined,
    map_of,
    milliards,
    number,
    plan_years_text,
    total,
    total_sites,
    whole,
)
from infraplan.results import ANY_OPERATOR
from infraplan.wording import Text, area, count, decimal, length, money, percent, phrase, plain
from infraplan.wording import height as height_text

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from infraplan.report.facts import Facts

__all__ = ["cost_page", "proposal_page", "reach_page"]

_SHOWN: Final = 8
_M_PER_KM: Final = 1000.0
_LEAST_VND: Final = 1.0
_LEAST_PEOPLE: Final = 0.5


def proposal_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell what is to be built, where, and which sites come first."""
    values = {
        "new": count(amount(facts, "new_masts")),
        "shared": count(amount(facts, "shared_masts")),
        "people": count(amount(facts, "people_gained")),
        "fibre": length(amount(facts, "length_m")),
        "hops": count(amount(facts, "hops")),
        "demand": count(number(facts.manifest["certificate"], "demand_people")),
        "reachable": count(number(facts.manifest["certificate"], "reachable_people")),
    }
    built = total_sites(facts) > 0
    lead = [phrase("pdf_proposal_lead" if built else "pdf_proposal_lead_none", values)]
    sharing = _sharing(facts)
    if sharing is not None:
        lead.append(sharing + plain("."))
    if not built:
        lead += [phrase("certificate_reach", values), phrase("pdf_cost_lead_none")]
    return Page(
        phrase("proposals_title" if built else "pdf_proposal_title_none", values),
        joined(lead),
        [
            map_of(facts, "plan", pictures, language),
            *([_sites_table(facts, language)] if built else []),
        ],
    )


def _sharing(facts: Facts) -> Text | None:
    """Say what sharing masts saves and what rent it costs; None where nothing is shared."""
    sites = facts.new_sites
    shared = sites[sites["year"].notna() & (sites["kind"] == "shared_mast")]
    if shared.empty or shared["saved_vnd"].isna().all():
        return None
    saved_vnd = float(shared["saved_vnd"].astype(float).sum())
    values = {
        "shared": count(len(shared)),
        "saved": money(abs(saved_vnd)),
        "rent": money(float(shared["rent_vnd_year"].astype(float).sum())),
    }
    return phrase("sharing_saves" if saved_vnd >= 0 else "sharing_costs", values)


def _sites_table(facts: Facts, language: str) -> Block:
    """List the first sites in the order of building."""
    communes = facts.communes
    named = dict(zip(communes["code"].astype(str), commune_name(communes), strict=True))
    sites = facts.new_sites.assign(site_id=facts.new_sites["site_id"].astype(str))
    told = sites.set_index("site_id")
    order = facts.explanations
    first = order[order["year"].notna()].head(_SHOWN)
    rows = []
    for r in first.to_dict("records"):
        site = told.loc[str(r["site_id"])]
        rows.append(
            [
                plain(r["site_id"]),
                phrase(f"kind_{site['kind']}"),
                plain(named.get(str(site["commune_code"]), str(site["commune_code"]))),
                height_text(whole(site["antenna_height_m"])),
                a_year(r["year"]),
                count(whole(r["people_gained"])),
                milliards(whole(r["site_vnd"]) + whole(r["link_vnd"])),
            ]
        )
    values = {"shown": count(len(rows)), "all": count(len(sites))}
    return table(
        head(
            "site", "kind", "commune", "pdf_head_antenna", "year", "people_gained", "pdf_head_cost"
        ),
        rows,
        language=language,
        caption=phrase("pdf_sites_table"),
        words=frozenset({0, 1, 2}),
        widths=[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
        note=phrase("pdf_sites_note", values),
    )


def cost_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell what the plan costs, year by year, and what owning it costs afterwards."""
    del pictures
    certificate = facts.manifest["certificate"]
    values = {
        "years": plan_years_text(facts),
        "sites": count(total_sites(facts)),
        "cost": money(amount(facts, "capex_vnd")),
        "people": count(amount(facts, "people_gained")),
        "budget": money(whole(certificate["budget_vnd"])),
        "beyond": count(amount(facts, "sites_beyond")),
        "low": money(amount(facts, "low_vnd")),
        "high": money(amount(facts, "high_vnd")),
        "opex": money(amount(facts, "opex_vnd")),
    }
    blocks = [
        chart("cost_by_year", phrase("pdf_alt_cost", values), language=language),
        _years_table(facts, language),
        paragraphs(_owning(facts), language=language),
    ]
    return Page(phrase("phases_title", values), phrase("pdf_cost_lead", values), blocks)


def _years_table(facts: Facts, language: str) -> Block:
    phases = facts.phases
    rows = [
        [
            plain(int(r["year"])),
            count(whole(r["sites"])),
            count(whole(r["links"])),
            decimal(whole(r["length_m"]) / _M_PER_KM, 1),
            milliards(whole(r["budget_vnd"])),
            milliards(whole(r["capex_vnd"])),
            milliards(whole(r["left_vnd"])),
            milliards(whole(r["opex_vnd"])),
            count(whole(r["people_gained"])),
            count(whole(r["cumulative_people"])),
        ]
        for r in phases.to_dict("records")
    ]
    blank = Text("", "")
    sums = {n: float(phases[n].astype(float).sum()) for n in _SUMMED}
    last = [
        phrase("total"),
        count(sums["sites"]),
        count(sums["links"]),
        decimal(sums["length_m"] / _M_PER_KM, 1),
        blank,
        milliards(sums["capex_vnd"]),
        blank,
        blank,
        count(sums["people_gained"]),
        blank,
    ]
    keys = (
        "year", "sites", "links", "pdf_head_fibre", "pdf_head_budget", "pdf_head_capex",
        "pdf_head_left", "pdf_head_opex", "people_gained", "people_cumulative",
    )  # fmt: skip
    return table(
        head(*keys),
        rows,
        language=language,
        caption=phrase("pdf_years_table"),
        widths=[0.8, 0.8, 0.8, 1.0, 1.0, 1.0, 1.0, 1.0, 1.2, 1.2],
        total=last,
        note=phrase("pdf_years_note"),
        empty=phrase("table_empty"),
    )


_SUMMED: Final = ("sites", "links", "length_m", "capex_vnd", "people_gained")


def _owning(facts: Facts) -> list[Text]:
    """Say what owning costs over the horizon, and what it counts."""
    if not amount(facts, "tco_vnd") >= _LEAST_VND:
        return []
    values = {
        "years": count(len(facts.tco)),
        "low": money(amount(facts, "tco_low_vnd")),
        "likely": money(amount(facts, "tco_vnd")),
        "high": money(amount(facts, "tco_high_vnd")),
    }
    return [phrase("tco_title", values) + plain(". ") + phrase("tco_note")]


def reach_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell how many people, villages and how much ground have service, year by year."""
    served = people_served(facts)
    mine = served["technology"] == facts.technology
    rows = served[mine & (served["operator"] == ANY_OPERATOR)].sort_values("year")
    values = {"technology": plain(facts.technology)}
    title = phrase("pdf_reach_title_none", values)
    if len(rows):
        first, last = rows.iloc[0], rows.iloc[-1]
        values |= {
            "year": plain(int(last["year"])),
            "share": percent(whole(last["people_served_share"])),
            "now": percent(whole(first["people_served_share"])),
            "left": count(float(last["people"] - last["people_served"])),
        }
        everyone = float(last["people"] - last["people_served"]) < _LEAST_PEOPLE
        title = phrase("pdf_reach_title_all" if everyone else "pdf_reach_title", values)
    told = [
        [
            plain(int(r["year"])),
            count(r["people_served"]),
            percent(whole(r["people_served_share"])),
            count(r["people"] - r["people_served"]),
            count(r["villages_served"]),
            _share(r["villages_served"], r["villages"]),
            area(r["area_served_m2"]),
            _share(r["area_served_m2"], r["area_m2"]),
        ]
        for r in rows.to_dict("records")
    ]
    keys = (
        "year", "people_served", "share", "people_unserved", "pdf_head_villages_served", "share",
        "pdf_head_area_served", "share",
    )  # fmt: skip
    listed = table(
        head(*keys),
        told,
        language=language,
        caption=phrase("pdf_reach_table", values),
        widths=[0.8, 1.3, 1.0, 1.3, 1.2, 1.0, 1.4, 1.0],
        empty=phrase("table_empty"),
        note=phrase("pdf_reach_note", {"level": decimal(total(facts, "served_dbm"), 0)}),
    )
    return Page(
        title,
        phrase("pdf_reach_lead", values) if len(rows) else phrase("charts_nothing"),
        [
            chart("served_by_year", phrase("pdf_alt_served", values), language=language),
            map_of(facts, "coverage_end", pictures, language),
            listed,
        ],
    )


def _share(part: float, whole_: float) -> Text:
    return percent(part / whole_ if whole_ else float("nan"))
