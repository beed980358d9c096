"""How do quantity times price add up to the plan's own sum of each price?

Quantities of the bundle are rounded to a tenth and amounts to the đồng; by how much formulas may
differ from the plan for that reason is worked out beside them, and nothing more passes the check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.report.xlsx.columns import titled, translated
from infraplan.report.xlsx.listing import Listing
from infraplan.wording import quoted_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

    from infraplan.report.facts import Facts
    from infraplan.report.xlsx.book import Book
    from infraplan.report.xlsx.listing import Column, Placed

__all__ = [
    "HALF_STEP",
    "HALF_VND",
    "check_columns",
    "checked",
    "priced",
    "prices_of",
    "slack_formula",
]

HALF_STEP: Final = 0.05
"""A quantity is rounded to a tenth, so it is known to this."""

HALF_VND: Final = 0.5
"""An amount is rounded to the đồng, so it is known to this."""

_MEASURED: Final = ("m", "m/year")
"""Units whose quantities are measured, and so rounded; others are counted."""

_BOUNDS: Final = ("low", "likely", "high")


def prices_of(book: Book, facts: Facts, placed: Mapping[str, Placed]) -> Listing:
    """List the prices with their quantity, sum and source.

    Parameters
    ----------
    book, facts
        The workbook, and what the bundle says.
    placed
        Where the sheets will lie, looked up when formulas are written.
    """
    frame = facts.costs.copy()
    frame["item_word"] = translated(book, frame["item"], "cost")
    for column, prefix in (
        ("kind", "xlsx_cost"),
        ("origin", "origin"),
        ("confidence", "confidence"),
    ):
        frame[f"{column}_word"] = translated(book, frame[column], prefix)
    frame["source"] = [book.say(quoted_source(s)) for s in frame["source"].fillna("")]
    counted = facts.bill.groupby("item")["quantity"].sum()
    frame["counted"] = frame["item"].map(counted).astype(float).fillna(0.0)
    for bound in _BOUNDS:
        frame[f"{bound}_sum"] = frame["quantity"] * frame[f"{bound}_vnd"].astype(float)
    frame["off"] = frame["likely_sum"] - frame["likely_total_vnd"].astype(float)
    measured = frame["unit"].isin(_MEASURED).astype(float)
    frame["allowed"] = HALF_STEP * frame["likely_vnd"].astype(float) * measured + HALF_VND
    frame["check"] = checked(book, frame["off"], frame["allowed"])
    basis = book.say(facts.basis_of(("costs",)))
    note = f"{book.word('xlsx_rests_on')}: {basis}. {book.word('xlsx_rounding')}"
    columns = [*_item_columns(book), *_sum_columns(book, placed), *_source_columns(book)]
    return Listing(frame, columns, book.word("xlsx_title_costs"), note, 1)


def checked(book: Book, off: Iterable[float], allowed: Iterable[float]) -> list[str]:
    """Say row by row whether a formula agrees with the plan, in the words of the formula."""
    agrees, differs = book.word("xlsx_agrees"), book.word("xlsx_differs")
    pairs = zip(off, allowed, strict=True)
    return [agrees if abs(o) <= a else differs for o, a in pairs]


def check_columns(
    book: Book,
    here: Callable[[], Placed],
    *,
    ours: str,
    plans: str,
    allowed: Callable[[int], str],
) -> list[Column]:
    """Return the columns that compare a formula with the plan.

    Parameters
    ----------
    book
        The workbook.
    here
        Gives where the table lies.
    ours, plans
        Columns of the formula, and of the plan's own amount.
    allowed
        Makes the formula of what rounding explains, of a row.
    """
    agrees, differs = book.word("xlsx_agrees"), book.word("xlsx_differs")

    def off(row: int) -> str:
        return f"={here().at(ours, row)}-{here().at(plans, row)}"

    def check(row: int) -> str:
        test = f"ABS({here().at('off', row)})<={here().at('allowed', row)}"
        return f'=IF({test},"{agrees}","{differs}")'

    return [
        titled(book, "off", "xlsx_off", "vnd", width=12.0, formula=off),
        titled(book, "allowed", "xlsx_allowed", "vnd", width=12.0, formula=allowed),
        titled(book, "check", "xlsx_check", "text", width=9.0, formula=check),
    ]


def slack_formula(unit: str, price: str) -> str:
    """Return the formula of what a rounded quantity hides; pieces are whole and hide nothing."""
    tests = ",".join(f'{unit}="{one}"' for one in _MEASURED)
    return f"IF(OR({tests}),{HALF_STEP}*{price},0)"


def _item_columns(book: Book) -> list[Column]:
    return [
        titled(book, "item_word", "xlsx_item", "wrap", width=34.0),
        titled(book, "item", "xlsx_item_code", "code", width=19.0, source="item"),
        titled(book, "kind_word", "field_kind", "text", width=12.0),
        titled(book, "kind", "xlsx_field_code_of_kind", "code", width=8.0, source="kind"),
        titled(book, "unit", "xlsx_unit", "text", width=9.0, source="unit"),
        titled(book, "quantity", "xlsx_quantity", "quantity", source="quantity"),
    ]


def _sum_columns(book: Book, placed: Mapping[str, Placed]) -> list[Column]:
    """Return prices, quantity times price, and the comparison with the plan."""

    def counted(row: int) -> str:
        bill, item = placed["bill"], placed["costs"].at("item", row)
        return f"=SUMIFS({bill.all_of('quantity')},{bill.all_of('item')},{item})"

    def times(bound: str) -> Callable[[int], str]:
        def formula(row: int) -> str:
            here = placed["costs"]
            return f"={here.at('quantity', row)}*{here.at(f'{bound}_vnd', row)}"

        return formula

    def allowed(row: int) -> str:
        here = placed["costs"]
        return f"={slack_formula(here.at('unit', row), here.at('likely_vnd', row))}+{HALF_VND}"

    prices = [
        titled(book, f"{b}_vnd", f"xlsx_price_{b}", "vnd", width=13.0, source=f"{b}_vnd")
        for b in _BOUNDS
    ]
    sums = [
        titled(book, f"{b}_sum", f"xlsx_sum_{b}", "vnd", width=16.0, formula=times(b))
        for b in _BOUNDS
    ]
    total = "likely_total_vnd"
    return [
        titled(book, "counted", "xlsx_counted", "quantity", formula=counted),
        *prices,
        *sums,
        titled(book, total, "xlsx_plan_says", "vnd", width=16.0, source=total),
        *check_columns(
            book, lambda: placed["costs"], ours="likely_sum", plans=total, allowed=allowed
        ),
    ]


def _source_columns(book: Book) -> list[Column]:
    return [
        titled(book, "origin_word", "xlsx_origin", "text", width=12.0, source="origin"),
        titled(book, "confidence_word", "confidence", "text", width=12.0, source="confidence"),
        titled(book, "year", "field_year", "year", width=7.0, source="year"),
        titled(book, "source", "xlsx_source", "wrap", width=44.0, source="source"),
    ]


def priced(facts: Facts) -> pd.DataFrame:
    """Return the bill with the kind and price of each item, its amount, and what rounding hides.

    Returns
    -------
    pandas.DataFrame
        Columns of the bill, and kind, unit, price, amount and slack in VND.
    """
    known = facts.costs.set_index("item")
    frame = facts.bill.copy()
    frame["kind"] = frame["item"].map(known["kind"])
    frame["price"] = frame["item"].map(known["likely_vnd"].astype(float)).astype(float)
    frame["amount"] = frame["quantity"] * frame["price"]
    frame["unit"] = frame["item"].map(known["unit"])
    frame["slack"] = HALF_STEP * frame["price"] * frame["unit"].isin(_MEASURED).astype(float)
    return frame
