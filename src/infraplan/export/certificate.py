"""How good is the plan, in words that promise no more than was proven?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.wording import Text, count, is_proven, money, percent_at_most, phrase, plain

if TYPE_CHECKING:
    from infraplan.plan import Plan

__all__ = ["certificate"]

_BY_THE_CLOCK = "time_limit"
_LEAST_PEOPLE = 0.5


def certificate(plan: Plan) -> list[Text]:
    """Return paragraphs on what can be reached, what is proven, and what is left over."""
    values = {
        "demand": count(plan.demand_people),
        "reachable": count(plan.reachable_people),
        "covered": count(float(plan.sites["people_gained"].sum())),
        "upper": count(plan.upper_bound_people),
        "gap": percent_at_most(plan.gap_share),
    }
    told = [phrase("certificate_reach", values)]
    if len(plan.sites):
        ending = "best" if is_proven(plan.gap_share) else "gap"
        told.append(phrase(f"certificate_sites_{ending}", values))
        told.append(_open_ends(plan))
        told.append(_links(plan))
    if _BY_THE_CLOCK in (plan.sites_status, plan.links_status):
        told.append(phrase("certificate_clock"))
    return told


def _open_ends(plan: Plan) -> Text:
    """Say what the proof leaves open, if anybody is left to serve, and which money is left."""
    last = plan.phases.iloc[-1]
    values = {"left": money(float(last["left_vnd"])), "year": plain(int(last["year"]))}
    left = phrase("certificate_left", values)
    unserved = plan.reachable_people - float(plan.sites["people_gained"].sum())
    if unserved < _LEAST_PEOPLE:
        return left
    return phrase("certificate_shared") + plain(" ") + left


def _links(plan: Plan) -> Text:
    if is_proven(plan.links_gap_share):
        return phrase("certificate_links_best")
    return phrase("certificate_links_gap", {"gap": percent_at_most(plan.links_gap_share)})
