"""Which operators could use a site, and which of them would?

An option belongs to one operator. Where demand names operators, those with demand in reach have
options of their own; else a site is taken to be used by an operator whose equipment already hangs
there without 4G, or by the one with most 4G cells. That is an assumption, and said to be one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan.results import ANY_OPERATOR
from infraplan.siting.demand_columns import SINGLE_OPERATOR

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.siting.demand_columns import DemandColumns
    from infraplan.study import Study

__all__ = ["Market", "Named", "market_of", "named_demand", "users"]

_4G = "4G"


@dataclass(frozen=True, slots=True)
class Market:
    """Who is there.

    Attributes
    ----------
    operators
        Operators by number of 4G cells, most first; those without any come last.
    tenants
        Existing mast to the operators that hang or own there and so pay no new rent.
    waiting
        Existing mast to the operators that hang there without 4G.
    """

    operators: tuple[str, ...]
    tenants: dict[str, frozenset[str]]
    waiting: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Which demand names an operator.

    Attributes
    ----------
    operators
        The operators that are named, sorted.
    asks
        Position of the operator that a column asks for, -1 where it asks for any, shape (n,).
    shuns
        Position of the operator that a column has already and asks a second beside, else -1.
    """

    operators: tuple[str, ...]
    asks: NDArray[np.int64]
    shuns: NDArray[np.int64]


def market_of(study: Study, demand: DemandColumns) -> Market:
    """Gather the operators of a study, of its cells and of the demand."""
    cells = study.cells
    operators = cells["operator"] if "operator" in cells else pd.Series(dtype=object)
    with_4g = operators[cells["technology"] == _4G] if len(operators) else operators
    number = with_4g.value_counts().to_dict()
    known = {str(name) for name in operators.dropna()} | set(demand.operator.tolist())
    ranked = sorted(known - {ANY_OPERATOR}, key=lambda name: (-number.get(name, 0), name))
    there = _by_site(cells["site_id"], operators)
    served = _by_site(cells.loc[with_4g.index, "site_id"], with_4g)
    waiting = {site: names - served.get(site, frozenset()) for site, names in there.items()}
    return Market(tuple(ranked), _with_owners(study.sites, there), waiting)


def _by_site(site: pd.Series, operator: pd.Series) -> dict[str, frozenset[str]]:
    """Gather the operators of each site."""
    found: dict[str, set[str]] = {}
    for where, name in zip(site.loc[operator.index], operator, strict=True):
        found.setdefault(where, set()).add(name)
    return {where: frozenset(names) for where, names in found.items()}


def _with_owners(
    sites: gpd.GeoDataFrame, there: dict[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """Add the owners of masts, and tenants that the table names, to who hangs there."""
    found = dict(there)
    for column in ("owner", "tenants"):
        if column in sites:
            for site, named in zip(sites["site_id"], sites[column], strict=True):
                if pd.notna(named):
                    found[site] = found.get(site, frozenset()) | set(str(named).split("|"))
    return found


def named_demand(demand: DemandColumns) -> Named:
    """Tell which columns ask for an operator, or for another than the one they have."""
    names = sorted(set(demand.operator.tolist()) - {ANY_OPERATOR})
    position = {name: number for number, name in enumerate(names)}
    code = np.array([position.get(name, -1) for name in demand.operator.tolist()], dtype=np.int64)
    single = demand.kind == SINGLE_OPERATOR
    return Named(tuple(names), np.where(single, -1, code), np.where(single, code, -1))


def users(
    market: Market,
    named: Named,
    weight: NDArray[np.float64],
    reached: NDArray[np.integer],
    *,
    host: str | None,
    allowed: tuple[str, ...],
) -> list[str | None]:
    """Choose the operators that a place has options of.

    Parameters
    ----------
    market, named
        Who is there, and who is asked for.
    weight
        Of every column of the demand.
    reached
        The columns that the place serves.
    host
        The mast that is shared, None for a new one.
    allowed
        Operators that could join; empty: any.

    Returns
    -------
    list
        The lead first: the operator with most demand of its own, else one that hangs there without
        4G, else the one with most 4G cells; then every other with demand of its own; then, where
        the lead alone serves and nobody else is listed, a second one. [None] where nobody is known.
    """
    able = [name for name in market.operators if not allowed or name in allowed]
    able += sorted(set(allowed) - set(able))
    if not able:
        return [None]
    waiting = market.waiting.get(host, frozenset()) if host is not None else frozenset()
    asked = _sums(named.asks, weight, reached, len(named.operators))
    own = dict(zip(named.operators, asked.tolist(), strict=True))
    rank = {name: number for number, name in enumerate(able)}
    order = sorted(able, key=lambda n: (-own.get(n, 0.0), n not in waiting, rank[n]))
    chosen: list[str | None] = [order[0]]
    chosen += [name for name in order[1:] if own.get(name, 0.0) > 0]
    shunned = _sums(named.shuns, weight, reached, len(named.operators))
    alone = dict(zip(named.operators, shunned.tolist(), strict=True)).get(order[0], 0.0) > 0
    if alone and len(chosen) == 1:
        chosen += order[1:2]
    return chosen


def _sums(
    code: NDArray[np.int64], weight: NDArray[np.float64], reached: NDArray[np.integer], size: int
) -> NDArray[np.float64]:
    """Add up the weight of reached columns by operator."""
    found = code[reached]
    there = found >= 0
    summed: NDArray[np.float64] = np.bincount(
        found[there], weights=weight[reached][there], minlength=size
    ).astype(np.float64)
    return summed
