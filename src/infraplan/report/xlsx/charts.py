"""Which charts stand beside the figures, and what does the title of each say?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan.report.palette import ACCENT, INK, MUTED
from infraplan.report.xlsx.book import FONT, RULE
from infraplan.report.xlsx.places import served_in
from infraplan.wording import count, money, percent, plain

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from infraplan.report.facts import Facts
    from infraplan.report.xlsx.book import Book
    from infraplan.report.xlsx.summary import Tables

__all__ = ["add_charts"]

_COLUMN: Final = 7
_SIZE: Final = {"width": 560, "height": 300}
_ROWS_BETWEEN: Final = 17
_TOP: Final = 5


def add_charts(book: Book, sheet: Worksheet, facts: Facts, at: Tables) -> None:
    """Put the charts to the right of the figures: people by year, cost by year, worst communes."""
    row = _TOP
    if at.years[1] >= at.years[0]:
        for chart in (_served(book, facts, at), _cost(book, facts, at)):
            sheet.insert_chart(row, _COLUMN, chart, _placing(book, "xlsx_alt_years"))
            row += _ROWS_BETWEEN
    if at.worst[1] >= at.worst[0]:
        sheet.insert_chart(row, _COLUMN, _worst(book, at), _placing(book, "xlsx_alt_worst"))


def _served(book: Book, facts: Facts, at: Tables) -> Any:  # noqa: ANN401 - XlsxWriter has no types
    served = {year: float(rows.sum()) for year, rows in served_in(facts).items()}
    people = float(facts.communes["people"].sum())
    first, last = min(served), max(served)
    shares = [served[y] / people if people else float("nan") for y in (first, last)]
    title = book.word(
        "xlsx_chart_served",
        {
            "technology": plain(facts.technology),
            "first": plain(first),
            "last": plain(last),
            "before": percent(shares[0]),
            "after": percent(shares[1]),
        },
    )
    chart = _chart(book, "line", title, at, at.years, 1)
    chart.set_y_axis(_axis(book, "xlsx_axis_people", "#,##0"))
    return chart


def _cost(book: Book, facts: Facts, at: Tables) -> Any:  # noqa: ANN401 - the same
    total = float(facts.phases["capex_vnd"].sum())
    values = {"total": money(total), "sites": count(len(facts.new_sites))}
    chart = _chart(book, "column", book.word("xlsx_chart_cost", values), at, at.years, 3)
    chart.set_y_axis(_axis(book, "xlsx_axis_vnd", "#,##0.0,,,") | {"min": 0})
    return chart


def _worst(book: Book, at: Tables) -> Any:  # noqa: ANN401 - the same
    rows = at.worst[1] - at.worst[0] + 1
    title = book.word("xlsx_chart_worst", {"count": count(rows)})
    chart = _chart(book, "bar", title, at, at.worst, 1)
    chart.set_y_axis({"reverse": True, "num_font": _font(9), "line": {"color": RULE}})
    chart.set_x_axis(_axis(book, "xlsx_axis_unserved", "#,##0"))
    return chart


def _chart(
    book: Book, kind: str, title: str, at: Tables, rows: tuple[int, int], column: int
) -> Any:  # noqa: ANN401 - the same
    chart = book.file.add_chart({"type": kind})
    drawn: dict[str, Any] = {"fill": {"color": ACCENT}, "gap": 60}
    if kind == "line":
        dot = {"type": "circle", "size": 6, "fill": {"color": ACCENT}, "border": {"color": ACCENT}}
        drawn = {"line": {"color": ACCENT, "width": 2.25}, "marker": dot}
    names = [at.sheet, rows[0] - 1, 0, rows[1] - 1, 0]
    values = [at.sheet, rows[0] - 1, column, rows[1] - 1, column]
    chart.add_series({"categories": names, "values": values, **drawn})
    chart.set_title({"name": title, "name_font": _font(11, bold=True), "overlay": False})
    chart.set_legend({"none": True})
    chart.set_size(_SIZE)
    chart.set_chartarea({"border": {"none": True}})
    if kind != "bar":
        chart.set_x_axis({"num_font": _font(9), "line": {"color": RULE}})
    return chart


def _axis(book: Book, word: str, shown: str) -> dict[str, Any]:
    """Return an axis with its name and how its numbers are shown."""
    return {
        "num_format": book.locale + shown,
        "name": book.word(word),
        "name_font": _font(9),
        "num_font": _font(9),
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": RULE, "width": 0.5}},
    }


def _font(size: int, *, bold: bool = False) -> dict[str, Any]:
    return {"name": FONT, "size": size, "bold": bold, "color": INK if bold else MUTED}


def _placing(book: Book, word: str) -> dict[str, Any]:
    return {"description": book.word(word), "object_position": 3}
