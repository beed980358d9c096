"""What does an official read who opens a bundle in a browser, on line or off?

One file: no script, and no style, font or picture from anywhere else.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from infraplan.export import summary_tables as tables
from infraplan.export.headline import UNSERVED
from infraplan.export.page_parts import finding, section
from infraplan.export.plan_sections import plan_sections
from infraplan.export.summary_figures import plan_figure, served_classes, signal_figure
from infraplan.results import basis_text
from infraplan.wording import (
    Text,
    count,
    decimal,
    money,
    percent,
    phrase,
    plain,
    span,
    years,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.export.content import Content

__all__ = ["summary_html"]

_AIM_CLASS = -1
_RASTERS = ".tif"


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
        _worst(page),
        _gaps(page),
        _aside(page),
        *plan_sections(page),
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
    unsure = basis_text(page.origins)
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
                    "years": years(figures.first_year, figures.last_year),
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
    return section(phrase("map_title", values), picture)


def _signal_section(page: Content) -> str:
    values = {
        "technology": plain(page.signal.technology),
        "cell": decimal(page.signal.grid.cell_size_m, 0),
    }
    figures = page.figures
    if figures.area_m2 > 0:
        values["share"] = percent(figures.area_served_m2 / figures.area_m2)
    title = phrase("signal_finding" if "share" in values else "signal_title", values)
    picture = signal_figure(page.signal, communes=page.communes)
    return section(title, picture, phrase(f"signal_note_{page.signal.clutter_model}", values))


def _worst(page: Content) -> str:
    """Return the communes that are served least."""
    table = tables.worst_communes_table(
        page.communes, page.villages, served_dbm=page.figures.served_dbm
    )
    first = table.rows[0] if table.rows else []
    title = finding("worst_title", table, dict(zip(("commune", "share"), first, strict=False)))
    served = {"served": decimal(page.figures.served_dbm, 0)}
    return section(title, tables.render(table), phrase("worst_note", served))


def _gaps(page: Content) -> str:
    """Return the gaps with most people."""
    unserved = page.gaps[page.gaps["kind"].isin(UNSERVED)]
    table, figures = tables.gaps_table(page.gaps), page.figures
    shown = len(table.rows)
    values = {
        "count": count(shown),
        "people": count(float(unserved["people"].iloc[:shown].sum())),
        "all": count(figures.people_in_gaps),
    }
    note = {
        "shown": count(shown),
        "all": count(len(unserved)),
        "people": count(figures.people_in_gaps),
        "unserved": count(figures.people_unserved),
    }
    return section(
        finding("gaps_title", table, values), tables.render(table), phrase("gaps_note", note)
    )


def _aside(page: Content) -> str:
    """Return where people have one operator only, or cells that are overloaded."""
    table, figures = tables.aside_table(page.gaps), page.figures
    if not table.rows:
        return ""
    values = {
        "single": count(figures.people_with_one_operator),
        "congested": count(figures.people_congested),
    }
    ending = "both" if figures.congested_spots else "single"
    if not figures.single_operator_spots:
        ending = "congested"
    return section(
        phrase(f"aside_title_{ending}", values), tables.render(table), phrase("aside_note")
    )


def _about(page: Content, downloads: Sequence[str]) -> str:
    """Return what is simulated, the notes, the input files and the files of the bundle."""
    known = page.plan.provenance
    notes = "".join(f"<li>{span(n)}</li>" for n in known.notes)
    version = phrase("made_by", {"version": plain(known.version)})
    return (
        section(phrase("origins_title"), tables.render(tables.origins_table(page.origins)))
        + (section(phrase("notes_title"), f"<ul>{notes}</ul>") if notes else "")
        + section(phrase("sources_title"), tables.render(tables.sources_table(known.sources)))
        + section(phrase("files_title"), _files(downloads))
        + f'<p class="note">{span(version)}</p>'
    )


def _files(downloads: Sequence[str]) -> str:
    """Return links to the files; those of a folder, and rasters, lie folded under one line."""
    groups: dict[str, list[str]] = {}
    for name in downloads:
        folder, inside, _ = name.partition("/")
        folded = f"{folder}/" if inside else _RASTERS
        groups.setdefault(folded if inside or name.endswith(_RASTERS) else "", []).append(name)
    shown = _links(groups.pop("", []))
    return shown + "".join(
        f"<details><summary>{span(plain(group))} · {span(count(len(names)))}</summary>"
        f"{_links(names)}</details>"
        for group, names in sorted(groups.items())
    )


def _links(names: Sequence[str]) -> str:
    items = (f'<li><a href="{span(plain(n))}">{span(plain(n))}</a></li>' for n in names)
    return f'<ul class="files">{"".join(items)}</ul>'
