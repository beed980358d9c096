"""Where do province, districts and communes stand against their targets, and how do they rank?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan import catalog
from infraplan.report.xlsx.columns import titled, translated
from infraplan.report.xlsx.listing import Listing
from infraplan.wording import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from infraplan.report.facts import Facts
    from infraplan.report.xlsx.book import Book
    from infraplan.report.xlsx.listing import Column, Placed

__all__ = ["indicators_of", "ranking_of"]

_PERCENT: Final = 100.0
_SHARE: Final = "_share"


def indicators_of(book: Book, facts: Facts) -> Listing:
    """List every indicator of every place and year, with target, gap and what would close it."""
    frame = facts.indicators.copy()
    for column in ("level", "state", "value_origin"):
        prefix = "origin" if column == "value_origin" else f"xlsx_{column}"
        frame[f"{column}_word"] = translated(book, frame[column], prefix)
    title, closes = f"title_{book.language}", f"closes_{book.language}"
    columns = [
        titled(book, "level_word", "xlsx_level", "text", width=12.0, source=""),
        titled(book, "code", "xlsx_place_code", "text", width=15.0, source="code"),
        titled(book, "name", "xlsx_place", "text", width=22.0, source="name"),
        titled(book, title, "xlsx_indicator", "wrap", width=38.0, source=title),
        titled(book, "indicator", "xlsx_item_code", "code", width=18.0, source="indicator"),
        titled(book, "year", "field_year", "year", width=7.0, source="year"),
        titled(book, "state_word", "xlsx_state", "text", width=15.0),
        titled(book, "state", "xlsx_field_code_of_kind", "code", width=9.0, source="state"),
        titled(book, "value_share", "xlsx_value", "share", source="value_share"),
        titled(book, "reached", "xlsx_reached", "count", source="reached"),
        titled(book, "of", "xlsx_of", "count", source="of"),
        titled(book, "target_share", "xlsx_target", "share", source="target_share"),
        titled(book, "target_year", "xlsx_target_year", "year", width=7.0, source="target_year"),
        titled(book, "gap_share", "xlsx_gap_share", "share", source="gap_share"),
        titled(book, "trend_share_per_year", "xlsx_trend", "share", source="trend_share_per_year"),
        titled(book, "closing_vnd", "xlsx_closing", "vnd", width=16.0, source="closing_vnd"),
        titled(book, closes, "xlsx_closes", "wrap", width=50.0, source=closes),
        titled(book, "value_origin_word", "xlsx_origin", "text", source="value_origin"),
        titled(book, "source", "xlsx_source", "wrap", width=40.0, source="source"),
    ]
    note = f"{book.word('xlsx_rests_on')}: {book.say(facts.data_basis)}"
    return Listing(frame, columns, book.word("xlsx_title_indicators"), note, 3)


def ranking_of(book: Book, facts: Facts, placed: Mapping[str, Placed]) -> Listing:
    """List the communes by score; a formula makes each score anew from weights and components."""
    frame = facts.ranking.copy()
    components = [c for c in frame.columns if c.endswith(_SHARE) and c != "known_weight_share"]
    weights = _weights(components)
    frame["again"] = _scores(frame, weights)

    def again(row: int) -> str:
        here = placed["ranking"]
        letters = [here.letters[c] for c in components]
        values = f"${letters[0]}{row}:${letters[-1]}{row}"
        above = f"${letters[0]}$3:${letters[-1]}$3"
        known = f'SUMIF({values},">=0",{above})'
        return f'=IF({known}=0,"",100*SUMPRODUCT({above},{values})/{known})'

    columns = [
        titled(book, "rank", "xlsx_rank", "whole", width=7.0, source="rank"),
        titled(book, "code", "field_code", "text", width=8.0, source="code"),
        titled(book, "name", "field_name", "text", width=22.0, source="name"),
        titled(
            book, "old_district", "xlsx_old_district", "text", width=18.0, source="old_district"
        ),
        titled(book, "score", "xlsx_score", "level", source="score"),
        *(
            [titled(book, "again", "xlsx_score_again", "level", formula=again)]
            if components
            else []
        ),
        titled(book, "rank_best", "xlsx_rank_best", "whole", source="rank_best"),
        titled(book, "rank_worst", "xlsx_rank_worst", "whole", source="rank_worst"),
        titled(
            book, "known_weight_share", "xlsx_known_weight", "share", source="known_weight_share"
        ),
        *_component_columns(book, components, weights),
    ]
    shown = [c for c in columns if c.key in frame]
    return Listing(frame, shown, book.word("xlsx_title_ranking"), book.word("xlsx_ranking_note"), 3)


def _component_columns(
    book: Book, components: list[str], weights: Mapping[str, float]
) -> list[Column]:
    """Return the columns of the components; the weight of each stands above it."""
    rows = catalog.table("ranking_weights").set_index("component")
    columns = []
    for name in components:
        component = name.removesuffix(_SHARE)
        known = component in rows.index
        row = rows.loc[component] if known else None
        title = (
            component if row is None else book.say(Text(str(row["title_vi"]), str(row["title_en"])))
        )
        columns.append(
            titled(book, name, "xlsx_unit", "share", width=14.0, source=name).called(
                title, above=weights[name]
            )
        )
    return columns


def _weights(components: list[str]) -> dict[str, float]:
    """Return the published weight of each component's column; 0 where there is none."""
    rows = catalog.table("ranking_weights").set_index("component")["weight_share"]
    return {c: float(rows.get(c.removesuffix(_SHARE), 0.0)) for c in components}


def _scores(frame: pd.DataFrame, weights: Mapping[str, float]) -> list[float | None]:
    """Return what the formula gives: the weighted mean of what is known, times 100."""
    scores: list[float | None] = []
    for row in frame[list(weights)].astype(float).to_dict("records"):
        known = {name: float(v) for name, v in row.items() if v == v}  # noqa: PLR0124 - not NaN
        total = sum(weights[str(name)] for name in known)
        reached = sum(weights[str(name)] * value for name, value in known.items())
        scores.append(_PERCENT * reached / total if total else None)
    return scores
