"""Do classes of service only ever improve while a plan is built?"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from infraplan.coverage.class_years import ClassYears, Step, steps_of
from infraplan.results import PlannedSignal

SHAPE = (6, 7)
YEARS = (2025, 2026, 2027, 2028)


def _classes(seed: int, shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 5, shape, dtype=np.uint8)


@st.composite
def layers(draw: st.DrawFn) -> ClassYears:
    base = {name: _classes(draw(st.integers(0, 99)), SHAPE) for name in ("alpha", "beta")}
    steps = []
    for _ in range(draw(st.integers(0, 4))):
        top, left = draw(st.integers(0, 4)), draw(st.integers(0, 4))
        window = (draw(st.integers(1, SHAPE[0] - top)), draw(st.integers(1, SHAPE[1] - left)))
        steps.append(
            Step(
                draw(st.sampled_from(["alpha", "beta", None])),
                draw(st.sampled_from(YEARS[1:])),
                top,
                left,
                _classes(draw(st.integers(0, 99)), window),
            )
        )
    return ClassYears(YEARS, base, tuple(steps))


@given(layers())
def test_no_cell_gets_worse_and_any_operator_is_the_best_of_all(layer: ClassYears) -> None:
    own = {name: list(layer.of(name)) for name in layer.operators}
    for of_operator in own.values():
        assert len(of_operator) == len(YEARS)
        assert all((late >= early).all() for early, late in pairwise(of_operator))
    for year in range(len(YEARS)):
        best = np.maximum(own["alpha"][year], own["beta"][year])
        assert (own["any"][year] >= best).all()
        if all(step.operator is not None for step in layer.steps):
            np.testing.assert_array_equal(own["any"][year], best)


@given(layers())
def test_the_base_is_left_as_it_was(layer: ClassYears) -> None:
    before = {name: classes.copy() for name, classes in layer.base.items()}
    for name in layer.operators:
        for _ in layer.of(name):
            pass
    for name, classes in before.items():
        np.testing.assert_array_equal(layer.base[name], classes)


def test_a_site_serves_its_operator_from_its_year_on() -> None:
    nothing = np.zeros(SHAPE, np.uint8)
    step = Step("alpha", 2027, 1, 2, np.full((2, 3), 3, np.uint8))
    layer = ClassYears(YEARS, {"alpha": nothing, "beta": nothing}, (step,))
    sums = {name: [int(c.sum()) for c in layer.of(name)] for name in layer.operators}
    assert sums == {"alpha": [0, 0, 18, 18], "beta": [0, 0, 0, 0], "any": [0, 0, 18, 18]}


def test_the_same_array_comes_again_where_nothing_changed() -> None:
    step = Step("alpha", 2027, 0, 0, np.ones((1, 1), np.uint8))
    layer = ClassYears(YEARS, {"alpha": np.zeros(SHAPE, np.uint8)}, (step,))
    first, second, third, fourth = layer.of("alpha")
    assert first is second
    assert second is not third
    assert third is fourth


def test_planned_levels_become_classes_in_each_environment() -> None:
    level = np.array([[np.nan, -105.0, -90.0, -60.0]], np.float32)
    site = PlannedSignal("C1", "alpha", 2026, 1842.5, 3, 1, level)
    outdoors = steps_of([site], technology="4G", environment="outdoors")[0]
    indoors = steps_of([site], technology="4G", environment="indoors")[0]
    assert outdoors.classes.tolist() == [[0, 2, 3, 4]]
    assert indoors.classes.tolist() == [[0, 0, 2, 4]]
    assert (outdoors.top, outdoors.left, outdoors.operator, outdoors.year) == (3, 1, "alpha", 2026)
