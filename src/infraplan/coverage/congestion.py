"""Which sectors will be overloaded in their busy hour, in which year, and who lives there?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.coverage.growth import forecast
from infraplan.coverage.spots import commune_of_cells, spots
from infraplan.coverage.throughput import spectral_efficiency_bps_hz
from infraplan.results import ANY_OPERATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.results import Signal
    from infraplan.study import Study

__all__ = ["congested_gaps", "sector_load"]

_LEAST_BPS_HZ = 0.02  # efficiency at the lowest SINR that works, so that no cell divides by 0
_SECTOR = ["operator", "site_id", "azimuth_deg"]


@dataclass(frozen=True, slots=True, eq=False)
class _Users:
    """The people whom one operator's sectors carry, cell by cell.

    Attributes
    ----------
    names
        One row per sector: operator, site_id, azimuth_deg, bandwidth_mhz of all its carriers.
    cell
        Position of each cell in the flattened grid, shape (n,).
    sector
        Row of its sector in `names`, shape (n,).
    people, users
        Persons there, and those who use this operator, shape (n,).
    hertz_seconds
        What carrying one bit for each user takes, shape (n,).
    """

    names: pd.DataFrame
    cell: NDArray[np.int64]
    sector: NDArray[np.int64]
    people: NDArray[np.float64]
    users: NDArray[np.float64]
    hertz_seconds: NDArray[np.float64]


def sector_load(study: Study, signal: Signal, years: Sequence[int]) -> pd.DataFrame:
    """Compare the traffic of each sector's people in the busy hour with its capacity.

    Parameters
    ----------
    study, signal
        The province and its predicted signal.
    years
        Years of the forecast.

    Returns
    -------
    pandas.DataFrame
        One row per sector with users and year, sorted: operator, site_id, azimuth_deg, year,
        people (in the cells that the sector serves best), users_share (the operator's part of
        them), offered_mbps, capacity_mbps, load_share, and widest_mbps and widest_load_share: the
        same once the sector has all the spectrum that one can have (rule ``sector_most_mhz``).

    Notes
    -----
    All carriers of a sector share its people. Where several operators serve a cell, its people are
    divided by the operators' numbers of cells in the study (assumed: market shares are not known).
    Capacity is the sum of the carriers' bandwidth times the efficiency of two streams, harmonic
    over the users, so that each gets the same rate.
    """
    return _load(study, _all_users(study, signal), years)


def congested_gaps(
    study: Study, signal: Signal, years: Sequence[int], *, min_people: float = 1.0
) -> gpd.GeoDataFrame:
    """Return where people live whose operator's sector will be overloaded, most people first.

    Parameters
    ----------
    study, signal
        The province and its predicted signal.
    years
        Years of the plan; a sector counts from the first one in which it is overloaded even with
        all the spectrum that one can have: more carriers on the same mast come before new masts.
    min_people
        Spots with fewer people and no village centre are left out.

    Returns
    -------
    geopandas.GeoDataFrame
        Table ``gaps``, kind "congested", with the operator and the year. Of an overloaded sector
        only the cells of the weakest signal, which take most of its capacity, and of these as few
        as relieve it in the year of its heaviest load. The same people may stand in spots of
        several operators.
    """
    users = _all_users(study, signal)
    limit = catalog.rule("load_limit_share")
    load = _load(study, users, years)
    over = load[load["widest_load_share"] > limit].groupby(_SECTOR, dropna=False)
    facts = pd.DataFrame(
        {"year": over["year"].min(), "excess": 1.0 - limit / over["widest_load_share"].max()}
    )
    commune = commune_of_cells(study)
    found = []
    for part in users:
        of_sector = part.names[_SECTOR].merge(facts.reset_index(), how="left", on=_SECTOR)
        since = _since(part, of_sector, signal)
        found.append(_spots(study, signal, part, since, min_people, commune))
    table = gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs=study.crs)
    order = ["people", "area_m2", "operator", "gap_id"]
    table = table.sort_values(order, ascending=[False, False, True, True]).reset_index(drop=True)
    table["gap_id"] = [f"T{i:05d}" for i in range(1, len(table) + 1)]
    return table


def _load(study: Study, users: list[_Users], years: Sequence[int]) -> pd.DataFrame:
    """Add up the sectors of all operators and multiply them with the traffic of each year."""
    table = pd.concat([_capacity(part) for part in users], ignore_index=True)
    traffic = forecast(study, years)[["year", "busy_hour_mbps"]]
    table = table.merge(traffic, how="cross")
    table["offered_mbps"] = table["users"] * table["busy_hour_mbps"]
    table["users_share"] = table["users"] / table["people"]
    table["load_share"] = table["offered_mbps"] / table["capacity_mbps"]
    table["widest_load_share"] = table["offered_mbps"] / table["widest_mbps"]
    table = table.drop(columns=["users", "busy_hour_mbps"])
    return table.sort_values([*_SECTOR, "year"]).reset_index(drop=True)


def _all_users(study: Study, signal: Signal) -> list[_Users]:
    """Divide the served people of each cell among the operators that serve it."""
    operators = [name for name in signal.operators if name != ANY_OPERATOR]
    served = catalog.level_dbm(signal.technology, "served")
    number = signal.cells["operator"].value_counts()
    serves = {name: signal.rsrp_dbm[name].values >= served for name in operators}
    total = np.zeros(signal.grid.shape)
    for name in operators:
        total += serves[name] * float(number[name])
    people = np.nan_to_num(study.people.values.astype(np.float64))
    found = []
    for name in operators:
        there = serves[name] & (people > 0)
        users = people[there] * float(number[name]) / total[there]
        found.append(_users(signal, name, there, people[there], users))
    return found


def _users(
    signal: Signal,
    operator: str,
    there: NDArray[np.bool_],
    people: NDArray[np.float64],
    users: NDArray[np.float64],
) -> _Users:
    """Gather the users of one operator in the cells where it serves."""
    sinr_db = signal.sinr_db[operator].values[there].astype(np.float64)
    efficiency = np.nan_to_num(spectral_efficiency_bps_hz(sinr_db, signal.technology))
    cells = signal.cells.reset_index(drop=True)
    own = cells[cells["operator"] == operator]
    grouped = own.groupby(["site_id", "azimuth_deg"], sort=True, dropna=False)
    number = np.full(len(cells), -1, dtype=np.int64)
    number[own.index] = grouped.ngroup()
    names = grouped["bandwidth_mhz"].sum().reset_index()
    names.insert(0, "operator", operator)
    return _Users(
        names=names,
        cell=np.flatnonzero(there),
        sector=number[signal.server[operator].values[there]],
        people=people,
        users=users,
        hertz_seconds=users / np.maximum(efficiency, _LEAST_BPS_HZ),
    )


def _capacity(part: _Users) -> pd.DataFrame:
    """Return people, users and capacity of the sectors that carry anybody."""
    count = len(part.names)
    table = part.names.assign(
        people=np.bincount(part.sector, weights=part.people, minlength=count),
        users=np.bincount(part.sector, weights=part.users, minlength=count),
    )
    hertz_seconds = np.bincount(part.sector, weights=part.hertz_seconds, minlength=count)
    carries = table["users"] > 0
    table, hertz_seconds = table[carries].reset_index(drop=True), hertz_seconds[carries]
    mbps_per_mhz = catalog.rule("streams") * table["users"] / hertz_seconds
    widest_mhz = np.maximum(table["bandwidth_mhz"], catalog.rule("sector_most_mhz"))
    table["capacity_mbps"] = mbps_per_mhz * table["bandwidth_mhz"]
    table["widest_mbps"] = mbps_per_mhz * widest_mhz
    return table.drop(columns="bandwidth_mhz")


def _since(part: _Users, of_sector: pd.DataFrame, signal: Signal) -> NDArray[np.int64]:
    """Return the year from which each cell of the grid should be carried by another site, or 0."""
    operator = str(part.names["operator"].iloc[0])
    level = signal.rsrp_dbm[operator].values.ravel()[part.cell]
    order = np.lexsort((part.cell, level, part.sector))
    sector, taken = part.sector[order], part.hertz_seconds[order]
    total = np.bincount(sector, weights=taken, minlength=len(of_sector))
    before = np.cumsum(taken) - taken
    first = np.searchsorted(sector, sector)  # position of the first cell of the same sector
    excess = of_sector["excess"].fillna(0.0).to_numpy()
    outer = before - before[first] < excess[sector] * total[sector]
    year = of_sector["year"].fillna(0).to_numpy(dtype=np.int64)
    since = np.zeros(signal.grid.shape, dtype=np.int64)
    since.ravel()[part.cell[order]] = np.where(outer, year[sector], 0)
    return since


def _spots(
    study: Study,
    signal: Signal,
    part: _Users,
    since: NDArray[np.int64],
    min_people: float,
    commune: NDArray[np.int64],
) -> gpd.GeoDataFrame:
    """Return the spots of one operator's overloaded sectors."""
    operator = str(part.names["operator"].iloc[0])
    years = np.unique(since[since > 0])
    found = spots(
        study,
        np.where(since > 0, np.searchsorted(years, since) + 1, 0),
        [(str(year), operator) for year in years] or [("0", operator)],
        origin=signal.rsrp_dbm[operator].origin,
        min_people=min_people,
        prefix="T",
        commune=commune,
    )
    return found.assign(year=found["kind"].astype(int).astype("Int64"), kind="congested")
