"""Which sites and links are best together, when links share fibre and sites pay for their links?

Siting and backhaul do not know each other: one prices links, the other chooses sites at these
prices, and this file hands the table to and fro until the choice is stable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from infraplan import backhaul
from infraplan.errors import InfeasibleError
from infraplan.wording import Text, count, plain
from infraplan.workflow.joint_round import Case, Round, Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd

    from infraplan.results import Choice, Links
    from infraplan.siting import Reach
    from infraplan.study import Study

__all__ = ["Joint", "choose_with_links"]

_MOST_ROUNDS = 8
_OPTIMAL_GAP_SHARE = 1e-6
_NEVER_FITS = (
    "No choice of sites keeps the budget once its links are laid together. Remedy: raise "
    "plan.budget_vnd, or allow microwave hops (plan.microwave = true)."
)


@dataclass(frozen=True, slots=True)
class Joint:
    """Sites and links that were weighed together.

    Attributes
    ----------
    choice, links
        Sites, and the links of exactly these.
    rounds
        One row per round: round, floor_share, sites, covered_weight, gap_share, sites_vnd,
        estimate_vnd (of the links, while choosing), links_vnd, total_vnd, fits, kept.
    best_by_year
        One row per year: year, budget_vnd (of all years until then), covered_weight,
        upper_bound_weight, covered_people: the best free choice for that budget alone, each link
        priced on its own.
    """

    choice: Choice
    links: Links
    rounds: pd.DataFrame
    best_by_year: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class _Ended:
    """How the turns ended.

    Attributes
    ----------
    best
        The round that serves most of those that keep the budget.
    freely
        The choice at the prices of its links with no money held back, whose bound certifies it.
    is_stable
        Whether the turns ended by themselves.
    """

    best: Round
    freely: Choice
    is_stable: bool


@dataclass(slots=True, eq=False)
class _Bar:
    """How far the turns are."""

    progress: Callable[[int, int], None]
    steps: int
    done: int = 0

    def step(self) -> None:
        """Tell that one more step is done."""
        self.done += 1
        self.progress(self.done, self.steps)


def choose_with_links(
    study: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    *,
    years: Sequence[int],
    yearly_budget_vnd: float,
    progress: Callable[[int, int], None],
) -> Joint:
    """Choose sites and lay their links in turns until the choice is stable.

    The first round prices each candidate's link on its own. Each later one starts from the best
    round that keeps the budget: links that its sites share are paid, a chosen site costs the links
    that it alone needs, any other a link of its own or what extends the shared ones. The turns end
    when no choice at these prices serves more; its bound is the certificate. A floor for especially
    difficult villages is asked for in turns of its own, at the prices that the first ones end with.

    Parameters
    ----------
    study, gaps, spots, reach
        As for :func:`infraplan.siting.choose`.
    years, yearly_budget_vnd
        Years of the plan and new money of each, for the comparison by year.
    progress
        Called with (done, total).

    Returns
    -------
    Joint
        The round kept, and what the others did.
    """
    case = Case(study, gaps, spots, reach)
    floor_share = study.file.plan.floor_share or 0.0
    floors = (0.0, floor_share) if floor_share else (0.0,)
    bar = _Bar(progress, _MOST_ROUNDS * len(floors) + len(years))
    alone = Terms(backhaul.link_prices(study, spots), 0.0)
    rounds: list[Round] = []
    terms = alone
    for floor in floors:
        ended = _take_turns(case, rounds, terms, floor_share=floor, bar=bar)
        terms = case.beside(ended.best)
    by_year = []
    for position, year in enumerate(years, 1):
        by_year.append(_best_until(case, alone, year, position * yearly_budget_vnd))
        bar.step()
    table = _table(rounds, ended.best)
    choice = _certified(ended, len(rounds))
    return Joint(choice, ended.best.laid, table, pd.DataFrame.from_records(by_year))


def _take_turns(
    case: Case, rounds: list[Round], terms: Terms, *, floor_share: float, bar: _Bar
) -> _Ended:
    """Add rounds until none that fits serves more than the best one at that one's own prices.

    A choice that does not fit once its links are laid is made again with so much less money.
    """
    best: Round | None = None
    freely: Choice | None = None  # chosen at these terms with no money held back
    reserve_vnd = 0.0
    for _ in range(_MOST_ROUNDS):
        choice = case.choose(terms, floor_share=floor_share, reserve_vnd=reserve_vnd)
        freely = freely or choice
        if best is not None and choice.covered_weight <= best.choice.covered_weight:
            return _Ended(best, freely, is_stable=True)
        found = case.connect(choice, floor_share=floor_share)
        rounds.append(found)
        bar.step()
        if found.overshoot_vnd > 0.0:
            reserve_vnd += found.overshoot_vnd
        else:
            best, freely, reserve_vnd = found, None, 0.0
            terms = case.beside(best)
    if best is None:
        raise InfeasibleError(_NEVER_FITS)
    return _Ended(best, freely or case.choose(terms, floor_share=floor_share), is_stable=False)


def _certified(ended: _Ended, rounds: int) -> Choice:
    """Return the best choice with its certificate at its own prices."""
    choice = ended.best.choice
    bound = max(ended.freely.upper_bound_weight, choice.covered_weight)
    gap = (bound - choice.covered_weight) / bound if bound > 0 else 0.0
    notes = (*choice.provenance.notes, _note(rounds, is_stable=ended.is_stable))
    return replace(
        choice,
        upper_bound_weight=bound,
        gap_share=gap,
        status=_status(ended, gap),
        budget_vnd=ended.best.budget_vnd,
        provenance=replace(choice.provenance, notes=notes),
    )


def _status(ended: _Ended, gap_share: float) -> str:
    """Say how the search ended: proven, by itself, by its rounds, or by the clock."""
    if gap_share <= _OPTIMAL_GAP_SHARE:
        return "optimal"
    if "time_limit" in (ended.best.choice.status, ended.freely.status):
        return "time_limit"
    # the free choice's own status tells of its own gap, which holds for no choice below it
    is_as_good = ended.best.choice.covered_weight >= ended.freely.covered_weight
    return ended.freely.status if ended.is_stable and is_as_good else "effort_limit"


def _table(rounds: Sequence[Round], kept: Round) -> pd.DataFrame:
    """Say what each round cost and served, and mark the one that is kept."""
    return pd.DataFrame.from_records(
        [
            {
                "round": number + 1,
                "floor_share": round_.floor_share,
                "sites": len(round_.choice.new_sites),
                "covered_weight": round_.choice.covered_weight,
                "gap_share": round_.choice.gap_share,
                "sites_vnd": round_.sites_vnd,
                "estimate_vnd": float(round_.choice.new_sites["link_estimate_vnd"].sum()),
                "links_vnd": round_.laid.cost_vnd,
                "total_vnd": round_.total_vnd,
                "fits": round_.overshoot_vnd == 0.0,
                "kept": round_ is kept,
            }
            for number, round_ in enumerate(rounds)
        ]
    )


def _best_until(case: Case, alone: Terms, year: int, budget_vnd: float) -> dict[str, float]:
    """Choose freely for the money of all years until one, each link priced on its own."""
    held_back_vnd = case.budget_vnd - budget_vnd
    found = case.choose(alone, floor_share=0.0, reserve_vnd=held_back_vnd)
    return {
        "year": year,
        "budget_vnd": budget_vnd,
        "covered_weight": found.covered_weight,
        "upper_bound_weight": found.upper_bound_weight,
        "covered_people": found.covered_people,
    }


def _note(rounds: int, *, is_stable: bool) -> Text:
    """Say how the rounds ended, and what the certificate compares."""
    number, turns = count(rounds), "round" if rounds == 1 else "rounds"
    compared = Text(
        vi=(
            "Chứng nhận so với mọi phương án khác khi giữ các tuyến dùng chung đã có trong kế "
            "hoạch: bỏ một vị trí tiết kiệm phần tuyến chỉ nó cần, thêm một vị trí tốn tuyến riêng "
            "hoặc phần nối dài tuyến dùng chung."
        ),
        en=(
            "The certificate compares with every other choice beside the shared links of the plan: "
            "leaving out a site saves the links that it alone needs, adding one costs a link of "
            "its own or what extends the shared ones."
        ),
    )
    if is_stable:
        ended = Text(
            vi=(
                f"Vị trí và tuyến truyền dẫn được chọn cùng nhau qua {number.vi} vòng, tới khi "
                "không phương án nào tốt hơn với giá tuyến của chính kế hoạch."
            ),
            en=(
                f"Sites and links were weighed together in {number.en} {turns}, until no choice "
                "that fits was found better at the plan's own prices of links."
            ),
        )
    else:
        ended = Text(
            vi=(
                f"Vị trí và tuyến truyền dẫn được chọn cùng nhau qua {number.vi} vòng mà chưa ổn "
                "định; giữ vòng phục vụ nhiều nhất trong phạm vi kinh phí."
            ),
            en=(
                f"Sites and links were weighed together in {number.en} {turns} without becoming "
                "stable; the round that serves most within the budget is kept."
            ),
        )
    return ended + plain(" ") + compared
