"""Does the service tell the plan and the progress that the bundle holds?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from infraplan_api.models.plans import CommunePlan, Plan, Plans

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
