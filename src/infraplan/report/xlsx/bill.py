"""What is each site and link made of, and does its bill add up to what the plan says it costs?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.report.xlsx.columns import titled, translated
from infraplan.report.xlsx.costs import HALF_VND, check_columns, checked, priced, slack_formula
from infraplan.report.xlsx.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from infraplan.report.facts import Facts
    from infraplan.report.xlsx.book import Book
    from infraplan.report.xlsx.listing import Column, Placed

__all__ = ["bill_of", "owners_of"]


def bill_of(book: Book, facts: Facts, placed: Mapping[str, Placed]) -> Listing:
    """List what each site and link is made of; each price is looked up on the sheet of prices."""
    frame = priced(facts)
    frame["item_word"] = translated(book, frame["item"], "cost")

    def looked_up(column: str) -> Callable[[int], str]:
        def formula(row: int) -> str:
            costs, item = placed["costs"], placed["bill"].at("item", row)
            return f"=INDEX({costs.all_of(column)},MATCH({item},{costs.all_of('item')},0))"

        return formula

    def amount(row: int) -> str:
        here = placed["bill"]
        return f"={here.at('quantity', row)}*{here.at('price', row)}"

    def slack(row: int) -> str:
        here = placed["bill"]
        return f"={slack_formula(here.at('unit', row), here.at('price', row))}"

    columns = [
        titled(book, "owner_id", "xlsx_owner", "text", width=14.0, source="owner_id"),
        titled(book, "item_word", "xlsx_item", "text", width=40.0),
        titled(book, "item", "xlsx_item_code", "code", width=20.0, source="item"),
        titled(
            book, "kind", "xlsx_field_code_of_kind", "code", width=8.0, formula=looked_up("kind")
        ),
        titled(book, "unit", "xlsx_unit", "text", width=9.0, formula=looked_up("unit")),
        titled(book, "quantity", "xlsx_quantity", "quantity", source="quantity"),
        titled(
            book, "price", "xlsx_price_likely", "vnd", width=14.0, formula=looked_up("likely_vnd")
        ),
        titled(book, "amount", "xlsx_amount", "vnd", width=16.0, formula=amount),
        titled(book, "slack", "xlsx_allowed", "vnd", width=12.0, formula=slack),
    ]
    return Listing(frame, columns, book.word("xlsx_title_bill"), book.word("xlsx_rounding"), 1)


def owners_of(book: Book, facts: Facts, placed: Mapping[str, Placed]) -> Listing:
    """List what each site and link costs, beside the sum of its bill."""
    frame = _with_sums(facts)
    frame["part_word"] = translated(book, frame["part"], "xlsx_part")
    frame["check"] = checked(book, frame["off"], frame["allowed"])

    def of_bill(column: str, kind: str, row: int) -> str:
        bill, owner = placed["bill"], placed["owners"].at("owner_id", row)
        where = f'{bill.all_of("owner_id")},{owner},{bill.all_of("kind")},"{kind}"'
        return f"SUMIFS({bill.all_of(column)},{where})"

    def vnd(key: str) -> Column:
        total = key in ("capex_vnd", "opex_vnd")
        word = f"xlsx_{key.removesuffix('_vnd')}"
        return titled(book, key, word, "vnd", width=16.0, source=key, total=total)

    columns = [
        titled(book, "owner_id", "xlsx_owner", "text", width=14.0, source="owner_id"),
        titled(book, "part_word", "field_kind", "text", width=14.0),
        titled(book, "part", "xlsx_field_code_of_kind", "code", width=8.0, source="part"),
        titled(book, "year", "field_year", "year", width=7.0, source="year"),
        vnd("capex_low_vnd"),
        vnd("capex_vnd"),
        vnd("capex_high_vnd"),
        titled(
            book,
            "capex_sum",
            "xlsx_capex_sum",
            "vnd",
            width=16.0,
            total=True,
            formula=lambda row: f"={of_bill('amount', 'capex', row)}",
        ),
        *check_columns(
            book,
            lambda: placed["owners"],
            ours="capex_sum",
            plans="capex_vnd",
            allowed=lambda row: f"={of_bill('slack', 'capex', row)}+{HALF_VND}",
        ),
        vnd("opex_vnd"),
    ]
    return Listing(frame, columns, book.word("xlsx_title_owners"), book.word("xlsx_rounding"), 1)


def _with_sums(facts: Facts) -> pd.DataFrame:
    """Return the costs of each site and link with the sum of its bill."""
    frame, bought = facts.costs_by_owner.copy(), priced(facts)
    bought = bought[bought["kind"] == "capex"]
    for column, source in (("capex_sum", "amount"), ("allowed", "slack")):
        sums = bought.groupby("owner_id")[source].sum()
        frame[column] = frame["owner_id"].map(sums).astype(float).fillna(0.0)
    frame["allowed"] += HALF_VND
    frame["off"] = frame["capex_sum"] - frame["capex_vnd"].astype(float)
    return frame
