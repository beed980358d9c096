"""What does an official read who opens a bundle in a browser, on line or off?

One file: no script, and no style, font or picture from anywhere else.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from infraplan.export import summary_tables as tables
from infraplan.export.basis import short_basis
from infraplan.export.summary_figures import plan_figure, served_classes, signal_figure
from infraplan.wording import (
    Text,
    count,
    decimal,
    money,
    percent,
    percent_at_most,
    phrase,
    plain,
    span,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infraplan.export.content import Content
    from infraplan.plan import Plan

__all__ = ["summary_html"]

_AIM_CLASS = -1
_PROVEN_SHARE = 1e-9
"""A certified gap below this is rounding."""


def summary_html(page: Content, *, downloads: Sequence[str]) -> str:
    """Return the page as one HTML text, in Vietnamese with English behind a switch.

    Parameters
    ----------
    page
        What it shows.
    downloads
        Names of the other files of the bundle, which it links to.
    """
    style = files("infraplan.export").joinpath("summary.css").read_text(encoding="utf-8")
    title = _study_title(page)
    parts = [
        _header(page),
        _numbers(page),
        _map_section(page),
        _signal_section(page),
        _tables(page),
        _certificate(page.plan),
        _costs(page.plan),
        _about(page, downloads),
    ]
    return (
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_escaped(title)}</title><style>\n{style}</style></head>\n<body>"
        '<input class="pick" type="radio" name="lang" id="vi" checked aria-label="Tiếng Việt">'
        '<input class="pick" type="radio" name="lang" id="en" aria-label="English">'
        f'<main class="page">{"".join(parts)}</main></body></html>\n'
    )


def _escaped(text: Text) -> str:
    return span(plain(text.vi))


def _study_title(page: Content) -> Text:
    known = page.plan.provenance
    return Text(known.title_vi, known.title_en)


def _header(page: Content) -> str:
    values = {"technology": plain(page.signal.technology), "title": _study_title(page)}
    unsure = short_basis(page.origins, tuple(dict.fromkeys(page.origins["table"])))
    simulated = (page.origins["origin"] == "simulated").any()
    badge = phrase("badge_simulated" if simulated else "badge_estimated")
    return (
        '<div class="switch"><label for="vi">Tiếng Việt</label><label for="en">English</label>'
        f"</div><h1>{span(phrase('page_title', values))}</h1>"
        f'<p class="sub">{span(_study_title(page))}</p>'
        f'<p class="badge"><b>{span(badge)}</b> {span(phrase("badge_text"))} {span(unsure)}.</p>'
    )


def _numbers(page: Content) -> str:
    """Return the three numbers that answer the first three questions."""
    figures = page.figures
    share = figures.people_unserved / figures.people if figures.people > 0 else float("nan")
    years = (
        phrase("years_none")
        if figures.first_year is None
        else phrase(
            "years_span",
            {"first": plain(figures.first_year), "last": plain(figures.last_year)},
        )
    )
    boxes = (
        (
            phrase("big_people", {"technology": plain(page.signal.technology)}),
            count(figures.people_unserved),
            phrase("big_people_note", {"share": percent(share), "people": count(figures.people)}),
        ),
        (
            phrase("big_villages"),
            count(figures.villages_without_signal),
            phrase(
                "big_villages_note",
                {"villages": count(figures.villages), "weak": count(figures.villages_weak)},
            ),
        ),
        (
            phrase("big_plan"),
            phrase("big_plan_number", {"sites": count(figures.sites)}),
            phrase(
                "big_plan_note",
                {
                    "cost": money(figures.capex_vnd),
                    "years": years,
                    "people": count(figures.people_gained),
                },
            ),
        ),
    )
    shown = "".join(
        f'<div><div class="what">{span(what)}</div><div class="big">{span(number)}</div>'
        f'<div class="sub">{span(note)}</div></div>'
        for what, number, note in boxes
    )
    return f'<section class="figures">{shown}</section>'


def _section(title: Text, content: str, note: Text | None = None) -> str:
    said = f'<p class="note">{span(note)}</p>' if note is not None else ""
    return f"<section><h2>{span(title)}</h2>{said}{content}</section>"


def _map_section(page: Content) -> str:
    reached = list(served_classes(page.communes).values())[:-1][_AIM_CLASS]
    values = {
        "reached": count(reached),
        "communes": count(page.figures.communes),
        "technology": plain(page.signal.technology),
    }
    picture = plan_figure(
        page.plan, page.figures, communes=page.communes, gaps=page.gaps, sites=page.sites
    )
    return _section(phrase("map_title", values), picture)


def _signal_section(page: Content) -> str:
    values = {
        "technology": plain(page.signal.technology),
        "cell": decimal(page.signal.grid.cell_size_m, 0),
    }
    picture = signal_figure(page.signal, communes=page.communes)
    return _section(phrase("signal_title", values), picture, phrase("signal_note", values))


def _tables(page: Content) -> str:
    plan = page.plan
    worst = tables.worst_communes_table(
        page.communes, page.villages, served_dbm=page.figures.served_dbm
    )
    proposals = tables.proposals_table(plan, page.communes)
    shown = {"shown": count(len(proposals.rows)), "all": count(len(plan.sites))}
    gaps = tables.gaps_table(page.gaps)
    largest = {"shown": count(len(gaps.rows)), "all": count(len(page.gaps))}
    beyond = {"beyond": count(plan.totals.sites_beyond), "budget": money(plan.budget_vnd)}
    served = {"served": decimal(page.figures.served_dbm, 0)}
    return (
        _section(phrase("worst_title"), tables.render(worst), phrase("worst_note", served))
        + _section(phrase("gaps_title"), tables.render(gaps), phrase("gaps_note", largest))
        + _section(
            phrase("proposals_title"), tables.render(proposals), phrase("proposals_note", shown)
        )
        + _section(
            phrase("phases_title"),
            tables.render(tables.phases_table(plan)),
            phrase("phases_note", beyond),
        )
    )


def _certificate(plan: Plan) -> str:
    """Say in words how far the plan may be from the best possible."""
    values = {
        "budget": money(plan.budget_vnd),
        "demand": count(plan.demand_people),
        "reachable": count(plan.reachable_people),
        "covered": count(float(plan.sites["people_gained"].sum())),
        "upper": count(plan.upper_bound_people),
    }
    said = [phrase("certificate_reach", values), phrase("certificate_covered", values)]
    for key, gap in (("sites", plan.gap_share), ("links", plan.links_gap_share)):
        if not len(plan.sites) or gap != gap:  # noqa: PLR0124 - NaN is not itself
            continue
        limit = {"gap": percent_at_most(gap)}
        ending = "best" if gap <= _PROVEN_SHARE else "gap"
        said.append(phrase(f"certificate_{key}_{ending}", limit))
    return _section(phrase("certificate_title"), _paragraphs(said))


def _costs(plan: Plan) -> str:
    totals = plan.totals
    note = phrase(
        "costs_note",
        {
            "low": money(totals.low_vnd),
            "likely": money(totals.likely_vnd),
            "high": money(totals.high_vnd),
        },
    )
    return _section(phrase("costs_title"), tables.render(tables.costs_table(plan)), note)


def _about(page: Content, downloads: Sequence[str]) -> str:
    """Return what is simulated, the notes, the input files and the files of the bundle."""
    known = page.plan.provenance
    notes = "".join(f'<li lang="en-x-note">{span(plain(n))}</li>' for n in known.notes)
    files_shown = "".join(
        f'<li><a href="{span(plain(n))}">{span(plain(n))}</a></li>' for n in downloads
    )
    version = phrase("made_by", {"version": plain(known.version)})
    return (
        _section(phrase("origins_title"), tables.render(tables.origins_table(page.origins)))
        + (_section(phrase("notes_title"), f"<ul>{notes}</ul>") if notes else "")
        + _section(phrase("sources_title"), tables.render(tables.sources_table(known.sources)))
        + _section(phrase("files_title"), f'<ul class="files">{files_shown}</ul>')
        + f'<p class="note">{span(version)}</p>'
    )


def _paragraphs(texts: Iterable[Text]) -> str:
    return "".join(f"<p>{span(t)}</p>" for t in texts)
