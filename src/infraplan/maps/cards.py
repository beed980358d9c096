"""What do the cards, the legend and the badge of the map say, and how does a proposal look?"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Literal

from infraplan import catalog
from infraplan.maps.picture import levels
from infraplan.results import ANY_OPERATOR, basis_text
from infraplan.wording import Text, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import pandas as pd

__all__ = [
    "FIBRE",
    "GAP_COLOURS",
    "HOP_COLOUR",
    "INK",
    "MUTED",
    "PAPER",
    "ROAD",
    "SIGNS",
    "STUDY_SIGNS",
    "VILLAGE",
    "WATER",
    "Language",
    "badge",
    "card",
    "legend",
    "line",
    "mark",
    "operator_name",
]

Language = Literal["vi", "en"]

INK, MUTED, PAPER = "#0d1520", "#55606c", "#ffffff"
HOP_COLOUR, WATER = "#0077c8", "#9db8cc"
ROAD, FIBRE, VILLAGE = "#c3b7a4", "#0b5d66", "#8a5a9e"
GAP_COLOURS = {
    "white": "#c2187e",
    "weak": "#d9730d",
    "single_operator": "#0b5d66",
    "congested": "#7a1f1f",
}
SIGNS = (
    *(f"gap_{kind}" for kind in GAP_COLOURS),
    "mast",
    "kind_new_mast",
    "kind_shared_mast",
    "link_fibre",
    "link_microwave",
)
"""Signs of gaps and plans that a legend can explain, by the key of their words."""
STUDY_SIGNS = ("maps_villages", "layer_roads", "layer_fibre")
"""Signs of what a province has."""


def card(title: Text, lines: Iterable[Text], language: Language) -> str:
    """Return the HTML of a card, everything in it escaped."""
    head = f"<b>{html.escape(title.said(language))}</b>"
    told = "<br>".join([head, *(html.escape(line.said(language)) for line in lines)])
    return f'<div style="line-height:1.5">{told}</div>'


def line(key: str, value: Text) -> Text:
    """Return "label: value"."""
    return phrase(key) + Text(": ", ": ") + value


def operator_name(operator: object) -> Text:
    """Return how an operator, or the owner of a mast, is named on a map."""
    if not isinstance(operator, str):
        return plain(None)
    if operator == ANY_OPERATOR:
        return phrase("maps_any_operator")
    known = catalog.table("operators").set_index("operator")["name"]
    return plain(known.get(operator, operator))


def mark(kind: str, number: str) -> str:
    """Return the SVG of a proposal."""
    ring = f'<circle cx="13" cy="13" r="12" fill="{PAPER}" stroke="{INK}"/>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 26 26">'
        f"{ring if kind == 'shared_mast' else ''}"
        f'<path d="M13 3l9.5 16.5h-19z" fill="{PAPER}" stroke="{INK}" stroke-width="1.5"/>'
        f'<text x="13" y="17.5" font-size="8" font-family="sans-serif" text-anchor="middle" '
        f'fill="{INK}">{number}</text></svg>'
    )


def _small(svg: str) -> str:
    """Return an SVG as large as the text beside it."""
    return f'<span style="display:inline-block;width:15px;vertical-align:middle">{svg}</span>'


def legend(
    language: Language, *, technology: str | None = None, signs: Collection[str] = SIGNS
) -> str:
    """Return the HTML of the legend: colours of the signal where named, then some signs."""
    lines = [] if technology is None else _colours(technology, language)
    drawn = {
        **{
            f"gap_{kind}": f'<span style="color:{colour}">▭</span>'
            for kind, colour in GAP_COLOURS.items()
        },
        "mast": f'<span style="color:{MUTED}">●</span>',
        "kind_new_mast": _small(mark("new_mast", "")),
        "kind_shared_mast": _small(mark("shared_mast", "")),
        "maps_villages": f'<span style="color:{VILLAGE}">●</span>',
        "layer_roads": f'<span style="color:{ROAD}">━</span>',
        "layer_fibre": f'<span style="color:{FIBRE}">━</span>',
        "link_fibre": "┅",
        "link_microwave": f'<span style="color:{HOP_COLOUR}">┅</span>',
    }
    lines += [
        f"{sign} {html.escape(phrase(key).said(language))}"
        for key, sign in drawn.items()
        if key in signs
    ]
    return "<br>".join(lines)


def _colours(technology: str, language: Language) -> list[str]:
    """Return the lines of the legend that explain the colours of the signal."""
    lines = [f"<b>{html.escape(phrase('legend_signal').said(language))}</b>"]
    for level in levels(technology):
        least = level["minimum_rsrp_dbm"].replace("-", "−")
        small = f" <small>≥ {least} dBm</small>" if least else ""
        box = f"background:{level['colour']};width:14px;height:10px;display:inline-block"
        lines.append(f'<span style="{box}"></span> {html.escape(level[f"name_{language}"])}{small}')
    return lines


def badge(origins: pd.DataFrame, language: Language, *, is_predicted: bool = True) -> str:
    """Return the HTML of the badge: whether it is a prediction, and what is not measured."""
    told = (
        phrase("badge_text" if is_predicted else "maps_data_badge")
        + Text(" ", " ")
        + basis_text(origins)
        + Text(".", ".")
    )
    return f"<div>{html.escape(told.said(language))}</div>"
