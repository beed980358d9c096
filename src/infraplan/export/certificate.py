"""How good is the plan, in words that promise no more than was proven?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.export.weights import is_people_only, weights_text
from infraplan.wording import Text, count, is_proven, money, percent_at_most, phrase, plain

if TYPE_CHECKING:
    from infraplan.plan import Plan

__all__ = ["certificate", "price_basis"]

_BY_THE_CLOCK = "time_limit"
_LEAST_PEOPLE = 0.5


def certificate(plan: Plan) -> list[Text]:
    """Return paragraphs on what can be reached, what is proven, and what is left over."""
    values = {"demand": count(plan.demand_people), "reachable": count(plan.reachable_people)}
    told = [phrase("certificate_reach", values)]
    if len(plan.sites):
        told += [*_sites(plan), _links(plan), _years(plan), _left(plan)]
    if _BY_THE_CLOCK in (plan.sites_status, plan.links_status, plan.phases_status):
        told.append(phrase("certificate_clock"))
    return told


def price_basis(plan: Plan) -> str:
    """Tell at which prices of the links the bound of the sites holds.

    Returns
    -------
    str
        "plan" where sites and links were weighed together: links that several sites share are
        paid, a chosen site costs what it alone needs, any other a link of its own or what extends
        the shared ones; "own" where each link was priced on its own.
    """
    return "own" if plan.joint is None else "plan"


def _sites(plan: Plan) -> list[Text]:
    """Say what is proven of the choice of sites, in people or in weighted demand."""
    people_only = is_people_only(plan)
    kind = "sites" if people_only else "weighted"
    ending = "best" if is_proven(plan.gap_share) else "gap"
    values = {
        "covered": count(plan.covered_people),
        "weight": count(plan.covered_weight),
        "upper": count(plan.upper_bound_weight),
        "gap": percent_at_most(plan.gap_share),
        "basis": phrase(f"certificate_at_{price_basis(plan)}"),
        "within": phrase("certificate_within" if plan.equity is None else "certificate_floor"),
    }
    told = [phrase(f"certificate_{kind}_{ending}", values)]
    if not people_only:
        told.append(phrase("certificate_weights", {"weights": weights_text(plan)}))
    unserved = plan.reachable_people - plan.covered_people
    if unserved >= _LEAST_PEOPLE or not people_only:
        told.append(phrase("certificate_shared"))
    return told


def _links(plan: Plan) -> Text:
    if is_proven(plan.links_gap_share):
        return phrase("certificate_links_best")
    return phrase("certificate_links_gap", {"gap": percent_at_most(plan.links_gap_share)})


def _years(plan: Plan) -> Text:
    """Say what is proven of the years."""
    ending = "best" if is_proven(plan.phases_gap_share) else "gap"
    return phrase(f"plan_note_years_{ending}", {"gap": percent_at_most(plan.phases_gap_share)})


def _left(plan: Plan) -> Text:
    """Say which money is left, and how many of the chosen sites are not built."""
    last = plan.phases.iloc[-1]
    values = {"left": money(float(last["left_vnd"])), "year": plain(int(last["year"]))}
    told = phrase("certificate_left", values)
    beyond = plan.totals.sites_beyond
    if not beyond:
        return told
    return told + plain(" ") + phrase("certificate_beyond", {"beyond": count(beyond)})
