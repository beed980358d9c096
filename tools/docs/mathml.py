"""How are equations set without a script or a host? As MathML, at build time."""

from __future__ import annotations

import html as entities
import re

from latex2mathml.converter import convert

__all__ = ["set_equations"]

_EQUATION = re.compile(
    r'<(span|div) class="arithmatex">\s*(\\\(|\\\[)(.*?)(?:\\\)|\\\])\s*</\1>', re.DOTALL
)
_FUNCTION = re.compile(r"\\(log|ln|arctan)(?![a-z])(?!\s*\\left)(?!\s*\()")
"""A function before what is no bracket: it wants a little space."""


def set_equations(html: str) -> str:
    r"""Replace the marks of equations, ``\(…\)`` and ``\[…\]``, by MathML."""
    return _EQUATION.sub(_set, html)


def _set(match: re.Match[str]) -> str:
    element, opening, latex = match.groups()
    block = opening == "\\["
    said = _FUNCTION.sub(r"\\,\\\1\\,", entities.unescape(latex).strip())
    drawn = convert(said, display="block" if block else "inline")
    return f'<div class="equation">{drawn}</div>' if element == "div" or block else drawn
