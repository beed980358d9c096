"""Pages on what the plan rests on: risks and prices, next steps, and the data themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan.report.charts.data import commune_name
from infraplan.report.frame import tm3_of, to_tm3
from infraplan.report.pdf.blocks import Block, Page, boxes, paragraphs, steps, table
from infraplan.report.pdf.figures import (
    amount,
    head,
    joined,
    milliards,
    total,
    total_sites,
    whole,
)
from infraplan.results import ORIGINS
from infraplan.wording import (
    Text,
    count,
    decimal,
    money,
    percent,
    phrase,
    plain,
    word_or,
)
from infraplan.wording import height as height_text

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    import pandas as pd

    from infraplan.report.facts import Facts

__all__ = ["data_page", "next_page", "risks_page"]

_ITEMS: Final = 14
_MILLION: Final = 1e6
_NOTES: Final = 12
_VISITS: Final = 24
_SURE: Final = ("measured", "declared")


def risks_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell what could turn out otherwise: prices, data, the model."""
    del pictures
    values = {
        "low": money(amount(facts, "low_vnd")),
        "likely": money(amount(facts, "likely_vnd")),
        "high": money(amount(facts, "high_vnd")),
        "share": percent(amount(facts, "assumed_price_share")),
        "cell": decimal(float(facts.manifest["cell_size_m"]), 0),
        "congested": count(total(facts, "people_congested")),
    }
    built = total_sites(facts) > 0
    columns = [
        (phrase("pdf_risk_prices"), [phrase("pdf_risk_prices_text", values)]),
        (phrase("pdf_risk_data"), [phrase("pdf_risk_data_text", {"basis": facts.data_basis})]),
        (phrase("pdf_risk_model"), [phrase(f"pdf_risk_model_{_model(facts)}", values)]),
    ]
    if not built:
        columns = columns[1:]
    blocks = [boxes(columns, language=language), _prices_table(facts, values, language)]
    blocks += _notes(facts, "pdf_notes_later", language)
    return Page(
        phrase("costs_title" if built else "pdf_risk_title_none", values),
        phrase("pdf_risk_lead" if built else "pdf_risk_lead_none", values),
        blocks,
    )


def _notes(facts: Facts, key: str, language: str) -> list[Block]:
    """Return one half of the study's notes: the first tells of the data, the later of the plan."""
    notes = [Text(str(n["vi"]), str(n["en"])) for n in facts.manifest["notes"]]
    half = (len(notes) + 1) // 2
    chosen = notes[:half] if key == "pdf_notes" else notes[half:]
    if not chosen:
        return []
    told = {"shown": count(min(_NOTES, len(chosen))), "all": count(len(notes))}
    return [
        boxes([(phrase(key, told), [])], language=language),
        paragraphs(chosen[:_NOTES], language=language, small=True),
    ]


def _model(facts: Facts) -> str:
    """Return whether buildings and trees were part of the prediction."""
    return "bare" if facts.manifest.get("clutter_model") == "none" else "covered"


