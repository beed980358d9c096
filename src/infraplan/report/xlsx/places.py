"""What do the sheets of communes, villages, gaps, proposals and links show?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from infraplan.report.xlsx.columns import columns_of, titled, translated
from infraplan.report.xlsx.listing import Column, Listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from infraplan.report.facts import Facts
    from infraplan.report.xlsx.book import Book

__all__ = ["communes_of", "gaps_of", "links_of", "proposals_of", "served_in", "villages_of"]

_DEGREE_DIGITS: Final = 6
_SHARE: Final = "people_served_share_of_commune_people"
_VILLAGE_SHARE: Final = "people_served_share_of_village_people"


def communes_of(book: Book, facts: Facts) -> Listing:
    """List the communes: people served today by each operator, and by any in each year."""
    frame = pd.DataFrame(facts.communes.drop(columns="geometry"))
    title = "full_name" if "full_name" in frame else "name"
    names = ["code", title, "old_province", "people", "households", "area_m2"]
    names += ["official_area_km2", "people_served_any", f"{_SHARE}_any"]
    names += ["area_served_share_of_commune_area_any"]
    names += [f"{_SHARE}_{operator}" for operator in facts.operators]
    frame["old_province"] = (
        translated(book, frame["old_province"], "xlsx_province")
        if ("old_province" in frame)
        else None
    )
    columns = columns_of(
        book,
        frame,
        names,
        totals=("people", "households", "area_m2", "official_area_km2", "people_served_any"),
        widths={title: 24.0, "code": 9.0, "old_province": 12.0},
        operators=facts.operators,
    )
    for year, served in served_in(facts).items():
        key = f"served_{year}"
        frame[key] = frame["code"].map(served)
        columns.append(
            Column(
                key,
                f"{book.word('xlsx_served_in')} {year}",
                "count",
                source=f"coverage.parquet people_served {year}",
                total=True,
            )
        )
    return _listing(book, facts, frame, columns, "communes", ("communes", "sites", "cells"))


def served_in(facts: Facts) -> dict[int, pd.Series[float]]:
    """Return by year the people of each commune whom any operator serves outdoors."""
    table = facts.outlook
    wanted = table[
        (table["technology"] == facts.technology)
        & (table["operator"] == "any")
        & (table["environment"] == "outdoors")
        & (table["level"] == "served")
    ]
    return {
        int(year): wanted[wanted["year"] == year].set_index("commune_code")["people_served"]
        for year in sorted(set(wanted["year"].tolist()))
    }


def villages_of(book: Book, facts: Facts) -> Listing:
    """List the villages with their signal, each with its commune's name."""
    frame = _placed(facts.villages)
    frame["commune_name"] = frame["commune_code"].map(_names(facts))
    if "difficulty" in frame:
        frame["difficulty"] = translated(book, frame["difficulty"], "xlsx_difficulty")
    names = ["village_id", "name", "commune_code", "commune_name", "people", "households"]
    names += ["difficulty", "rsrp_dbm_any", "people_served_any", f"{_VILLAGE_SHARE}_any"]
    names += [f"{_VILLAGE_SHARE}_{operator}" for operator in facts.operators]
    columns = columns_of(
        book,
        frame,
        [*names, "lon", "lat"],
        totals=("people", "households", "people_served_any"),
        widths={"name": 24.0, "commune_name": 18.0, "commune_code": 8.0, "difficulty": 16.0},
        operators=facts.operators,
    )
    return _listing(book, facts, frame, columns, "villages", ("villages", "people", "cells"))


def gaps_of(book: Book, facts: Facts) -> Listing:
    """List the white, weak, single-operator and congested spots."""
    frame = pd.DataFrame(facts.gaps.drop(columns="geometry"))
    inside = facts.gaps.geometry.representative_point()
    frame["inside_lon"] = inside.x.round(_DEGREE_DIGITS).to_numpy()
    frame["inside_lat"] = inside.y.round(_DEGREE_DIGITS).to_numpy()
    frame["kind_word"] = translated(book, frame["kind"], "xlsx_gap")
    frame["operator"] = translated(book, frame["operator"], "operator")
    names = ["gap_id", "operator", "year", "commune_code", "commune_name", "people", "villages"]
    columns = columns_of(
        book,
        frame,
        [*names, "village_names", "area_m2", "inside_lon", "inside_lat"],
        totals=("people", "villages", "area_m2"),
        widths={"commune_name": 18.0, "village_names": 60.0, "commune_code": 8.0},
    )
    columns.insert(1, titled(book, "kind_word", "xlsx_field_gap_kind", "text", width=22.0))
    columns.insert(2, titled(book, "kind", "xlsx_field_code_of_kind", "code", source="kind"))
    tables = ("communes", "villages", "people", "cells")
    return _listing(book, facts, frame, columns, "gaps", tables, frozen=3)


