"""Do the annexes say what the bundle says, to the last shown digit?"""

from __future__ import annotations

import dataclasses
from io import BytesIO
from typing import TYPE_CHECKING, Any

import docx
import geopandas as gpd
import pandas as pd
import pytest
from pyproj import Transformer
from shapely.geometry import Point

from infraplan import catalog
from infraplan.report.docx import annexes
from infraplan.report.facts import Facts
from infraplan.report.frame import tm3_of
from infraplan.wording import phrase, plain, word_or

if TYPE_CHECKING:
    from docx.document import Document

LANGUAGES = ("vi", "en")
MILLION = 1e6


def shown(value: float, digits: int, language: str) -> str:
    """Write a number by itself, without the library's wording."""
    said = f"{value:,.{digits}f}".replace("-", "−")
    return said if language == "en" else said.translate(str.maketrans(",.", ".,"))


def caption(key: str, language: str, **values: str) -> str:
    return phrase(key, {k: plain(v) for k, v in values.items()}).said(language)


def rows_of(document: Document, title: str) -> list[list[str]]:
    """Return the cells of the table below the caption that ends with a title, without its head."""
    found = None
    for element in document.element.body:
        text = "".join(t.text or "" for t in element.iter(f"{{{element.nsmap['w']}}}t"))
        if found is not None and element.tag.endswith("}tbl"):
            table = docx.table.Table(element, document)
            return [[cell.text for cell in row.cells] for row in table.rows][1:]
        style = element.find("./{*}pPr/{*}pStyle")
        if style is not None and next(iter(style.attrib.values())) == "Caption":
            found = text if text.endswith(f". {title}") else None
    raise AssertionError(f"no table {title!r}")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def document(facts: Facts, language: str) -> Document:
    return docx.Document(BytesIO(annexes(facts, language=language, pictures={})))


def _masts(document: Document, facts: Facts, language: str) -> dict[str, list[str]]:
    title = caption("docx_caption_masts", language, crs=tm3_of(facts).name)
    return {row[1]: row for row in rows_of(document, title)[:-1]}


def test_every_proposed_mast_stands_in_annex_two_with_its_figures(
    document: Document, facts: Facts, language: str
) -> None:
    rows = _masts(document, facts, language)
    assert set(rows) == set(facts.new_sites["site_id"])
    names = facts.communes.set_index("code")["full_name"]
    for site in facts.new_sites.to_dict("records"):
        row = rows[site["site_id"]]
        assert row[2] == names[site["commune_code"]]
        assert row[3] == site["mast_class"]
        assert row[4] == word_or(f"docx_kind_{site['kind']}", "").said(language)
        assert row[8].removesuffix(" (*)") == shown(site["mast_height_m"], 0, language)
        assert row[9] == shown(site["antenna_height_m"], 0, language)
        assert row[14] == str(int(site["year"]))
        assert row[15] == shown(site["capex_vnd"] / MILLION, 1, language)
        assert row[16] == shown(site["people_gained"], 0, language)


def test_coordinates_are_those_of_pyproj_with_x_to_the_north(
    document: Document, facts: Facts, language: str
) -> None:
    frame = tm3_of(facts)
    transformer = Transformer.from_crs("EPSG:4326", frame.crs, always_xy=True)
    rows = _masts(document, facts, language)
    sites = facts.new_sites
    for site, point in zip(sites["site_id"], sites.geometry, strict=True):
        east, north = transformer.transform(point.x, point.y)
        x, y, lat, lon = (_number(cell, language) for cell in rows[site][10:14])
        assert x == pytest.approx(north, abs=0.01)
        assert y == pytest.approx(east, abs=0.01)
        assert x > 1_000_000 > y
        assert (lat, lon) == (pytest.approx(point.y, abs=1e-6), pytest.approx(point.x, abs=1e-6))


def _number(cell: str, language: str) -> float:
    plain_cell = cell if language == "en" else cell.translate(str.maketrans(",.", ".,"))
    return float(plain_cell.replace(",", ""))


def test_total_of_masts_is_the_sum_of_the_table(
    document: Document, facts: Facts, language: str
) -> None:
    title = caption("docx_caption_masts", language, crs=tm3_of(facts).name)
    total = rows_of(document, title)[-1]
    assert total[0] == phrase("total").said(language)
    assert total[15] == shown(facts.new_sites["capex_vnd"].sum() / MILLION, 1, language)
    assert total[16] == shown(facts.new_sites["people_gained"].sum(), 0, language)


