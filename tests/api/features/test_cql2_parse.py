"""Is a CQL2 text read as the standard has it, and does a hostile one do no harm?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import cql2
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan_api.errors import InvalidRequestError
from infraplan_api.features.cql2 import LONGEST, parse
from infraplan_api.features.cql2.tree import Box, Call, Literal, Node, Property, Shape

_SAME_AS_ANOTHER_PROGRAM = [
    "a=1",
    "name LIKE 'Thanh%'",
    "name NOT LIKE 'x'",
    "name='O''Brien'",
    "a BETWEEN 1 AND 2 AND b>3",
    "a NOT BETWEEN 1 AND 2",
    "a IN ('x','y')",
    "a NOT IN (1,2)",
    "a IS NULL",
    "a IS NOT NULL",
    "NOT a=1",
    "a=1 OR b=2 AND c=3",
    "(a=1 OR b=2) AND c=3",
    "not (a<>1 and b<=2) or c>=3",
    "CASEI(name) LIKE CASEI('thanh%')",
    "ACCENTI(CASEI(name)) = ACCENTI(CASEI('phu tho'))",
    "S_INTERSECTS(geometry,POINT(105.5 21))",
    "S_WITHIN(geometry,POLYGON((105 21,106 21,106 22,105 21)))",
    "S_INTERSECTS(geometry, MULTIPOINT((1 2),(3 4)))",
    "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4)))",
    "S_INTERSECTS(geometry,BBOX(105,21,106,22))",
    "S_INTERSECTS(geometry,POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,1 2,2 2,2 1,1 1)))",
    "a = TRUE AND b = false",
    '"quoted name"=1',
    "1=a",
    "a = b",
    "thôn='Đồng Lương'",
    "a = -1.5e3 AND b = 0.5",
    "order = 1 AND android = 2 AND notes = 3 AND island = 4 AND inner_x = 5",
]


@pytest.mark.parametrize("text", _SAME_AS_ANOTHER_PROGRAM)
def test_filters_are_read_as_another_program_reads_them(text: str) -> None:
    """Authority: the package cql2 0.6, an implementation in Rust of OGC 21-065r2."""
    assert _json(parse(text)) == cql2.parse_text(text).to_json()


def _json(node: Node) -> Any:
    """Return parts of a filter as CQL2 JSON."""
    if isinstance(node, Property):
        return {"property": node.name}
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Box):
        return {"bbox": list(node.numbers)}
    if isinstance(node, Shape):
        return _lists(shapely.geometry.mapping(node.geometry))
    args = [_json(a) for a in node.args]
    return {"op": node.op, "args": [args[0], args[1:]] if node.op == "in" else args}


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _lists(v) for k, v in value.items()}
    return [_lists(v) for v in value] if isinstance(value, list | tuple) else value


def test_a_quote_in_a_text_is_doubled_or_escaped() -> None:
    assert parse(r"a = 'it''s \'so\''") == Call("=", (Property("a"), Literal("it's 'so'")))


def test_a_number_may_begin_or_end_with_its_point() -> None:
    assert parse(".5") == Literal(0.5)
    assert parse("+5.") == Literal(5.0)


def test_dates_and_moments_are_moments() -> None:
    day = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
    assert parse("DATE('2026-01-31')") == Literal(day)
    assert parse("TIMESTAMP('2026-01-31T00:00:00Z')") == Literal(day)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "character 1, 'the end'"),
        ("a = ", "character 5, 'the end'"),
        ("(a=1", "character 5, 'the end'"),
        ("a = 1; DROP TABLE x", "character 6, '; DROP TABLE x'"),
        ("a = 'unclosed", "character 5"),
        ("a = 1e999", "not finite"),
        ("POINT(1)", "not a geometry"),
        ("POLYGON((0 0,1 1,0 1,1 0,0 0))", "not valid"),
        ("DATE('2026-02-30')", "not a moment that exists"),
        ("DATE('yesterday')", "a date is written"),
        ("BBOX('a',1,2,3)", "BBOX takes numbers"),
        ("a == 1", "character 4"),
    ],
)
def test_what_is_not_cql2_is_told_where_and_why(text: str, told: str) -> None:
    with pytest.raises(InvalidRequestError, match=told.replace("(", r"\(")):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "a=1" + ")" * 10_000,
        "(" * 1_900 + "a=1" + ")" * 1_900,
        "(" * 3_999,
        "(" * 60 + "a=" + ")" * 60,
        "NOT " * 900 + "a=1",
        "CASEI(" * 500 + "a" + ")" * 500 + "='x'",
        "S_INTERSECTS(geometry," + "GEOMETRYCOLLECTION(" * 100 + "POINT(1 1)" + ")" * 101,
        " AND ".join(["a=1"] * 10_000),
        " AND ".join(["a=1"] * 400),
        "a=" + "-" * 3_000 + "1",
        "'" * 3_999,
        "a=" + "''" * 1_900 + "'",
        '"' * 3_999,
        "a" * (LONGEST + 1),
    ],
    ids=range(14),
)
def test_a_hostile_filter_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        parse(text)


def test_brackets_in_a_text_do_not_count_as_nesting() -> None:
    assert parse("a = '" + "(" * 200 + "'") == Call("=", (Property("a"), Literal("(" * 200)))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except InvalidRequestError:
        return
    assert isinstance(found, Node)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["a", "'x'", "1", "(", ")", ",", "AND", "OR", "NOT", "=", "<", "LIKE", "IN", "BETWEEN",
             "IS", "NULL", "TRUE", "POINT(1 2)", "CASEI", "BBOX", "DATE", "S_INTERSECTS"]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_any_row_of_words_is_either_read_or_refused(words: list[str]) -> None:
    try:
        found = parse(" ".join(words))
    except InvalidRequestError:
        return
    assert isinstance(found, Node)
