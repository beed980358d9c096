"""What does each year build, reach and cost, and do the rows of the other sheets say the same?

The plan's own years stand first; below them the same figures are added up anew by formulas over
proposals, links and costs; then what lies between the two, and what rounding explains of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsxwriter.utility import xl_col_to_name

from infraplan.report.xlsx.columns import columns_of
from infraplan.report.xlsx.costs import HALF_STEP, HALF_VND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from infraplan.report.facts import Facts
    from infraplan.report.xlsx.book import Book
    from infraplan.report.xlsx.listing import Column, Placed

__all__ = ["PhasesAt", "write_phases"]

_COLUMNS: Final = (
    "year", "sites", "links", "length_m", "budget_vnd", "carried_vnd", "capex_vnd", "left_vnd",
    "opex_vnd", "people_gained", "cumulative_people",
)  # fmt: skip
_ADDED: Final = ("sites", "links", "length_m", "budget_vnd", "capex_vnd", "people_gained")
_LETTER: Final = {name: xl_col_to_name(i) for i, name in enumerate(_COLUMNS)}
_HOP: Final = "microwave"
"""Medium of a link through the air; the length of a year counts cables alone."""

_NAMES, _FIRST = 4, 6
_BLOCK_GAP: Final = 4
"""Rows between two blocks: total, space, name of the block, heads."""


@dataclass(frozen=True, slots=True)
class PhasesAt:
    """Where the years lie.

    Attributes
    ----------
    sheet
        Name of the sheet.
    first, last
        Numbers of the first and last year's row, from 1.
    verdict
        Cell that says whether everything agrees.
    agrees
        Whether it does.
    """

    sheet: str
    first: int
    last: int
    verdict: str
    agrees: bool

    def column(self, name: str) -> str:
        """Return the reference of a column of the plan's own years."""
        letter = _LETTER[name]
        return f"'{self.sheet}'!${letter}${self.first}:${letter}${self.last}"

    def one(self, name: str, row: int) -> str:
        """Return the reference of a column in one year, counted from 0."""
        return f"'{self.sheet}'!${_LETTER[name]}${self.first + row}"


def write_phases(
    book: Book, sheet: Worksheet, facts: Facts, placed: Mapping[str, Placed]
) -> PhasesAt:
    """Write the years; return where they lie.

    Parameters
    ----------
    book, sheet, facts
        Workbook, sheet, and what the bundle says.
    placed
        Where the other tables lie.
    """
    columns = columns_of(book, facts.phases, _COLUMNS, widths={"year": 12.0})
    plans = {c: facts.phases[c].astype(float).tolist() for c in _COLUMNS}
    years = len(facts.phases)
    second = _FIRST + years + _BLOCK_GAP
    third = second + years + _BLOCK_GAP
    _head(book, sheet, columns, facts)
    _block(book, sheet, columns, _FIRST, "xlsx_phases_plan", years)
    for name, values in plans.items():
        _values(book, sheet, name, columns, _FIRST, values, formulas=None)
    _block(book, sheet, columns, second, "xlsx_phases_again", years)
    again = _again(facts, plans)
    for name, values in again.items():
        formulas = [_formula(name, row, second, placed) for row in range(years)]
        _values(book, sheet, name, columns, second, values, formulas=formulas)
    _block(book, sheet, columns, third, "xlsx_phases_off", years)
    agrees = _differences(book, sheet, columns, (_FIRST, second, third), (plans, again), placed)
    verdict = f"'{sheet.get_name()}'!$B${third + years + 2}"
    return PhasesAt(sheet.get_name(), _FIRST + 1, _FIRST + max(years, 1), verdict, agrees)


def _head(book: Book, sheet: Worksheet, columns: list[Column], facts: Facts) -> None:
    sheet.hide_gridlines(2)
    sheet.set_row(0, 22)
    sheet.write_string(
        0, 0, book.word("xlsx_title_phases"), book.look("text", {"bold": True, "font_size": 14})
    )
    basis = book.say(facts.data_basis)
    sheet.write_string(1, 0, f"{book.word('xlsx_rests_on')}: {basis}", book.small())
    sheet.freeze_panes(_FIRST, 1)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, max(column.width, 14.0 if number else 26.0))
        style = book.small({"align": "left" if number == 0 else "right"})
        sheet.write_string(_NAMES - 1, number, column.key, style)


