"""Which microwave hops between given points are possible, with what, and at what cost?

A hop takes the cheapest antennas whose radio carries the capacity, works often enough (rain and
multipath, Recommendation ITU-R P.530) and clears the terrain (P.530-18, section 2.2.2) from
antennas that hang as low as can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.backhaul.microwave_options import (
    HOP_ITEM,
    OPEX_ITEM,
    Options,
    climate_of,
    dish_item,
    fading,
)
from infraplan.backhaul.microwave_pairs import Pairs, make_pairs, positions
from infraplan.radio.microwave_design import Criteria, Designs, design_hops
from infraplan.results.bill import BILL_COLUMNS
from infraplan.study.surface import clutter_height_m
from infraplan.units import M_PER_KM

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Executor

    from numpy.typing import ArrayLike, NDArray

    from infraplan.backhaul.microwave_options import Climate
    from infraplan.results import Prices
    from infraplan.results.prices import Bound
    from infraplan.study import Study

__all__ = ["criteria", "failing_least", "hop_bill", "hop_cost_vnd", "hop_table", "least_k"]

_CHUNK = 4096
_DISHES = 2


def hop_table(
    study: Study,
    points: pd.DataFrame,
    pairs: ArrayLike,
    *,
    capacity_mbps: float | None = None,
    availability_share: float | None = None,
    climate: Climate | None = None,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Design a microwave hop for each pair of points, and return those that are possible.

    Parameters
    ----------
    study
        Terrain, land cover and prices.
    points
        Columns point_id, x_m, y_m (in the study's CRS), ground_m (above sea level), lowest_m and
        highest_m (of an antenna, above ground).
    pairs
        Positions of both points of each pair in `points`, shape (n, 2).
    capacity_mbps
        Throughput that the radio must carry; the rule ``microwave_capacity_mbps`` where None.
    availability_share
        Least share of a year; the rule ``microwave_availability_share`` where None.
    climate
        Rain and air; that of the rules (Phú Thọ) where None.
    executor
        Threads to work in; this one where None. The result is the same.

    Returns
    -------
    pandas.DataFrame
        In the order of the pairs, the pair's row as index: hop_id, from_id, to_id, length_m,
        mode, band_ghz, dish_m, from_height_m, to_height_m (above ground, whole metres where the
        mast allows), clearance_share (least clearance at minimum k, in radii of the first Fresnel
        zone), margin_db, availability_share (one way, of a year) and capacity_mbps.

    Raises
    ------
    ParameterError
        If a point or pair is wrong; the message lists every fault.

    Notes
    -----
    A pair shorter than the rule ``microwave_shortest_m`` or over unknown terrain has no hop.
    """
    wanted_mbps = (
        catalog.rule("microwave_capacity_mbps") if capacity_mbps is None else capacity_mbps
    )
    target = (
        catalog.rule("microwave_availability_share")
        if availability_share is None
        else availability_share
    )
    options = Options.of(wanted_mbps, study.prices)
    air = climate_of(study) if climate is None else climate
    given = make_pairs(points, pairs)
    parts = [given.part(i, i + _CHUNK) for i in range(0, len(given), _CHUNK)]
    clutter = clutter_height_m(study)
    bare = np.zeros((0, 0), dtype=np.float32) if clutter is None else clutter

    def design(part: Pairs) -> Designs:
        works = 1.0 - failing_least(options, part, air) >= target
        works &= part.length_m[:, None] <= options.longest_km * M_PER_KM
        works &= (part.length_m >= catalog.rule("microwave_shortest_m"))[:, None]
        return design_hops(
            study.elevation.values.astype(np.float32, copy=False),
            bare,
            study.grid.cell_size_m,
            ends=positions(part, study.grid),
            ground_m=part.ground_m,
            lowest_m=part.lowest_m,
            highest_m=part.highest_m,
            least_k=least_k(part.length_m),
            works=works,
            frequency_ghz=options.frequency_ghz,
            criteria=criteria(),
        )

    found: Iterable[Designs] = (
        map(design, parts) if executor is None else executor.map(design, parts)
    )
    return _table(given, list(found), options, air)


