"""Which actions of the plan would close a gap, the cheapest per unit first?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from infraplan.indicators.places import PROVINCE
from infraplan.wording import Text, count, money, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["with_closing"]

_PEOPLE: Final = "people_gained"
_DIFFICULT_PEOPLE: Final = "floor_people_gained"
_VILLAGES: Final = "villages_gained"
_ACTION_COLUMNS: Final = ("action", "commune", "sites", "cost_vnd", "gain")


@dataclass(frozen=True, slots=True)
class _Closing:
    """What closes one gap: sites, their cost, what they gain, and the sentence."""

    sites: tuple[str, ...]
    cost_vnd: float
    gain: float
    text: Text


def with_closing(
    rows: pd.DataFrame,
    places: pd.DataFrame,
    new_sites: pd.DataFrame | None,
    explanations: pd.DataFrame | None,
    *,
    technology: str,
) -> pd.DataFrame:
    """Add what would close each gap of today: sites, cost, gain and a sentence.

    Sites of the plan are taken by their cost per person gained, or of villages commune by commune
    by the cost per village, until the target is reached or nothing is left; where there is no
    target, until all are reached; where the count is not known, all of them. A site stands in one
    place, and people beyond its border whom it reaches are counted too. Rows that are not of
    today, or are of nothing known, have none.

    Parameters
    ----------
    rows
        Rows of progress with the columns of their kinds.
    places
        Of :func:`infraplan.indicators.places.places_of`.
    new_sites, explanations
        Tables of the plan; the cost is of the site alone where there are no explanations.
    technology
        What the plan builds.
    """
    sites = _built(new_sites, explanations)
    members = places.groupby(["level", "code"])["commune"].agg(frozenset).to_dict()
    tables = {
        _PEOPLE: _single(sites, _PEOPLE),
        _DIFFICULT_PEOPLE: _single(sites, _DIFFICULT_PEOPLE),
        **{
            indicator: _of_villages(rows, indicator, sites)
            for indicator in rows.loc[_counts_villages(rows, technology), "indicator"].unique()
        },
    }
    found = [
        _closing(row, tables, members, technology)
        if row["state"] in ("current", "unknown")
        else None
        for row in rows.to_dict("records")
    ]
    return rows.assign(
        closing_sites=_texts([";".join(f.sites) if f and f.sites else None for f in found], rows),
        closing_vnd=[f.cost_vnd if f else np.nan for f in found],
        closing_gain=[f.gain if f else np.nan for f in found],
        closes_vi=_texts([f.text.vi if f else None for f in found], rows),
        closes_en=_texts([f.text.en if f else None for f in found], rows),
    )


def _counts_villages(rows: pd.DataFrame, technology: str) -> pd.Series:
    """Tell which rows count villages by a coverage that the plan changes."""
    covered = (rows["basis"] == "coverage") & (rows["technology"] == technology)
    return covered & (rows["counts"] == "villages")


def _texts(values: list[str | None], rows: pd.DataFrame) -> pd.Series:
    return pd.Series(values, index=rows.index, dtype=object)


def _built(new_sites: pd.DataFrame | None, explanations: pd.DataFrame | None) -> pd.DataFrame:
    """Return the sites that the plan builds, each with its commune, gains and whole cost."""
    columns = ["site_id", "commune", "cost_vnd", _PEOPLE, _DIFFICULT_PEOPLE]
    if new_sites is None or new_sites.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    built = pd.DataFrame(new_sites)[new_sites["year"].notna().to_numpy()]
    cost_vnd = pd.to_numeric(built["capex_vnd"]).astype(float)
    if explanations is not None and len(explanations):
        told = explanations.set_index("site_id")
        whole_vnd = told["site_vnd"].astype(float) + told["link_vnd"].astype(float)
        joined_vnd = built["site_id"].map(whole_vnd)
        cost_vnd = joined_vnd.where(joined_vnd.notna(), cost_vnd)
    table = built.rename(columns={"commune_code": "commune"}).reindex(columns=columns)
    return table.assign(cost_vnd=cost_vnd.round()).sort_values("site_id", ignore_index=True)


def _single(sites: pd.DataFrame, gained: str) -> pd.DataFrame:
    """Return each site as an action of its own."""
    gain = pd.to_numeric(sites[gained]).astype(float).fillna(0.0)
    table = pd.DataFrame(
        {
            "action": sites["site_id"],
            "commune": sites["commune"],
            "sites": [(site,) for site in sites["site_id"]],
            "cost_vnd": sites["cost_vnd"].astype(float),
            "gain": gain,
        }
    )
    return _by_price(table)


def _of_villages(rows: pd.DataFrame, indicator: str, sites: pd.DataFrame) -> pd.DataFrame:
    """Return all sites of a commune as one action, and the villages that the plan gains there."""
    own = rows[(rows["indicator"] == indicator) & (rows["level"] == "commune")]
    today = own[own["state"] == "current"].set_index("code")["reached"]
    planned = own[own["state"] == "planned"].sort_values("year", kind="stable")
    last = planned.drop_duplicates("code", keep="last").set_index("code")["reached"]
    gain = (last - today.reindex(last.index)).dropna()
    packages = sites.groupby("commune", sort=True).agg(
        sites=("site_id", tuple), cost_vnd=("cost_vnd", "sum")
    )
    packages["gain"] = gain.reindex(packages.index).fillna(0.0).to_numpy(dtype=float)
    table = packages.reset_index().assign(action=packages.index)
    return _by_price(table)


def _by_price(table: pd.DataFrame) -> pd.DataFrame:
    """Sort actions that gain anything by what a unit of it costs, equal ones by their name."""
    useful = table[table["gain"] > 0]
    price = useful["cost_vnd"].astype(float) / useful["gain"].astype(float)
    useful = useful.assign(price=price).sort_values(["price", "action"], kind="stable")
    return useful[list(_ACTION_COLUMNS)].reset_index(drop=True)


def _closing(
    row: Mapping[Any, Any],
    tables: Mapping[str, pd.DataFrame],
    members: Mapping[Any, frozenset[str]],
    technology: str,
) -> _Closing:
    """Say what closes one row's gap."""
    said = _nothing_to_close(row)
    if said is None and row["basis"] not in ("coverage", "villages"):
        said = phrase("indicator_closes_not_planned")
    if said is None and row["technology"] != technology:
        said = phrase("indicator_closes_other", {"technology": plain(technology)})
    if said is not None:
        return _Closing((), np.nan, np.nan, said)
    difficult = row["basis"] == "villages"
    by_people = row["counts"] == "people"
    key = _DIFFICULT_PEOPLE if difficult else _PEOPLE if by_people else row["indicator"]
    actions = tables[key]
    here = actions[actions["commune"].isin(members[row["level"], row["code"]])]
    aim = 1.0 if np.isnan(row["target_share"]) else row["target_share"]
    missing = np.nan if difficult else aim * row["of"] - row["reached"]
    need = np.inf if np.isnan(missing) else missing
    taken = here[here["gain"].cumsum() - here["gain"] < need]
    if taken.empty:
        return _Closing((), np.nan, np.nan, phrase("indicator_closes_none"))
    sites = tuple(site for group in taken["sites"] for site in group)
    cost_vnd, gain = float(taken["cost_vnd"].sum()), round(float(taken["gain"].sum()), 1)
    kind = "difficult" if difficult else row["counts"]
    around = "_around" if by_people and row["level"] != PROVINCE else ""
    values = {"sites": count(len(sites)), "cost": money(cost_vnd), "gain": count(gain)}
    text = phrase(f"indicator_closes_{kind}{around}", values)
    return _Closing(sites, cost_vnd, np.nan if difficult else gain, text)


def _nothing_to_close(row: Mapping[Any, Any]) -> Text | None:
    """Return the sentence for what is unknown, reached already, or of nothing."""
    if row["state"] == "unknown":
        return phrase("indicator_closes_unknown")
    if row["of"] == 0:
        return phrase("indicator_closes_nothing_here")
    if row["gap_share"] == 0 or (np.isnan(row["gap_share"]) and row["value_share"] == 1):
        return phrase("indicator_closes_reached")
    return None
