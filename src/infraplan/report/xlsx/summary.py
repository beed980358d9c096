"""What are the figures of the plan on one page, each a formula over the sheet it comes from?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.report.xlsx.book import is_missing
from infraplan.report.xlsx.charts import add_charts
from infraplan.report.xlsx.figures import people_lines, plan_lines
from infraplan.report.xlsx.places import served_in
from infraplan.wording import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from infraplan.report.facts import Facts
    from infraplan.report.xlsx.book import Book
    from infraplan.report.xlsx.figures import Line
    from infraplan.report.xlsx.listing import Placed
    from infraplan.report.xlsx.phases import PhasesAt

__all__ = ["Tables", "write_summary"]

_HEADS_ROW: Final = 5
_WORST: Final = 10
_HEAD_POINTS: Final = 42.0
_WIDTHS: Final = (46.0, 19.0, 15.0, 19.0, 12.0, 13.0, 3.0)


@dataclass(frozen=True, slots=True)
class Tables:
    """Where the tables of the summary lie that charts draw.

    Attributes
    ----------
    sheet
        Name of the sheet.
    years, worst
        First and last row of each, from 1; the last is before the first where it is empty.
    """

    sheet: str
    years: tuple[int, int]
    worst: tuple[int, int]


def write_summary(
    book: Book, sheet: Worksheet, facts: Facts, placed: Mapping[str, Placed], phases: PhasesAt
) -> None:
    """Write the figures, the years, the worst communes and the charts."""
    sheet.hide_gridlines(2)
    for number, width in enumerate(_WIDTHS):
        sheet.set_column(number, number, width)
    big = book.look("text", {"bold": True, "font_size": 16})
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, book.say(facts.study_title), big)
    years = facts.plan_years
    span = f"{min(years)}–{max(years)}" if years else ""
    values = {"technology": plain(facts.technology), "years": plain(span)}
    subtitle = book.word("xlsx_title_summary", values)
    sheet.write_string(1, 0, subtitle, book.look("text", {"font_size": 12}))
    mark = facts.basis_mark
    basis = f"{book.word('xlsx_rests_on')}: {book.say(facts.data_basis)}"
    said = basis if mark is None else f"{book.say(mark)} – {basis}"
    wrapped = book.small({"text_wrap": True})
    sheet.merge_range(2, 0, 2, 5, said, wrapped)
    sheet.set_row(2, 36)
    digest = book.word("xlsx_digest", {"digest": plain(facts.sha256)})
    sheet.write_string(3, 0, digest, book.small())
    lines = [*people_lines(facts, placed), *plan_lines(facts, placed, phases)]
    end = _figures(book, sheet, lines)
    check = book.word("xlsx_matches_plan_years")
    sheet.write_string(end, 0, check, book.body("text"))
    value = book.word("xlsx_agrees" if phases.agrees else "xlsx_differs")
    book.calculate(
        sheet,
        end,
        4,
        f"={phases.verdict}",
        value,
        book.body("text", {"indent": 2, "align": "left"}),
    )
    for column in (1, 2, 3, 5):
        sheet.write_blank(end, column, None, book.body("text"))
    sheet.freeze_panes(1, 0)
    first = _years(book, sheet, facts, end + 3, placed, phases)
    worst = _worst(book, sheet, facts, first[1] + 3, placed)
    add_charts(book, sheet, facts, Tables(sheet.get_name(), first, worst))


def _figures(book: Book, sheet: Worksheet, lines: list[Line]) -> int:
    """Write the figures with the check against the plan; return the next free row."""
    heads = ("figure", "value", "unit", "plan_says", "check", "allowed")
    for number, head in enumerate(heads):
        numeric = head in ("value", "plan_says", "allowed")
        style = book.head(numeric=numeric, indent=2 * (head in ("unit", "check")))
        sheet.write_string(_HEADS_ROW, number, book.word(f"xlsx_{head}"), style)
    sheet.set_row(_HEADS_ROW, _HEAD_POINTS)
    aside = book.body("text", {"indent": 2, "align": "left"})
    agrees, differs = book.word("xlsx_agrees"), book.word("xlsx_differs")
    for row, line in enumerate(lines, _HEADS_ROW + 1):
        kind = line.kind
        sheet.write_string(row, 0, book.word(f"xlsx_sum_of_{line.word}"), book.body("text"))
        book.calculate(sheet, row, 1, line.formula, line.value, book.body(kind))
        unit = book.word(f"xlsx_unit_{line.unit}") if line.unit in ("vnd", "people") else line.unit
        sheet.write_string(row, 2, unit, aside)
        book.put(sheet, row, 3, line.plans, book.body(kind))
        if line.plans is None or is_missing(line.plans):
            sheet.write_blank(row, 4, None, book.body("text"))
            sheet.write_blank(row, 5, None, book.body("text"))
            continue
        here = row + 1
        test = f'=IF(ABS(B{here}-D{here})<=F{here},"{agrees}","{differs}")'
        said = agrees if abs(line.value - line.plans) <= line.allowed else differs
        book.calculate(sheet, row, 4, test, said, aside)
        book.put(sheet, row, 5, line.allowed, book.body("quantity"))
    return _HEADS_ROW + 1 + len(lines)


def _years(
    book: Book,
    sheet: Worksheet,
    facts: Facts,
    head: int,
    placed: Mapping[str, Placed],
    phases: PhasesAt,
) -> tuple[int, int]:
    """Write who is served and what is spent by year; return the first and last row, from 1."""
    words = ("field_year", "xlsx_served_people", "xlsx_served_share", "xlsx_capex", "xlsx_sites")
    for number, word in enumerate(words):
        sheet.write_string(head, number, book.word(word), book.head(numeric=number > 0))
    sheet.set_row(head, _HEAD_POINTS)
    communes = placed["communes"]
    people = float(facts.communes["people"].sum())
    planned = {year: row for row, year in enumerate(facts.plan_years)}
    served = served_in(facts)
    for row, (year, by_commune) in enumerate(served.items(), head + 1):
        here = row + 1
        total = float(by_commune.reindex(facts.communes["code"]).sum())
        sheet.write_number(row, 0, year, book.body("year", {"align": "left"}))
        formula = f"=SUM({communes.all_of(f'served_{year}')})"
        book.calculate(sheet, row, 1, formula, total, book.body("count"))
        share = (
            f'=IF(SUM({communes.all_of("people")})=0,"",B{here}/SUM({communes.all_of("people")}))'
        )
        value = total / people if people else float("nan")
        book.calculate(sheet, row, 2, share, value, book.body("share"))
        if year in planned:
            at = planned[year]
            for column, name, kind in ((3, "capex_vnd", "vnd"), (4, "sites", "count")):
                spent = float(facts.phases[name].iloc[at])
                formula = f"={phases.one(name, at)}"
                book.calculate(sheet, row, column, formula, spent, book.body(kind))
        else:
            for column in (3, 4):
                sheet.write_blank(row, column, None, book.body("vnd"))
    return head + 2, head + 1 + len(served)


def _worst(
    book: Book, sheet: Worksheet, facts: Facts, head: int, placed: Mapping[str, Placed]
) -> tuple[int, int]:
    """Write the communes with most people left out; return the first and last row, from 1."""
    words = ("xlsx_worst", "xlsx_unserved", "xlsx_served_share", "field_people")
    for number, word in enumerate(words):
        sheet.write_string(head, number, book.word(word), book.head(numeric=number > 0))
    sheet.set_row(head, _HEAD_POINTS)
    communes, table = placed["communes"], facts.communes
    name = "full_name" if "full_name" in table else "name"
    left = (table["people"] - table["people_served_any"]).astype(float).to_numpy()
    order = sorted(range(len(table)), key=lambda i: (-left[i], str(table["code"].iloc[i])))
    chosen = [i for i in order if left[i] > 0][:_WORST]
    for row, index in enumerate(chosen, head + 1):
        commune = table.iloc[index]
        people, served = (communes.one(c, index) for c in ("people", "people_served_any"))
        share = float(commune["people_served_share_of_commune_people_any"])
        book.calculate(
            sheet, row, 0, f"={communes.one(name, index)}", str(commune[name]), book.body("text")
        )
        book.calculate(sheet, row, 1, f"={people}-{served}", left[index], book.body("count"))
        cell = communes.one("people_served_share_of_commune_people_any", index)
        book.calculate(sheet, row, 2, f"={cell}", share, book.body("share"))
        book.calculate(sheet, row, 3, f"={people}", float(commune["people"]), book.body("count"))
    return head + 2, head + 1 + len(chosen)