def proposals_of(book: Book, facts: Facts) -> Listing:
    """List the proposed sites, each with its year, cost and reason."""
    frame = _placed(facts.new_sites)
    frame["commune_name"] = frame["commune_code"].map(_names(facts))
    frame["operator"] = translated(book, frame["operator"], "operator")
    frame["kind_word"] = translated(book, frame["kind"], "kind")
    in_order = facts.explanations.set_index("site_id")["people_gained"]
    frame["in_order"] = frame["site_id"].map(in_order).astype(float)
    reason = "reason_vi" if book.language == "vi" else "reason"
    names = ["site_id", "host_site_id", "year", "commune_code", "commune_name", "operator"]
    names += ["mast_class", "mast_height_m", "antenna_height_m", "ground_height_m"]
    names += ["people_gained", "second_operator_people", "relieved_people", "capex_vnd"]
    names += ["opex_vnd_year", "rent_vnd_year", "saved_vnd", "lon", "lat", reason]
    columns = columns_of(
        book,
        frame,
        names,
        totals=("people_gained", "second_operator_people", "capex_vnd", "opex_vnd_year"),
        widths={"commune_name": 18.0, reason: 90.0, "commune_code": 8.0},
    )
    after = [c.key for c in columns].index("people_gained") + 1
    columns.insert(
        after,
        titled(
            book,
            "in_order",
            "xlsx_gained_in_order",
            "count",
            source="explanations.csv people_gained",
            total=True,
        ),
    )
    columns.insert(1, titled(book, "kind_word", "field_kind", "text", width=15.0))
    columns.insert(2, titled(book, "kind", "xlsx_field_code_of_kind", "code", source="kind"))
    tables = ("sites", "villages", "people", "roads", "costs")
    return _listing(book, facts, frame, columns, "proposals", tables, frozen=1)


def links_of(book: Book, facts: Facts) -> Listing:
    """List the links to build: fibre along roads and microwave hops."""
    frame = pd.DataFrame(facts.links.drop(columns="geometry"))
    frame["medium_word"] = translated(book, frame["medium"], "medium")
    names = ["link_id", "from_id", "to_id", "parent_link_id", "medium", "year", "length_m"]
    names += ["band_ghz", "dish_m", "from_height_m", "to_height_m", "clearance_share"]
    names += ["availability_share", "capacity_mbps", "sites_fed", "capex_vnd"]
    columns = columns_of(book, frame, names, totals=("length_m", "capex_vnd"))
    word = titled(book, "medium_word", "field_medium", "text", width=28.0)
    columns = [c for c in columns if c.key != "medium"]
    columns.insert(4, word)
    columns.insert(5, titled(book, "medium", "xlsx_field_code_of_kind", "code", source="medium"))
    tables = ("roads", "fibre_nodes", "fibre", "costs")
    return _listing(book, facts, frame, columns, "links", tables, frozen=1)


def _listing(
    book: Book,
    facts: Facts,
    frame: pd.DataFrame,
    columns: Sequence[Column],
    name: str,
    tables: tuple[str, ...],
    *,
    frozen: int = 2,
) -> Listing:
    """Put a listing together with its title and what it rests on."""
    basis = book.say(facts.basis_of(tables))
    note = f"{book.word('xlsx_rests_on')}: {basis}"
    return Listing(frame, columns, book.word(f"xlsx_title_{name}"), note, frozen)


def _placed(layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the rows of points with their position in degrees, as the CSV has it."""
    frame = pd.DataFrame(layer.drop(columns="geometry"))
    frame["lon"] = layer.geometry.x.round(_DEGREE_DIGITS).to_numpy()
    frame["lat"] = layer.geometry.y.round(_DEGREE_DIGITS).to_numpy()
    return frame


def _names(facts: Facts) -> dict[str, str]:
    """Return the name of each commune by its code."""
    return dict(zip(facts.communes["code"], facts.communes["name"], strict=True))
