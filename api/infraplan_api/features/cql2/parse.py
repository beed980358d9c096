"""How does a CQL2 text become the parts of a filter, whatever a client writes?

The grammar beside this file is read by lark's LALR(1) parser: one pass over the text, no
recursion and no backtracking, so a hostile text costs no more than a good one of its length.
Length and nesting are limited all the same, because the evaluation follows the nesting.

References
----------
OGC 21-065r2, Common Query Language (CQL2), version 1.0, 2024: clauses 6 to 8 and annex B.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import cache
from importlib.resources import files
from typing import Final

import shapely
from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from infraplan_api.features.cql2.tree import (
    Box,
    Call,
    Literal,
    Node,
    Property,
    Shape,
)
from infraplan_api.features.fault import FaultError

__all__ = ["LONGEST", "MOST_CALLS", "MOST_NESTED", "parse"]

LONGEST: Final = 4_000
"""Characters of a filter."""
MOST_NESTED: Final = 50
"""Brackets within brackets."""
MOST_CALLS: Final = 200
"""Operators and functions of a filter."""

_QUOTED = re.compile(r"'(?:[^'\\]|''|\\'|\\(?!'))*'|\"[^\"]+\"")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z")
_EXCERPT: Final = 20
_WORDS: Final = {
    "$END": "the end",
    "LPAR": "'('",
    "RPAR": "')'",
    "COMMA": "','",
    "NAME": "a property or function",
    "QUOTED_NAME": "a property or function",
    "TEXT": "a text in '...'",
    "NUMBER": "a number",
    "BOOLEAN": "TRUE or FALSE",
    "COMPARISON": "= <> < > <= >=",
    "GEOMETRY_KIND": "a geometry",
    "DIMENSION": "Z",
}


def parse(text: str) -> Node:
    """Return the parts of a filter.

    Parameters
    ----------
    text
        CQL2 text of at most `LONGEST` characters, `MOST_NESTED` brackets deep, with at most
        `MOST_CALLS` operators and functions.

    Raises
    ------
    FaultError
        If it is longer or deeper, or is not CQL2; the text says where and what was expected.

    Examples
    --------
    >>> parse("people > 500").op
    '>'
    """
    if len(text) > LONGEST:
        raise FaultError(f"it has {len(text)} characters; at most {LONGEST} are read")
    _check_nesting(text)
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise FaultError(_told(text, error)) from error
    except VisitError as error:
        raise FaultError(str(error.orig_exc)) from error
    node: Node = tree  # type: ignore[assignment]  # the transformer made parts of a filter of it
    calls = _count(node)
    if calls > MOST_CALLS:
        raise FaultError(f"it has {calls} operators and functions; at most {MOST_CALLS} are read")
    return node


@cache
def _parser() -> Lark:
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False, transformer=_Parts())


def _check_nesting(text: str) -> None:
    """Raise where brackets are nested too deeply; those inside quotes do not count."""
    depth = 0
    for character in _QUOTED.sub("", text):
        depth += (character == "(") - (character == ")")
        if depth > MOST_NESTED:
            raise FaultError(f"its brackets are nested more than {MOST_NESTED} deep")


def _count(node: Node) -> int:
    return 1 + sum(map(_count, node.args)) if isinstance(node, Call) else 0


def _told(text: str, error: UnexpectedInput) -> str:
    """Say where a text stops being CQL2."""
    place = error.pos_in_stream if error.pos_in_stream is not None else len(text)
    if isinstance(error, UnexpectedToken):
        expected = set(error.accepts or error.expected)
        place = len(text) if error.token.type == "$END" else place
    else:
        expected = set(error.allowed or ()) if isinstance(error, UnexpectedCharacters) else set()
    rest = text[place : place + _EXCERPT]
    listed = ", ".join(sorted({_WORDS.get(name, name) for name in expected}))
    return f"at character {place + 1}, {rest or 'the end'!r}: expected one of {listed}"


def _negated(node: Node, *, is_not: bool) -> Node:
    return Call("not", (node,)) if is_not else node


def _taken(args: tuple[Node | Token, ...]) -> tuple[list[Node], str, bool]:
    """Return the operands, the operator's word and whether NOT stands before it."""
    words = [str(a).upper() for a in args if isinstance(a, Token)]
    operands = [a for a in args if not isinstance(a, Token)]
    return operands, words[-1] if words else "", "NOT" in words


