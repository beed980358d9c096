"""What would a mast and its link cost, line by line?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.plan.cost import bill_lines, costs_by_owner
from infraplan.results.bill import BILL_COLUMNS, no_bill
from infraplan.siting.places_ground import nearest_m
from infraplan.siting.rules import site_bill

if TYPE_CHECKING:
    from infraplan.backhaul.one_place import PlaceLink
    from infraplan.results import Mast, Prices
    from infraplan.study import Study

__all__ = ["LINK", "SITE", "added", "cost_of", "link_bill_of", "priced", "site_bill_of"]

SITE: Final = "site"
LINK: Final = "link"
_SUMS: Final = ("capex_vnd", "capex_low_vnd", "capex_high_vnd", "opex_vnd", "yearly_vnd")
_NAMES: Final = {"opex_vnd": "opex_vnd_year"}


def site_bill_of(
    study: Study, mast: Mast, *, kind: str, x_m: float, y_m: float, pays_rent: bool
) -> pd.DataFrame:
    """List what a mast that is tried out is made of, without its link.

    Parameters
    ----------
    study
        Power lines.
    mast
        The mast, everything filled in.
    kind
        "new_mast" or "shared_mast".
    x_m, y_m
        Where it stands.
    pays_rent
        Whether its operator hangs on another's mast anew.
    """
    power_m, _ = nearest_m(study.power.geometry, np.array([x_m]), np.array([y_m]))
    rows = site_bill(
        kind=kind,
        mast_height_m=float(mast.height_m or 0.0),
        power_distance_m=float(power_m[0]),
        pays_rent=pays_rent,
    )
    return pd.DataFrame(
        [(SITE, item, quantity) for item, quantity in rows], columns=list(BILL_COLUMNS)
    )


def link_bill_of(link: PlaceLink | None) -> pd.DataFrame:
    """Return the bill of a link, without rows where there is none."""
    return no_bill() if link is None else link.bill


def priced(site: pd.DataFrame, link: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Price the lines of a site and its link.

    Returns
    -------
    pandas.DataFrame
        part, item, unit, quantity, kind, unit_vnd (likely), low_vnd, likely_vnd, high_vnd (of the
        line; of opex per year), origin, source, year, owner_id, life_years.
    """
    lines = bill_lines(site, link, prices, site_ids=[SITE], link_ids=[LINK])
    known = prices.table.reindex(lines["item"])
    said = {
        name: known[column].to_numpy()
        for name, column in (
            ("unit", "unit"),
            ("unit_vnd", "likely_vnd"),
            ("origin", "origin"),
            ("source", "source"),
            ("year", "year"),
        )
    }
    return lines.assign(**said)


def cost_of(lines: pd.DataFrame) -> dict[str, float]:
    """Add up priced lines.

    Parameters
    ----------
    lines
        Of :func:`priced`.

    Returns
    -------
    dict
        capex_vnd, capex_low_vnd, capex_high_vnd (once), opex_vnd_year and yearly_vnd (running,
        and running with the annuity of what was bought once, per year).
    """
    sums = costs_by_owner(
        lines,
        site_ids=[SITE],
        link_ids=[LINK],
        discount_rate_share=catalog.rule("discount_rate_share"),
    )
    return {_NAMES.get(name, name): float(sums[name].sum()) for name in _SUMS}


def added(costs: list[dict[str, float]]) -> dict[str, float]:
    """Add up the sums of several masts."""
    return {name: sum(cost[name] for cost in costs) for name in costs[0]}
