"""Pages on what is missing: who is left out, by operator and technology, and in which gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.report.charts.bars import shares_by_operator
from infraplan.report.charts.data import operator_name, people_served, unserved_by_commune
from infraplan.report.pdf.blocks import Bar, Block, Page, chart, table
from infraplan.report.pdf.figures import head, in_sentence, map_of, total, whole
from infraplan.results import ANY_OPERATOR
from infraplan.wording import area, count, decimal, percent, phrase, plain, word_or

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    import pandas as pd

    from infraplan.report.facts import Facts
    from infraplan.wording import Text

__all__ = ["gaps_page", "left_out_page", "operators_page"]

_WORST: Final = 10
_LARGEST: Final = 8
_KINDS: Final = ("white", "weak", "single_operator", "congested")
_UNSERVED: Final = ("white", "weak")
_LEAST_PEOPLE: Final = 0.5


def left_out_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell how many people have no service, and in which communes they live."""
    unserved, people = total(facts, "people_unserved"), total(facts, "people")
    communes = unserved_by_commune(facts)
    values = {
        "technology": plain(facts.technology),
        "unserved": count(unserved),
        "served": percent(total(facts, "people_served") / people if people else float("nan")),
        "people": count(people),
        "villages": count(total(facts, "villages")),
        "without": count(total(facts, "villages_without_signal")),
        "weak": count(total(facts, "villages_weak")),
        "level": decimal(total(facts, "served_dbm"), 0),
        "shown": count(min(_WORST, len(communes))),
        "communes": count(len(facts.communes)),
    }
    if len(communes):
        first = communes.iloc[0]
        values |= {
            "commune": in_sentence(str(first["name"])),
            "share": percent(float(first["share"])),
        }
    everyone = not unserved >= _LEAST_PEOPLE or communes.empty
    title = phrase("pdf_left_title_none" if everyone else "pdf_left_title", values)
    return Page(
        title,
        phrase("pdf_left_lead", values),
        [
            map_of(facts, "communes", pictures, language),
            _worst_table(facts, communes, values, language),
        ],
    )


def _worst_table(
    facts: Facts, communes: pd.DataFrame, values: dict[str, Text], language: str
) -> Block:
    villages = facts.villages
    served = villages[f"rsrp_dbm_{ANY_OPERATOR}"].astype(float) >= total(facts, "served_dbm")
    below = villages[~served]["commune_code"].astype(str).value_counts()
    rows: list[list[Text | Bar]] = [
        [
            plain(r["name"]),
            Bar(percent(r["share"]), r["share"]),
            phrase("x_of_y", {"x": count(r["people_served"]), "y": count(r["people"])}),
            count(r["people_unserved"]),
            count(int(below.get(r["code"], 0))),
        ]
        for r in communes.head(_WORST).to_dict("records")
    ]
    keys = ("commune", "share_served", "people_served", "people_unserved", "villages_below")
    return table(
        head(*keys),
        rows,
        language=language,
        caption=phrase("pdf_left_table", values),
        empty=phrase("table_empty"),
        note=phrase("pdf_left_note", values),
    )


