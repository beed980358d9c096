"""What does a planner read who opens a calibration in a browser?

One file: no script, and no style, font or picture from anywhere else.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from infraplan.calibration.histogram import histogram_svg
from infraplan.calibration.summary import (
    caveats,
    counts_sheet,
    errors_sheet,
    finding,
    terms_sheet,
    used,
)
from infraplan.wording import Text, phrase, plain, span

if TYPE_CHECKING:
    from infraplan.calibration.calibrate import Calibration
    from infraplan.calibration.summary import Sheet

__all__ = ["page_html"]


def page_html(calibration: Calibration) -> str:
    """Return the report as one HTML text, in Vietnamese with English behind a switch."""
    style = files("infraplan.calibration").joinpath("report.css").read_text(encoding="utf-8")
    title = phrase("calibration_title", {"title": Text(calibration.title_vi, calibration.title_en)})
    notes = "".join(f"<p class='note'>{span(said)}</p>" for said in caveats(calibration))
    digest = phrase("digest") + plain(f": {calibration.sha256}")
    parts = [
        '<div class="switch"><label for="vi">Tiếng Việt</label>',
        '<label for="en">English</label></div>',
        f"<h1>{span(title)}</h1>",
        f"<p>{span(used(calibration))}.</p><p><b>{span(finding(calibration))}.</b></p>",
        f"<h2>{span(phrase('calibration_histogram_title'))}</h2>",
        histogram_svg(calibration.pixels),
        *(_table(s) for s in (terms_sheet(calibration), errors_sheet(calibration))),
        notes,
        _table(counts_sheet(calibration)),
        f'<p class="note">{span(digest)}</p>',
    ]
    return (
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{span(plain(title.vi))}</title><style>\n{style}</style></head>\n<body>"
        '<input class="pick" type="radio" name="lang" id="vi" checked aria-label="Tiếng Việt">'
        '<input class="pick" type="radio" name="lang" id="en" aria-label="English">'
        f'<main class="page">{"".join(parts)}</main></body></html>\n'
    )


def _table(sheet: Sheet) -> str:
    """Return a table under its title; numbers are set to the right."""

    def cells(kind: str, texts: tuple[Text, ...]) -> str:
        return "".join(
            f"<{kind}{'' if i < sheet.texts else ' class=n'}>{span(text)}</{kind}>"
            for i, text in enumerate(texts)
        )

    rows = "".join(f"<tr>{cells('td', row)}</tr>" for row in sheet.rows)
    return (
        f"<h2>{span(sheet.title)}</h2><table><thead><tr>{cells('th', sheet.head)}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
