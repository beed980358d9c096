"""What does it all cost, between which bounds, and on whose word?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan import catalog

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["assumptions"]

_ITEMS_OF_KIND = {
    "new_mast": ("new_mast", "base_station_4g"),
    "shared_mast": ("colocation", "base_station_4g"),
}
"""What each kind of site is made of, as rows of ``costs.csv``."""

_EXISTING = "existing"


def assumptions(sites: gpd.GeoDataFrame, links: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the prices that the built sites and links rest on, and what they add up to.

    Parameters
    ----------
    sites
        Sites that are built, with their kind.
    links
        Links that are built, with medium and length_m.

    Returns
    -------
    pandas.DataFrame
        One row per catalogue item used, in the catalogue's order: item, unit, quantity, low_vnd,
        likely_vnd, high_vnd (per unit), low_total_vnd, likely_total_vnd, high_total_vnd, meaning,
        source, year, confidence, origin.
    """
    amounts = _amounts(sites, links)
    table = catalog.table("costs")
    table = table[table["item"].isin(amounts)].reset_index(drop=True)
    table.insert(2, "quantity", [amounts[item] for item in table["item"]])
    table["quantity"] = table["quantity"].astype(float)
    table["year"] = table["year"].astype(int)
    for bound in ("low", "likely", "high"):
        table[f"{bound}_vnd"] = table[f"{bound}_vnd"].astype(float)
        table[f"{bound}_total_vnd"] = table["quantity"] * table[f"{bound}_vnd"]
    said = ["meaning", "source", "year", "confidence", "origin"]
    return table[[column for column in table.columns if column not in said] + said]


def _amounts(sites: gpd.GeoDataFrame, links: gpd.GeoDataFrame) -> dict[str, float]:
    """Count pieces and metres by catalogue item."""
    amounts: dict[str, float] = {}
    for kind, count in sites["kind"].value_counts().items():
        for item in _ITEMS_OF_KIND[str(kind)]:
            amounts[item] = amounts.get(item, 0.0) + float(count)
    new = links[links["medium"] != _EXISTING]
    for medium, length_m in new.groupby("medium")["length_m"].sum().items():
        amounts[str(medium)] = float(length_m)
    return amounts
