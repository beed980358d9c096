"""What does Annex II say: which masts, of which class, where, whose, when, at what cost?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan import catalog
from infraplan.report.docx.blocks import BLANK, Align, Annex, Heading, Table
from infraplan.report.docx.columns import (
    column,
    commune_names,
    metres,
    millions,
    number,
    numbered,
    operator_names,
    plane_columns,
    plane_texts,
    records,
    year,
)
from infraplan.wording import Text, count, decimal, phrase, plain, quoted_source, word_or

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.report.facts import Facts
    from infraplan.report.frame import Frame

__all__ = ["annex"]

_ON_ROOF: Final = frozenset({"A1a", "A2a"})
_WARNED: Final = Text(" (*)", " (*)")
_DEGREE_DIGITS: Final = 6


def annex(facts: Facts, frame: Frame) -> Annex:
    """Return Annex II."""
    sites = _by_commune(facts.new_sites)
    return Annex(
        phrase("docx_title_masts"),
        [
            Heading(phrase("docx_part_masts_years")),
            _years_table(sites),
            Heading(phrase("docx_part_masts")),
            _masts_table(sites, facts, frame),
        ],
        landscape=True,
    )


def _by_commune(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the sites by commune, then year, then identifier."""
    return sites.sort_values(["commune_code", "year", "site_id"], na_position="last")


def _years_table(sites: gpd.GeoDataFrame) -> Table:
    """Count the sites of each year by kind and class."""
    groups = sites.groupby(["year", "kind", "mast_class"], dropna=False, sort=True)
    sums = groups.agg(
        sites=("site_id", "size"), capex_vnd=("capex_vnd", "sum"), people=("people_gained", "sum")
    )
    rows = [
        [
            year(r["year"]),
            _kind(r["kind"]),
            plain(r["mast_class"]),
            count(r["sites"]),
            millions(r["capex_vnd"]),
            count(r["people"]),
        ]
        for r in records(sums.reset_index())
    ]
    total = [
        phrase("total"),
        BLANK,
        BLANK,
        count(len(sites)),
        millions(sites["capex_vnd"].sum()),
        count(sites["people_gained"].sum()),
    ]
    columns = [
        column("year", 30, Align.CENTRE),
        column("kind", 60),
        column("class", 40, Align.CENTRE),
        column("sites", 35, Align.RIGHT),
        column("cost", 45, Align.RIGHT),
        column("people_gained", 42, Align.RIGHT),
    ]
    return Table(phrase("docx_caption_masts_years"), columns, rows, total if rows else None)


def _masts_table(sites: gpd.GeoDataFrame, facts: Facts, frame: Frame) -> Table:
    named = commune_names(facts)
    hosts = facts.sites.set_index("site_id")
    owners, tenants = hosts["owner"].to_dict(), hosts["tenants"].to_dict()
    plane = plane_texts(sites.geometry, frame)
    degrees = zip(sites.geometry.y, sites.geometry.x, strict=True)
    rows = [
        [
            *_identified(r, named),
            plain(r["host_site_id"]),
            operator_names(owners.get(r["host_site_id"])),
            _operators(r["operator"], tenants.get(r["host_site_id"]), facts.technology),
            metres(r["mast_height_m"]) + (_WARNED if _is_warned(r) else BLANK),
            metres(r["antenna_height_m"]),
            *xy,
            decimal(lat, _DEGREE_DIGITS),
            decimal(lon, _DEGREE_DIGITS),
            year(r["year"]),
            millions(r["capex_vnd"]),
            count(number(r["people_gained"])),
        ]
        for r, xy, (lat, lon) in zip(records(sites), plane, degrees, strict=True)
    ]
    total = [
        phrase("total"),
        *[BLANK] * 14,
        millions(sites["capex_vnd"].sum()),
        count(sites["people_gained"].sum()),
    ]
    return Table(
        phrase("docx_caption_masts", {"crs": plain(frame.name)}),
        _mast_columns(),
        numbered(rows),
        total if rows else None,
        notes=_notes(),
    )


def _identified(site: dict[str, Any], named: dict[str, Text]) -> list[Text]:
    """Return identifier, commune, class and kind of a site."""
    code = site["commune_code"]
    return [
        plain(site["site_id"]),
        named.get(str(code), plain(code)),
        plain(site["mast_class"]),
        _kind(site["kind"]),
    ]


def _kind(value: object) -> Text:
    return word_or(f"docx_kind_{value}", str(value))


def _operators(new: object, standing: object, technology: str) -> Text:
    """Name who comes, and who is on the mast already; one who is there adds the technology."""
    comes = operator_names(new)
    tenants = standing.split("|") if isinstance(standing, str) and standing else []
    if new in tenants:
        comes += phrase("docx_adds", {"technology": plain(technology)})
    others = "|".join(one for one in tenants if one != new)
    if not others:
        return comes
    return comes + phrase("docx_standing", {"operators": operator_names(others)})


def _is_warned(site: dict[str, Any]) -> bool:
    """Tell whether the mast's top is as high above ground as the rule for warnings says."""
    roof_m = catalog.rule("roof_height_m") if site["mast_class"] in _ON_ROOF else 0.0
    height_m = number(site["mast_height_m"]) + roof_m
    return height_m >= catalog.rule("obstacle_height_m")


def _notes() -> list[Text]:
    rule = catalog.row("rules", "obstacle_height_m")
    warned = {
        "height": count(float(rule["value"])),
        "source": quoted_source(str(rule["source"])),
        "roof": count(catalog.rule("roof_height_m")),
    }
    return [phrase("docx_note_warned", warned), phrase("docx_note_masts")]


def _mast_columns() -> list[Any]:
    return [
        column("number", 8, Align.CENTRE),
        column("site", 11.5),
        column("commune", 21.5),
        column("class", 10, Align.CENTRE),
        column("kind", 12.5),
        column("host", 16.5),
        column("owner", 20),
        column("operators", 26.5),
        column("mast_height", 10, Align.RIGHT),
        column("antenna_height", 11, Align.RIGHT),
        *plane_columns(),
        column("latitude", 16, Align.RIGHT),
        column("longitude", 17.5, Align.RIGHT),
        column("year", 9.5, Align.CENTRE),
        column("cost", 14, Align.RIGHT),
        column("people_gained", 12, Align.RIGHT),
    ]
