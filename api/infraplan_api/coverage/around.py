"""Which commune, village, masts and proposals lie at and around a point?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from scipy.spatial import cKDTree

from infraplan import catalog
from infraplan.geo import GEOGRAPHIC
from infraplan_api.coverage.pixels import pixels_of
from infraplan_api.places.rows import records, said_or, whole_number
from infraplan_api.places.whole import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from infraplan_api.bundle import Bundle

__all__ = ["Around", "around_of"]

_PROPOSALS_MOST: Final = 5
_PACKAGE: Final = "bundle.gpkg"


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """What a bundle has on the ground, ready to be looked up; positions in m.

    Attributes
    ----------
    communes
        Polygons of the communes, in degrees, with their rows.
    villages, proposals
        Trees of the centres of villages and of the proposed sites, with their rows; None where
        there is none.
    sites
        Site to its position.
    cells
        Number of a cell in the rasters of servers to its row.
    bounds
        West, south, east and north of the study, degrees.
    """

    communes: tuple[shapely.STRtree, list[dict[str, Any]]]
    villages: tuple[cKDTree, list[dict[str, Any]]] | None
    proposals: tuple[cKDTree, list[dict[str, Any]]] | None
    sites: Mapping[str, tuple[float, float]]
    cells: Mapping[int, Mapping[str, Any]]
    bounds: tuple[float, float, float, float]

    def commune_at(self, lon: float, lat: float) -> dict[str, str] | None:
        """Return the commune that a point in degrees lies in, as JSON of ``PointCommune``."""
        tree, rows = self.communes
        found = sorted(tree.query(shapely.Point(lon, lat), predicate="intersects").tolist())
        if not found:
            return None
        row = rows[found[0]]
        name = str(row["name"])
        full = said_or(row.get("full_name"), name) or name
        return {"code": str(row["code"]), "name": name, "full_name": full}

    def village_near(self, x_m: float, y_m: float) -> dict[str, Any] | None:
        """Return the village nearest to a point, as JSON of ``PointVillage``."""
        if self.villages is None:
            return None
        tree, rows = self.villages
        distance_m, found = tree.query((x_m, y_m))
        row = rows[int(found)]
        return {
            "village_id": str(row["village_id"]),
            "name": str(row["name"]),
            "commune_code": said_or(row.get("commune_code"), None),
            "distance_m": round(float(distance_m), 1),
        }

    def proposals_near(self, x_m: float, y_m: float) -> list[dict[str, Any]]:
        """Return the proposed sites within reach, as JSON of ``PointProposal``, nearest first."""
        if self.proposals is None:
            return []
        tree, rows = self.proposals
        distances_m, found = tree.query(
            (x_m, y_m),
            k=np.arange(1, _PROPOSALS_MOST + 1),
            distance_upper_bound=catalog.rule("reach_m"),
        )
        return [
            {
                "site_id": str(rows[i]["site_id"]),
                "kind": str(rows[i]["kind"]),
                "operator": str(rows[i]["operator"]),
                "year": whole_number(rows[i]["year"]),
                "distance_m": round(distance_m, 1),
            }
            for distance_m, i in zip(
                np.atleast_1d(distances_m).tolist(), np.atleast_1d(found).tolist(), strict=True
            )
            if i < len(rows)
        ]

    def server(self, number: float | None, x_m: float, y_m: float) -> dict[str, Any] | None:
        """Return a cell by its number in the rasters, as JSON of ``PointServer``."""
        row = None if number is None else self.cells.get(int(number))
        if row is None:
            return None
        site_id = str(row["site_id"])
        there = self.sites.get(site_id)
        distance_m = None if there is None else float(np.hypot(there[0] - x_m, there[1] - y_m))
        return {
            "cell_id": str(row["cell_id"]),
            "site_id": site_id,
            "band": str(row["band"]),
            "distance_m": None if distance_m is None else round(distance_m, 1),
        }


def around_of(bundle: Bundle) -> Around:
    """Return what a bundle has on the ground, gathered at the first call."""
    return once(bundle, "coverage around", _gathered)


def _gathered(bundle: Bundle) -> Around:
    """Gather the tables and write down their positions."""
    communes = _layer(bundle, "communes")
    sites = _layer(bundle, "sites")
    metric = sites.geometry.to_crs(pixels_of(bundle).crs_wkt)
    places = zip(metric.x.tolist(), metric.y.tolist(), strict=True)
    cells = records(bundle.table("cells")[["server", "cell_id", "site_id", "band"]])
    west, south, east, north = communes.total_bounds.round(6).tolist()
    return Around(
        communes=(shapely.STRtree(communes.geometry.to_numpy()), _rows(communes)),
        villages=_tree(bundle, "villages"),
        proposals=_tree(bundle, "new_sites"),
        sites=dict(zip(sites["site_id"].astype(str), places, strict=True)),
        cells={int(row["server"]): row for row in cells},
        bounds=(west, south, east, north),
    )


def _layer(bundle: Bundle, name: str) -> gpd.GeoDataFrame:
    """Return a collection; of a bundle without collections, the layer of its GeoPackage."""
    if bundle.has(f"collections/{name}.parquet"):
        return bundle.collection(name)
    layer = pyogrio.read_dataframe(bundle.path(_PACKAGE), layer=name)
    return layer.to_crs(GEOGRAPHIC)


def _rows(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    names = [name for name in ("code", "name", "full_name") if name in frame.columns]
    return records(pd.DataFrame(frame)[names])


def _tree(bundle: Bundle, name: str) -> tuple[cKDTree, list[dict[str, Any]]] | None:
    """Return a table with lon and lat as a tree of metric positions; None where it is empty."""
    table = bundle.table(name) if bundle.has(f"{name}.csv") else pd.DataFrame()
    if table.empty:
        return None
    points = gpd.points_from_xy(table["lon"], table["lat"], crs=GEOGRAPHIC)
    metric = gpd.GeoSeries(points).to_crs(pixels_of(bundle).crs_wkt)
    positions: NDArray[np.float64] = np.column_stack([metric.x, metric.y])
    return cKDTree(positions), records(table)
