"""Is what is wrong with a request told plainly, and is nothing wrong taken for right?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from infraplan_api.access import KeyStore
from infraplan_api.features.interval import PATTERN, years_of
from infraplan_api.http.openapi import schema_of
from infraplan_api.jobs.store import JobStore
from infraplan_api.jobs.wanted import DATETIME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI

MAST = {"lon": 105.05, "lat": 21.05, "operator": "viettel"}


@pytest.fixture
def planner(
    bundle_folder: Path, app_of: Callable[..., FastAPI], tmp_path: Path
) -> Iterator[TestClient]:
    """Return a client with a key of a service that begins no job and soon ends a stream."""
    key = KeyStore(tmp_path / "state").add("a", scopes=["plan"], days=1).text
    app = app_of(bundle_folder, job_workers=0, stream_s=0.05)
    with TestClient(app, raise_server_exceptions=False, headers={"x-api-key": key}) as asking:
        yield asking


@pytest.mark.parametrize("body", [b'{"a": "\xff"}', b"[" * 100_000, b'{"inputs":' * 20_000])
@pytest.mark.parametrize("name", ["preview", "report"])
def test_body_that_cannot_be_read_is_named_as_the_fault(
    planner: TestClient, name: str, body: bytes
) -> None:
    headers = {"content-type": "application/json"}
    answer = planner.post(f"/v1/processes/{name}/execution", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "The body is not JSON in UTF-8, or is nested too deeply" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "field", "inputs"),
    [
        ("predict", "load_share", {"load_share": True}),
        ("predict", "load_share", {"load_share": "0.5"}),
        ("gaps", "min_people", {"min_people": False}),
        ("propose", "budget_vnd", {"budget_vnd": "1e9"}),
        ("propose", "draws", {"draws": True}),
        ("preview", "tilt_deg", {"masts": [{**MAST, "tilt_deg": False}]}),
        ("preview", "azimuths_deg", {"masts": [{**MAST, "azimuths_deg": ["90"]}]}),
    ],
)
def test_truth_or_text_in_the_place_of_a_number_is_refused(
    planner: TestClient, name: str, field: str, inputs: dict[str, Any]
) -> None:
    answer = planner.post(f"/v1/processes/{name}/execution", json={"inputs": inputs})
    assert answer.status_code == 400
    assert field in answer.json()["faults"][0]


def test_only_results_that_a_job_makes_can_be_wanted(planner: TestClient) -> None:
    path = "/v1/processes/gaps/execution"
    wanted = {"files": {"transmissionMode": "reference"}}
    assert planner.post(path, json={"outputs": wanted}).status_code == 201
    refused = planner.post(path, json={"outputs": {"picture": {}}})
    assert refused.status_code == 400
    assert refused.json()["faults"] == ["body.outputs.picture: Extra inputs are not permitted"]


def test_stream_of_a_job_that_waits_ends_in_time(planner: TestClient, tmp_path: Path) -> None:
    href = planner.post("/v1/processes/gaps/execution", json={}).headers["location"]
    answer = planner.get(f"{href}/events")
    assert answer.status_code == 200
    assert "event: end" not in answer.text
    assert JobStore(tmp_path / "state").get(href.rpartition("/")[2]).status == "accepted"


def test_landing_page_tells_what_is_not_known_as_null(client: TestClient) -> None:
    levels = client.get("/v1/").json()["infraplan"]["levels"]
    assert {level["minimum_rsrp_dbm"] for level in levels if level["level"] == "white"} == {None}


@pytest.mark.parametrize("pattern", [PATTERN, DATETIME])
@pytest.mark.parametrize(
    ("text", "is_moment"),
    [
        ("2024-02-29", True),
        ("2026-12-31T23:59:59.5+07:00", True),
        ("1000-04-30/9999-10-31", True),
        ("2026-04-31", False),
        ("2026-02-30", False),
        ("2026-13-01", False),
        ("2026-00-10", False),
        ("0000-01-01", False),
        ("2026-01-01T24:00:00Z", False),
        ("2026-01-01T00:00:00+25:00", False),
    ],
)
def test_pattern_of_moments_knows_the_calendar(pattern: str, text: str, *, is_moment: bool) -> None:
    assert (re.search(pattern, text) is not None) is is_moment
    if is_moment:
        assert years_of(text)


def test_no_parameter_can_be_null_and_no_schema_has_a_python_name(client: TestClient) -> None:
    document = schema_of(client.app)
    parameters = [
        parameter
        for item in document["paths"].values()
        for operation in item.values()
        for parameter in operation.get("parameters", [])
    ]
    assert len(parameters) > 50
    assert not [p["name"] for p in parameters if "nullable" in p["schema"]]
    assert not [name for name in document["components"]["schemas"] if "__" in name]