def _prices_table(facts: Facts, values: dict[str, Text], language: str) -> Block:
    """List the dearest items bought once; the others in one row."""
    prices = facts.costs[facts.costs["kind"] == "capex"]
    prices = prices.sort_values(["likely_total_vnd", "item"], ascending=[False, True])
    shown, others = prices.head(_ITEMS), prices.iloc[_ITEMS:]
    rows = [
        [
            word_or(f"cost_{r['item']}", str(r["meaning"])),
            phrase(f"quantity_{r['unit']}", {"quantity": count(whole(r["quantity"]))}),
            _millions(r["likely_vnd"]),
            _span(r["low_vnd"], r["high_vnd"]),
            milliards(whole(r["likely_total_vnd"])),
            word_or(f"origin_{r['origin']}", str(r["origin"])),
            word_or(f"confidence_{r['confidence']}", str(r["confidence"])),
        ]
        for r in shown.to_dict("records")
    ]
    blank = Text("", "")
    if len(others):
        rest = float(others["likely_total_vnd"].astype(float).sum())
        named = phrase("pdf_price_others", {"count": count(len(others))})
        rows.append([named, blank, blank, blank, milliards(rest), blank, blank])
    whole_vnd = float(prices["likely_total_vnd"].astype(float).sum())
    sum_row = [phrase("total"), blank, blank, blank, milliards(whole_vnd), blank, blank]
    return table(
        head(
            "item", "quantity", "pdf_head_likely", "pdf_head_span", "pdf_head_sum", "origin",
            "confidence",
        ),
        rows,
        language=language,
        caption=phrase("pdf_prices_table"),
        words=frozenset({0, 5, 6}),
        widths=[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        total=sum_row,
        note=phrase("pdf_prices_note", values),
        empty=phrase("pdf_prices_empty"),
    )  # fmt: skip


def _millions(value_vnd: object) -> Text:
    """Write a price in a column whose head says millions of VND, without zeros that say nothing."""
    written = decimal(whole(value_vnd) / _MILLION, 3)
    return Text(written.vi.rstrip("0").rstrip(","), written.en.rstrip("0").rstrip("."))


def _span(low_vnd: object, high_vnd: object) -> Text:
    return _millions(low_vnd) + plain(" – ") + _millions(high_vnd)


def next_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell what to do before and after the plan is decided."""
    del pictures
    sites = facts.new_sites
    years = facts.plan_years
    first = years[0] if years else None
    early = sites[sites["year"].notna()] if first is None else sites[sites["year"] == first]
    shared = sites[sites["kind"] == "shared_mast"]
    simulated = facts.origins[facts.origins["origin"] == "simulated"]
    tables = list(dict.fromkeys(simulated["table"]))
    values = {
        "share": percent(amount(facts, "assumed_price_share")),
        "year": plain(first),
        "early": count(len(early)),
        "shared": count(len(shared)),
        "tables": joined([word_or(f"table_{t}", str(t)) for t in tables], ", "),
        "sites": count(len(sites)),
        "budget": money(float(facts.phases["budget_vnd"].iloc[0])) if years else plain(None),
    }
    keys = []
    if tables:
        keys.append("replace")
    keys.append("measure")
    if total_sites(facts):
        keys += ["prices", "visit", "share", "decide"]
    keys.append("repeat")
    items = [(phrase(f"pdf_next_{k}", values), phrase(f"pdf_next_{k}_text", values)) for k in keys]
    title_values = {"count": count(len(items))}
    return Page(
        phrase("pdf_next_title", title_values),
        phrase("pdf_next_lead"),
        [steps(items, language=language), *_visits(facts, early, values, language)],
    )


def _visits(
    facts: Facts, early: pd.DataFrame, values: dict[str, Text], language: str
) -> list[Block]:
    """List the sites of the first year, to take along on the visit."""
    if early.empty:
        return []
    order = {str(s): i for i, s in enumerate(facts.explanations["site_id"])}
    rank = early["site_id"].astype(str).map(order).fillna(len(order))
    first = early.assign(order=rank).sort_values(["order", "site_id"]).head(_VISITS)
    named = dict(zip(facts.communes["code"].astype(str), commune_name(facts.communes), strict=True))
    frame = tm3_of(facts)
    places = to_tm3(first.geometry, frame)
    rows = [
        [
            plain(r["site_id"]),
            phrase(f"kind_{r['kind']}"),
            plain(named.get(str(r["commune_code"]), str(r["commune_code"]))),
            height_text(whole(r["antenna_height_m"])),
            decimal(float(x), 0),
            decimal(float(y), 0),
            count(whole(r["people_gained"])),
        ]
        for r, (x, y) in zip(first.to_dict("records"), places.to_numpy(), strict=True)
    ]
    told = {**values, "shown": count(len(rows))}
    return [
        table(
            head(
                "site", "kind", "commune", "pdf_head_antenna", "pdf_head_north", "pdf_head_east",
                "people_gained",
            ),
            rows,
            language=language,
            caption=phrase("pdf_visits_table", told),
            words=frozenset({0, 1, 2}),
            widths=[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
            note=frame.note,
        )
    ]  # fmt: skip


def data_page(facts: Facts, *, language: str, pictures: AbstractSet[str]) -> Page:
    """Tell where the data come from, how they are known, and which bundle this is."""
    del pictures
    manifest: Any = facts.manifest
    origins = facts.origins
    unsure = origins[~origins["origin"].isin(_SURE)]
    values = {
        "tables": count(len(set(unsure["table"]))),
        "all": count(len(set(origins["table"]))),
        "digest": plain(facts.sha256),
        "version": plain(manifest["infraplan_version"]),
        "cell": decimal(float(manifest["cell_size_m"]), 0),
        "served": decimal(total(facts, "served_dbm"), 0),
        "silent": decimal(total(facts, "no_signal_dbm"), 0),
        "technology": plain(facts.technology),
    }
    rows = [
        [
            word_or(f"table_{s['table']}", str(s["table"])),
            plain(s["file"]),
            plain(s["origin"]),
            plain(s["date"] or None),
            plain(s["licence"]),
            plain(str(s["sha256"])[:12]),
        ]
        for s in manifest["inputs"]
    ]
    inputs = table(
        head("table", "file", "source", "pdf_head_date", "licence", "digest"),
        rows,
        language=language,
        caption=phrase("sources_title"),
        words=frozenset(range(6)),
        widths=[1.0, 1.35, 1.6, 0.0, 0.8, 0.0],
        empty=phrase("table_empty"),
    )
    return Page(
        phrase("pdf_data_title" if len(unsure) else "pdf_data_title_sure", values),
        phrase("pdf_data_lead", {"basis": facts.data_basis}),
        [
            _known_table(origins, language),
            inputs,
            *(
                boxes([(phrase(key), [phrase(f"{key}_text", values)])], language=language)
                for key in ("pdf_data_words", "pdf_data_bundle")
            ),
            *_notes(facts, "pdf_notes", language),
        ],
    )


def _known_table(origins: pd.DataFrame, language: str) -> Block:
    """List how the tables are known, from the least certain origin on."""
    rows = []
    for origin in ORIGINS:
        found = origins[origins["origin"] == origin]
        if found.empty:
            continue
        tables = list(dict.fromkeys(found["table"]))
        named = joined([word_or(f"table_{t}", str(t)) for t in tables], ", ")
        rows.append([word_or(f"origin_{origin}", origin), count(len(found)), named])
    return table(
        head("origin", "pdf_head_columns", "pdf_head_tables"),
        rows,
        language=language,
        caption=phrase("origins_title"),
        words=frozenset({0, 2}),
        widths=[0.0, 0.0, 1.0],
        empty=phrase("basis_sure"),
    )
