"""Where do the simulated masts stand, who owns them and who shares them?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phu_tho import figures
from phu_tho.geometry import apportion
from phu_tho.people import commune_numbers, regions
from phu_tho.terrain import Array, Lie, Terrain

EDGE_M = 120.0  # a mast keeps this far from its commune's edge
NEAR_M = 2_000.0  # people counted as near a mast
TOWN_PEOPLE = 16_000  # near a mast, above which it stands in a town
CROWD = 2.0  # power of people: above 1, villages with many people draw more masts than their share
TRIES = 24
HILLTOP_SHARE = 0.08
ROOF_SHARE, SMALL_SHARE = 0.30, 0.15  # of masts in towns on a roof, and of those the small ones
LONELY_RELIEF_M, LONELY_PEOPLE, SOLAR_SHARE = 300.0, 1_500, 0.3
# Assumed shares of the masts owned and joined by each operator; nothing is published by commune.
OWNER_SHARE = {
    "viettel": 0.40,
    "vinaphone": 0.28,
    "mobifone": 0.24,
    "vietnamobile": 0.06,
    "gmobile": 0.02,
}
JOINS_SHARE = {
    "viettel": 0.27,
    "vinaphone": 0.30,
    "mobifone": 0.30,
    "vietnamobile": 0.15,
    "gmobile": 0.05,
}


@dataclass(frozen=True, slots=True)
class Land:
    """What choosing a mast's place needs: ground, communes, people, roads."""

    terrain: Terrain
    above_m: Array
    commune: NDArray[np.int32]
    roads: cKDTree

    def value(self, xy: Array, commune: int, *, high_ground: float) -> Array:
        """Judge places in metres: high over the surroundings, near a road, in the commune."""
        rows, columns = self.terrain.index(xy)
        to_road, _ = self.roads.query(xy)
        value = high_ground * self.above_m[rows, columns] / 25.0 - to_road / 350.0
        return np.where(self.commune[rows, columns] == commune, value, -np.inf)


def build(
    communes: pd.DataFrame,
    villages: pd.DataFrame,
    road_points_m: Array,
    terrain: Terrain,
    lie: Lie,
    polygons_m: list[shapely.Polygon],
) -> pd.DataFrame:
    """Place the masts and choose owners and tenants.

    Returns
    -------
    pandas.DataFrame
        Sorted by ``site_id``; columns site_id, commune (row in ``communes``), name, owner,
        tenants (tuple), mast_class, mast_height_m, roof_height_m, power_source,
        people_near, calibrated, x, y (m).
    """
    rng = np.random.default_rng(figures.SEED_SITES)
    land = Land(
        terrain, lie.above_m, commune_numbers(terrain, polygons_m, EDGE_M), cKDTree(road_points_m)
    )
    xy = villages[["x", "y"]].to_numpy()
    people = villages["people"].to_numpy().astype(np.float64)
    near = _people_near(xy, xy, people)
    counts = _counts(communes)
    parts = []
    for number, code in enumerate(communes["code"]):
        own = np.flatnonzero(villages["commune"].to_numpy() == number)
        places = _places(xy[own], people[own], near[own], int(counts[number]), number, land, rng)
        names = [f"{communes['name'].iloc[number]} {n}" for n in range(1, len(places) + 1)]
        ids = [f"S{code}-{n:02d}" for n in range(1, len(places) + 1)]
        parts.append(
            pd.DataFrame(
                {"site_id": ids, "commune": number, "name": names}
                | {"x": places[:, 0], "y": places[:, 1]}
            )
        )
    sites = pd.concat(parts, ignore_index=True)
    sites["people_near"] = _people_near(sites[["x", "y"]].to_numpy(), xy, people)
    sites["calibrated"] = regions(communes)[0][0][sites["commune"].to_numpy()]
    return _equip(sites, lie, terrain, rng)