def operators_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell how far each operator and each technology reaches."""
    del pictures
    values = {
        "technology": plain(facts.technology),
        "single": count(total(facts, "people_with_one_operator")),
        "congested": count(total(facts, "people_congested")),
        "year": plain(facts.base_year),
    }
    shares = shares_by_operator(facts)
    single = shares[shares["operator"] != ANY_OPERATOR]
    title = phrase("pdf_operators_title_none", values)
    if len(single):
        most = single.iloc[0]
        values["most"] = operator_name(str(most["operator"]))
        values["share"] = percent(float(most["first_share"]))
        shared = total(facts, "people_with_one_operator") >= _LEAST_PEOPLE
        title = phrase("pdf_operators_title" if shared else "pdf_operators_title_most", values)
    blocks = [
        chart("operators", phrase("pdf_alt_operators", values), language=language),
        _technologies_table(facts, values, language),
    ]
    if "indoors" in facts.manifest.get("environments", ()):
        blocks.append(_indoors_table(facts, values, language))
    return Page(title, phrase("pdf_operators_lead", values), blocks)


def _technologies_table(facts: Facts, values: dict[str, Text], language: str) -> Block:
    caption = phrase("pdf_technologies_table", values)
    return _shares_table(facts, people_served(facts), caption, language)


def _indoors_table(facts: Facts, values: dict[str, Text], language: str) -> Block:
    indoors = people_served(facts, environment="indoors")
    return _shares_table(facts, indoors, phrase("pdf_indoors_table", values), language)


def _shares_table(facts: Facts, served: pd.DataFrame, caption: Text, language: str) -> Block:
    """Return shares of people by operator (rows) and technology (columns), in the base year."""
    now = served[served["year"] == facts.base_year]
    shares = {
        (str(r["operator"]), str(r["technology"])): whole(r["people_served_share"])
        for r in now.to_dict("records")
    }
    technologies = [t for t in facts.manifest["technologies"] if (ANY_OPERATOR, t) in shares]
    operators = list(shares_by_operator(facts)["operator"]) if technologies else []
    rows: list[list[Text | Bar]] = []
    for operator in operators:
        name = phrase("charts_any") if operator == ANY_OPERATOR else operator_name(operator)
        found = [shares.get((operator, t), float("nan")) for t in technologies]
        rows.append([name, *(Bar(percent(s), s) for s in found)])
    return table(
        [phrase("operator"), *(plain(t) for t in technologies)],
        rows,
        language=language,
        caption=caption,
        widths=[1.2] + [1.0] * len(technologies),
        empty=phrase("table_empty"),
    )


def gaps_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell where the gaps are, of which kinds, and which hold most people."""
    values = {
        "white": count(total(facts, "white_spots")),
        "weak": count(total(facts, "weak_spots")),
        "people": count(total(facts, "people_in_gaps")),
        "unserved": count(total(facts, "people_unserved")),
    }
    unserved = facts.gaps[facts.gaps["kind"].isin(_UNSERVED)]
    largest = unserved.sort_values(["people", "gap_id"], ascending=[False, True]).head(_LARGEST)
    values |= {
        "shown": count(len(largest)),
        "most": count(float(largest["people"].astype(float).sum())),
    }
    title = phrase("pdf_gaps_title" if len(unserved) else "pdf_gaps_title_none", values)
    return Page(
        title,
        phrase("pdf_gaps_lead", values),
        [
            map_of(facts, "gaps", pictures, language),
            _kinds_table(facts, language),
            _largest_table(largest, values, language),
        ],
    )


def _kinds_table(facts: Facts, language: str) -> Block:
    rows = []
    for kind in _KINDS:
        spots = facts.gaps[facts.gaps["kind"] == kind]
        rows.append(
            [
                phrase(f"pdf_kind_{kind}"),
                count(len(spots)),
                count(float(spots["people"].astype(float).sum())),
                phrase(f"pdf_means_{kind}"),
            ]
        )
    return table(
        head("kind", "gap_spots", "people", "pdf_head_means"),
        rows,
        language=language,
        caption=phrase("pdf_kinds_table"),
        words=frozenset({0, 3}),
        widths=[0.0, 0.0, 0.0, 1.0],
        note=phrase("pdf_kinds_note"),
    )


def _largest_table(largest: pd.DataFrame, values: dict[str, Text], language: str) -> Block:
    rows = [
        [
            plain(r["gap_id"]),
            word_or(f"gap_{r['kind']}", str(r["kind"])),
            plain(r["commune_name"]),
            count(whole(r["people"])),
            count(whole(r["villages"])),
            area(whole(r["area_m2"])),
        ]
        for r in largest.to_dict("records")
    ]
    return table(
        head("gap", "kind", "commune", "people", "pdf_head_villages", "area"),
        rows,
        language=language,
        caption=phrase("pdf_largest_table", values),
        words=frozenset({0, 1, 2}),
        widths=[0.0, 0.0, 1.0, 0.0, 0.0, 0.0],
        empty=phrase("pdf_gaps_empty"),
    )
