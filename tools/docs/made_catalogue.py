"""What do tables and catalogues hold? Pages of columns, prices, targets, radio and rules."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

import pandas as pd
from markdown_parts import cell, grid

from infraplan.catalog import names, table
from infraplan.tables import TableSpec, spec

__all__ = ["pages"]

_GROUPS: Final = {
    "What a study is made of": (
        "communes villages facilities towers sites cells roads fibre fibre_nodes power protected "
        "water structures works growth prices targets observations merges samples calibration"
    ),
    "What a plan is made of": (
        "candidates rejected gaps new_sites links coverage indicators ranking"
    ),
}
"""Tables by the side of the program they stand on; any other comes last."""

_SAID: Final = ("source", "year", "confidence", "origin")
_WORDS: Final = ("title_vi", "title_en", "name_vi", "name_en", "meaning")
"""Columns that become one: at the end, and beside the key."""

_PAGES: Final = {
    "prices": (
        "Prices",
        ("costs",),
        (
            "Each price in đồng: low, likely, high. A row without a public source is an "
            "assumption and says so (`origin`). Your own sheet replaces any of them: [prices, "
            "rules and what counts](../data.md#for-planning-prices-rules-and-what-counts)."
        ),
    ),
    "targets": (
        "Targets and growth",
        ("indicator_kinds", "targets", "ranking_weights", "growth", "demand_weights"),
        (
            "What indicators are measured against, what a place counts when sites are chosen, "
            "and how demand grows."
        ),
    ),
    "radio": (
        "Bands, levels, antennas, ground",
        [
            "bands",
            "technologies",
            "service_levels",
            "throughput",
            "environments",
            "antennas",
            "clutter",
            "microwave_bands",
            "microwave_minimum_k",
        ],
        "What the radio model takes from outside.",
    ),
    "rules": (
        "Rules",
        [
            "rules",
            "mast_classes",
            "mast_rules",
            "laying_rules",
            "optical_rules",
            "calibration_rules",
        ],
        "Limits and habits that planning keeps to, each with its source.",
    ),
}
"""Pages of catalogues: title, catalogues, what is said above them."""


_WIDE: Final = "---\nhide: [toc]\n---\n\n"
"""A page without its own contents beside it has more room."""


def pages() -> dict[str, str]:
    """Return the pages of the dictionary, path → Markdown."""
    made = {"dictionary/index.md": _overview(), "dictionary/tables.md": _tables()}
    for key, (title, wanted, said) in _PAGES.items():
        parts = [_catalogue(one) for one in wanted if one in names()]
        made[f"dictionary/{key}.md"] = "\n\n".join([_WIDE + f"# {title}", said, *parts])
    return made


def _tables_there() -> list[str]:
    folder = files("infraplan.catalog").joinpath("tables")
    return sorted(p.name[:-4] for p in folder.iterdir() if p.name.endswith(".csv"))


def _grouped() -> dict[str, list[str]]:
    """Return the tables there are, by group; those that no group names come last."""
    there = _tables_there()
    found = {title: [n for n in said.split() if n in there] for title, said in _GROUPS.items()}
    rest = [n for n in there if not any(n in group for group in found.values())]
    return found | ({"Others": rest} if rest else {})


def _overview() -> str:
    """Return the first page: which tables and catalogues there are."""
    tables = [
        [title, ", ".join(f"[`{name}`](tables.md#{name})" for name in group)]
        for title, group in _grouped().items()
    ]
    catalogues = [
        [f"`{name}.csv`", len(table(name)), ", ".join(f"`{c}`" for c in table(name).columns)]
        for name in names()
    ]
    return "\n\n".join(
        [
            "# Data dictionary",
            (
                "Made from `src/infraplan/catalog` each time the site is built. Units stand in "
                "the names of columns: `_m`, `_dbm`, `_vnd`; `_share` is 0 to 1. Missing is "
                "empty, never 0. Each value that somebody guessed has a twin column `*_origin`."
            ),
            grid(["part", "tables"], tables),
            "## Catalogues",
            (
                "What comes from outside, each row with its source and year. Four pages show those "
                "that planners ask about: [prices](prices.md), [targets](targets.md), "
                "[radio](radio.md), [rules](rules.md)."
            ),
            grid(["file", "rows", "columns"], catalogues, right="rows"),
        ]
    )


def _tables() -> str:
    """Return the page of all columns of all tables."""
    parts = ["# Columns of the tables"]
    for title, group in _grouped().items():
        parts += [f"## {title}", *(_columns(spec(name)) for name in group)]
    return "\n\n".join(parts)


def _columns(found: TableSpec) -> str:
    rows = [
        [
            f"`{one.name}`",
            one.type,
            one.unit,
            "yes" if one.required else "",
            _range(one.minimum, one.maximum, one.allowed),
            cell(one.meaning),
        ]
        for one in found.columns
    ]
    head = ["column", "type", "unit", "required", "values", "meaning"]
    return f"### {found.name} {{#{found.name}}}\n\n{grid(head, rows)}"


def _range(low: float | None, high: float | None, allowed: tuple[str, ...]) -> str:
    if allowed:
        return ", ".join(f"`{one}`" for one in allowed)
    if low is None and high is None:
        return ""
    if high is None:
        return f"from {low:g}"
    return f"up to {high:g}" if low is None else f"{low:g} to {high:g}"


def _catalogue(name: str) -> str:
    """Return one catalogue: key with meaning first, source with year and confidence last."""
    found = table(name)
    merged = (*_SAID, *_WORDS)
    shown = [c for c in found.columns[1:] if c not in merged and (found[c] != "").any()]
    numbers = [c for c in shown if pd.to_numeric(found[c], errors="coerce").notna().all()]
    rows = [
        [_first(row, str(found.columns[0])), *(_figure(c, row[c]) for c in shown), _source(row)]
        for row in found.to_dict("records")
    ]
    head = [str(found.columns[0]), *(str(c) for c in shown), "source"]
    tabled = grid(head, rows, right=",".join(numbers))
    return f'## {name}.csv\n\n<div class="wide" markdown>\n\n{tabled}\n\n</div>'


def _first(row: dict[str, str], key: str) -> str:
    """Return the key with what it means, one line for each sentence."""
    words = [cell(row[name]) for name in _WORDS if row.get(name)]
    return "<br>".join([f"`{row[key]}`", *words])


def _source(row: dict[str, str]) -> str:
    """Return who says so, when, and how sure that is."""
    sure = f"confidence {row['confidence']}" if row.get("confidence") else ""
    parts = [row.get("source", ""), row.get("year", ""), sure, row.get("origin", "")]
    return cell("; ".join(part for part in parts if part))


def _figure(column: str, value: str) -> str:
    """Return a cell; money with commas between thousands."""
    if str(column).endswith("_vnd") and value:
        return f"{float(value):,.0f}"
    return cell(value)
