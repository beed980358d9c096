"""Which figures in README and docs come from a benchmark, and how are they renewed?

A page marks them with ``<!-- begin NAME -->`` and ``<!-- end NAME -->``, each on a line of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["update_pages"]


def update_pages(pages: Iterable[Path], sections: Mapping[str, str]) -> None:
    """Replace the marked sections of pages; marks that are not there are passed over.

    Raises
    ------
    ValueError
        If a page has none of the marks, so that nothing would be renewed.
    """
    for page in pages:
        text, renewed = page.read_text(encoding="utf-8"), 0
        for name, section in sections.items():
            begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
            pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
            whole = f"{begin}\n{section}\n\n{end}"
            text, count = pattern.subn(lambda _, whole=whole: whole, text)
            renewed += count
        if not renewed:
            names = ", ".join(sections)
            raise ValueError(f"{page} marks none of {names}; add <!-- begin NAME --> lines to it")
        page.write_text(text, encoding="utf-8")
