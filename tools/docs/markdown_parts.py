"""How are tables written in Markdown?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["cell", "grid", "plain"]


def cell(text: object) -> str:
    """Return text that may stand in a cell of a table: one line, no bars, no HTML."""
    one_line = re.sub(r"\s+", " ", str(text)).strip()
    return one_line.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def plain(text: str) -> str:
    """Return the text of a docstring in Markdown: its double back quotes made single."""
    bare = re.sub(r":(?:func|class|mod|attr):`~?([^`]+)`", r"`\1`", text)
    return re.sub(r"``([^`]+)``", r"`\1`", bare)


def grid(head: Sequence[str], rows: Iterable[Sequence[object]], *, right: str = "") -> str:
    """Return a table; `right` names the columns of numbers, separated by commas."""
    numbers = set(right.split(",")) if right else set()
    rule = ["---:" if name in numbers else "---" for name in head]
    lines = [head, rule, *([str(one) for one in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
