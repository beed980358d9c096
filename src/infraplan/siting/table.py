"""What does each chosen site look like in the table ``new_sites``?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from infraplan import catalog
from infraplan.results import weakest
from infraplan.results.bill import capex_vnd, opex_vnd_year
from infraplan.siting.choose_order import stand_ins
from infraplan.siting.demand_columns import CONGESTED, SINGLE_OPERATOR
from infraplan.siting.options import NEW_MAST, option_bill, own_mast_vnd
from infraplan.tables import spec

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.results import Prices
    from infraplan.siting.choose_model import Model
    from infraplan.siting.choose_order import Ordered
    from infraplan.siting.reach import Reach
    from infraplan.study import Study

__all__ = ["new_sites", "site_bills"]

_RENT = "colocation_rent"


def site_bills(spots: gpd.GeoDataFrame, reach: Reach, options: NDArray[np.int64]) -> pd.DataFrame:
    """List what the chosen sites are made of.

    Parameters
    ----------
    spots, reach
        Candidates, and the ways to build them.
    options
        The chosen options of the reach, best first.
    """
    place = reach.options.place[options]
    owners = [reach.candidate_id[number] for number in place]
    return option_bill(spots, reach.options, options, owners)


def new_sites(
    study: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    model: Model,
    ordered: Ordered,
    bill: pd.DataFrame,
    link_vnd: NDArray[np.float64] | None,
) -> gpd.GeoDataFrame:
    """Turn the chosen options into the table ``new_sites``, best first.

    Parameters
    ----------
    study, gaps, spots, reach, model
        What the choice was made from.
    ordered
        The chosen options of the model.
    bill
        What they are made of.
    link_vnd
        Price of the link of each option; None where links were not priced.
    """
    options = model.rows[ordered.chosen]
    place = reach.options.place[options]
    table = spots.iloc[place].rename(columns={"candidate_id": "site_id"}).reset_index(drop=True)
    table["operator"] = reach.options.operator[options]
    table["mast_height_m"] = reach.options.mast_height_m[options]
    table["antenna_height_m"] = reach.options.antenna_height_m[options]
    _add_gains(table, reach, ordered.adds)
    _add_money(table, bill, study.prices)
    table["link_estimate_vnd"] = np.nan if link_vnd is None else link_vnd[options]
    _add_stand_ins(table, reach, model, ordered)
    table["reason"] = [_reason(row) for row in table.to_dict("records")]
    counted = gaps["people_origin"].unique().tolist() if "people_origin" in gaps else []
    origin = weakest(["estimated", study.elevation.origin, study.people.origin, *counted])
    table["people_gained_origin"] = origin
    columns = [name for name in spec("new_sites").names if name != "year"]  # the plan's to say
    for name in columns:
        if name not in table:
            table[name] = None
    return gpd.GeoDataFrame(table[columns], geometry="geometry", crs=study.crs)


def _add_gains(table: gpd.GeoDataFrame, reach: Reach, adds: list[NDArray[np.int64]]) -> None:
    """Add whom each site serves and no site before it."""
    demand = reach.demand
    values = {
        "people_gained": demand.gap_people(),
        "weight_gained": demand.weight,
        "floor_people_gained": np.where(demand.has_floor(), demand.people, 0.0),
        "second_operator_people": np.where(demand.kind == SINGLE_OPERATOR, demand.people, 0.0),
        "relieved_people": np.where(demand.kind == CONGESTED, demand.people, 0.0),
    }
    for name, value in values.items():
        table[name] = np.array([math.fsum(value[found]) for found in adds], dtype=np.float64)


def _add_money(table: gpd.GeoDataFrame, bill: pd.DataFrame, prices: Prices) -> None:
    """Add what each site costs, and what sharing saves."""
    owners = table["site_id"].tolist()
    table["capex_vnd"] = capex_vnd(bill, owners, prices).to_numpy()
    table["opex_vnd_year"] = opex_vnd_year(bill, owners, prices).to_numpy()
    rent = bill[bill["item"] == _RENT].set_index("owner_id")["quantity"].reindex(owners)
    rent_vnd_year = rent.to_numpy(dtype=np.float64, na_value=0.0) * prices.vnd(_RENT)
    table["rent_vnd_year"] = rent_vnd_year
    shared = (table["kind"] != NEW_MAST).to_numpy(dtype=np.bool_)
    own_vnd = own_mast_vnd(table["mast_height_m"].to_numpy(dtype=np.float64), prices)
    saved_vnd = own_vnd - table["capex_vnd"].to_numpy() - _years_worth() * rent_vnd_year
    table["saved_vnd"] = np.where(shared, saved_vnd, np.nan)
    bought = np.array(prices.is_capex(bill["item"]), dtype=np.bool_)
    items = bill[bought].groupby("owner_id")["item"].agg(list)
    table["capex_vnd_origin"] = [prices.origin(*items[owner]) for owner in owners]


def _years_worth() -> float:
    """Return how many years of rent now are worth those of the horizon, paid at each year's end."""
    rate, years = catalog.rule("discount_rate_share"), catalog.rule("horizon_years")
    return float(years) if rate == 0 else (1.0 - (1.0 + rate) ** -years) / rate


def _add_stand_ins(table: gpd.GeoDataFrame, reach: Reach, model: Model, ordered: Ordered) -> None:
    """Add the candidate that would serve most in the stead of each site."""
    found = stand_ins(model, ordered.chosen, reach.demand.gap_people())
    places = [-1 if one.option < 0 else int(model.place[one.option]) for one in found]
    names = [None if place < 0 else reach.candidate_id[place] for place in places]
    table["instead"] = np.array(names, dtype=object)
    table["instead_people"] = np.array([one.people for one in found], dtype=np.float64)


def _reason(site: dict[str, object]) -> str:
    """Say why a site was chosen, after why it was a candidate."""
    what = f"{site['mast_height_m']:.0f} m mast"
    who = f" for {site['operator']}" if site["operator"] else ""
    parts = [f"{site['people_gained']:,.0f} people in gaps that no site before it serves"]
    if site["second_operator_people"]:
        parts.append(f"a second operator for {site['second_operator_people']:,.0f} people")
    if site["relieved_people"]:
        parts.append(f"relief for {site['relieved_people']:,.0f} people on overloaded cells")
    return f"{site['reason']}; {what}{who} serves {', '.join(parts)}"
