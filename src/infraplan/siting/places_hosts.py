"""Which masts and tall structures that stand could carry one more operator, and which not?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.results import weakest
from infraplan.siting.antennas import antennas_on
from infraplan.siting.places_people import people_around
from infraplan.siting.places_table import Found, distances, likely_capex, near, rejected_table
from infraplan.siting.rules import site_bill
from infraplan.siting.tenants import Tenants, tenants_of
from infraplan.siting.viewshed import viewshed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.siting.places_people import GapPeople
    from infraplan.siting.rules import Rules
    from infraplan.study import Study

__all__ = ["hosts"]

_TECHNOLOGY = "4G"


def hosts(study: Study, there: GapPeople, rule: Rules) -> Found:
    """List the masts and structures that stand and have people in gaps within reach.

    A mast without any 4G may serve whoever has none; one that carries 4G of some operators is a
    host for the others where gaps of one operator lie near it.

    Parameters
    ----------
    study
        Sites, cells and structures.
    there
        People in gaps.
    rule
        Limits.
    """
    masts = _masts(study)
    structures = _structures(study)
    both = gpd.GeoDataFrame(pd.concat([masts, structures], ignore_index=True), crs=study.crs)
    both = both[_useful(study, there, both, rule)].reset_index(drop=True)
    who = tenants_of(study, both, rule, technology=_TECHNOLOGY)
    refused = _refusals(both, who, rule)
    kept = np.array([not why for _, why in refused], dtype=np.bool_)
    places = _table(study, there, rule, both[kept].reset_index(drop=True), who.take(kept))
    out = both[~kept]
    rejected = rejected_table(
        "shared_mast",
        out.geometry.to_numpy(),
        near(study, there.people, *_cells(study, out), rule),
        rules=[name for name, why in refused if why],
        reasons=[why for _, why in refused if why],
        hosts=out["site_id"].tolist(),
    )
    return Found(places, rejected)


def _masts(study: Study) -> gpd.GeoDataFrame:
    """Return the sites, each as a host."""
    return study.sites.assign(what="mast", room="yes")


def _structures(study: Study) -> gpd.GeoDataFrame:
    """Return the tall structures in the columns of sites."""
    known = study.structures
    return gpd.GeoDataFrame(
        {
            "site_id": known["structure_id"].to_numpy(dtype=object),
            "owner": _column(known, "owner"),
            "mast_height_m": _column(known, "height_m").astype(np.float64),
            "mast_height_m_origin": pd.Series(_column(known, "height_m_origin"))
            .fillna("assumed")
            .to_numpy(dtype=object),
            "geometry_origin": known["geometry_origin"].to_numpy(dtype=object),
            "what": np.array([str(k).replace("_", " ") for k in known["kind"]], dtype=object),
            "room": pd.Series(_column(known, "has_room")).fillna("yes").to_numpy(dtype=object),
        },
        geometry=known.geometry.to_numpy(),
        crs=study.crs,
    )


def _column(table: pd.DataFrame, name: str) -> NDArray[np.object_]:
    own = table[name] if name in table.columns else pd.Series(index=table.index, dtype=object)
    values: NDArray[np.object_] = own.to_numpy(dtype=object)
    return values


def _cells(study: Study, places: gpd.GeoDataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return study.grid.index(places.geometry.x.to_numpy(), places.geometry.y.to_numpy())


def _useful(
    study: Study, there: GapPeople, places: gpd.GeoDataFrame, rule: Rules
) -> NDArray[np.bool_]:
    """Mark what stands on known ground with people within reach whom it could serve."""
    rows, columns = _cells(study, places)
    x_m, y_m = places.geometry.x.to_numpy(), places.geometry.y.to_numpy()
    on = study.grid.inside(rows, columns) & np.isfinite(study.elevation.at(x_m, y_m))
    cell_m = study.grid.cell_size_m
    reached = people_around(there.people, rows, columns, radius_cells=rule.reach_m / cell_m)
    with_4g = study.cells.loc[study.cells["technology"] == _TECHNOLOGY, "site_id"]
    taken = places["site_id"].isin(with_4g).to_numpy(dtype=np.bool_)
    rivals = people_around(there.rivals, rows, columns, radius_cells=rule.host_within_m / cell_m)
    useful: NDArray[np.bool_] = on & np.where(taken, rivals > 0, reached >= 1)
    return useful


def _refusals(places: gpd.GeoDataFrame, who: Tenants, rule: Rules) -> list[tuple[str, str]]:
    """Return rule and reason why each place carries nobody more; both empty where it does."""
    said = []
    for i, place in enumerate(places.to_dict("records")):
        height_m, what = float(place["mast_height_m"]), place["what"]
        if place["room"] == "no":
            said.append(("room", f"no room on this {what}"))
        elif np.isnan(height_m):
            said.append(("height", f"height of this {what} unknown"))
        elif what != "mast" and height_m < rule.structure_least_m:
            why = f"{what} of {height_m:.0f} m, lower than {rule.structure_least_m:g}"
            said.append(("height", why))
        elif who.joining[i] or who.anyone[i]:
            said.append(("", ""))
        elif who.full[i]:
            why = f"carries {who.count[i]} operators, at most {rule.tenants_most}"
            said.append(("room", why))
        else:
            said.append(("operators", "every operator has 4G there"))
    return said


def _table(
    study: Study, there: GapPeople, rule: Rules, places: gpd.GeoDataFrame, who: Tenants
) -> pd.DataFrame:
    """Describe what stands and may be shared."""
    rows, columns = _cells(study, places)
    x_m, y_m = places.geometry.x.to_numpy(), places.geometry.y.to_numpy()
    ways = distances(study, x_m, y_m)
    antennas = antennas_on(places, rule)
    seen = viewshed(study, there, rows, columns, antennas.height_m)
    bill = site_bill(kind="shared_mast", mast_height_m=0, power_distance_m=None, pays_rent=False)
    cost_vnd, origin = likely_capex(study, [bill])
    return pd.DataFrame(
        {
            "kind": "shared_mast",
            "host_site_id": places["site_id"].to_numpy(dtype=object),
            "mast_class": _column(places, "mast_class"),
            "heights_m": [f"{height:g}" for height in places["mast_height_m"]],
            "antenna_height_m": antennas.height_m,
            "ground_height_m": study.elevation.at(x_m, y_m),
            "commune_code": _communes(study, places),
            "operators": ["|".join(names) or None for names in who.joining],
            "road_distance_m": ways.road_m,
            "power_distance_m": ways.power_m,
            "fibre_distance_m": ways.fibre_m,
            "slope_deg": np.nan,
            "viewshed_people": seen.people,
            "capex_vnd": cost_vnd[0],
            "geometry": places.geometry.to_numpy(),
            "geometry_origin": places["geometry_origin"].to_numpy(dtype=object),
            "antenna_height_m_origin": [weakest([origin]) for origin in antennas.origin],
            "capex_vnd_origin": origin,
            "near_people": near(study, there.people, rows, columns, rule),
            "worth": near(study, there.need, rows, columns, rule) + seen.need,
            "head": _heads(places, antennas.stands, who),
        }
    )


def _communes(study: Study, places: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the code of the commune that holds each place, None outside all."""
    codes = np.full(len(places), None, dtype=object)
    point, zone = study.communes.sindex.query(places.geometry, predicate="intersects")
    codes[point[::-1]] = study.communes["code"].to_numpy()[zone[::-1]]
    return codes


def _heads(places: gpd.GeoDataFrame, stands: list[str], who: Tenants) -> list[str]:
    """Begin the reason of each mast or structure that could be shared."""
    owners = _column(places, "owner")
    return [
        f"existing {what} {site}{f' of {owner}' if pd.notna(owner) else ''} {state}, {stand}"
        for what, site, owner, state, stand in zip(
            places["what"], places["site_id"], owners, who.state, stands, strict=True
        )
    ]
