"""Is a line of sight clear exactly where plain geometry says so?"""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.radio.sight import in_sight

CELL_M = 50.0
RADIUS_M = 4 / 3 * 6_371_000.0


def by_hand(
    height_m: np.ndarray,
    place: tuple[int, int],
    antenna_m: float,
    target: tuple[int, int],
    *,
    receiver_m: float,
    step_m: float,
) -> bool:
    """Tell whether one target is in sight, sample by sample, in plain Python."""
    down, right = target[0] - place[0], target[1] - place[1]
    distance_m = CELL_M * math.hypot(down, right)
    eye_m = height_m[place] + antenna_m
    aim_m = height_m[target] + receiver_m
    steps = math.ceil(distance_m / max(step_m, CELL_M))
    for k in range(1, steps):
        share = k / steps
        at = (place[0] + round(share * down), place[1] + round(share * right))
        bulge_m = share * distance_m * (1 - share) * distance_m / (2 * RADIUS_M)
        if height_m[at] + bulge_m > eye_m + share * (aim_m - eye_m):
            return False
    return True


@given(st.integers(0, 10_000), st.integers(1, 30), st.floats(100.0, 3000.0))
@settings(deadline=None, max_examples=60)
def test_sums_are_those_of_every_single_line(seed: int, count: int, reach_m: float) -> None:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(5, 60)), int(rng.integers(5, 60)))
    height_m = rng.uniform(0, 60, shape).astype(np.float32)
    places = tuple(rng.integers(0, n, 4) for n in shape)
    targets = tuple(rng.integers(0, n, count) for n in shape)
    weights = rng.integers(1, 9, (count, 2)).astype(float)
    antenna_m = rng.uniform(1, 70, 4)
    step_m = float(rng.choice([10.0, 120.0]))
    found = in_sight(
        height_m, CELL_M, places, antenna_m, targets, weights,
        reach_m=reach_m, receiver_m=1.5, step_m=step_m,
    )  # fmt: skip
    expected = np.zeros((4, 2))
    for i in range(4):
        place = (int(places[0][i]), int(places[1][i]))
        for j in range(count):
            target = (int(targets[0][j]), int(targets[1][j]))
            far = CELL_M * math.sqrt((target[0] - place[0]) ** 2 + (target[1] - place[1]) ** 2)
            if far <= reach_m and by_hand(
                height_m, place, antenna_m[i], target, receiver_m=1.5, step_m=step_m
            ):
                expected[i] += weights[j]
    assert np.allclose(found, expected)


def test_the_curve_of_the_earth_hides_what_is_far_over_the_sea() -> None:
    sea_m = np.zeros((1, 1200), dtype=np.float32)
    place, weight = (np.array([0]), np.array([0])), np.ones((1, 1))
    horizon_m = math.sqrt(2 * RADIUS_M * 30.0) + math.sqrt(2 * RADIUS_M * 1.5)
    for share, seen in ((0.97, 1.0), (1.03, 0.0)):
        target = (np.array([0]), np.array([round(share * horizon_m / CELL_M)]))
        found = in_sight(
            sea_m, CELL_M, place, np.array([30.0]), target, weight,
            reach_m=1e6, receiver_m=1.5, step_m=CELL_M,
        )  # fmt: skip
        assert found.tolist() == [[seen]]


def test_without_places_or_targets_there_is_nothing() -> None:
    none = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    one = (np.array([1]), np.array([1]))
    land_m = np.zeros((3, 3), dtype=np.float32)
    said = {"reach_m": 100.0, "receiver_m": 1.5, "step_m": 1.0}
    assert in_sight(land_m, 1.0, none, np.empty(0), one, np.ones((1, 2)), **said).shape == (0, 2)
    empty = in_sight(land_m, 1.0, one, np.ones(1), none, np.empty((0, 2)), **said)
    assert empty.tolist() == [[0.0, 0.0]]
