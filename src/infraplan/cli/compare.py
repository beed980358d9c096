"""What does a planner, or a program, read when scenarios are compared?"""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

from infraplan import workflow
from infraplan.wording import Text, percent, phrase, plain
from infraplan.workflow.scenarios.figures import written
from infraplan.workflow.scenarios.lines import target_lines
from infraplan.workflow.scenarios.write import facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infraplan.workflow import Comparison

__all__ = ["as_json", "as_text", "run"]

_BETWEEN = "  "


def run(folders: Sequence[str], *, target_share: float | None, out: Path | None) -> Comparison:
    """Compare bundles, and keep the comparison where a folder is named."""
    found = workflow.compare(folders, target_share=target_share)
    if out is not None:
        workflow.write_comparison(found, out)
    return found


def as_json(found: Comparison) -> str:
    """Return a comparison for a program."""
    return json.dumps(facts(found), ensure_ascii=False, indent=2, sort_keys=True)


def as_text(found: Comparison, *, out: Path | None, language: str) -> str:
    """Return a comparison for a reader.

    Parameters
    ----------
    found
        The comparison.
    out
        Where it was written, or None.
    language
        "vi" or "en".
    """
    parts = [_lines(found.warnings, language), _figures(found, language), _target(found, language)]
    parts.append(_differences(found, language))
    if out is not None:
        parts.append(phrase("compare_wrote", {"folder": plain(out)}).said(language))
    return "\n\n".join(part for part in parts if part)


def _lines(texts: Sequence[Text], language: str) -> str:
    return "\n".join(text.said(language) for text in texts)


def _figures(found: Comparison, language: str) -> str:
    rows = [
        [
            phrase(f"compare_{figure}").said(language),
            *(written(str(figure), row[name]).said(language) for name in found.names),
        ]
        for figure, row in found.figures.iterrows()
    ]
    return _aligned([["", *found.names], *rows])


def _target(found: Comparison, language: str) -> str:
    if found.target_share is None:
        return ""
    title = phrase("compare_target_title", {"target": percent(found.target_share)})
    return _lines([title + plain(":"), *target_lines(found)], language)


def _differences(found: Comparison, language: str) -> str:
    if found.differences.empty:
        return phrase("compare_same").said(language)
    rows = [
        [str(what), *(plain(row[name]).said(language) for name in found.names)]
        for what, row in found.differences.iterrows()
    ]
    title = phrase("compare_differ_title").said(language)
    return f"{title}:\n" + "\n".join(f"{row[0]}: " + " | ".join(row[1:]) for row in rows)


def _aligned(rows: list[list[str]]) -> str:
    """Return rows as columns, the first to the left and the others to the right."""
    shown = [[unicodedata.normalize("NFC", cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in shown) for i in range(len(shown[0]))]
    lines = []
    for first, *others in shown:
        cells = [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
        lines.append(_BETWEEN.join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join(lines)
