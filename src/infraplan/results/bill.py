"""What is each site and link made of, and what does that add up to?

A bill is a table with the columns owner_id (a site or a link), item (of the price list) and
quantity (in the item's unit; of yearly items per year).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.results.prices import Bound, Prices

__all__ = ["BILL_COLUMNS", "capex_vnd", "no_bill", "opex_vnd_year"]

BILL_COLUMNS = ("owner_id", "item", "quantity")


def no_bill() -> pd.DataFrame:
    """Return a bill without rows."""
    return pd.DataFrame(
        {
            "owner_id": pd.Series(dtype=object),
            "item": pd.Series(dtype=object),
            "quantity": pd.Series(dtype=float),
        }
    )


def capex_vnd(
    bill: pd.DataFrame, owners: Sequence[str], prices: Prices, *, bound: Bound = "likely"
) -> pd.Series[float]:
    """Add up what each owner costs once.

    Parameters
    ----------
    bill
        What they are made of.
    owners
        Sites or links, in the order wanted.
    prices
        Price list.
    bound
        Which price counts.

    Returns
    -------
    pandas.Series
        VND, indexed by owner; 0 for an owner without rows.
    """
    return _sum(bill, owners, prices, bound, kind="capex")


def opex_vnd_year(
    bill: pd.DataFrame, owners: Sequence[str], prices: Prices, *, bound: Bound = "likely"
) -> pd.Series[float]:
    """Add up what each owner costs in a year of running; see :func:`capex_vnd`."""
    return _sum(bill, owners, prices, bound, kind="opex")


def _sum(
    bill: pd.DataFrame, owners: Sequence[str], prices: Prices, bound: Bound, *, kind: str
) -> pd.Series[float]:
    listed = prices.table
    rows = bill[(listed["kind"].reindex(bill["item"]) == kind).to_numpy()]
    price_vnd = listed[f"{bound}_vnd"].reindex(rows["item"]).to_numpy(dtype=float)
    vnd = rows["quantity"].astype(float) * price_vnd
    total: pd.Series[float] = vnd.groupby(rows["owner_id"]).sum()
    return total.reindex(list(owners), fill_value=0.0).astype(float)
