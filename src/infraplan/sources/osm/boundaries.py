"""Which communes does an extract hold whole, and what is left of the country?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from infraplan.errors import Fault, InputError
from infraplan.geo import GEOGRAPHIC, metric_crs
from infraplan.sources.osm.extract import read_layer
from infraplan.wording import Text, decimal

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["read_communes"]

_COUNTRY_LEVEL = "2"
_MOST_OPEN_SHARE = 0.1
"""A border open over more than this share of its length is not closed by a straight line."""


def read_communes(
    path: Path, *, country: str, admin_level: str, rest_code: str, rest_name: str
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    """Read the communes of a country, and the part of it that no whole commune covers.

    An extract holds a boundary relation only where all its ways are in it, so some communes may be
    missing. The country itself is drawn from its border ways.

    Parameters
    ----------
    path
        The extract.
    country
        Name in the tags left:country and right:country of the border ways, or, where they have
        none, in their name ("France — Andorra").
    admin_level
        admin_level of the communes.
    rest_code, rest_name
        Code and name of the part of the country that no commune covers.

    Returns
    -------
    geopandas.GeoDataFrame
        Table communes in EPSG:4326, by relation id, the rest of the country last.
    tuple of str
        What to tell about it.

    Raises
    ------
    InputError
        If there is no such commune, or the border is not in the extract or wide open.
    """
    found = read_layer(
        path,
        "multipolygons",
        tags=("name",),
        where=f"boundary = 'administrative' AND admin_level = '{int(admin_level)}'",
    )
    if found.empty:
        problem = f"the extract holds no whole boundary with admin_level={admin_level}"
        remedy = "mend `parish_admin_level`, or take an extract of a larger area"
        raise InputError([Fault(path.name, problem, remedy)])
    found = found.iloc[np.argsort(found["osm_id"].astype(np.int64), kind="stable")]
    outline, notes = _country(path, country)
    rest = shapely.difference(outline, shapely.union_all(found.geometry.to_numpy()))
    names = [n or f"relation {i}" for n, i in zip(found["name"], found["osm_id"], strict=True)]
    communes = _table(list(found["osm_id"]), names, list(found.geometry), "measured")
    listed = ", ".join(names)
    head = Text(
        f"Số xã nằm trọn trong tệp bản đồ: {len(names)} ({listed}).",
        f"Whole communes in the extract: {len(names)} ({listed}).",
    )
    if rest.is_empty:
        return communes, (head,)
    metric = metric_crs(communes)
    area_km2 = gpd.GeoSeries([rest], crs=GEOGRAPHIC).to_crs(metric).area.iloc[0] / 1e6
    area = decimal(area_km2, 1)
    kept = Text(
        f"Phần còn lại của {country}, {area.vi} km², không thuộc xã nào trọn vẹn; được giữ thành "
        f"{rest_name!r} (mã {rest_code}), ranh giới gần đúng.",
        f"The rest of {country}, {area.en} km², is covered by no whole commune; it is kept "
        f"as {rest_name!r} (code {rest_code}), its outline approximate.",
    )
    both = pd.concat([communes, _table([rest_code], [rest_name], [rest], "approximate")])
    return gpd.GeoDataFrame(both.reset_index(drop=True), crs=GEOGRAPHIC), (head, kept, *notes)


def _table(
    codes: list[str], names: list[str], geometry: list[BaseGeometry], origin: str
) -> gpd.GeoDataFrame:
    columns = {
        "code": pd.Series(codes, dtype=object),
        "name": pd.Series(names, dtype=object),
        "people": np.nan,
        "geometry_origin": origin,
        "people_origin": "estimated",
    }
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=GEOGRAPHIC)


def _country(path: Path, country: str) -> tuple[BaseGeometry, tuple[Text, ...]]:
    """Draw a country from its border ways, closing one opening by a straight line."""
    lines = read_layer(
        path,
        "lines",
        tags=("name", "boundary", "admin_level", "left:country", "right:country"),
        where="other_tags LIKE '%admin_level%'",
    )
    rows = lines.drop(columns="geometry").to_dict("records")
    border = lines[[_is_border(row, country) for row in rows]]
    if border.empty:
        problem = f"no border way of {country!r} is in the extract"
        remedy = "mend `country`: it is the name in left:country and right:country"
        raise InputError([Fault(path.name, problem, remedy)])
    merged = shapely.line_merge(shapely.union_all(border.geometry.to_numpy()))
    chains = list(shapely.get_parts(merged))
    rings = shapely.get_parts(shapely.polygonize(chains))
    if len(rings):
        return shapely.union_all(rings), ()
    return _closed(path, country, chains, metric_crs(border))


def _is_border(tags: dict[Hashable, object], country: str) -> bool:
    """Tell whether a way is a border of the country."""
    if tags["boundary"] != "administrative" or tags["admin_level"] != _COUNTRY_LEVEL:
        return False
    sides = {str(tags[k]) for k in ("left:country", "right:country") if tags[k] is not None}
    return country in (sides or {part.strip() for part in re.split("[—–-]", str(tags["name"]))})


def _closed(
    path: Path, country: str, chains: list[shapely.LineString], metric: str
) -> tuple[BaseGeometry, tuple[Text, ...]]:
    """Close the only chain of a border, or say why that would be a guess."""
    chain = chains[0]
    length_m = gpd.GeoSeries([chain], crs=GEOGRAPHIC).to_crs(metric).length.iloc[0]
    bridge = shapely.LineString([chain.coords[-1], chain.coords[0]])
    open_m = gpd.GeoSeries([bridge], crs=GEOGRAPHIC).to_crs(metric).length.iloc[0]
    outline = shapely.Polygon(chain.coords)
    if len(chains) > 1 or open_m > _MOST_OPEN_SHARE * length_m or not outline.is_valid:
        problem = (
            f"the border of {country} is in {len(chains)} pieces, {length_m / 1000:,.1f} km the "
            f"first, and open over {open_m / 1000:,.1f} km"
        )
        remedy = "take an extract that holds the whole border, or give the communes as a file"
        raise InputError([Fault(path.name, problem, remedy)])
    gap, mapped = decimal(open_m / 1000, 1), decimal(length_m / 1000, 1)
    note = Text(
        f"Biên giới {country} trong tệp bản đồ hở {gap.vi} km (đã vẽ {mapped.vi} km); được khép "
        "bằng một đoạn thẳng.",
        f"The border of {country} has an opening of {gap.en} km in the extract "
        f"({mapped.en} km are mapped); it is closed by a straight line.",
    )
    return outline, (note,)
