"""Which sites and links are best together, when links share fibre and sites pay for their links?

Siting and backhaul do not know each other: one prices links, the other chooses sites at these
prices, and this file hands the table to and fro until the choice is stable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from infraplan import backhaul, siting
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd

    from infraplan.results import Choice, Links
    from infraplan.siting import Reach
    from infraplan.study import Study

__all__ = ["Joint", "choose_with_links"]

_MOST_ROUNDS = 6
_MOST_FLOOR_ROUNDS = 2
_ROUNDING_SHARE = 1e-9
_NO_CLOCK_S = math.inf
_STABLE, _CYCLE = "stable", "cycle"


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
        upper_bound_weight, covered_people: the best free choice for that budget alone.
    """

    choice: Choice
    links: Links
    rounds: pd.DataFrame
    best_by_year: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """What stays the same in all rounds."""

    study: Study
    gaps: gpd.GeoDataFrame
    spots: gpd.GeoDataFrame
    reach: Reach

    def choose(
        self, prices: pd.DataFrame, *, floor_share: float, budget_vnd: float | None = None
    ) -> Choice:
        """Choose sites at these link prices."""
        return siting.choose(
            self.study,
            self.gaps,
            self.spots,
            reach=self.reach,
            link_prices=prices,
            floor_share=floor_share,
            budget_vnd=budget_vnd,
            time_limit_s=_NO_CLOCK_S,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Round:
    """A choice, and the links of exactly its sites."""

    choice: Choice
    links: Links
    floor_share: float

    @property
    def sites_vnd(self) -> float:
        """Cost of the sites without links."""
        return float(self.choice.new_sites["capex_vnd"].sum())

    @property
    def total_vnd(self) -> float:
        """Cost of sites and links."""
        return self.sites_vnd + self.links.cost_vnd

    @property
    def fits(self) -> bool:
        """Whether the budget covers both."""
        return self.total_vnd <= self.choice.budget_vnd * (1.0 + _ROUNDING_SHARE)


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

    The first round prices each candidate's link on its own; each later one prices chosen sites at
    their share of the last round's tree, and others at what joining that tree would cost. Of all
    rounds whose sites and links keep the budget, the one that serves most is kept. A floor for
    especially difficult villages is asked for at the prices that these rounds end with.

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
    case = _Case(study, gaps, spots, reach)
    floor_share = study.file.plan.floor_share or 0.0
    most = {0.0: _MOST_ROUNDS} | ({floor_share: _MOST_FLOOR_ROUNDS} if floor_share else {})
    bar = _Bar(progress, sum(most.values()) + len(years))
    rounds: list[_Round] = []
    prices = backhaul.link_prices(study, spots)
    ending = ""
    for floor, limit in most.items():
        begin = len(rounds)
        ending = _take_turns(case, rounds, prices, floor_share=floor, most=limit, bar=bar)
        kept = begin + _best(rounds[begin:])
        prices = backhaul.link_prices(study, spots, links=rounds[kept].links)
    by_year = []
    for position, year in enumerate(years, 1):
        by_year.append(_best_until(case, prices, year, position * yearly_budget_vnd))
        bar.step()
    choice, links = rounds[kept].choice, rounds[kept].links
    notes = (*choice.provenance.notes, _note(len(rounds), ending))
    choice = replace(choice, provenance=replace(choice.provenance, notes=notes))
    return Joint(choice, links, _table(rounds, kept), pd.DataFrame.from_records(by_year))


def _take_turns(
    case: _Case,
    rounds: list[_Round],
    prices: pd.DataFrame,
    *,
    floor_share: float,
    most: int,
    bar: _Bar,
) -> str:
    """Add rounds until the choice is stable, comes back, or there are enough; say which."""
    seen: list[_Round] = []
    while len(seen) < most:
        choice = case.choose(prices, floor_share=floor_share)
        before = next((old for old in seen if _key(old.choice) == _key(choice)), None)
        is_stable = before is not None and before is seen[-1]
        links = (
            before.links
            if before is not None
            else backhaul.connect(case.study, choice, time_limit_s=_NO_CLOCK_S)
        )
        seen.append(_Round(choice, links, floor_share))
        rounds.append(seen[-1])
        bar.step()
        if before is not None:
            return _STABLE if is_stable else _CYCLE
        prices = backhaul.link_prices(case.study, case.spots, links=links)
    return ""


def _best(rounds: Sequence[_Round]) -> int:
    """Return the position of the round that serves most within the budget; of equals the last."""
    return max(
        range(len(rounds)),
        key=lambda i: (rounds[i].fits, rounds[i].choice.covered_weight, -rounds[i].total_vnd, i),
    )


def _key(choice: Choice) -> tuple[tuple[object, ...], ...]:
    """Return what makes a choice: its sites with height and operator, sorted."""
    columns = ["site_id", "mast_height_m", "operator"]
    return tuple(sorted(choice.new_sites[columns].itertuples(index=False, name=None), key=repr))


def _table(rounds: Sequence[_Round], kept: int) -> pd.DataFrame:
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
                "links_vnd": round_.links.cost_vnd,
                "total_vnd": round_.total_vnd,
                "fits": round_.fits,
                "kept": number == kept,
            }
            for number, round_ in enumerate(rounds)
        ]
    )


def _best_until(
    case: _Case, prices: pd.DataFrame, year: int, budget_vnd: float
) -> dict[str, float]:
    """Choose freely for the money of all years until one, at the plan's link prices."""
    found = case.choose(prices, floor_share=0.0, budget_vnd=budget_vnd)
    return {
        "year": year,
        "budget_vnd": budget_vnd,
        "covered_weight": found.covered_weight,
        "upper_bound_weight": found.upper_bound_weight,
        "covered_people": found.covered_people,
    }


def _note(rounds: int, ending: str) -> Text:
    """Say how the rounds ended."""
    number = count(rounds)
    if ending == _STABLE:
        return Text(
            vi=(
                f"Vị trí và tuyến truyền dẫn được chọn cùng nhau qua {number.vi} vòng, tới khi "
                "phương án không đổi: mỗi vị trí chịu đúng phần tuyến của mình."
            ),
            en=(
                f"Sites and links were weighed together in {number.en} rounds, until the choice "
                "was stable: each site pays its share of the links that are built."
            ),
        )
    return Text(
        vi=(
            f"Vị trí và tuyến truyền dẫn được chọn cùng nhau qua {number.vi} vòng mà chưa ổn định; "
            "giữ vòng phục vụ nhiều nhất trong phạm vi kinh phí."
        ),
        en=(
            f"Sites and links were weighed together in {number.en} rounds without becoming "
            "stable; the round that serves most within the budget is kept."
        ),
    )
