"""Which figures stand first, which formula makes each, and what does the plan itself say?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.report.xlsx.costs import HALF_STEP, HALF_VND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan.report.facts import Facts
    from infraplan.report.xlsx.listing import Placed
    from infraplan.report.xlsx.phases import PhasesAt

__all__ = ["Line", "people_lines", "plan_lines"]

_HOP: Final = "microwave"


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the summary.

    Attributes
    ----------
    word
        ``xlsx_sum_of_<word>`` is what it is called.
    formula, value
        What makes it, and what that gives.
    kind, unit
        Kind of number, and its unit: vnd, people, another or none.
    plans
        What the plan itself says; None where it says nothing.
    allowed
        What rounding explains of a difference.
    """

    word: str
    formula: str
    value: float
    kind: str
    unit: str
    plans: float | None = None
    allowed: float = 0.0


def people_lines(facts: Facts, placed: Mapping[str, Placed]) -> list[Line]:
    """Return who is served today, and how many are not."""
    communes, villages, gaps = placed["communes"], placed["villages"], placed["gaps"]
    totals, slack = facts.manifest["totals"], HALF_STEP * len(facts.communes)
    people = float(facts.communes["people"].sum())
    served = float(facts.communes["people_served_any"].sum())
    every, reached = (f"SUM({communes.all_of(c)})" for c in ("people", "people_served_any"))
    lines = [
        Line("people", f"={every}", people, "count", "people", totals["people"], slack),
        Line("served", f"={reached}", served, "count", "people", totals["people_served"], slack),
        Line(
            "served_share",
            f'=IF({every}=0,"",{reached}/{every})',
            served / people if people else float("nan"),
            "share",
            "",
        ),
        Line(
            "unserved",
            f"={every}-{reached}",
            people - served,
            "count",
            "people",
            totals["people_unserved"],
            2 * slack,
        ),
        Line(
            "villages",
            f"=ROWS({villages.all_of('village_id')})-COUNTBLANK({villages.all_of('village_id')})",
            float(len(facts.villages)),
            "count",
            "",
            totals["villages"],
        ),
        _silent_villages(facts, villages),
    ]
    for kind in ("white", "weak", "single_operator", "congested"):
        spots = facts.gaps[facts.gaps["kind"] == kind]
        of_kind = f'{gaps.all_of("kind")},"{kind}"'
        key = f"{kind}_spots"
        lines.append(
            Line(
                key, f"=COUNTIFS({of_kind})", float(len(spots)), "count", "", totals.get(key, None)
            )
        )
        lines.append(
            Line(
                f"{kind}_people",
                f"=SUMIFS({gaps.all_of('people')},{of_kind})",
                float(spots["people"].sum()),
                "count",
                "people",
            )
        )
    return lines


def _silent_villages(facts: Facts, villages: Placed) -> Line:
    """Count the villages below the level of any signal; one without a level has none."""
    limit_dbm = facts.manifest["totals"]["no_signal_dbm"]
    level = facts.villages["rsrp_dbm_any"].astype(float)
    above = f'COUNTIFS({villages.all_of("rsrp_dbm_any")},">={limit_dbm}")'
    ids = villages.all_of("village_id")
    return Line(
        "silent",
        f"=ROWS({ids})-COUNTBLANK({ids})-{above}",
        float((~(level >= limit_dbm)).sum()),
        "count",
        "",
        facts.manifest["totals"]["villages_without_signal"],
    )


def plan_lines(facts: Facts, placed: Mapping[str, Placed], phases: PhasesAt) -> list[Line]:
    """Return what is proposed, and what it costs."""
    proposals, plan = placed["proposals"], facts.manifest["plan_totals"]
    sites = facts.new_sites
    kinds = [
        Line(
            kind,
            f'=COUNTIFS({proposals.all_of("kind")},"{kind}")',
            float((sites["kind"] == kind).sum()),
            "count",
            "",
            plan[f"{kind}s"],
        )
        for kind in ("new_mast", "shared_mast")
    ]
    gained = Line(
        "gained",
        f"=SUM({proposals.all_of('people_gained')})",
        float(sites["people_gained"].sum()),
        "count",
        "people",
        plan["people_gained"],
        HALF_STEP * (len(sites) + 1),
    )
    links = _link_lines(facts, placed["links"])
    return [*kinds, *links, gained, *_money_lines(facts, placed, phases)]


def _money_lines(facts: Facts, placed: Mapping[str, Placed], phases: PhasesAt) -> list[Line]:
    """Return what the plan costs."""
    owners, plan = placed["owners"], facts.manifest["plan_totals"]
    slack = HALF_VND * (len(facts.costs_by_owner) + 1)
    lines = [
        Line(
            kind,
            f"=SUM({owners.all_of(f'{kind}_vnd')})",
            float(facts.costs_by_owner[f"{kind}_vnd"].sum()),
            "vnd",
            "vnd",
            plan[f"{kind}_vnd"],
            slack,
        )
        for kind in ("capex", "opex")
    ]
    budget = Line(
        "budget",
        f"=SUM({phases.column('budget_vnd')})",
        float(facts.phases["budget_vnd"].sum()),
        "vnd",
        "vnd",
        facts.manifest["certificate"]["budget_vnd"],
        HALF_VND * (len(facts.phases) + 1),
    )
    people = f"SUM({placed['proposals'].all_of('people_gained')})"
    gained = float(facts.new_sites["people_gained"].sum())
    per_person = Line(
        "per_person",
        f'=IF({people}=0,"",SUM({owners.all_of("capex_vnd")})/{people})',
        lines[0].value / gained if gained else float("nan"),
        "vnd",
        "vnd",
    )
    return [*lines, budget, per_person]


def _link_lines(facts: Facts, links: Placed) -> list[Line]:
    """Return how much cable is laid, and how many hops are built."""
    plan, table = facts.manifest["plan_totals"], facts.links
    hop = table["medium"] == _HOP
    medium = links.all_of("medium")
    return [
        Line(
            "cable_length",
            f'=SUMIFS({links.all_of("length_m")},{medium},"<>{_HOP}")',
            float(table.loc[~hop, "length_m"].sum()),
            "metre",
            "m",
            plan["length_m"],
            HALF_STEP * (len(table) + 1),
        ),
        Line(
            "hops",
            f'=COUNTIFS({medium},"{_HOP}")',
            float(hop.sum()),
            "count",
            "",
            plan["hops"],
        ),
    ]