def test_every_link_stands_in_annex_three(document: Document, facts: Facts, language: str) -> None:
    crs = tm3_of(facts).name
    cables = rows_of(document, caption("docx_caption_cables", language, crs=crs))
    hops = rows_of(document, caption("docx_caption_hops", language, crs=crs))
    listed = {row[1]: row for row in [*cables, *hops]}
    for link in facts.links.to_dict("records"):
        row = listed[link["link_id"]]
        assert row[2:4] == [link["from_id"], link["to_id"]]
        assert row[-3] == shown(link["length_m"], 1, language)
        assert row[-2] == str(int(link["year"]))
        assert row[-1] == shown(link["capex_vnd"] / MILLION, 1, language)


def test_both_ends_of_a_cable_are_the_ends_of_its_line(
    document: Document, facts: Facts, language: str
) -> None:
    frame = tm3_of(facts)
    transformer = Transformer.from_crs("EPSG:4326", frame.crs, always_xy=True)
    title = caption("docx_caption_cables", language, crs=frame.name)
    rows = {row[1]: row for row in rows_of(document, title)}
    cables = facts.links[facts.links["medium"] != "microwave"]
    assert len(cables) > 0
    for link, line in zip(cables["link_id"], cables.geometry, strict=True):
        start, *_, stop = [xy for part in getattr(line, "geoms", [line]) for xy in part.coords]
        cells = [_number(cell, language) for cell in rows[link][6:10]]
        for (lon, lat), (x, y) in zip((start[:2], stop[:2]), (cells[:2], cells[2:]), strict=True):
            east, north = transformer.transform(lon, lat)
            assert (x, y) == (pytest.approx(north, abs=0.01), pytest.approx(east, abs=0.01))


def test_investment_by_year_equals_the_phases(
    document: Document, facts: Facts, language: str
) -> None:
    *rows, total = rows_of(document, caption("docx_caption_phases", language))
    assert len(rows) == len(facts.phases)
    names = ("budget_vnd", "carried_vnd", "capex_vnd", "left_vnd", "opex_vnd")
    for row, phase in zip(rows, facts.phases.to_dict("records"), strict=True):
        assert row[0] == str(int(phase["year"]))
        assert row[4:9] == [shown(phase[name] / MILLION, 1, language) for name in names]
        assert row[9] == shown(phase["people_gained"], 0, language)
    assert total[6] == shown(facts.phases["capex_vnd"].sum() / MILLION, 1, language)


def test_each_price_names_its_source(document: Document, facts: Facts, language: str) -> None:
    rows = [
        row
        for kind in ("capex", "opex")
        for row in rows_of(document, caption(f"docx_caption_prices_{kind}", language))[:-1]
    ]
    assert len(rows) == len(facts.costs)
    for row, price in zip(rows, facts.costs.sort_values("kind", kind="stable").to_dict("records"),
                          strict=True):  # fmt: skip
        assert row[3] == shown(price["likely_vnd"], 0, language)
        assert row[5] == shown(price["likely_total_vnd"] / MILLION, 1, language)
        assert row[6] == phrase(f"origin_{price['origin']}").said(language)
        assert row[7]


def test_gaps_are_listed_with_people_and_villages(
    document: Document, facts: Facts, language: str
) -> None:
    unserved = facts.gaps[facts.gaps["kind"].isin(["white", "weak"])]
    rows = {row[2]: row for row in rows_of(document, caption("docx_caption_spots", language))[:-1]}
    assert set(rows) == set(unserved["gap_id"])
    for gap in unserved.to_dict("records"):
        row = rows[gap["gap_id"]]
        assert row[4] == shown(gap["people"], 0, language)
        assert row[6] == shown(gap["villages"], 0, language)
        assert row[7] == (gap["village_names"] or "–")


def _indicators() -> pd.DataFrame:
    row: dict[str, Any] = {
        "level": "province", "code": "25", "name": "Phú Thọ", "indicator": "people_4g",
        "title_vi": "Dân số dùng được 4G", "title_en": "People with 4G", "year": 2025.0,
        "state": "current", "value_share": 0.87654, "reached": 8765.4, "of": 10_000.0,
        "target_share": 1.0, "target_year": 2030.0, "gap_share": 0.12346,
        "trend_share_per_year": None, "value_origin": "simulated", "source": "a report",
        "closes_vi": "3 vị trí", "closes_en": "3 sites", "closing_vnd": 1.5e9,
    }  # fmt: skip
    ahead = {**row, "state": "planned", "year": 2026.0, "value_share": 0.9}
    district = {**row, "level": "old_district", "code": "d1", "name": "Huyện Đà Bắc"}
    return pd.DataFrame([row, ahead, district])


