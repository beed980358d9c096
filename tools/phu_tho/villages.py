"""Where do the simulated villages lie, who lives there, and how hard are they to reach?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phu_tho import figures
from phu_tho.geometry import apportion, to_metres
from phu_tho.names import village_names
from phu_tho.people import commune_numbers, regions
from phu_tho.terrain import Array, Lie, Terrain

EDGE_M = 250.0  # a village keeps this far from its commune's edge
SPACING = 0.55  # of the side of the square each village would have to itself
SMALLEST = 45  # persons
SEAT_WITHIN_M = 2_500.0  # the commune's seat is the best place this near its real centre
HARD_HEIGHT_M, HARDEST_HEIGHT_M = 250.0, 450.0
HARD_SLOPE_DEG, HARDEST_SLOPE_DEG = 8.0, 12.0
FAR_M = 4_000.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What choosing a place needs to know about the ground."""

    terrain: Terrain
    lie: Lie
    commune: NDArray[np.int32]
    log_weight: Array

    def at(self, values: NDArray[np.generic], xy: Array) -> NDArray[np.generic]:
        """Read a layer at points in metres."""
        rows, columns = self.terrain.index(xy)
        return values[rows, columns]


def build(
    communes: pd.DataFrame, terrain: Terrain, lie: Lie, polygons_m: list[shapely.Polygon]
) -> pd.DataFrame:
    """Place, name and people the villages.

    Parameters
    ----------
    communes
        With code, lon, lat, is_ward, old_province, official_area_km2, people, households.
    terrain, lie
        The ground.
    polygons_m
        Communes in metres, in the same order.

    Returns
    -------
    pandas.DataFrame
        Sorted by commune and number, each commune's seat first; columns village_id, name,
        commune_code, commune (row in ``communes``), is_seat, people, households, difficulty,
        x, y (m).
    """
    rng = np.random.default_rng(figures.SEED_VILLAGES)
    preference = -((lie.slope_deg / 5.0) ** 2) / 2 - np.clip(lie.above_m, -60.0, None) / 45.0
    preference -= np.clip(terrain.height_m - 200.0, 0.0, None) / 350.0
    ground = Ground(
        terrain=terrain,
        lie=lie,
        commune=commune_numbers(terrain, polygons_m, EDGE_M),
        log_weight=np.maximum(preference, -14.0),
    )
    centres = to_metres(communes[["lon", "lat"]].to_numpy())
    counts = _counts(communes)
    parts = [
        _commune_villages(commune, number, int(counts[number]), centres[number], ground, rng)
        for number, (_, commune) in enumerate(communes.iterrows())
    ]
    return pd.concat(parts, ignore_index=True)


def _counts(communes: pd.DataFrame) -> NDArray[np.int64]:
    """Share the number of villages among communes by people and by area."""
    weight = (communes["people"] ** 0.6 * communes["official_area_km2"] ** 0.4).to_numpy()
    counts = np.zeros(len(communes), np.int64)
    for group, factor in regions(communes):
        counts[group] = apportion(round(figures.VILLAGES * factor), weight[group], minimum=5)
    return counts


def _commune_villages(
    commune: pd.Series,
    number: int,
    count: int,
    centre: Array,
    ground: Ground,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Make the villages of one commune (a row of the communes)."""
    rows, columns = np.nonzero(ground.commune == number)
    xy = ground.terrain.centres(rows, columns)
    liking = ground.log_weight[rows, columns]
    far = np.hypot(*(xy - centre).T)
    seat = int(np.argmax(np.where(far < SEAT_WITHIN_M, liking - far / 600.0, -np.inf)))
    keys = liking + rng.gumbel(size=liking.size)
    keys[seat] = np.inf
    chosen = _spread(xy, np.argsort(-keys, kind="stable"), count)
    place = xy[chosen] + rng.uniform(-40.0, 40.0, (count, 2))
    from_seat = np.hypot(*(place - place[0]).T)
    height = ground.at(ground.terrain.height_m, place).astype(np.float64)
    slope = ground.at(ground.lie.slope_deg, place).astype(np.float64)
    weight = rng.lognormal(0.0, 0.35, count) * np.exp(-height / 500.0) / (1 + from_seat / 8_000.0)
    weight[0] = weight.max() * 1.6
    difficulty = _difficulty(height, slope, from_seat)
    people = apportion(commune["people"], weight, minimum=SMALLEST)
    names = village_names(
        count,
        is_ward=commune["is_ward"],
        old_province=commune["old_province"],
        in_hills=(difficulty == "especially_difficult").tolist(),
        rng=rng,
    )
    return pd.DataFrame(
        {
            "village_id": [
                f"V{commune['code']}-{place_number:03d}" for place_number in range(1, count + 1)
            ],
            "name": names,
            "commune_code": commune["code"],
            "commune": number,
            "is_seat": np.arange(count) == 0,
            "people": people,
            "households": apportion(commune["households"], people.astype(np.float64), minimum=8),
            "difficulty": difficulty,
            "x": place[:, 0],
            "y": place[:, 1],
        }
    )


def _spread(xy: Array, order: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Take places in order, keeping them apart; come closer only when the commune is full."""
    spacing = SPACING * np.sqrt(len(xy) * 90.0**2 / count)
    taken = np.zeros(len(xy), bool)
    chosen: list[int] = []
    while len(chosen) < count:
        blocked = taken.copy()
        for place in chosen:
            blocked |= np.hypot(*(xy - xy[place]).T) < spacing
        for place in order.tolist():
            if blocked[place] or len(chosen) == count:
                continue
            chosen.append(place)
            taken[place] = True
            blocked |= np.hypot(*(xy - xy[place]).T) < spacing
        spacing *= 0.7
    return np.asarray(chosen, np.intp)


def _difficulty(height_m: Array, slope_deg: Array, from_seat_m: Array) -> NDArray[np.str_]:
    """Class villages by height, slope and way to the commune's seat."""
    far = from_seat_m > FAR_M
    hard = (height_m > HARD_HEIGHT_M) | (slope_deg > HARD_SLOPE_DEG)
    hardest = (height_m > HARDEST_HEIGHT_M) | (slope_deg > HARDEST_SLOPE_DEG)
    named = np.where(hard, "difficult", "normal")
    return np.where(hardest & far, "especially_difficult", named)
