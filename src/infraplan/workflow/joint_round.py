"""What do sites and links cost beside each other, and what does one round of choosing give?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraplan import backhaul, siting
from infraplan.wording import phrase, plain

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.results import Choice, Links
    from infraplan.siting import Reach
    from infraplan.study import Study

__all__ = ["Case", "Round", "Terms"]

_ROUNDING_SHARE = 1e-9
_NO_CLOCK_S = math.inf
_GAP_SHARE = 0.002  # the rounds add their own: prices at which no better choice fits


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What links cost while choosing.

    Attributes
    ----------
    prices
        Columns candidate_id and link_vnd, for each candidate.
    sunk_vnd
        Links that several chosen sites share: they are paid whichever of these is left out.
    """

    prices: pd.DataFrame
    sunk_vnd: float


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What stays the same in all rounds."""

    study: Study
    gaps: gpd.GeoDataFrame
    spots: gpd.GeoDataFrame
    reach: Reach

    @property
    def budget_vnd(self) -> float:
        """What sites and links together may cost."""
        return self.study.file.plan.budget_vnd

    def choose(self, terms: Terms, *, floor_share: float, reserve_vnd: float = 0.0) -> Choice:
        """Choose sites at these prices of links, with some money held back."""
        return siting.choose(
            self.study,
            self.gaps,
            self.spots,
            reach=self.reach,
            link_prices=terms.prices,
            floor_share=floor_share,
            gap_share=_GAP_SHARE,
            budget_vnd=max(self.budget_vnd - terms.sunk_vnd - reserve_vnd, 0.0),
            time_limit_s=_NO_CLOCK_S,
        )

    def connect(self, choice: Choice, *, floor_share: float) -> Round:
        """Lay the links of a choice, and second ways to those of its sites that need two."""
        links = backhaul.connect(self.study, choice, time_limit_s=_NO_CLOCK_S)
        ring, chosen = self.study.file.plan.ring, set(choice.new_sites["site_id"])
        laid = backhaul.protect(self.study, links, choice, [s for s in ring if s in chosen])
        absent = [site for site in dict.fromkeys(ring) if site not in chosen]
        if absent:
            note = phrase("ring_note_absent", {"names": plain(", ".join(absent))})
            told = replace(laid.provenance, notes=(*laid.provenance.notes, note))
            laid = replace(laid, provenance=told)
        return Round(choice, links, laid, self.budget_vnd, floor_share)

    def beside(self, round_: Round) -> Terms:
        """Price links beside those of a round.

        A chosen site costs the links that feed it alone, any other the cheaper of a link of its
        own and an extension of the links that several sites share.
        """
        links = round_.links
        prices = backhaul.link_prices(self.study, self.spots, links=links, extend="shared")
        own_vnd = _own_links_vnd(links)
        prices["link_vnd"] = prices["candidate_id"].map(own_vnd).fillna(prices["link_vnd"])
        return Terms(prices, links.cost_vnd - math.fsum(own_vnd.values()))


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """A choice, and the links of exactly its sites.

    Attributes
    ----------
    choice, links
        Sites, and one way from each to the network.
    laid
        All links, with the second ways of sites that need two.
    budget_vnd
        What both together may cost.
    floor_share
        Floor that the choice was asked for.
    """

    choice: Choice
    links: Links
    laid: Links
    budget_vnd: float
    floor_share: float

    @property
    def sites_vnd(self) -> float:
        """Cost of the sites without links."""
        return float(self.choice.new_sites["capex_vnd"].sum())

    @property
    def total_vnd(self) -> float:
        """Cost of sites and links."""
        return self.sites_vnd + self.laid.cost_vnd

    @property
    def overshoot_vnd(self) -> float:
        """By how much sites and links exceed the budget, 0 where they fit."""
        over = self.total_vnd - self.budget_vnd * (1.0 + _ROUNDING_SHARE)
        return max(over, 0.0)


def _own_links_vnd(links: Links) -> dict[str, float]:
    """Return what the links cost that feed one site alone, by site."""
    table = links.table.set_index("link_id")
    alone = table["sites_fed"] == 1
    own: dict[str, float] = {}
    for site, last in links.feeds.drop_duplicates("site_id").itertuples(index=False, name=None):
        link, total = last, 0.0
        while isinstance(link, str) and alone[link]:
            total += float(table["capex_vnd"].loc[link])
            link = table["parent_link_id"].loc[link]
        own[str(site)] = total
    return own
