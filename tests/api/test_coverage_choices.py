"""Does the service give the figures of the technology, operator, level and year asked for?"""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from infraplan import catalog
from infraplan_api.coverage import asked
from infraplan_api.models.coverage import CommuneCoverage, CommunesCoverage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx
    from fastapi import FastAPI

ONE, ALL = "/v1/communes/00001/coverage", "/v1/coverage/communes"
CODES = ("00001", "00002", "00003", "00004")
YEARS = (2025, 2026, 2027)
COUNTED = ("people", "area", "households", "villages")
_KEYS = ("technology", "operator", "environment", "level", "year")


def _served(commune: int, operator: str, environment: str, level: str, year: int) -> float:
    """Return a share that tells all of them apart."""
    share = 0.5 + 0.02 * commune + 0.1 * YEARS.index(year)
    share -= 0.1 * (environment == "indoors") + 0.05 * (level == "good")
    return round(share - 0.03 * ("viettel", "vinaphone", "any").index(operator), 4)


def _row(commune: int, technology: str, year: int, *what: str) -> dict[str, Any]:
    operator, environment, level = what
    share = _served(commune, operator, environment, level, year)
    whole = {"people": 1000.0 * (commune + 1), "area_m2": 2e6, "households": 250.0, "villages": 4.0}
    if commune == 3:
        whole["people"] = float("nan")
    row = {
        "commune_code": CODES[commune],
        "technology": technology,
        "operator": operator,
        "environment": environment,
        "level": level,
        "threshold_dbm": catalog.level_dbm(technology, level),
        "year": year,
        "people_served_origin": "simulated",
        **whole,
    }
    for counted, number in zip(COUNTED, whole.values(), strict=True):
        unit = "_m2" if counted == "area" else ""
        row[f"{counted}_served{unit}"] = round(share * number, 0 if unit else 1)
        known = number == number  # noqa: PLR0124 - NaN is not itself
        row[f"{counted}_served_share_of_commune_{counted}"] = share if known else float("nan")
    return row


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Return a table of coverage: 4G in all years, 2G before the plan only."""
    return pd.DataFrame(
        [
            _row(commune, technology, year, operator, environment, level)
            for technology, years in (("4G", YEARS), ("2G", YEARS[:1]))
            for operator in ("viettel", "vinaphone", "any")
            for environment in ("outdoors", "indoors")
            for level in ("served", "good")
            for year in years
            for commune in range(4)
        ]
    )


@pytest.fixture
def told(
    bundle: Path, table: pd.DataFrame, app_of: Callable[..., FastAPI], ask: Callable[..., Any]
) -> Callable[..., httpx.Response]:
    """Return a function that asks a service over a bundle with that table."""
    path = bundle / "coverage.parquet"
    table.sample(frac=1, random_state=1).to_parquet(path, index=False)
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    content = path.read_bytes()
    manifest["outputs"][path.name] = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }
    manifest |= {
        "years": list(YEARS),
        "technologies": ["2G", "4G"],
        "environments": ["outdoors", "indoors"],
    }
    (bundle / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    app = app_of(bundle)
    return lambda path, **options: ask(app, path, **options)


def _expected(table: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    kept = table
    for name, value in wanted.items():
        kept = kept[kept[name] == value]
    return kept


def test_usual_answer_is_the_plans_technology_outdoors_served_before_the_plan(
    told: Callable[..., httpx.Response], table: pd.DataFrame
) -> None:
    entries = told(ONE).json()["coverage"]
    assert [e["operator"] for e in entries] == ["viettel", "vinaphone", "any"]
    for entry in entries:
        wanted = {"technology": "4G", "environment": "outdoors", "level": "served", "year": 2025}
        row = _expected(table, commune_code="00001", operator=entry["operator"], **wanted)
        assert len(row) == 1
        assert entry == pytest.approx(row.iloc[0].drop("commune_code").to_dict())


def test_each_parameter_chooses(told: Callable[..., httpx.Response], table: pd.DataFrame) -> None:
    query = "?technology=4G&operator=any&environment=indoors&level=good&year=2027"
    (entry,) = told(ONE + query).json()["coverage"]
    row = _expected(
        table, commune_code="00001", technology="4G", operator="any", environment="indoors",
        level="good", year=2027,
    )  # fmt: skip
    assert entry == pytest.approx(row.iloc[0].drop("commune_code").to_dict())


def test_threshold_may_stand_for_its_level(told: Callable[..., httpx.Response]) -> None:
    by_level = told(f"{ONE}?level=good").json()
    assert told(f"{ONE}?level=good&threshold_dbm=-95").json() == by_level
    for text in ("-95", "-95.0", "-9.5e1"):
        assert told(f"{ONE}?threshold_dbm={text}").json() == by_level


def test_all_gives_every_value_in_one_order(
    told: Callable[..., httpx.Response], table: pd.DataFrame
) -> None:
    query = "&".join(f"{name}=all" for name in _KEYS)
    entries = told(f"{ONE}?{query}").json()["coverage"]
    keys = [tuple(e[name] for name in _KEYS) for e in entries]
    there = _expected(table, commune_code="00001")
    assert len(keys) == len(set(keys)) == len(there)
    assert [k[0] for k in keys] == ["4G"] * 36 + ["2G"] * 12
    trend = told(f"{ONE}?operator=any&year=all").json()["coverage"]
    assert [e["year"] for e in trend] == list(YEARS)
    shares = [e["people_served_share_of_commune_people"] for e in trend]
    assert shares == sorted(shares)


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("technology=5G", ["technology", "'5G'", "4G", "2G"]),
        ("operator=nobody&year=1999", ["operator", "viettel", "year", "2025, 2026, 2027"]),
        ("level=weak", ["level", "served", "good"]),
        ("threshold_dbm=-100", ["threshold_dbm", "-95 dBm", "-105 dBm"]),
        ("threshold_dbm=-95&level=served", ["threshold_dbm", "-105 dBm"]),
        ("technology=2G&year=2027", ["year", "but 2025."]),
        ("environment=vehicle", ["environment", "outdoors, indoors"]),
    ],
)
def test_what_the_bundle_has_not_is_not_found_and_what_it_has_is_named(
    told: Callable[..., httpx.Response], query: str, parts: list[str]
) -> None:
    for path in (ONE, ALL):
        answer = told(f"{path}?{query}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        detail = answer.json()["detail"]
        assert all(part in detail for part in parts), detail


@pytest.mark.parametrize(
    "query",
    [
        "technology=4g", "operator=", "operator=a%20b", "level=white", "threshold_dbm=nan",
        "threshold_dbm=x", "threshold_dbm=-1e9", "year=27", "year=2027.0", "environment=moon",
        "operators=any", "operator=any&operator=viettel",
    ],
)  # fmt: skip
def test_what_no_bundle_can_have_is_a_bad_request(
    told: Callable[..., httpx.Response], query: str
) -> None:
    for path in (ONE, ALL):
        answer = told(f"{path}?{query}")
        assert answer.status_code == 400
        assert query.partition("=")[0] in answer.json()["detail"]


def test_answers_are_what_their_schemas_say(told: Callable[..., httpx.Response]) -> None:
    for query in ("", "?year=all&level=all"):
        CommuneCoverage.model_validate_json(told(ONE + query).content)
        CommunesCoverage.model_validate_json(told(ALL + query).content)


def test_choices_are_what_can_be_asked(told: Callable[..., httpx.Response]) -> None:
    choices = told(ONE).json()["choices"]
    assert choices["technologies"] == ["4G", "2G"]
    assert choices["years"] == list(YEARS)
    assert choices["environments"] == ["outdoors", "indoors"]
    for level in choices["levels"]:
        query = f"technology={level['technology']}&threshold_dbm={level['threshold_dbm']}"
        entries = told(f"{ONE}?{query}").json()["coverage"]
        assert {e["level"] for e in entries} == {level["level"]}
        assert level["name"]["vi"]


def test_list_holds_what_each_commune_says_of_itself(told: Callable[..., httpx.Response]) -> None:
    said = told(f"{ALL}?year=2026").json()
    assert [c["code"] for c in said["communes"]] == list(CODES)
    for commune in said["communes"]:
        own = told(f"/v1/communes/{commune['code']}/coverage?year=2026").json()
        assert commune["coverage"] == own["coverage"]
        assert commune["people"] == own["people"]
        west, south, east, north = commune["bbox"]
        assert west < commune["lon"] < east
        assert south < commune["lat"] < north


def test_province_adds_up_the_communes_that_are_known(
    told: Callable[..., httpx.Response], table: pd.DataFrame
) -> None:
    (entry,) = told(f"{ALL}?operator=any").json()["province"]
    rows = _expected(
        table, technology="4G", operator="any", environment="outdoors", level="served", year=2025
    )
    known = rows[rows["people"].notna()]
    assert len(known) == 3
    assert entry["people"] == known["people"].sum()
    assert entry["people_served"] == pytest.approx(known["people_served"].sum(), abs=0.1)
    share = known["people_served"].sum() / known["people"].sum()
    assert entry["people_served_share_of_province_people"] == pytest.approx(share, abs=5e-5)
    assert entry["villages"] == 16.0
    assert "people_served_share_of_commune_people" not in entry


def test_commune_without_people_has_null_and_not_zero(told: Callable[..., httpx.Response]) -> None:
    for entry in told("/v1/communes/00004/coverage").json()["coverage"]:
        assert entry["people"] is None
        assert entry["people_served"] is None
        assert entry["people_served_share_of_commune_people"] is None
        assert entry["area_served_share_of_commune_area"] is not None


def _check_flat(read: pd.DataFrame, said: dict[str, Any]) -> None:
    communes = read[read["zone"] == "commune"]
    assert communes["commune_code"].tolist() == [c for c in CODES for _ in range(3)]
    assert communes["commune_name"].iloc[0] == "Xã 1"
    for row, entry in zip(
        communes.to_dict("records"),
        (e for c in said["communes"] for e in c["coverage"]),
        strict=True,
    ):
        for name, value in entry.items():
            found = None if pd.isna(row[name]) else row[name]
            assert found == (pytest.approx(value) if isinstance(value, float) else value)
    (province,) = read[(read["zone"] == "province") & (read["operator"] == "any")].to_dict(
        "records"
    )
    share = province["people_served_share_of_province_people"]
    assert share == pytest.approx(said["province"][-1]["people_served_share_of_province_people"])
    assert pd.isna(province["people_served_share_of_commune_people"])
    assert read["data_basis"].str.contains("simulated").all()


def test_tables_hold_what_json_says(told: Callable[..., httpx.Response]) -> None:
    said = told(ALL).json()
    csv = told(f"{ALL}?f=csv")
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert csv.content.startswith(b"\xef\xbb\xbf")
    assert csv.headers["content-disposition"] == 'attachment; filename="tiny-coverage.csv"'
    text = {"commune_code": str}
    _check_flat(pd.read_csv(io.BytesIO(csv.content), encoding="utf-8-sig", dtype=text), said)
    _check_flat(pd.read_parquet(io.BytesIO(told(f"{ALL}?f=parquet").content)), said)
    sheet = openpyxl.load_workbook(io.BytesIO(told(f"{ALL}?f=xlsx").content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    _check_flat(pd.DataFrame(rows[1:], columns=rows[0]), said)


def test_more_than_a_text_may_hold_is_refused_with_what_to_do(
    told: Callable[..., httpx.Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(f"{ALL}?year=all").status_code == 200
    monkeypatch.setattr(asked, "_ENTRIES_MOST", 20)
    for form in ("json", "geojson", "csv", "xlsx"):
        answer = told(f"{ALL}?year=all&f={form}")
        assert answer.status_code == 400
        assert "45 entries" in answer.json()["detail"]
        assert "Remedy" in answer.json()["detail"]
    assert told(f"{ALL}?year=all&f=parquet").status_code == 200
    assert told(f"{ALL}?f=csv").status_code == 200


def test_geojson_has_a_polygon_for_each_row(told: Callable[..., httpx.Response]) -> None:
    answer = told(f"{ALL}?f=geojson&operator=any")
    assert answer.headers["content-type"] == "application/geo+json"
    frame = gpd.read_file(io.BytesIO(answer.content))
    assert frame["commune_code"].tolist() == list(CODES)
    assert set(frame.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    assert frame.geometry.is_valid.all()


@pytest.mark.parametrize(
    ("path", "wanted"), [(ALL, "image/png"), (ONE, "text/csv"), (f"{ONE}?f=csv", "*/*")]
)
def test_format_that_is_not_offered_is_refused(
    told: Callable[..., httpx.Response], path: str, wanted: str
) -> None:
    assert told(path, accept=wanted).status_code == 406


def test_accept_chooses_the_format_too(told: Callable[..., httpx.Response]) -> None:
    assert told(ALL, accept="text/csv").content == told(f"{ALL}?f=csv").content


def test_damaged_table_is_told_as_a_bundle_that_cannot_be_read(
    bundle: Path, told: Callable[..., httpx.Response]
) -> None:
    path = bundle / "coverage.parquet"
    pd.DataFrame({"commune_code": ["00001"]}).to_parquet(path)
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    manifest["outputs"][path.name]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (bundle / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert told(ONE).status_code == 503


def test_bundle_without_the_table_says_what_its_communes_say(
    bundle: Path, app_of: Callable[..., FastAPI], ask: Callable[..., Any]
) -> None:
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    manifest["outputs"].pop("coverage.parquet", None)
    for name in ("years", "technologies", "environments"):
        manifest.pop(name, None)
    (bundle / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    said = ask(app_of(bundle), ONE).json()
    for one, entry in zip(said["operators"], said["coverage"], strict=True):
        assert one == {name: entry[name] for name in one}
        assert entry["villages_served"] is None
        assert entry["year"] == manifest["totals"]["first_year"] - 1