def _block(
    book: Book, sheet: Worksheet, columns: list[Column], first: int, word: str, years: int
) -> None:
    """Write the name, heads and totals' label of a block whose first year is in row `first`."""
    sheet.write_string(first - 2, 0, book.word(word), book.look("text", {"bold": True}))
    sheet.set_row(first - 1, 42)
    for number, column in enumerate(columns):
        sheet.write_string(first - 1, number, column.title, book.head(numeric=number > 0))
    if word != "xlsx_phases_off":
        sheet.write_string(first + years, 0, book.word("total"), book.total("text"))


def _values(
    book: Book,
    sheet: Worksheet,
    name: str,
    columns: list[Column],
    first: int,
    values: list[float],
    *,
    formulas: list[str] | None,
) -> None:
    """Write a column of a block, as numbers or as formulas, and its total."""
    number = _COLUMNS.index(name)
    kind = columns[number].kind
    style = book.body(kind, {"align": "left"} if number == 0 else None)
    for row, value in enumerate(values):
        if formulas is None:
            book.put(sheet, first + row, number, value, style)
        else:
            book.calculate(sheet, first + row, number, formulas[row], value, style)
    if name in _ADDED and values:
        letter = _LETTER[name]
        total = f"=SUM({letter}{first + 1}:{letter}{first + len(values)})"
        book.calculate(sheet, first + len(values), number, total, sum(values), book.total(kind))


def _formula(name: str, row: int, first: int, placed: Mapping[str, Placed]) -> str:
    """Return the formula that makes a figure of a year anew."""
    here, year = first + row + 1, f"$A{first + row + 1}"
    proposals, links, owners = placed["proposals"], placed["links"], placed["owners"]

    def summed(table: Placed, column: str) -> str:
        return f"SUMIFS({table.all_of(column)},{table.all_of('year')},{year})"

    def above(column: str) -> str:
        return f"{_LETTER[column]}{here - 1}+" if row else ""

    return (
        "="
        + {
            "year": f"$A${_FIRST + row + 1}",
            "sites": f"COUNTIFS({proposals.all_of('year')},{year})",
            "links": f"COUNTIFS({links.all_of('year')},{year})",
            "length_m": (
                f"SUMIFS({links.all_of('length_m')},{links.all_of('year')},{year},"
                f'{links.all_of("medium")},"<>{_HOP}")'
            ),
            "budget_vnd": f"{_LETTER['budget_vnd']}{_FIRST + row + 1}",
            "carried_vnd": (
                f"{_LETTER['left_vnd']}{here - 1}"
                if row
                else f"{_LETTER['carried_vnd']}{_FIRST + 1}"
            ),
            "capex_vnd": summed(owners, "capex_vnd"),
            "left_vnd": "{budget_vnd}{r}+{carried_vnd}{r}-{capex_vnd}{r}".format(r=here, **_LETTER),
            "opex_vnd": above("opex_vnd") + summed(owners, "opex_vnd"),
            "people_gained": summed(proposals, "in_order"),
            "cumulative_people": f"{above('cumulative_people')}{_LETTER['people_gained']}{here}",
        }[name]
    )


