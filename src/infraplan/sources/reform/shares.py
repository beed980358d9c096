"""Which part of each old commune lies in each new one, by area or by people?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from infraplan import catalog
from infraplan.errors import CrsError, ParameterError
from infraplan.geo import Raster, require_metric, zone_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["pieces", "shares"]


def shares(
    old: gpd.GeoDataFrame,
    new: gpd.GeoDataFrame,
    *,
    people: Raster | None = None,
    sliver_width_m: float | None = None,
) -> pd.DataFrame:
    """Return which part of each old commune lies in each new one.

    Two sets of boundaries never agree to the metre, so thin pieces along the seams are no real
    pieces: those below `sliver_share` of the catalogue or thinner than `sliver_width_m` are
    dropped, unless a piece is the commune's largest. What is left is scaled to 1. Polygons that
    cross themselves are mended first.

    Parameters
    ----------
    old, new
        Communes with a column ``code``, polygons, both in one CRS in metres.
    people
        People per cell, in the same CRS; None shares by area. A commune without people on the
        raster is shared by area.
    sliver_width_m
        Pieces thinner than this are dropped, m; None takes it from ``catalog/reform_rules.csv``.

    Returns
    -------
    pandas.DataFrame
        Columns old_code, new_code, share; sorted by both codes; the shares of each old code sum
        to 1. Old communes that touch no new one have no row.

    Raises
    ------
    CrsError
        If a CRS is missing, in degrees, or the two differ.
    ParameterError
        If a code stands twice or a column is absent.

    Examples
    --------
    >>> box = shapely.box
    >>> old = gpd.GeoDataFrame({"code": ["1"]}, geometry=[box(0, 0, 4000, 3000)], crs=32648)
    >>> halves = [box(0, 0, 1000, 3000), box(1000, 0, 4000, 3000)]
    >>> new = gpd.GeoDataFrame({"code": ["8", "9"]}, geometry=halves, crs=32648)
    >>> shares(old, new)["share"].tolist()
    [0.25, 0.75]
    """
    found = pieces(old, new, people=people, sliver_width_m=sliver_width_m)
    return found[["old_code", "new_code", "share"]]


def pieces(
    old: gpd.GeoDataFrame,
    new: gpd.GeoDataFrame,
    *,
    people: Raster | None,
    sliver_width_m: float | None,
) -> pd.DataFrame:
    """Return the pieces of :func:`shares` with their size too: m2, or people where these count."""
    _require_alike(old, new)
    width_m = _rule("sliver_width_m") if sliver_width_m is None else sliver_width_m
    olds, news = (shapely.make_valid(frame.geometry.to_numpy()) for frame in (old, new))
    one, other = shapely.STRtree(news).query(olds, predicate="intersects")
    shapes = shapely.intersection(olds[one], news[other])
    found = pd.DataFrame(
        {
            "old_code": old["code"].astype(str).to_numpy()[one],
            "new_code": new["code"].astype(str).to_numpy()[other],
            "area_m2": shapely.area(shapes),
            "length_m": shapely.length(shapes),
        }
    )
    found["people"] = np.nan if people is None else _people_in(shapes, people, old)
    kept = found[_is_real(found, width_m)].sort_values(["old_code", "new_code"], ignore_index=True)
    kept["size"] = _sizes(kept)
    kept["share"] = _exact_shares(kept)
    return kept[["old_code", "new_code", "size", "share"]]


def _rule(name: str) -> float:
    return catalog.value("reform_rules", name, "value")


def _require_alike(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> None:
    """Refuse two tables that cannot be laid over each other."""
    for frame, what in ((old, "The table of old communes"), (new, "The table of new communes")):
        require_metric(frame.crs, what=what)
        if "code" not in frame.columns:
            raise ParameterError(
                f"{what} has no column 'code'. Remedy: rename its column of codes."
            )
        twice = set(frame["code"].astype(str)[frame["code"].duplicated()])
        if twice:
            raise ParameterError(
                f"{what} has the codes {', '.join(sorted(twice))} more than once. "
                "Remedy: join the pieces of one commune into one row."
            )
    if old.crs != new.crs:
        raise CrsError(
            f"The old communes are in {old.crs}, the new ones in {new.crs}. "
            "Remedy: bring both to one with to_crs."
        )


def _people_in(
    shapes: NDArray[np.object_], people: Raster, old: gpd.GeoDataFrame
) -> NDArray[np.float64]:
    """Return the people of a raster in each piece."""
    areal = shapely.area(shapes) > 0
    inside = np.zeros(len(shapes))
    weights = zone_weights(gpd.GeoSeries(shapes[areal], crs=old.crs), people.grid)
    values = np.nan_to_num(people.values.astype(np.float64).ravel(), nan=0.0)
    inside[areal] = weights @ values
    return inside


def _is_real(found: pd.DataFrame, width_m: float) -> NDArray[np.bool_]:
    """Tell which pieces are no slivers; the largest of each old commune never is."""
    area, length = found["area_m2"].to_numpy(), found["length_m"].to_numpy()
    by_old = found.groupby("old_code")["area_m2"]
    largest = area == by_old.transform("max").to_numpy()
    share = area / np.maximum(by_old.transform("sum").to_numpy(), np.finfo(float).tiny)
    width = np.divide(2 * area, length, out=np.zeros_like(area), where=length > 0)
    wide = (share >= _rule("sliver_share")) & (width >= width_m)
    return np.asarray((area > 0) & (largest | wide), dtype=np.bool_)


def _sizes(kept: pd.DataFrame) -> NDArray[np.float64]:
    """Return people where a commune has any on the raster, else area."""
    people = kept["people"].to_numpy()
    peopled = kept.groupby("old_code")["people"].transform("sum").to_numpy() > 0
    return np.where(peopled, people, kept["area_m2"].to_numpy())


def _exact_shares(kept: pd.DataFrame) -> NDArray[np.float64]:
    """Divide sizes by their sum so that the shares of each old commune sum to 1 exactly."""
    total = kept.groupby("old_code")["size"].transform("sum").to_numpy()
    share = kept["size"].to_numpy() / total
    for found in kept.groupby("old_code").indices.values():
        rows = np.asarray(found, dtype=np.int64)
        most = int(rows[int(np.argmax(share[rows]))])
        share[most] = 1.0 - float(share[rows[rows != most]].sum())
    return np.asarray(share, dtype=np.float64)
