"""How many people and households live in each commune, when only the totals are known?

Simulated: denser in wards (phường) and on low ground. The communes of old Phú Thọ add up to the
census of 2019; the others hold the same number of people per km2 of official area.
"""

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from rasterio import features

from phu_tho import figures
from phu_tho.geometry import apportion
from phu_tho.terrain import Terrain

HILL_PER_KM2 = 90.0
PLAIN_PER_KM2 = 950.0
PLAIN_FADES_OVER_M = 50.0
WARD_FACTOR = 2.3


def commune_numbers(
    terrain: Terrain, polygons_m: list[shapely.Polygon], inset_m: float = 0.0
) -> NDArray[np.int32]:
    """Give each terrain cell the number of its commune (from 0), -1 outside or at the edge.

    Parameters
    ----------
    terrain
        Grid to fill.
    polygons_m
        Communes in metres.
    inset_m
        How far inside its commune a cell's middle must lie, in m.
    """
    shrunk = [polygon.buffer(-inset_m) for polygon in polygons_m]
    found = features.rasterize(
        ((polygon, number) for number, polygon in enumerate(shrunk) if not polygon.is_empty),
        out_shape=terrain.height_m.shape,
        fill=-1,
        transform=terrain.transform,
        dtype="int32",
    )
    return np.asarray(found, np.int32)


def people_and_households(
    communes: pd.DataFrame, terrain: Terrain, polygons_m: list[shapely.Polygon]
) -> pd.DataFrame:
    """Share people and households among the communes.

    Returns
    -------
    pandas.DataFrame
        Columns people and households (whole numbers), in the order of ``communes``.
    """
    rng = np.random.default_rng(figures.SEED_PEOPLE)
    number = commune_numbers(terrain, polygons_m)
    inside = number >= 0
    low = np.exp(-terrain.height_m[inside] / PLAIN_FADES_OVER_M)
    per_km2 = HILL_PER_KM2 + PLAIN_PER_KM2 * low
    cells = np.bincount(number[inside], minlength=len(communes))
    density = np.bincount(number[inside], per_km2, minlength=len(communes)) / cells
    weight = density * communes["official_area_km2"].to_numpy()
    weight *= np.where(communes["is_ward"], WARD_FACTOR, 1.0)
    weight *= rng.lognormal(0.0, 0.18, len(communes))
    size = rng.normal(1.0, 0.03, len(communes))
    result = pd.DataFrame({"people": 0, "households": 0}, index=communes.index)
    for group, factor in regions(communes):
        result.loc[group, "people"] = apportion(round(figures.PEOPLE * factor), weight[group])
        households = (result["people"].to_numpy() / size)[group]
        result.loc[group, "households"] = apportion(round(figures.HOUSEHOLDS * factor), households)
    return result


def regions(communes: pd.DataFrame) -> list[tuple[NDArray[np.bool_], float]]:
    """Split the communes into old Phú Thọ and the rest, with what to multiply its figures by.

    The factor is 1 for old Phú Thọ and the ratio of the official areas for the rest, so that
    both have the same number of anything per km2.
    """
    inside = (communes["old_province"] == figures.CALIBRATED).to_numpy()
    area = communes["official_area_km2"].to_numpy()
    return [(inside, 1.0), (~inside, float(area[~inside].sum() / area[inside].sum()))]
