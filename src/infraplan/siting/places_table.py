"""What is told of a place: how far its networks are, what it costs, and why it is none?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan.results.bill import BILL_COLUMNS, capex_vnd
from infraplan.siting.places_ground import nearest_m
from infraplan.siting.places_people import people_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.siting.rules import Rules
    from infraplan.study import Study

__all__ = ["Found", "NetworkDistances", "distances", "likely_capex", "near", "rejected_table"]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Places that could be candidates, and those that rules forbid, best first.

    Attributes
    ----------
    places
        Columns of the table ``candidates`` but for identifier and reason, with near_people,
        worth (what the people near and in sight count) and head (how the reason begins).
    rejected
        Columns of the table ``rejected`` but for the identifier.
    """

    places: pd.DataFrame
    rejected: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class NetworkDistances:
    """How far roads, power and fibre are from places, m, shape (places,); NaN where unknown."""

    road_m: NDArray[np.float64]
    power_m: NDArray[np.float64]
    fibre_m: NDArray[np.float64]


def distances(study: Study, x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> NetworkDistances:
    """Measure straight distances to the nearest road, power line, and fibre node or cable."""
    fibre = [nearest_m(g, x_m, y_m)[0] for g in (study.fibre.geometry, study.fibre_nodes.geometry)]
    return NetworkDistances(
        nearest_m(study.roads.geometry, x_m, y_m)[0],
        nearest_m(study.power.geometry, x_m, y_m)[0],
        np.fmin(*fibre),
    )


def likely_capex(
    study: Study, bills: list[tuple[tuple[str, float], ...]]
) -> tuple[NDArray[np.float64], str]:
    """Add up the likely capital cost of sites, VND, and say how the sum is known."""
    rows = [(str(i), *row) for i, bill in enumerate(bills) for row in bill]
    bill = pd.DataFrame(rows, columns=list(BILL_COLUMNS))
    owners = [str(i) for i in range(len(bills))]
    cost = np.asarray(capex_vnd(bill, owners, study.prices), dtype=np.float64)
    items = sorted(set(bill["item"]))
    bought = [
        i for i, is_bought in zip(items, study.prices.is_capex(items), strict=True) if is_bought
    ]
    return cost, study.prices.origin(*bought)


def near(
    study: Study,
    people: NDArray[np.float64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    rule: Rules,
) -> NDArray[np.float64]:
    """Add up the people near places, within the distance that ranks them."""
    radius = rule.near_people_m / study.grid.cell_size_m
    return people_around(people, rows, columns, radius_cells=radius)


def rejected_table(
    kind: str,
    geometry: gpd.GeoSeries | NDArray[np.object_],
    near_people: NDArray[np.float64],
    *,
    rules: Sequence[str],
    reasons: Sequence[str],
    hosts: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return the table ``rejected`` but for its identifiers."""
    named: list[str | None] = [None] * len(reasons) if hosts is None else list(hosts)
    return pd.DataFrame(
        {
            "kind": pd.Series([kind] * len(reasons), dtype=object),
            "host_site_id": pd.Series(named, dtype=object),
            "rule": pd.Series(list(rules), dtype=object),
            "reason": pd.Series(list(reasons), dtype=object),
            "near_people": near_people,
            "geometry": geometry,
        }
    )