@v_args(inline=True)
class _Parts(Transformer[Token, Node]):
    """Make parts of a filter as the parser recognises them."""

    def start(self, node: Node) -> Node:
        return node

    def any_of(self, *args: Node | Token) -> Node:
        return Call("or", tuple(_taken(args)[0]))

    def all_of(self, *args: Node | Token) -> Node:
        return Call("and", tuple(_taken(args)[0]))

    def negation(self, _: Token, node: Node) -> Node:
        return Call("not", (node,))

    def comparison(self, left: Node, operator: Token, right: Node) -> Node:
        return Call(str(operator), (left, right))

    def like(self, *args: Node | Token) -> Node:
        operands, word, is_not = _taken(args)
        return _negated(Call(word.lower(), tuple(operands)), is_not=is_not)

    def between(self, *args: Node | Token) -> Node:
        operands, _, is_not = _taken(args)
        return _negated(Call("between", tuple(operands)), is_not=is_not)

    def among(self, *args: Node | Token) -> Node:
        operands, _, is_not = _taken(args)
        return _negated(Call("in", tuple(operands)), is_not=is_not)

    def is_null(self, *args: Node | Token) -> Node:
        operands, _, is_not = _taken(args)
        return _negated(Call("isNull", tuple(operands)), is_not=is_not)

    def property(self, name: Token) -> Node:
        return Property(str(name))

    def quoted_property(self, name: Token) -> Node:
        return Property(str(name)[1:-1])

    def text(self, token: Token) -> Node:
        inner = str(token)[1:-1]
        return Literal(inner.replace("''", "'").replace("\\'", "'"))

    def number(self, token: Token) -> Node:
        return Literal(_finite(token))

    def boolean(self, token: Token) -> Node:
        return Literal(str(token).upper() == "TRUE")

    def function(self, name: Token, *args: Node) -> Node:
        known = str(name).lower()
        if known in ("date", "timestamp"):
            return Literal(_moment(known, args))
        if known == "bbox":
            return Box(tuple(_numbers(args)))
        return Call(known, tuple(args))

    def position(self, *numbers: Token) -> str:
        return " ".join(repr(_finite(number)) for number in numbers)

    def list(self, *parts: str) -> str:
        return f"({', '.join(parts)})"

    def geometry(self, kind: Token, *rest: str) -> str:
        return " ".join([str(kind).upper(), *(str(part) for part in rest)])

    def shape(self, text: str) -> Node:
        try:
            found = shapely.from_wkt(text)
        except shapely.GEOSException as error:
            raise FaultError(f"{text[:60]!r} is not a geometry: {error}") from error
        if not found.is_valid:
            raise FaultError(f"{text[:60]!r} is not valid: {shapely.is_valid_reason(found)}")
        return Shape(found)


def _finite(token: Token) -> float:
    value = float(token)
    if not math.isfinite(value):
        raise FaultError(f"the number {str(token)[:40]} is not finite")
    return value


def _numbers(args: tuple[Node, ...]) -> list[float]:
    found = [a.value for a in args if isinstance(a, Literal)]
    numbers = [v for v in found if isinstance(v, float)]
    if len(numbers) != len(args):
        raise FaultError("BBOX takes numbers: BBOX(west, south, east, north)")
    return numbers


def _moment(kind: str, args: tuple[Node, ...]) -> dt.datetime:
    """Return the moment of DATE('2026-01-31') or TIMESTAMP('2026-01-31T08:00:00Z')."""
    only = args[0] if len(args) == 1 else None
    shape = _DATE if kind == "date" else _TIMESTAMP
    if isinstance(only, Literal) and isinstance(only.value, str) and shape.fullmatch(only.value):
        try:
            return dt.datetime.fromisoformat(only.value).replace(tzinfo=dt.UTC)
        except ValueError as error:
            raise FaultError(f"{only.value} is not a moment that exists") from error
    raise FaultError(
        "a date is written DATE('2026-01-31'), a moment TIMESTAMP('2026-01-31T08:00:00Z')"
    )