def _again(facts: Facts, plans: Mapping[str, list[float]]) -> dict[str, list[float]]:
    """Return what the formulas give."""
    in_order = facts.explanations.set_index("site_id")["people_gained"]
    sites = facts.new_sites[["site_id", "year"]].assign(
        gained=facts.new_sites["site_id"].map(in_order).astype(float)
    )
    found: dict[str, list[float]] = {name: [] for name in _COLUMNS}
    left, opex, reached = (plans["carried_vnd"] or [0.0])[0], 0.0, 0.0
    for row, year in enumerate(plans["year"]):
        built = sites[sites["year"] == year]
        links = facts.links[facts.links["year"] == year]
        length_m = float(links.loc[links["medium"] != _HOP, "length_m"].sum())
        paid = facts.costs_by_owner[facts.costs_by_owner["year"] == year]
        carried, capex = left, float(paid["capex_vnd"].sum())
        left = plans["budget_vnd"][row] + carried - capex
        opex += float(paid["opex_vnd"].sum())
        gained = float(built["gained"].sum())
        reached += gained
        values = (
            year, float(len(built)), float(len(links)), length_m,
            plans["budget_vnd"][row], carried, capex, left, opex, gained, reached,
        )  # fmt: skip
        for name, value in zip(_COLUMNS, values, strict=True):
            found[name].append(value)
    return found


def _differences(
    book: Book,
    sheet: Worksheet,
    columns: list[Column],
    firsts: tuple[int, int, int],
    both: tuple[Mapping[str, list[float]], Mapping[str, list[float]]],
    placed: Mapping[str, Placed],
) -> bool:
    """Write what lies between plan and formulas, what rounding explains, and the verdict."""
    first, second, third = firsts
    plans, again = both
    years = len(plans["year"])
    end = third + years
    whole = True
    sheet.write_string(end, 0, book.word("xlsx_allowed"), book.total("text"))
    for number, name in enumerate(_COLUMNS[1:], 1):
        kind, letter = columns[number].kind, _LETTER[name]
        off = [a - p for a, p in zip(again[name], plans[name], strict=True)]
        for row, value in enumerate(off):
            formula = f"={letter}{second + row + 1}-{letter}{first + row + 1}"
            book.calculate(sheet, third + row, number, formula, value, book.body(kind))
        formula, allowed = _allowed(name, years, placed)
        book.calculate(sheet, end, number, formula, allowed, book.look("metre"))
        whole = whole and all(abs(value) <= allowed for value in off)
    for row in range(years):
        formula, year = f"=$A${_FIRST + row + 1}", plans["year"][row]
        book.calculate(sheet, third + row, 0, formula, year, book.body("year", {"align": "left"}))
    _verdict(book, sheet, end, third, years, whole=whole)
    return whole


def _allowed(name: str, years: int, placed: Mapping[str, Placed]) -> tuple[str, float]:
    """Return what rounding explains of a column, as a formula and its value.

    Each row that is added up, and each year's own figure, is off by half a step at most.
    """
    tables = {
        "length_m": ("links", HALF_STEP),
        "people_gained": ("proposals", HALF_STEP),
        "cumulative_people": ("proposals", HALF_STEP),
        "carried_vnd": ("owners", HALF_VND),
        "capex_vnd": ("owners", HALF_VND),
        "left_vnd": ("owners", HALF_VND),
        "opex_vnd": ("owners", HALF_VND),
    }
    if name not in tables:
        return "=0", 0.0
    table, half = tables[name]
    at = placed[table]
    key = next(iter(at.letters))
    steps = f"ROWS({at.all_of(key)})+{3 * years}"
    return f"={half}*({steps})", half * (at.last - at.first + 1 + 3 * years)


def _verdict(
    book: Book, sheet: Worksheet, end: int, third: int, years: int, *, whole: bool
) -> None:
    """Write whether all differences are within what rounding explains."""
    agrees, differs = book.word("xlsx_agrees"), book.word("xlsx_differs")
    said = book.word("xlsx_matches_plan")
    sheet.write_string(end + 1, 0, said, book.look("text", {"bold": True}))
    last = _LETTER[_COLUMNS[-1]]
    block = f"$B${third + 1}:${last}${third + max(years, 1)}"
    limits = f"$B${end + 1}:${last}${end + 1}"
    formula = f'=IF(SUMPRODUCT(--(ABS({block})>{limits}))=0,"{agrees}","{differs}")'
    value = agrees if whole else differs
    book.calculate(sheet, end + 1, 1, formula, value, book.look("text", {"bold": True}))