def failing_least(options: Options, pairs: Pairs, climate: Climate) -> NDArray[np.float64]:
    """Return the share of a year in which each option fails, on the careful side.

    The heights are not known yet, so multipath is taken for the least inclination and the lowest
    antenna that the masts allow.

    Returns
    -------
    numpy.ndarray
        Shape (pairs, options).
    """
    low_m, high_m = pairs.ground_m + pairs.lowest_m, pairs.ground_m + pairs.highest_m
    apart_m = np.maximum(low_m[:, 0] - high_m[:, 1], low_m[:, 1] - high_m[:, 0])
    length_km = np.maximum(pairs.length_m, 1.0) / M_PER_KM
    _, share = fading(
        options,
        np.arange(len(options.mode)),
        length_km=length_km[:, None],
        inclination_mrad=(np.maximum(apart_m, 0.0) / length_km)[:, None],
        lower_m=low_m.min(axis=1)[:, None],
        climate=climate,
    )
    return share


def criteria() -> Criteria:
    """Return the clearance that the rules ask for."""
    return Criteria(
        median_k=catalog.rule("microwave_median_k"),
        median_radii=catalog.rule("microwave_median_radii"),
        least_radii=catalog.rule("microwave_least_radii"),
        spare_m=catalog.rule("microwave_spare_m"),
    )


def least_k(length_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the effective radius factor exceeded in 99.9 % of the worst month, by length.

    References
    ----------
    Recommendation ITU-R P.530-18, Figure 2, as ``catalog/microwave_minimum_k.csv`` reads it.
    """
    table = catalog.table("microwave_minimum_k")
    known_km = table["length_km"].to_numpy(dtype=np.float64)
    length_km = np.maximum(length_m, 1.0) / M_PER_KM
    factors = table["k"].to_numpy(dtype=np.float64)
    return np.asarray(np.interp(np.log(length_km), np.log(known_km), factors))


def hop_bill(hops: pd.DataFrame, *, owner: str = "hop_id") -> pd.DataFrame:
    """Return what hops are made of: both radios, two antennas, and what running them costs.

    Parameters
    ----------
    hops
        Of :func:`hop_table`.
    owner
        Column with the owner of the rows.

    Returns
    -------
    pandas.DataFrame
        Columns owner_id, item and quantity, three rows for each hop.
    """
    rows = [
        (name, item, quantity)
        for name, dish_m in zip(hops[owner], hops["dish_m"], strict=True)
        for item, quantity in (
            (HOP_ITEM, 1.0),
            (dish_item(dish_m), float(_DISHES)),
            (OPEX_ITEM, 1.0),
        )
    ]
    return pd.DataFrame(rows, columns=list(BILL_COLUMNS)).astype({"quantity": float})


def hop_cost_vnd(
    hops: pd.DataFrame, prices: Prices, *, bound: Bound = "likely"
) -> NDArray[np.float64]:
    """Return what each hop costs once, VND, in the order of the hops."""
    vnd = {dish: prices.vnd(dish_item(dish), bound) for dish in hops["dish_m"].unique()}
    dishes_vnd = hops["dish_m"].map(vnd).to_numpy(dtype=np.float64)
    return np.asarray(prices.vnd(HOP_ITEM, bound) + _DISHES * dishes_vnd)


def _table(
    pairs: Pairs, designs: list[Designs], options: Options, climate: Climate
) -> pd.DataFrame:
    """Lay out the hops that are possible."""
    option = np.concatenate([np.zeros(0, np.int64), *(d.option for d in designs)])
    heights_m = np.concatenate([np.zeros((0, 2)), *(d.heights_m for d in designs)])
    clearance = np.concatenate([np.zeros(0), *(d.clearance for d in designs)])
    rows = np.flatnonzero(option >= 0)
    found, which, heights_m = pairs.take(rows), option[rows], heights_m[rows]
    levels_m = found.ground_m + heights_m
    length_km = found.length_m / M_PER_KM
    margin_db, failing = fading(
        options,
        which,
        length_km=length_km,
        inclination_mrad=np.abs(levels_m[:, 0] - levels_m[:, 1]) / length_km,
        lower_m=levels_m.min(axis=1),
        climate=climate,
    )
    return pd.DataFrame(
        {
            "hop_id": [f"{a}~{b}" for a, b in found.ids],
            "from_id": [a for a, _ in found.ids],
            "to_id": [b for _, b in found.ids],
            "length_m": found.length_m,
            "mode": options.mode[which],
            "band_ghz": options.band_ghz[which],
            "dish_m": options.dish_m[which],
            "from_height_m": heights_m[:, 0],
            "to_height_m": heights_m[:, 1],
            "clearance_share": clearance[rows],
            "margin_db": margin_db,
            "availability_share": 1.0 - failing,
            "capacity_mbps": options.capacity_mbps[which],
        },
        index=pd.Index(rows, name="pair"),
    )
