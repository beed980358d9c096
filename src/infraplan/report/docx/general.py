"""What does Annex I say: legal basis, scope, how to read the tables, what the data rests on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan import catalog
from infraplan.report.docx.blocks import Align, Annex, Block, Heading, Prose, Table
from infraplan.report.docx.columns import (
    capital,
    column,
    confidence,
    number,
    numbered,
    origin,
    records,
    share,
)
from infraplan.wording import (
    Text,
    area,
    count,
    decimal,
    length,
    money,
    phrase,
    plain,
    word_or,
    years,
)

if TYPE_CHECKING:
    from infraplan.report.facts import Facts
    from infraplan.report.frame import Frame

__all__ = ["annex"]

_ITEM: Final = "ListItem"


def annex(facts: Facts, frame: Frame) -> Annex:
    """Return Annex I."""
    blocks: list[Block] = [
        *(_legal_basis(facts) if frame.is_vn2000 else ()),
        *_scope(facts),
        *_how_to_read(facts, frame),
        *_identity(facts),
        *_data_basis(facts),
    ]
    return Annex(phrase("docx_title_general"), blocks)


def _legal_basis(facts: Facts) -> list[Block]:
    """List the rules that the catalogue knows for this place, each with how sure it is."""
    table = catalog.table("legal_basis")
    here = set(facts.communes["parent_code"]) if "parent_code" in facts.communes else set()
    provinces = {str(code) for code in here}
    rows = [
        [
            Text(r["title_vi"], r["title_en"]),
            Text(r["about_vi"], r["about_en"]),
            confidence(r["confidence"]),
        ]
        for r in records(table)
        if not r["province_code"] or r["province_code"] in provinces
    ]
    columns = [
        column("number", 10, Align.CENTRE),
        column("rule", 55),
        column("about", 75),
        column("confidence", 25, Align.CENTRE),
    ]
    return [
        Heading(phrase("docx_part_legal")),
        Table(
            phrase("docx_caption_legal"),
            columns,
            numbered(rows),
            notes=[phrase("docx_note_legal")],
        ),
    ]


def _scope(facts: Facts) -> list[Block]:
    totals, plan = facts.manifest["totals"], facts.manifest["plan_totals"]
    planned = facts.plan_years
    span = years(planned[0], planned[-1]) if planned else years(None, None)
    place = {
        "study": facts.study_title,
        "communes": count(number(totals["communes"])),
        "villages": count(number(totals["villages"])),
        "people": count(number(totals["people"])),
        "area": area(number(totals["area_m2"])),
        "technology": plain(facts.technology),
        "years": span,
    }
    proposals = {
        "new": count(number(plan["new_masts"])),
        "shared": count(number(plan["shared_masts"])),
        "fibre": length(number(plan["length_m"])),
        "hops": count(number(plan["hops"])),
        "cost": money(number(plan["capex_vnd"])),
        "people": count(number(plan["people_gained"])),
    }
    return [
        Heading(phrase("docx_part_scope")),
        Prose(phrase("docx_scope", place)),
        Prose(phrase("docx_scope_plan", proposals)),
    ]


def _how_to_read(facts: Facts, frame: Frame) -> list[Block]:
    totals = facts.manifest["totals"]
    levels = {
        "technology": plain(facts.technology),
        "served": decimal(number(totals["served_dbm"]), 0),
        "lost": decimal(number(totals["no_signal_dbm"]), 0),
    }
    classes = catalog.table("mast_classes").drop_duplicates("mast_class")
    said = [
        phrase("docx_read_spots", levels),
        phrase("docx_read_people"),
        phrase("docx_read_money"),
        frame.note,
        phrase("docx_read_axes" if frame.is_vn2000 else "docx_read_axes_own"),
        phrase("docx_read_height", {"height": count(catalog.rule("obstacle_height_m"))}),
    ]
    rows = [
        [
            plain(r["mast_class"]),
            capital(Text(_before_comma(r["name_vi"]), _before_comma(r["name_en"]))),
        ]
        for r in records(classes)
    ]
    columns = [column("class", 25, Align.CENTRE), column("meaning", 140)]
    return [
        Heading(phrase("docx_part_read")),
        *(Prose(text, _ITEM) for text in said),
        Table(phrase("docx_caption_classes"), columns, rows),
    ]


def _before_comma(name: str) -> str:
    """Leave out the kind of area, for which the catalogue has rows of their own."""
    head, _, tail = name.partition(", ")
    in_towns = tail in {"đô thị", "nông thôn", "in towns", "in the country"}
    return head if in_towns else name


def _data_basis(facts: Facts) -> list[Block]:
    """Say what the data rests on: in a sentence, by table, and in the study's own notes."""
    origins = facts.origins
    named = [_column_name(name) for name in origins["column"]]
    told = origins.assign(vi=[n.vi for n in named], en=[n.en for n in named])
    agreeing = told.groupby(["table", "origin", "share"], sort=False)[["vi", "en"]]
    rows = [
        [
            capital(word_or(f"table_{r['table']}", str(r["table"]))),
            Text(r["vi"], r["en"]),
            capital(origin(r["origin"])),
            share(r["share"]),
        ]
        for r in records(agreeing.agg(", ".join).reset_index())
    ]
    columns = [
        column("table", 40),
        column("columns", 70),
        column("origin", 30),
        column("share", 25, Align.RIGHT),
    ]
    key = "docx_basis_sure" if facts.basis_mark is None else "docx_basis"
    notes = [Text(str(n["vi"]), str(n["en"])) for n in facts.manifest["notes"]]
    return [
        Heading(phrase("docx_part_basis")),
        Prose(phrase(key, {"basis": facts.data_basis})),
        Table(phrase("docx_caption_origins"), columns, rows),
        Prose(phrase("docx_notes")),
        *(Prose(note, "StudyNote") for note in notes),
    ]


def _column_name(name: str) -> Text:
    """Name a column in people's words, where the catalogue has any."""
    keys = (f"docx_column_{name}", f"field_{name}")
    known = next((key for key in keys if key in catalog.phrases()), None)
    return plain(name) if known is None else _small(phrase(known))


def _small(text: Text) -> Text:
    """Begin with a small letter, for the middle of a list; abbreviations stay as they are."""
    vi, en = (
        said if said[1:2].isupper() else said[:1].lower() + said[1:] for said in (text.vi, text.en)
    )
    return Text(vi, en)


def _identity(facts: Facts) -> list[Block]:
    version = plain(facts.manifest["infraplan_version"])
    return [
        Heading(phrase("docx_part_identity")),
        Prose(phrase("docx_identity", {"version": version, "study": plain(facts.study_id)})),
        Prose(phrase("docx_identity_digest", {"digest": plain(facts.sha256)}), _ITEM),
    ]
