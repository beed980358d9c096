"""What must a reader know before trusting a plan's prices, years and certificate?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.wording import (
    Text,
    count,
    is_proven,
    money,
    percent,
    percent_at_most,
    phrase,
    word_or,
)

if TYPE_CHECKING:
    from infraplan.plan.plan import Plan

__all__ = ["plan_notes"]

_LEAST_VND: Final = 1.0  # sums closer than this are equal


def plan_notes(plan: Plan, *, late: int, discount_rate_share: float) -> tuple[Text, ...]:
    """Say how the prices are known, what does not fit, and what the certificate leaves out.

    Parameters
    ----------
    plan
        The plan.
    late
        Chosen sites whose links wait for works beyond the last year.
    discount_rate_share
        Yearly rate of the total cost of ownership.

    Returns
    -------
    tuple of Text
        Whole sentences in both languages.
    """
    notes = [phrase("plan_note_carried")]
    assumed = plan.assumptions.loc[plan.assumptions["origin"] == "assumed", "item"]
    if len(assumed):
        named = [word_or(f"cost_{item}", str(item)) for item in assumed]
        items = Text("; ".join(n.vi for n in named), "; ".join(n.en for n in named))
        notes.append(phrase("plan_note_assumed", {"items": items}))
    if len(plan.assumptions):
        horizon = {"years": count(len(plan.tco)), "rate": percent(discount_rate_share, 0)}
        notes.append(phrase("plan_note_ownership", horizon))
    if plan.totals.weight_gained > 0:
        gap = {"gap": percent_at_most(plan.phases_gap_share)}
        ending = "best" if is_proven(plan.phases_gap_share) else "gap"
        notes.append(phrase(f"plan_note_years_{ending}", gap))
    beyond = plan.totals.sites_beyond - late
    if beyond:
        notes.append(phrase("plan_note_beyond", {"sites": count(beyond)}))
    if late:
        notes.append(phrase("plan_note_late", {"sites": count(late)}))
    shared_vnd = _saved_by_sharing_vnd(plan)
    unspent_vnd = plan.budget_vnd - plan.totals.capex_vnd
    if shared_vnd >= _LEAST_VND and unspent_vnd >= _LEAST_VND:
        values = {"shared": money(shared_vnd), "unspent": money(unspent_vnd)}
        notes.append(phrase("plan_note_unspent", values))
    return tuple(notes)


def _saved_by_sharing_vnd(plan: Plan) -> float:
    """Return by how much the links cost less than one link each; 0 where none was priced."""
    built, laid = plan.sites["year"].notna(), plan.links["year"].notna()
    if "link_estimate_vnd" not in plan.sites:
        return 0.0
    own_vnd = float(plan.sites.loc[built, "link_estimate_vnd"].astype(float).sum())
    return own_vnd - float(plan.links.loc[laid, "capex_vnd"].sum())
