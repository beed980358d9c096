"""Do choice, links, years, budgets and rates fit together?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.results import Choice, Links

__all__ = ["budgets_by_year", "check_costs", "check_effort", "check_rates", "check_together"]

_NAMED = 5  # culprits that a message names
_ROUNDING_VND, _ROUNDING_SHARE = 1.0, 1e-6  # a table's cost may differ so from its bill's


def budgets_by_year(
    budget_vnd: float,
    years: range,
    yearly_budget_vnd: float | Mapping[int, float] | None = None,
) -> pd.Series[float]:
    """Return the new money of each year.

    Parameters
    ----------
    budget_vnd
        Money of all years together, spread evenly where nothing else is said.
    years
        Ascending, such as ``range(2026, 2031)``.
    yearly_budget_vnd
        New money of every year, or of each year by its number.

    Returns
    -------
    pandas.Series
        VND, indexed by year. Its ``cumsum()`` is what each year's best free choice may spend.

    Raises
    ------
    ParameterError
        If there is no year, years do not ascend, a year has no budget, a budget is for a year that
        is not planned, or one is no finite number of at least 0.

    Examples
    --------
    >>> budgets_by_year(60e9, range(2026, 2029)).tolist()
    [20000000000.0, 20000000000.0, 20000000000.0]
    >>> budgets_by_year(0.0, range(2026, 2028), {2026: 5e9, 2027: 1e9}).cumsum().tolist()
    [5000000000.0, 6000000000.0]
    """
    if len(years) == 0 or years.step <= 0:
        raise ParameterError(f"years is {years}; give ascending years such as range(2026, 2031).")
    if isinstance(yearly_budget_vnd, Mapping):
        given = {int(year): float(vnd) for year, vnd in yearly_budget_vnd.items()}
    else:
        each = budget_vnd / len(years) if yearly_budget_vnd is None else yearly_budget_vnd
        given = dict.fromkeys(years, float(each))
    faults = [f"{year} has no budget" for year in years if year not in given]
    faults += [f"{year} is not planned" for year in sorted(given) if year not in years]
    faults += [
        f"the budget of {year} is {vnd}"
        for year, vnd in sorted(given.items())
        if not (math.isfinite(vnd) and vnd >= 0)
    ]
    if faults:
        raise ParameterError(
            f"yearly_budget_vnd does not fit the years {years[0]} to {years[-1]}: "
            f"{'; '.join(faults)}. Remedy: give each of these years a finite number of at least "
            "0 VND."
        )
    return pd.Series(
        [given[year] for year in years], index=pd.Index(list(years), name="year"), dtype=float
    )


def check_together(sites: Choice, links: Links) -> None:
    """Refuse links of other sites, doubled identifiers, and a service of other sites.

    Raises
    ------
    ParameterError
        All faults are listed.
    """
    site_ids, feeds = sites.new_sites["site_id"], links.feeds["site_id"]
    faults = []
    if set(feeds) != set(site_ids):
        apart = sorted({str(name) for name in set(feeds) ^ set(site_ids)})
        faults.append(
            f"The links do not feed exactly these sites; on one side only: {_names(apart)}. "
            "Remedy: make them with backhaul.connect(study, sites) from the same choice."
        )
    for what, ids in (("site_id", site_ids), ("link_id", links.table["link_id"])):
        doubled = sorted({str(name) for name in ids[ids.duplicated()]})
        if doubled:
            faults.append(f"{what} stands more than once: {_names(doubled)}. Remedy: rename them.")
    shape = (len(site_ids), len(sites.service.weight))
    if sites.service.matrix.shape != shape or len(sites.service.people) != shape[1]:
        faults.append(
            f"The service has the shape {sites.service.matrix.shape} with "
            f"{len(sites.service.people)} counts of people; expected {shape}, sites by demand. "
            "Remedy: keep new_sites and service of one choice."
        )
    if faults:
        raise ParameterError("\n".join(faults))


def check_costs(sites: pd.DataFrame, links: pd.DataFrame, costs: pd.DataFrame) -> None:
    """Refuse tables whose capex_vnd is not what their bills add up to.

    Parameters
    ----------
    sites, links
        Tables ``new_sites`` and ``links``.
    costs
        As of :func:`infraplan.plan.cost.costs_by_owner`, sites before links.

    Raises
    ------
    ParameterError
        The message names the owners.
    """
    told_vnd = np.concatenate(
        [sites["capex_vnd"].to_numpy(dtype=float), links["capex_vnd"].to_numpy(dtype=float)]
    )
    billed_vnd = costs["capex_vnd"].to_numpy(dtype=float)
    allowed_vnd = np.maximum(_ROUNDING_VND, _ROUNDING_SHARE * billed_vnd)
    wrong = ~(np.abs(told_vnd - billed_vnd) <= allowed_vnd)
    if wrong.any():
        named = [
            f"{name} ({told:,.0f} VND, its bill {billed:,.0f} VND)"
            for name, told, billed in zip(
                costs["owner_id"][wrong], told_vnd[wrong], billed_vnd[wrong], strict=True
            )
        ]
        raise ParameterError(
            f"capex_vnd is not what the bill adds up to: {_names(named)}. Remedy: use the same "
            "price list for the choice, the links and the plan."
        )


def check_rates(discount_rate_share: float, horizon_years: float) -> None:
    """Refuse a rate below 0 and a horizon without a year.

    Raises
    ------
    ParameterError
        All faults are listed.
    """
    faults = []
    if not (math.isfinite(discount_rate_share) and discount_rate_share >= 0):
        faults.append(
            f"discount_rate_share is {discount_rate_share}; give a share of at least 0, such as "
            "0.1 for 10 %."
        )
    if not (math.isfinite(horizon_years) and horizon_years >= 1):
        faults.append(f"horizon_years is {horizon_years}; give 1 year or more.")
    if faults:
        raise ParameterError(" ".join(faults))


def check_effort(gap_share: float, time_limit_s: float, effort: float) -> None:
    """Refuse limits of the search without sense.

    Raises
    ------
    ParameterError
        All faults are listed.
    """
    faults = []
    if not 0 <= gap_share < 1:
        faults.append(f"gap_share is {gap_share}; give a share from 0 to below 1.")
    if not time_limit_s >= 0:
        faults.append(f"time_limit_s is {time_limit_s}; give 0 s or more, math.inf for no limit.")
    if not (math.isfinite(effort) and effort > 0):
        faults.append(f"effort is {effort}; give a number above 0.")
    if faults:
        raise ParameterError(" ".join(faults))


def _names(found: Sequence[str]) -> str:
    return ", ".join(found[:_NAMED]) + (" …" if len(found) > _NAMED else "")
