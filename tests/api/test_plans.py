"""Does the service tell the plan and the progress that the bundle holds?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from infraplan import catalog
from infraplan_api.models.plans import CommunePlan, Indicators, Plan, Plans

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient


def _said(client: TestClient, path: str, model: Any) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    model.model_validate_json(answer.content)
    return dict(answer.json())


def _table(folder: Path, name: str) -> pd.DataFrame:
    text = {"commune_code": str, "code": str}
    return pd.read_csv(folder / f"{name}.csv", encoding="utf-8-sig", dtype=text)


@pytest.fixture(scope="module")
def manifest(bundle_folder: Path) -> dict[str, Any]:
    return dict(json.loads((bundle_folder / "manifest.json").read_text(encoding="utf-8")))


def test_plan_is_listed_with_an_address_that_works(client: TestClient) -> None:
    (one,) = _said(client, "/v1/plans", Plans)["plans"]
    assert one["id"] == "tiny"
    plan = _said(client, one["href"], Plan)
    assert {name: plan[name] for name in one} == one


def test_plan_has_totals_certificate_and_phases_of_the_bundle(
    client: TestClient, bundle_folder: Path, manifest: dict[str, Any]
) -> None:
    plan = _said(client, "/v1/plans/tiny", Plan)
    assert plan["certificate"] == manifest["certificate"]
    assert plan["totals"] == manifest["totals"] | manifest["plan_totals"]
    phases = _table(bundle_folder, "phases")
    assert [p["year"] for p in plan["phases"]] == phases["year"].tolist() == plan["years"]
    assert [p["capex_vnd"] for p in plan["phases"]] == phases["capex_vnd"].tolist()
    assert sum(p["sites"] for p in plan["phases"]) == plan["sites"]


def test_plan_of_a_commune_that_is_none_is_not_found(client: TestClient) -> None:
    answer = client.get("/v1/plans/tiny?commune=99999")
    assert answer.status_code == 404
    assert "'99999'" in answer.json()["detail"]


def test_communes_of_a_plan_add_up_to_its_sites(client: TestClient, bundle_folder: Path) -> None:
    plan = _said(client, "/v1/plans/tiny", Plan)
    sites = _table(bundle_folder, "new_sites")
    assert len(sites) > 0
    counts = {c["commune_code"]: c["sites"] for c in plan["communes"]}
    assert counts == sites["commune_code"].value_counts().to_dict()
    code = plan["communes"][0]["commune_code"]
    narrowed = _said(client, f"/v1/plans/tiny?commune={code}", Plan)
    assert narrowed["communes"] == plan["communes"][:1]


def test_commune_is_told_its_sites_with_year_cost_and_reason(
    client: TestClient, bundle_folder: Path
) -> None:
    sites = _table(bundle_folder, "new_sites").set_index("site_id")
    seen: set[str] = set()
    for code in _table(bundle_folder, "communes")["code"]:
        said = _said(client, f"/v1/communes/{code}/plan", CommunePlan)
        years = [s["year"] for s in said["sites"]]
        assert years == sorted(years)
        for one in said["sites"]:
            row = sites.loc[one["site_id"]]
            assert row["commune_code"] == code
            assert (one["year"], one["capex_vnd"]) == (row["year"], row["capex_vnd"])
            assert one["reason"] == {"vi": row["reason_vi"], "en": row["reason"]}
            assert one["people_gained"] == row["people_gained"]
            seen.add(one["site_id"])
        assert said["sites_vnd"] == sum(s["capex_vnd"] for s in said["sites"])
    assert seen == set(sites.index)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/plans/other", 404), ("/v1/plans/..%2Fx", 404), ("/v1/communes/99999/plan", 404),
        ("/v1/indicators?commune=99999", 404), ("/v1/indicators?commune=%20", 400),
        ("/v1/indicators?year=2030", 400), ("/v1/plans?f=xml", 406), ("/v1/plans/tiny?x=1", 400),
    ],
)  # fmt: skip
def test_what_there_is_not_is_refused(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Remedy" in answer.json()["detail"]


def test_indicators_are_the_shares_that_the_communes_add_up_to(
    client: TestClient, bundle_folder: Path
) -> None:
    said = _said(client, "/v1/indicators", Indicators)
    found = {one["id"]: one for one in said["indicators"]}
    communes = _table(bundle_folder, "communes")
    first = found["people_4g"]["values"][0]
    assert first["of"] == communes["people"].sum()
    assert first["reached"] == pytest.approx(communes["people_served_any"].sum(), abs=0.5)
    assert first["value_share"] == pytest.approx(first["reached"] / first["of"], abs=1e-4)
    assert found["people_4g"]["gap_share"] is None
    assert set(found) <= set(catalog.table("targets")["indicator"])
    assert "people_5g" not in found  # the tiny province has no cell of it


def test_indicators_of_a_commune_are_its_own(client: TestClient, bundle_folder: Path) -> None:
    for row in _table(bundle_folder, "communes").to_dict("records"):
        said = _said(client, f"/v1/indicators?commune={row['code']}", Indicators)
        (people,) = [one for one in said["indicators"] if one["id"] == "people_4g"]
        share = people["values"][0]["value_share"]
        assert share == pytest.approx(row["people_served_share_of_commune_people_any"], abs=1e-3)


def test_gap_and_year_follow_from_target_and_values(client: TestClient) -> None:
    for one in _said(client, "/v1/indicators", Indicators)["indicators"]:
        if one["target_share"] is None:
            assert one["gap_share"] is None
            assert one["reached_in"] is None
            continue
        today = one["values"][0]["value_share"]
        assert one["gap_share"] == pytest.approx(max(0.0, one["target_share"] - today), abs=1e-6)
        reached = [v["year"] for v in one["values"] if v["value_share"] >= one["target_share"]]
        assert one["reached_in"] == (reached[0] if reached else None)


def test_every_target_has_its_source_and_both_languages() -> None:
    table = catalog.table("targets")
    assert not table["indicator"].duplicated().any()
    for column in ("title_vi", "title_en", "source", "year", "confidence"):
        assert (table[column] != "").all()
    shares = pd.to_numeric(table["target_share"])
    assert shares.dropna().between(0, 1).all()
    assert (shares.notna() == (table["target_year"] != "")).all()
