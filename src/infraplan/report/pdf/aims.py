"""The page on targets: which indicators are furthest away, and which communes lead and trail."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from infraplan.indicators import furthest
from infraplan.report.charts.data import commune_name
from infraplan.report.pdf.blocks import Bar, Block, Page, boxes, table
from infraplan.report.pdf.figures import head, whole
from infraplan.wording import Text, count, decimal, money, percent, phrase, plain, word_or

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from collections.abc import Set as AbstractSet

    import pandas as pd

    from infraplan.report.facts import Facts

__all__ = ["aims_page"]

_FURTHEST: Final = 5
_EXTREMES: Final = 5
_OTHERS: Final = 18


def aims_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell which targets are furthest away, and how the communes rank."""
    del pictures
    table_ = facts.indicators
    province = table_[table_["level"] == "province"] if len(table_) else table_
    if len(province) == 0:
        lead = phrase("pdf_aims_none")
        return Page(phrase("pdf_aims_title_none"), lead, _ranking(facts, language))
    found = furthest(table_, count=_FURTHEST, level="province")
    rows: list[dict[Hashable, Any]] = found.to_dict("records")
    values = {
        "shown": count(len(rows)),
        "known": count(int((province["state"] == "current").sum())),
        "unknown": count(int((province["state"] == "unknown").sum())),
    }
    reached = bool((province["gap_share"].astype(float) == 0).any())
    title = phrase("pdf_aims_title_reached" if reached else "pdf_aims_title_none", values)
    if rows:
        first = rows[0]
        values |= {
            "indicator": _title(first),
            "gap": decimal(whole(first["gap_share"]) * 100, 1),
        }
        title = phrase("pdf_aims_title", values)
    blocks = [
        _furthest_table(rows, values, language),
        *_others(province, found, language),
        *_ranking(facts, language),
    ]
    return Page(title, phrase("pdf_aims_lead", values), blocks)


def _furthest_table(
    rows: list[dict[Hashable, Any]], values: dict[str, Text], language: str
) -> Block:
    told: list[list[Text | Bar]] = []
    for row in rows:
        value = whole(row["value_share"])
        told.append(
            [
                _title(row),
                Bar(percent(value), value),
                percent(whole(row["target_share"])),
                _due(row["target_year"]),
                decimal(whole(row["gap_share"]) * 100, 1),
                word_or(f"origin_{row['value_origin']}", str(row["value_origin"])),
                _closing(row),
            ]
        )
    return table(
        head(
            "pdf_head_indicator", "pdf_head_value", "pdf_head_target", "pdf_head_by",
            "pdf_head_gap", "origin", "pdf_head_closes",
        ),
        told,
        language=language,
        caption=phrase("pdf_aims_table", values),
        words=frozenset({0, 5, 6}),
        widths=[1.2, 0.0, 0.0, 0.0, 0.0, 0.0, 1.5],
        empty=phrase("pdf_aims_reached"),
        note=phrase("pdf_aims_note"),
    )  # fmt: skip


def _others(province: pd.DataFrame, told: pd.DataFrame, language: str) -> list[Block]:
    """List what else is known of the province, with or without a target."""
    known = province[province["state"] == "current"]
    rest = known[~known["indicator"].isin(told["indicator"])]
    rows: list[list[Text | Bar]] = [
        [
            _title(row),
            Bar(percent(whole(row["value_share"])), whole(row["value_share"])),
            percent(whole(row["target_share"])),
            _due(row["year"]),
            word_or(f"origin_{row['value_origin']}", str(row["value_origin"])),
        ]
        for row in rest.head(_OTHERS).to_dict("records")
    ]
    if not rows:
        return []
    values = {"shown": count(len(rows)), "all": count(len(rest))}
    heads = head("pdf_head_indicator", "pdf_head_value", "pdf_head_target", "pdf_head_of", "origin")
    caption = phrase("pdf_others_table", values)
    return [table(heads, rows, language=language, caption=caption, words=frozenset({0, 4}))]


def _due(year: object) -> Text:
    """Write the year of a target; many have none."""
    value = whole(year)
    return plain(None if math.isnan(value) else int(value))


def _title(row: Mapping[Hashable, Any]) -> Text:
    return Text(str(row["title_vi"]), str(row["title_en"]))


def _closing(row: Mapping[Hashable, Any]) -> Text:
    """Say what would close a gap, as the table does; else what the plan's sites for it cost."""
    said = [row.get("closes_vi"), row.get("closes_en")]
    if all(isinstance(each, str) and each for each in said):
        return Text(str(said[0]), str(said[1]))
    cost = whole(row.get("closing_vnd"))
    return money(cost) if cost > 0 else plain(None)


def _ranking(facts: Facts, language: str) -> list[Block]:
    """List the first and the last communes of the ranking, with what other weights would do."""
    ranking = facts.ranking
    if ranking.empty:
        return []
    communes = facts.communes
    full = dict(zip(communes["code"].astype(str), commune_name(communes), strict=True))
    named = ranking["code"].astype(str).map(full).fillna(ranking["name"])
    ordered = ranking.assign(name=named).sort_values(["rank", "code"], kind="stable")
    if len(ordered) <= 2 * _EXTREMES:
        parts = [("pdf_ranking_all", ordered)]
    else:
        parts = [
            ("pdf_ranking_first", ordered.head(_EXTREMES)),
            ("pdf_ranking_last", ordered.tail(_EXTREMES)),
        ]
    values = {
        "communes": count(len(ordered)),
        "shown": count(_EXTREMES),
        "known": percent(float(ranking["known_weight_share"].astype(float).median())),
    }
    listed = [_ranking_table(key, rows, values, language) for key, rows in parts]
    note = boxes(
        [(phrase("pdf_ranking_head"), [phrase("pdf_ranking_note", values)])], language=language
    )
    return [note, *listed]


def _ranking_table(key: str, rows: pd.DataFrame, values: dict[str, Text], language: str) -> Block:
    told: list[list[Text | Bar]] = [
        [
            count(whole(r["rank"])),
            plain(r["name"]),
            Bar(decimal(whole(r["score"]), 1), whole(r["score"]) / 100),
            phrase(
                "pdf_rank_span",
                {"best": count(whole(r["rank_best"])), "worst": count(whole(r["rank_worst"]))},
            ),
        ]
        for r in rows.to_dict("records")
    ]
    return table(
        head("pdf_head_rank", "commune", "pdf_head_score", "pdf_head_rank_span"),
        told,
        language=language,
        caption=phrase(key, values),
        words=frozenset({1}),
        widths=[0.0, 1.0, 0.0, 0.0],
    )
