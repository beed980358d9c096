"""Which microwave hops could join new sites to each other and to what stands?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from infraplan import catalog
from infraplan.backhaul.laying import rule
from infraplan.backhaul.microwave import hop_cost_vnd, hop_table
from infraplan.backhaul.microwave_points import anchor_points, site_points
from infraplan.units import M_PER_KM

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["SiteHops", "possible_hops"]


@dataclass(frozen=True, slots=True, eq=False)
class SiteHops:
    """Feasible hops of some sites.

    Attributes
    ----------
    table
        See :func:`infraplan.backhaul.microwave.hop_table`, from the end nearer to the network.
    cost_vnd
        What each costs once.
    points
        The sites, followed by what stands and hops may start from.
    ends
        Both ends of each hop: positions in `points`.
    """

    table: pd.DataFrame
    cost_vnd: NDArray[np.float64]
    points: pd.DataFrame
    ends: NDArray[np.int64]


def possible_hops(
    study: Study,
    sites: gpd.GeoDataFrame,
    *,
    name: str,
    among: bool,
    only: NDArray[np.bool_],
    capacity_mbps: float | None = None,
) -> SiteHops:
    """Design the hops to sites from what stands near them and from each other.

    Parameters
    ----------
    study
        Masts, cells, fibre nodes and terrain.
    sites
        Table ``new_sites`` or ``candidates``.
    name
        Column with their names.
    among
        Whether sites may feed each other.
    only
        Which sites look for a hop, shape (sites,).
    capacity_mbps
        What a hop must carry; the rule ``microwave_capacity_mbps`` where None.

    Returns
    -------
    SiteHops
        A site is fed from masts with service of any operator (transmission is leased where it is
        another's) and from fibre nodes, and from other sites.
    """
    places = site_points(study, sites, name=name)
    anchors = anchor_points(study).reset_index(drop=True)
    points = pd.concat([places, anchors], ignore_index=True)
    pairs = _anchor_pairs(places, anchors, only)
    if among:
        pairs = np.concatenate([pairs, _site_pairs(places, only)])
    ground = points["ground_m"].to_numpy(dtype=np.float64)
    pairs = pairs[np.isfinite(ground[pairs]).all(axis=1)]
    points = points.assign(ground_m=np.nan_to_num(ground))
    table = hop_table(study, points, pairs, capacity_mbps=capacity_mbps)
    ends = pairs[table.index.to_numpy(dtype=np.int64)]
    return SiteHops(table.reset_index(drop=True), hop_cost_vnd(table, study.prices), points, ends)


def _anchor_pairs(
    places: pd.DataFrame, anchors: pd.DataFrame, only: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Pair each site with its nearest anchors: (anchor, site)."""
    sites = np.flatnonzero(only)
    near = _nearest(anchors, places.iloc[sites], int(rule("mast_anchors")))
    pairs = np.column_stack([len(places) + near[:, 0], sites[near[:, 1]]])
    return pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]


def _site_pairs(places: pd.DataFrame, only: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Pair each site with its nearest others; each pair once."""
    sites = np.flatnonzero(only)
    near = _nearest(places, places.iloc[sites], int(rule("site_anchors")) + 1)
    pairs = np.sort(np.column_stack([near[:, 0], sites[near[:, 1]]]), axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def _nearest(sources: pd.DataFrame, seekers: pd.DataFrame, most: int) -> NDArray[np.int64]:
    """Return (position of source, position of seeker) of the nearest sources within range."""
    if len(sources) == 0 or len(seekers) == 0:
        return np.empty((0, 2), dtype=np.int64)
    range_m = catalog.table("microwave_bands")["longest_km"].astype(float).max() * M_PER_KM
    tree = cKDTree(sources[["x_m", "y_m"]].to_numpy(dtype=np.float64))
    ranks = np.arange(1, min(most, len(sources)) + 1)
    distance_m, near = tree.query(
        seekers[["x_m", "y_m"]].to_numpy(dtype=np.float64), k=ranks, distance_upper_bound=range_m
    )
    seeker, rank = np.nonzero(np.isfinite(distance_m))
    found = np.asarray(near)[seeker, rank]
    return np.column_stack([found, seeker]).astype(np.int64)
