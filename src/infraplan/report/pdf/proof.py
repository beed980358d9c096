"""The page on the certificate: what it says, when it holds, and what it does not say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from infraplan.report.pdf.blocks import Page, boxes, chart, paragraphs
from infraplan.report.pdf.figures import amount, joined, number
from infraplan.wording import (
    Text,
    count,
    decimal,
    is_proven,
    money,
    percent,
    percent_at_most,
    phrase,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from infraplan.report.facts import Facts

__all__ = ["proof_page"]

_BY_THE_CLOCK: Final = "time_limit"
_OWN_LINKS: Final = "each site's link is priced on its own"
_FACTORS: Final = ("difficult", "especially_difficult")
_HUNDREDTHS: Final = 10_000
_MOST_DIGITS: Final = 6
_BETWEEN: Final = "; "


def proof_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell how good the plan is, in words that promise no more than was proven."""
    del pictures
    certificate = facts.manifest["certificate"]
    values = _values(facts, certificate)
    gap = number(certificate, "sites_gap_share")
    title = phrase("pdf_proof_title_best" if is_proven(gap) else "pdf_proof_title", values)
    columns = [
        (phrase("pdf_proof_says"), _says(certificate, values)),
        (phrase("pdf_proof_holds"), _holds(facts, certificate, values)),
        (phrase("pdf_proof_not"), _leaves_open(facts, certificate, values)),
    ]
    blocks = [
        boxes(columns, language=language),
        chart("marginal_cost", phrase("pdf_alt_marginal"), language=language),
    ]
    also = [*_nesting(facts), *_equity(facts)]
    if also:
        blocks.append(paragraphs(also, language=language))
    lead = [phrase("certificate_reach", values), phrase("pdf_proof_plain", values)]
    return Page(title, joined(lead), blocks)


def _values(facts: Facts, certificate: dict[str, Any]) -> dict[str, Text]:
    basis = "own" if certificate["sites_gap_holds_when"] == _OWN_LINKS else "plan"
    within = "certificate_within" if facts.manifest.get("equity") is None else "certificate_floor"
    return {
        "demand": count(number(certificate, "demand_people")),
        "reachable": count(number(certificate, "reachable_people")),
        "covered": count(number(certificate, "covered_people")),
        "weight": count(number(certificate, "covered_weight")),
        "upper": count(number(certificate, "upper_bound_weight")),
        "gap": percent_at_most(number(certificate, "sites_gap_share")),
        "least": _at_least(number(certificate, "sites_gap_share")),
        "basis": phrase(f"certificate_at_{basis}"),
        "within": phrase(within),
        "budget": money(number(certificate, "budget_vnd")),
        "left": money(number(certificate, "unspent_vnd")),
        "assumed": percent(amount(facts, "assumed_price_share")),
    }


def _at_least(gap_share: float) -> Text:
    """Write which part of a hundred is reached for certain, rounded down."""
    hundredths = math.floor(round((1.0 - gap_share) * _HUNDREDTHS, 6))
    return decimal(hundredths / 100.0, 2)


def _says(certificate: dict[str, Any], values: dict[str, Text]) -> list[Text]:
    """Say what is proven of the sites, the links and the order of the years."""
    kind = "sites" if certificate["sites_gap_counts"] == "people" else "weighted"
    ending = "best" if is_proven(number(certificate, "sites_gap_share")) else "gap"
    told = [phrase(f"certificate_{kind}_{ending}", values)]
    links = number(certificate, "links_gap_share")
    told.append(
        phrase("certificate_links_best")
        if is_proven(links)
        else phrase("certificate_links_gap", {"gap": percent_at_most(links)})
    )
    order = number(certificate, "phases_gap_share")
    told.append(
        phrase("plan_note_years_best")
        if is_proven(order)
        else phrase("plan_note_years_gap", {"gap": percent_at_most(order)})
    )
    return told


def _holds(facts: Facts, certificate: dict[str, Any], values: dict[str, Text]) -> list[Text]:
    """Say under which prices, demand and choices the proof holds."""
    told = [phrase("pdf_proof_places", values), phrase("pdf_proof_prices", values)]
    if certificate["sites_gap_counts"] != "people":
        weights = joined(_weights(facts), _BETWEEN)
        told.append(phrase("certificate_weights", {"weights": weights}))
    return told


def _weights(facts: Facts) -> list[Text]:
    """List what counts how much; what counts nothing, and factors of 1, are left out."""
    return [
        phrase(f"weight_{key}", {"weight": decimal(float(weight), _digits(float(weight)))})
        for key, weight in facts.manifest["demand_weights"].items()
        if float(weight) != (1.0 if key in _FACTORS else 0.0)
    ]


def _digits(weight: float) -> int:
    """Return as many decimals as a weight needs."""
    return len(f"{weight:.{_MOST_DIGITS}f}".rstrip("0").partition(".")[2])


def _leaves_open(facts: Facts, certificate: dict[str, Any], values: dict[str, Text]) -> list[Text]:
    """Say what the proof does not speak of."""
    told = [phrase("certificate_shared"), phrase("pdf_proof_data", {"basis": facts.data_basis})]
    told.append(phrase("pdf_proof_assumed", values))
    clocks = (f"{part}_status" for part in ("sites", "links", "phases"))
    if any(certificate[clock] == _BY_THE_CLOCK for clock in clocks):
        told.append(phrase("certificate_clock"))
    return told


def _nesting(facts: Facts) -> list[Text]:
    """Say what it costs that each year builds on the one before; nothing where nobody looked."""
    if facts.phases.empty or facts.phases["nesting_cost_weight"].isna().any():
        return []
    totals = facts.manifest["plan_totals"]
    if totals.get("nesting_worst_year") is None:
        return [phrase("nesting_none")]
    values = {
        "year": plain(totals["nesting_worst_year"]),
        "people": count(number(totals, "nesting_worst_people")),
        "weight": count(number(totals, "nesting_worst_weight")),
    }
    return [phrase("nesting_worst", values)]


def _equity(facts: Facts) -> list[Text]:
    """Say what the floor for especially difficult villages asks for and costs."""
    equity = facts.manifest.get("equity")
    if equity is None:
        return []
    values = {
        "floor": percent(number(equity, "floor_share")),
        "served": percent(number(equity, "served_share")),
        "without": percent(number(equity, "without_share")),
        "people": count(number(equity, "floor_people")),
        "price": money(number(equity, "price_vnd")),
    }
    free = number(equity, "price_high_vnd") < 1
    first = phrase("equity_free" if free else "equity_price", values) + plain(". ")
    return [first + phrase("equity_served", values)]
