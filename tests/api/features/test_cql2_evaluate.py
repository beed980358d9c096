"""Which features does a filter let through: is every operator what CQL2 says it is?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan_api.errors import InvalidRequestError
from infraplan_api.features.cql2 import Values, parse, passing
from infraplan_api.features.cql2.values import liked
from infraplan_api.features.crs import crs_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

_ROWS: list[dict[str, Any]] = [
    {"name": "København", "people": 1038288.0, "capital": True, "xy": (1.0, 1.0)},
    {"name": "Đồng Lương", "people": 800.0, "capital": None, "xy": (2.0, 2.0)},
    {"name": "dong luong", "people": None, "capital": False, "xy": (3.0, 3.0)},
    {"name": None, "people": 0.0, "capital": None, "xy": (179.5, 0.0)},
    {"name": "100%_sure\\", "people": -5.0, "capital": True, "xy": (-179.5, 0.0)},
]


@dataclass(frozen=True)
class _Places:
    """A handful of places as a source of features."""

    rows: list[dict[str, Any]]

    geometry_name = "geometry"
    queryable = ("name", "people", "capital")

    @property
    def count(self) -> int:
        return len(self.rows)

    def values(self, name: str) -> Values:
        kind, empty, form = {
            "name": ("text", "", object),
            "people": ("number", 0.0, np.float64),
            "capital": ("boolean", False, np.bool_),
        }[name]
        given_ = [row[name] for row in self.rows]
        filled = np.array([empty if v is None else v for v in given_], dtype=form)
        return Values(kind, filled, np.array([v is None for v in given_]))

    def shapes(self) -> NDArray[np.object_]:
        return np.array([shapely.Point(row["xy"]) for row in self.rows])

    def near(self, shape: BaseGeometry) -> NDArray[np.intp]:
        return np.sort(shapely.STRtree(self.shapes()).query(shape))


def _passing(text: str, *, epsg: int = 0) -> list[int]:
    found = passing(parse(text), _Places(_ROWS), crs_of(epsg))
    return np.flatnonzero(found).tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("name = 'København'", [0]),
        ("name <> 'København'", [1, 2, 4]),
        ("name > 'København'", [1, 2]),
        ("name <= 'København'", [0, 4]),
        ("people = 800", [1]),
        ("people <> 800", [0, 3, 4]),
        ("people >= 0", [0, 1, 3]),
        ("800 = people", [1]),
        ("capital = TRUE", [0, 4]),
        ("capital", [0, 4]),
        ("NOT capital", [2]),
        ("TRUE", [0, 1, 2, 3, 4]),
        ("false", []),
        ("name IS NULL", [3]),
        ("name is not null", [0, 1, 2, 4]),
        ("geometry IS NULL", []),
        ("people BETWEEN 0 AND 800", [1, 3]),
        ("people NOT BETWEEN 0 AND 800", [0, 4]),
        ("name IN ('København', 'dong luong', 'x')", [0, 2]),
        ("name NOT IN ('København')", [1, 2, 4]),
        ("name LIKE '%L%'", [1]),
        ("name ILIKE '%l%'", [1, 2]),
        ("name LIKE '_ồng%'", [1]),
        (r"name LIKE '100\%\_%'", [4]),
        ("CASEI(name) = CASEI('KØBENHAVN')", [0]),
        ("ACCENTI(name) = ACCENTI('Đong Lương')", [1]),
        ("ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('ĐỒNG%'))", [1, 2]),
        ("CASEI(name) IN (CASEI('DONG LUONG'))", [2]),
        ("1 = 1", [0, 1, 2, 3, 4]),
        ("'a' > 'b'", []),
        ("people = people", [0, 1, 3, 4]),
        ("name = name AND people < people", []),
        ("DATE('2026-01-01') < TIMESTAMP('2026-01-01T00:00:01Z')", [0, 1, 2, 3, 4]),
        ("(people = 800) = TRUE", [1]),
    ],
)
def test_comparisons_select_what_they_say(text: str, rows: list[int]) -> None:
    assert _passing(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("S_INTERSECTS(geometry, POINT(2 2))", [1]),
        ("S_INTERSECTS(geometry, BBOX(0, 0, 2, 2))", [0, 1]),
        ("S_INTERSECTS(BBOX(0, 0, 2, 2), geometry)", [0, 1]),
        ("S_INTERSECTS(geometry, BBOX(170, -1, -170, 1))", [3, 4]),
        ("S_WITHIN(geometry, POLYGON((0 0, 2.5 0, 2.5 2.5, 0 2.5, 0 0)))", [0, 1]),
        ("S_WITHIN(geometry, BBOX(0, 0, 2, 2))", [0]),
        ("S_CONTAINS(BBOX(0, 0, 2, 2), geometry)", [0]),
        ("S_TOUCHES(geometry, BBOX(0, 0, 2, 2))", [1]),
        ("S_DISJOINT(geometry, BBOX(0, 0, 2, 2))", [2, 3, 4]),
        ("S_EQUALS(geometry, MULTIPOINT((3 3)))", [2]),
        ("S_CROSSES(geometry, LINESTRING(0 0, 4 4))", []),
        ("S_OVERLAPS(geometry, geometry)", []),
        ("S_INTERSECTS(geometry, geometry)", [0, 1, 2, 3, 4]),
        ("S_INTERSECTS(POINT(1 1), BBOX(0,0,2,2))", [0, 1, 2, 3, 4]),
        ("NOT S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(1 1), POINT(2 2)))", [2, 3, 4]),
    ],
)
def test_spatial_functions_select_what_they_say(text: str, rows: list[int]) -> None:
    assert _passing(text) == rows


def test_positions_of_a_filter_follow_the_axes_of_its_system() -> None:
    assert _passing("S_INTERSECTS(geometry, POINT(0 179.5))", epsg=4326) == [3]


@pytest.mark.parametrize(
    "text",
    [
        "people = 'many'",
        "name > 5",
        "name = TRUE",
        "height = 3",
        "people",
        "'x'",
        "5",
        "geometry = POINT(1 1)",
        "geometry = geometry",
        "POINT(1 1)",
        "people LIKE 'x'",
        "name LIKE people",
        "name LIKE name",
        "CASEI(people) = 'x'",
        "CASEI(name, name) = 'x'",
        "SQRT(people) = 2",
        "S_INTERSECTS(geometry)",
        "S_INTERSECTS(name, POINT(1 1))",
        "S_INTERSECTS(geometry, 'POINT(1 1)')",
        "S_INTERSECTS(geometry, POINT(200 1))",
        "S_INTERSECTS(geometry, BBOX(1, 2, 3))",
        "S_INTERSECTS(geometry, BBOX(1, 5, 3, 2))",
        "NOT people",
        "people IN (1, 'x')",
        "people BETWEEN 1 AND 'x'",
    ],
)
def test_what_cannot_be_compared_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        _passing(text)


_PREDICATES = {
    "people > 0": lambda r: None if r["people"] is None else r["people"] > 0,
    "people <> 800": lambda r: None if r["people"] is None else r["people"] != 800,
    "name < 'e'": lambda r: None if r["name"] is None else r["name"] < "e",
    "capital = TRUE": lambda r: r["capital"],
    "name IS NULL": lambda r: r["name"] is None,
    "TRUE": lambda _: True,
}


def _tree() -> st.SearchStrategy[Any]:
    return st.recursive(
        st.sampled_from(sorted(_PREDICATES)),
        lambda inner: st.one_of(
            st.tuples(st.just("NOT"), inner),
            st.tuples(st.sampled_from(["AND", "OR"]), inner, inner),
        ),
        max_leaves=8,
    )


def _text(tree: Any) -> str:
    if isinstance(tree, str):
        return tree
    if tree[0] == "NOT":
        return f"NOT ({_text(tree[1])})"
    return f"({_text(tree[1])}) {tree[0]} ({_text(tree[2])})"


def _known(tree: Any, row: dict[str, Any]) -> bool | None:
    """Return true, false or None by the three-valued logic of the standard, row by row."""
    if isinstance(tree, str):
        return _PREDICATES[tree](row)
    parts = [_known(part, row) for part in tree[1:]]
    if tree[0] == "NOT":
        return None if parts[0] is None else not parts[0]
    decides = tree[0] == "OR"
    if decides in parts:
        return decides
    return None if None in parts else not decides


@settings(deadline=None)
@given(_tree())
def test_logic_with_missing_values_is_that_of_the_standard(tree: Any) -> None:
    expected = [i for i, row in enumerate(_ROWS) if _known(tree, row) is True]
    assert _passing(_text(tree)) == expected


@settings(deadline=None)
@given(st.text("ab%_\\", max_size=8), st.text("ab%_\\", max_size=8))
def test_like_is_a_regular_expression_without_going_back(pattern: str, text: str) -> None:
    plain, expected = False, ""
    for character in pattern:
        if plain or character not in "\\%_":
            expected, plain = expected + re.escape(character), False
        elif character == "\\":
            plain = True
        else:
            expected += ".*" if character == "%" else "."
    values = Values("text", np.array([text], object), np.zeros(1, np.bool_))
    (found,) = liked(values, pattern, 1, any_case=False)
    assert found == (re.fullmatch(expected, text, re.DOTALL) is not None)


def test_a_pattern_of_many_wildcards_ends() -> None:
    values = Values("text", np.array(["a" * 2_000], object), np.zeros(1, np.bool_))
    (found,) = liked(values, "%a" * 1_000 + "%b", 1, any_case=False)
    assert not found
