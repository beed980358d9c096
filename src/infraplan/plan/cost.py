"""What does it all cost, between which bounds, by item and by site, and on whose word?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.errors import ParameterError
from infraplan.results import Prices
from infraplan.results.bill import BILL_COLUMNS
from infraplan.results.prices import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["annuity_share", "assumed_share", "assumptions", "bill_lines", "costs_by_owner"]

CAPEX: Final = "capex"
OPEX: Final = "opex"

_SAID = ("meaning", "source", "year", "confidence", "origin")
_NAMED = 5  # culprits that a message names


def bill_lines(
    sites: pd.DataFrame,
    links: pd.DataFrame,
    prices: Prices,
    *,
    site_ids: Sequence[str],
    link_ids: Sequence[str],
) -> pd.DataFrame:
    """Price every line of the bills of sites and links.

    Parameters
    ----------
    sites, links
        Their bills (see :mod:`infraplan.results.bill`).
    prices
        Price list.
    site_ids, link_ids
        Who may own a line.

    Returns
    -------
    pandas.DataFrame
        One row per line: part ("site" or "link"), owner_id, item, quantity, kind, life_years,
        low_vnd, likely_vnd, high_vnd (of the whole line; of opex per year).

    Raises
    ------
    ParameterError
        If a line has an unknown owner or item, or no quantity of at least 0, or if a price used is
        missing, negative, or of something that lasts no time; all faults are listed.
    """
    parts = (("site", sites, site_ids), ("link", links, link_ids))
    used = {str(item) for _, bill, _ in parts for item in bill["item"]}
    faults = [fault for part in parts for fault in _line_faults(*part, prices)]
    faults += _price_faults(prices.table, used)
    if faults:
        raise ParameterError("The bills cannot be priced:\n" + "\n".join(f"  {f}" for f in faults))
    named = [
        bill[list(BILL_COLUMNS)].astype({"quantity": float}).assign(part=part)
        for part, bill, _ in parts
    ]
    lines = pd.concat(named, ignore_index=True)
    listed = prices.table.reindex(lines["item"])
    lines["kind"] = listed["kind"].to_numpy(dtype=object)
    lines["life_years"] = listed["life_years"].to_numpy(dtype=np.float64)
    for bound in BOUNDS:
        price_vnd = listed[f"{bound}_vnd"].to_numpy(dtype=np.float64)
        lines[f"{bound}_vnd"] = lines["quantity"].to_numpy(dtype=np.float64) * price_vnd
    return lines[["part", *(c for c in lines.columns if c != "part")]]


def _line_faults(
    part: str, bill: pd.DataFrame, owners: Sequence[str], prices: Prices
) -> Iterator[str]:
    """Tell what is wrong with the lines of one bill."""
    wrong = {
        f"owners that are no {part} of the plan": bill.loc[
            ~bill["owner_id"].isin(list(owners)), "owner_id"
        ],
        "items without a price": bill.loc[~bill["item"].isin(prices.table.index), "item"],
        "items whose quantity is no finite number of at least 0": bill.loc[
            ~(np.isfinite(bill["quantity"].astype(float)) & (bill["quantity"] >= 0)), "item"
        ],
    }
    for what, culprits in wrong.items():
        names = sorted({str(name) for name in culprits})
        if names:
            shown = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
            yield f"The bill of the {part}s has {what}: {shown}. Remedy: mend the bill."


def _price_faults(table: pd.DataFrame, used: set[str]) -> Iterator[str]:
    """Tell which prices in use have no sense."""
    for item, row in table[table.index.isin(used)].iterrows():
        bounds = [float(row[f"{bound}_vnd"]) for bound in BOUNDS]
        if not (np.isfinite(bounds).all() and 0 <= bounds[0] <= bounds[1] <= bounds[2]):
            said = ", ".join(f"{vnd:,.0f}" for vnd in bounds)
            yield (
                f"{item}: low, likely and high price are {said} VND; expected 0 ≤ low ≤ likely ≤ "
                "high. Remedy: mend the price sheet."
            )
        if row["kind"] == CAPEX and not float(row["life_years"]) > 0:
            yield (
                f"{item}: life_years is {row['life_years']}; expected more than 0 for what is "
                "bought once. Remedy: mend the price sheet."
            )


def annuity_share(life_years: float, discount_rate_share: float) -> float:
    """Return the yearly payment that repays one đồng over its life.

    Parameters
    ----------
    life_years
        Life, years, above 0.
    discount_rate_share
        Yearly rate, at least 0.

    Returns
    -------
    float
        ``r / (1 - (1 + r) ** -n)``, and ``1 / n`` at a rate of 0.

    Examples
    --------
    >>> round(annuity_share(20, 0.1), 6), annuity_share(20, 0.0)
    (0.11746, 0.05)
    """
    if discount_rate_share == 0:
        return 1.0 / life_years
    return float(discount_rate_share / -np.expm1(-life_years * np.log1p(discount_rate_share)))


def assumptions(lines: pd.DataFrame, prices: Prices, *, discount_rate_share: float) -> pd.DataFrame:
    """List the prices that the built sites and links rest on, and what they add up to.

    Parameters
    ----------
    lines
        Priced lines of what is built (see :func:`bill_lines`).
    prices
        Price list.
    discount_rate_share
        Yearly rate of the annuities.

    Returns
    -------
    pandas.DataFrame
        One row per item used, in the order of the price list: item, unit, kind, life_years,
        quantity, low_vnd, likely_vnd, high_vnd (per unit), low_total_vnd, likely_total_vnd,
        high_total_vnd (of opex per year), yearly_vnd (likely: the annuity of capex, opex itself),
        meaning, source, year, confidence, origin, replaced (True where the user's sheet changed
        the catalogue's row).
    """
    sums = lines.groupby("item")[["quantity", *(f"{b}_vnd" for b in BOUNDS)]].sum()
    table = prices.table[prices.table.index.isin(sums.index)]
    known = Prices.catalogue().table.reindex(index=table.index, columns=table.columns)
    sums = sums.reindex(table.index)
    table = table.assign(
        quantity=sums["quantity"].astype(float),
        **{f"{bound}_total_vnd": sums[f"{bound}_vnd"].astype(float) for bound in BOUNDS},
        replaced=(table.astype(str) != known.astype(str)).any(axis=1).astype(bool),
        year=table["year"].astype(int),
    )
    table["yearly_vnd"] = [
        vnd * (annuity_share(life, discount_rate_share) if kind == CAPEX else 1.0)
        for vnd, life, kind in zip(
            table["likely_total_vnd"], table["life_years"], table["kind"], strict=True
        )
    ]
    first = ["item", "unit", "kind", "life_years", "quantity"]
    money = [f"{bound}_vnd" for bound in BOUNDS] + [f"{bound}_total_vnd" for bound in BOUNDS]
    table = table.rename_axis("item").reset_index()
    return table[[*first, *money, "yearly_vnd", *_SAID, "replaced"]].astype({"yearly_vnd": float})


def assumed_share(table: pd.DataFrame) -> float:
    """Return the share of the likely capex that rests on assumed prices; 0 where there is none.

    Parameters
    ----------
    table
        As of :func:`assumptions`.
    """
    bought = table[table["kind"] == CAPEX]
    total_vnd = float(bought["likely_total_vnd"].sum())
    assumed_vnd = float(bought.loc[bought["origin"] == "assumed", "likely_total_vnd"].sum())
    return assumed_vnd / total_vnd if total_vnd > 0 else 0.0


def costs_by_owner(
    lines: pd.DataFrame,
    *,
    site_ids: Sequence[str],
    link_ids: Sequence[str],
    discount_rate_share: float,
) -> pd.DataFrame:
    """Add up the lines of each site and link.

    Parameters
    ----------
    lines
        Priced lines (see :func:`bill_lines`).
    site_ids, link_ids
        Sites and links, in the order wanted.
    discount_rate_share
        Yearly rate of the annuities.

    Returns
    -------
    pandas.DataFrame
        One row per site, then one per link: part, owner_id, capex_low_vnd, capex_vnd,
        capex_high_vnd, opex_low_vnd, opex_vnd, opex_high_vnd (per year), yearly_vnd (annuity and
        opex); 0 for an owner without lines.
    """
    owners = [("site", name) for name in site_ids] + [("link", name) for name in link_ids]
    index = pd.MultiIndex.from_tuples(owners, names=["part", "owner_id"])
    factor = [
        annuity_share(life, discount_rate_share) if kind == CAPEX else 1.0
        for life, kind in zip(lines["life_years"], lines["kind"], strict=True)
    ]
    kept = lines.assign(yearly_vnd=lines["likely_vnd"] * np.array(factor, dtype=np.float64))
    columns = {}
    for kind in (CAPEX, OPEX):
        of_kind = kept[kept["kind"] == kind].groupby(["part", "owner_id"])
        for bound, name in zip(BOUNDS, ("_low", "", "_high"), strict=True):
            sums = of_kind[f"{bound}_vnd"].sum()
            columns[f"{kind}{name}_vnd"] = sums.reindex(index, fill_value=0.0).astype(float)
    yearly = kept.groupby(["part", "owner_id"])["yearly_vnd"].sum()
    columns["yearly_vnd"] = yearly.reindex(index, fill_value=0.0).astype(float)
    return pd.DataFrame(columns, index=index).reset_index()