def test_indicators_are_those_of_the_bundle(facts: Facts, language: str) -> None:
    told = dataclasses.replace(facts, indicators=_indicators())
    made = docx.Document(BytesIO(annexes(told, language=language, pictures={})))
    (row,) = rows_of(made, caption("docx_caption_province", language))
    comma = "," if language == "vi" else "."
    assert row[2:4] == ["2025", f"87{comma}7 %"]
    assert row[5:9] == [f"100{comma}0 %", "2030", f"12{comma}3 %", "–"]
    (closing,) = rows_of(made, caption("docx_caption_closing", language))
    assert closing[4:] == ["3 vị trí" if language == "vi" else "3 sites", shown(1500, 1, language)]
    (ahead,) = rows_of(made, caption("docx_caption_ahead", language))
    assert ahead[1:] == [f"87{comma}7 %", f"90{comma}0 %"]
    (district,) = rows_of(made, caption("docx_caption_districts", language))
    assert district[1:] == ["Huyện Đà Bắc", f"87{comma}7 %"]


def test_a_high_mast_carries_the_mark_of_the_obstacle_rule(facts: Facts, language: str) -> None:
    limit_m, roof_m = catalog.rule("obstacle_height_m"), catalog.rule("roof_height_m")
    sites = facts.new_sites.copy()
    sites["mast_height_m"] = [limit_m, limit_m - 1, limit_m - roof_m][: len(sites)]
    sites["mast_class"] = ["A2b", "A2b", "A2a"][: len(sites)]
    told = dataclasses.replace(facts, new_sites=sites)
    made = docx.Document(BytesIO(annexes(told, language=language, pictures={})))
    rows = _masts(made, told, language)
    marked = [rows[site][8].endswith(" (*)") for site in sites["site_id"]]
    assert marked == [True, False, True]


def test_a_study_without_service_points_says_so_and_leaves_the_table_blank(
    facts: Facts, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = caption("docx_caption_points", language, crs=tm3_of(facts).name)
    empty = gpd.GeoDataFrame(geometry=[], crs="EPSG:4326")
    monkeypatch.setattr(Facts, "collection", lambda _self, _name: empty)
    made = docx.Document(BytesIO(annexes(facts, language=language, pictures={})))
    said = [p.text for p in made.paragraphs]
    assert phrase("docx_points_none").said(language) in said
    rows = rows_of(made, title)
    assert rows
    assert not any("".join(row[1:]) for row in rows)


def test_service_points_of_the_study_are_listed(
    facts: Facts, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = facts.communes["code"].iloc[0]
    point = gpd.GeoDataFrame(
        {"facility_id": ["P1"], "name": ["Bưu điện"], "kind": ["post"], "commune_code": [code],
         "connected": ["yes"]},
        geometry=[Point(105.2, 21.3)], crs="EPSG:4326",
    )  # fmt: skip
    monkeypatch.setattr(Facts, "collection", lambda _self, _name: point)
    made = docx.Document(BytesIO(annexes(facts, language=language, pictures={})))
    (row,) = rows_of(made, caption("docx_caption_points", language, crs=tm3_of(facts).name))
    assert row[1:3] == ["P1", "Bưu điện"]
    assert row[6] == phrase("docx_connected_yes").said(language)
    assert _number(row[10], language) > 2_000_000


def test_data_that_is_all_measured_is_not_called_otherwise(facts: Facts, language: str) -> None:
    origins = [{**row, "origin": "measured"} for row in facts.manifest["origin_shares"]]
    sure = dataclasses.replace(facts, manifest={**facts.manifest, "origin_shares": origins})
    assert sure.basis_mark is None
    made = docx.Document(BytesIO(annexes(sure, language=language, pictures={})))
    said = [p.text for p in made.paragraphs]
    assert phrase("docx_basis_sure", {"basis": sure.data_basis}).said(language) in said
    assert phrase("docx_basis", {"basis": sure.data_basis}).said(language) not in said


def test_an_operator_on_the_mast_already_is_named_once(facts: Facts, language: str) -> None:
    shared = facts.new_sites[facts.new_sites["kind"] == "shared_mast"].iloc[0]
    tenants = {shared["host_site_id"]: f"{shared['operator']}|gmobile"}
    sites = facts.sites.assign(
        tenants=facts.sites["site_id"].map(tenants).fillna(facts.sites["tenants"])
    )
    told = dataclasses.replace(facts, sites=sites)
    made = docx.Document(BytesIO(annexes(told, language=language, pictures={})))
    name = catalog.row("operators", shared["operator"])["name"]
    said = _masts(made, told, language)[shared["site_id"]][7]
    assert said.count(name) == 1
    assert facts.technology in said
    assert said.endswith("Gmobile")
