"""What does an official read who opens a comparison in a browser, on line or off?

One file: no script, and no style, font or picture from anywhere else.
"""

from __future__ import annotations

import html
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd

from infraplan.wording import Text, count, height, money, percent, phrase, plain, span, word_or
from infraplan.workflow.scenarios.bars import bars
from infraplan.workflow.scenarios.figures import written
from infraplan.workflow.scenarios.lines import target_lines

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from infraplan.workflow.scenarios.compare import Comparison

__all__ = ["page"]

_ACTION_HEAD = (
    "compare_step",
    "year",
    "site",
    "compare_kind",
    "compare_operator",
    "compare_action_vnd",
    "compare_cumulative_vnd",
    "compare_people_gained",
    "compare_served_share",
)
_DRAWN = ("people_gained", "capex_vnd", "capex_vnd_per_person_gained")


def page(found: Comparison) -> str:
    """Return a comparison as one HTML text, in Vietnamese with English behind a switch."""
    style = files("infraplan.export").joinpath("summary.css").read_text(encoding="utf-8")
    own = files("infraplan.workflow.scenarios").joinpath("page.css").read_text(encoding="utf-8")
    title = phrase("compare_title")
    parts = [
        _header(title, found),
        "".join(bars(found, figure) for figure in _DRAWN),
        _figures(found),
        _target(found),
        _years(found),
        _differences(found),
    ]
    return (
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title.vi)}</title><style>\n{style}{own}</style></head>\n<body>"
        '<input class="pick" type="radio" name="lang" id="vi" checked aria-label="Tiếng Việt">'
        '<input class="pick" type="radio" name="lang" id="en" aria-label="English">'
        f'<main class="page">{"".join(parts)}</main></body></html>\n'
    )


def _header(title: Text, found: Comparison) -> str:
    names = plain(" · ".join(found.names))
    warnings = "".join(f'<p class="badge">{span(text)}</p>' for text in found.warnings)
    return (
        '<div class="switch"><label for="vi">Tiếng Việt</label><label for="en">English</label>'
        f'</div><h1>{span(title)}</h1><p class="sub">{span(names)}</p>{warnings}'
        f'<p class="note">{span(phrase("compare_note"))}</p>'
    )


def _figures(found: Comparison) -> str:
    rows = [
        [phrase(f"compare_{figure}"), *(written(str(figure), row[n]) for n in found.names)]
        for figure, row in found.figures.iterrows()
    ]
    return _table([phrase("compare_figure"), *map(plain, found.names)], rows)


def _target(found: Comparison) -> str:
    if found.target_share is None or found.actions is None:
        return ""
    title = phrase("compare_target_title", {"target": percent(found.target_share)})
    told = "".join(f"<p>{span(line)}</p>" for line in target_lines(found))
    tables = "".join(_actions(found, name) for name in found.names)
    return f"<h2>{span(title)}</h2>{told}{tables}"


def _actions(found: Comparison, name: str) -> str:
    """Return the steps that one scenario needs."""
    actions = pd.DataFrame(found.actions)
    needed = actions[(actions["scenario"] == name) & actions["needed"].astype(bool)]
    if needed.empty:
        return ""
    people = float(found.figures[name].loc["people"])
    rows = [_action(row, people) for row in needed.to_dict("records")]
    title = plain(f"{name} – ") + phrase("compare_actions_title")
    return f"<h3>{span(title)}</h3>" + _table(
        [phrase(key) for key in _ACTION_HEAD], rows, words=(2, 3, 4)
    )


def _action(row: dict[Hashable, Any], people: float) -> list[Text]:
    kind = word_or(f"kind_{row['kind']}", str(row["kind"]))
    return [
        plain(row["step"]),
        plain(row["year"]),
        plain(row["site_id"]),
        kind + plain(", ") + height(row["mast_height_m"]),
        plain(row["operator"]),
        money(row["capex_vnd"]),
        money(row["cumulative_vnd"]),
        count(row["people_gained"]),
        percent(row["people_served"] / people, 2),
    ]


def _years(found: Comparison) -> str:
    """Return the people served at the end of each year, a column per scenario."""
    shown = ["people_served", "people_served_share_of_all_people"]
    by_year = found.years.pivot_table(shown, index="year", columns="scenario", dropna=False)
    served, share = (by_year[name] for name in shown)
    rows = [
        [
            plain(int(str(year))),
            *(
                count(served.loc[year, n]) + plain(" (") + percent(share.loc[year, n]) + plain(")")
                for n in found.names
            ),
        ]
        for year in served.index
    ]
    head = [phrase("year"), *map(plain, found.names)]
    return f"<h2>{span(phrase('compare_years_title'))}</h2>" + _table(head, rows)


def _differences(found: Comparison) -> str:
    title = f"<h2>{span(phrase('compare_differ_title'))}</h2>"
    if found.differences.empty:
        return f'{title}<p class="note">{span(phrase("compare_same"))}</p>'
    rows = [
        [plain(what), *(plain(row[name]) for name in found.names)]
        for what, row in found.differences.iterrows()
    ]
    head = [phrase("compare_what"), *map(plain, found.names)]
    return title + _table(head, rows, words=tuple(range(1, len(head))))


def _table(head: Sequence[Text], rows: list[list[Text]], *, words: tuple[int, ...] = ()) -> str:
    """Return a table whose columns after the first hold numbers, but for those of words."""

    def kind(column: int) -> str:
        return "l" if column in words or column == 0 else "r"

    heads = "".join(f'<th class="{kind(i)}" scope="col">{span(t)}</th>' for i, t in enumerate(head))
    body = "".join(
        "<tr>" + "".join(_cell(i, cell, head[i], kind(i)) for i, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(column: int, text: Text, head: Text, kind: str) -> str:
    """Return a cell; on a phone a row is a card under its first cell, and the others say theirs."""
    label = f' data-vi="{html.escape(head.vi)}" data-en="{html.escape(head.en)}"'
    return f'<td class="{kind}"{label if column else ""}>{span(text)}</td>'