def _people_near(places: Array, xy: Array, people: Array) -> Array:
    """Add up the people of the villages within 2 km of each place."""
    found = cKDTree(xy).query_ball_point(places, NEAR_M, return_sorted=True)
    return np.asarray([people[np.asarray(near, np.intp)].sum() for near in found])


def _counts(communes: pd.DataFrame) -> NDArray[np.int64]:
    """Share the masts among communes by people and a little by area."""
    weight = (communes["people"] ** 0.95 * communes["official_area_km2"] ** 0.05).to_numpy()
    counts = np.zeros(len(communes), np.int64)
    for group, factor in regions(communes):
        counts[group] = apportion(round(figures.SITES * factor), weight[group], minimum=2)
    return counts


def _places(
    xy: Array,
    people: Array,
    near: Array,
    count: int,
    commune: int,
    land: Land,
    rng: np.random.Generator,
) -> Array:
    """Choose the places of one commune's masts, the first near its seat."""
    draw = people**CROWD / (people**CROWD).sum()
    chosen: list[Array] = []
    spacing = 700.0
    while len(chosen) < count:
        village = 0 if not chosen else int(rng.choice(len(xy), p=draw))
        town = bool(near[village] > TOWN_PEOPLE)
        hilltop = bool(rng.random() < HILLTOP_SHARE) and not town
        reach = 500.0 if town else (2_200.0 if hilltop else 800.0)
        turn, far = rng.uniform(0.0, 2 * np.pi, TRIES), reach * np.sqrt(rng.random(TRIES))
        tries = xy[village] + far[:, None] * np.column_stack([np.sin(turn), np.cos(turn)])
        value = land.value(tries, commune, high_ground=3.0 if hilltop else 1.0)
        for place in chosen:
            gap = np.hypot(*(tries - place).T)
            value = np.where(gap < spacing * (0.35 if town else 1.0), -np.inf, value)
        best = int(np.argmax(value))
        if np.isfinite(value[best]):
            chosen.append(tries[best])
        else:
            spacing = max(spacing * 0.93, 30.0)
    return np.asarray(chosen)


def _equip(
    sites: pd.DataFrame, lie: Lie, terrain: Terrain, rng: np.random.Generator
) -> pd.DataFrame:
    """Give every mast its owner, tenants, class, height and power."""
    count = len(sites)
    town = sites["people_near"].to_numpy() > TOWN_PEOPLE
    owners = list(OWNER_SHARE)
    owner = rng.choice(len(owners), count, p=list(OWNER_SHARE.values()))
    busy = np.clip(np.log1p(sites["people_near"].to_numpy()) / np.log(12_000.0), 0.3, 1.15)
    joins = rng.random((count, len(owners))) < busy[:, None] * list(JOINS_SHARE.values())
    joins[np.arange(count), owner] = True
    sites["owner"] = np.asarray(owners)[owner]
    sites["tenants"] = [tuple(np.asarray(owners)[row].tolist()) for row in joins]
    roof = town & (rng.random(count) < ROOF_SHARE)
    small = roof & (rng.random(count) < SMALL_SHARE)
    sites["mast_class"] = np.select([small, roof], ["A1a", "A2a"], "A2b")
    ground_mast = rng.choice([30.0, 36.0, 42.0, 45.0, 48.0], count, p=[0.15, 0.2, 0.4, 0.15, 0.1])
    ground_mast = np.where(town, np.minimum(ground_mast, 36.0), ground_mast)
    sites["mast_height_m"] = np.select([small, roof], [3.0, 15.0], ground_mast)
    storeys = rng.integers(5, 8, count)
    sites["roof_height_m"] = np.select(
        [small, roof], [3.6 * (storeys + 2), 3.6 * (storeys - 2)], 0.0
    )
    rows, columns = terrain.index(sites[["x", "y"]].to_numpy())
    lonely = (lie.relief_m[rows, columns] > LONELY_RELIEF_M) & (
        sites["people_near"] < LONELY_PEOPLE
    )
    sites["power_source"] = np.where(lonely & (rng.random(count) < SOLAR_SHARE), "solar", "grid")
    return sites
