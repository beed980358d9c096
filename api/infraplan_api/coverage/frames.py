"""Which table of coverage goes into a spreadsheet, and which onto a map?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan_api.coverage.figures import COUNTED, Figures, figures_of, share_name

if TYPE_CHECKING:
    from infraplan_api.bundle import Bundle
    from infraplan_api.coverage.asked import Asked

__all__ = ["as_frame", "as_map"]


def as_frame(bundle: Bundle, asked: Asked) -> pd.DataFrame:
    """Return one row for each commune and combination, then the province's rows.

    Parameters
    ----------
    bundle
        The bundle.
    asked
        Which figures.

    Returns
    -------
    pandas.DataFrame
        ``zone`` is commune or province. A share of a commune stands in ``…_of_commune_…`` and
        one of the province in ``…_of_province_…``; the other is missing.
    """
    figures = figures_of(bundle)
    communes = _communes(bundle, figures, asked)
    province = _province(bundle, figures, asked)
    columns = [*communes.columns, *(c for c in province.columns if c not in communes.columns)]
    both = pd.concat([communes, province], ignore_index=True)
    basis = bundle.table("communes")["data_basis"]
    return both[columns].assign(data_basis=str(basis.iloc[0]) if len(basis) else "")


def as_map(bundle: Bundle, asked: Asked) -> gpd.GeoDataFrame:
    """Return one row for each commune and combination, with the commune's polygon.

    Raises
    ------
    NotInBundleError
        If the bundle has no collections.
    """
    shapes = bundle.collection("communes")
    table = _communes(bundle, figures_of(bundle), asked)
    by_code = shapes.set_index(shapes["code"].astype(str)).geometry
    geometry = by_code.reindex(table["commune_code"]).to_numpy()
    return gpd.GeoDataFrame(table, geometry=geometry, crs=shapes.crs)


def _communes(bundle: Bundle, figures: Figures, asked: Asked) -> pd.DataFrame:
    """Return the figures of all communes, commune by commune."""
    rows, count = asked.rows, len(figures.codes)
    names = bundle.table("communes").set_index(bundle.table("communes")["code"].astype(str))["name"]
    codes = np.repeat(np.array(figures.codes, dtype=object), len(rows))
    table: dict[str, Any] = {
        "zone": "commune",
        "commune_code": codes,
        "commune_name": names.reindex(codes).to_numpy(),
        **_what(figures, asked, count),
    }
    for counted, parts in COUNTED.items():
        for name in (*parts, share_name(counted, "commune")):
            table[name] = figures.communes[name][rows].T.ravel()
    table["people_served_origin"] = figures.origins[rows].T.ravel()
    return pd.DataFrame(table)


def _province(bundle: Bundle, figures: Figures, asked: Asked) -> pd.DataFrame:
    """Return the figures of all communes together."""
    communes = bundle.table("communes")
    parents = set(communes["parent_code"].dropna()) if "parent_code" in communes else set()
    table: dict[str, Any] = {
        "zone": "province",
        "commune_code": parents.pop() if len(parents) == 1 else "",
        "commune_name": str(bundle.manifest["study"].get("title_vi", bundle.study_id)),
        **_what(figures, asked, 1),
    }
    for counted, parts in COUNTED.items():
        for name in (*parts, share_name(counted, "province")):
            table[name] = figures.province[name][asked.rows]
    found = (sorted(set(row) - {""}) for row in figures.origins[asked.rows].tolist())
    table["people_served_origin"] = [" ".join(origins) for origins in found]
    return pd.DataFrame(table)


def _what(figures: Figures, asked: Asked, times: int) -> dict[str, Any]:
    """Return the columns that say what figures are of, so many times over."""
    rows = asked.rows.tolist()
    of = [figures.combinations[row] for row in rows] * times
    return {
        "technology": [c.technology for c in of],
        "operator": [c.operator for c in of],
        "environment": [c.environment for c in of],
        "level": [c.level for c in of],
        "threshold_dbm": np.tile(figures.thresholds_dbm[asked.rows], times),
        "year": [c.year for c in of],
    }
