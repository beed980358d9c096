"""Does the service say of a commune what the bundle says of it?"""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from infraplan_api import create_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx
    from fastapi import FastAPI

PATH = "/v1/communes/00001/coverage"


def _rows(bundle: Path) -> dict[str, dict[str, str]]:
    with (bundle / "communes.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


def _rewrite(bundle: Path, code: str, **changes: str) -> None:
    """Change a row of the table, and its digest in the manifest."""
    rows = _rows(bundle)
    rows[code].update(changes)
    table = bundle / "communes.csv"
    with table.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[code]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.values())
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    manifest["outputs"]["communes.csv"]["sha256"] = hashlib.sha256(table.read_bytes()).hexdigest()
    (bundle / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_every_commune_is_answered_with_the_figures_of_the_table(
    bundle: Path, get: Callable[..., httpx.Response]
) -> None:
    rows = _rows(bundle)
    assert len(rows) == 4
    for code, row in rows.items():
        answer = get(f"/v1/communes/{code}/coverage")
        assert answer.status_code == 200
        said = answer.json()
        assert said["name"] == row["name"]
        assert said["people"] == float(row["people"])
        assert said["area_m2"] == float(row["area_m2"])
        assert said["threshold_dbm"] == float(row["served_threshold_dbm"])
        for one in said["operators"]:
            name = one.pop("operator")
            assert one == {
                "people_served": float(row[f"people_served_{name}"]),
                "people_served_share_of_commune_people": float(
                    row[f"people_served_share_of_commune_people_{name}"]
                ),
                "area_served_m2": float(row[f"area_served_m2_{name}"]),
                "area_served_share_of_commune_area": float(
                    row[f"area_served_share_of_commune_area_{name}"]
                ),
            }


def test_answer_says_what_it_rests_on(bundle: Path, get: Callable[..., httpx.Response]) -> None:
    said = get(PATH).json()
    manifest = (bundle / "manifest.json").read_bytes()
    assert said["technology"] == "4G"
    assert [o["operator"] for o in said["operators"]] == ["viettel", "vinaphone", "any"]
    assert "simulated" in said["data_basis"]
    assert "Everything in it is simulated." in [note["en"] for note in said["notes"]]
    assert said["people_origin"] == "simulated"
    assert said["geometry_origin"] == "approximate"
    assert said["study_id"] == "tiny"
    assert said["bundle_sha256"] == hashlib.sha256(manifest).hexdigest()


def test_answer_is_utf8_json_that_no_browser_takes_for_a_page(
    get: Callable[..., httpx.Response],
) -> None:
    answer = get(PATH)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Xã 1".encode() in answer.content


def test_what_is_not_known_is_null(bundle: Path, get: Callable[..., httpx.Response]) -> None:
    share = "people_served_share_of_commune_people_any"
    _rewrite(bundle, "00001", people="", people_served_any="", **{share: ""})
    said = get(PATH).json()
    assert said["people"] is None
    assert said["operators"][-1]["people_served"] is None
    assert said["operators"][-1]["people_served_share_of_commune_people"] is None
    assert said["operators"][0]["people_served"] is not None


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_known_answer_is_not_sent_again(get: Callable[..., httpx.Response], form: str) -> None:
    first = get(PATH)
    etag = first.headers["etag"]
    assert etag.startswith('"')
    again = get(PATH, if_none_match=form.format(etag))
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == etag
    assert again.headers["cache-control"] == first.headers["cache-control"]


def test_entity_tag_differs_by_commune_and_query(get: Callable[..., httpx.Response]) -> None:
    paths = [PATH, f"{PATH}?year=all", "/v1/communes/00002/coverage"]
    tags = {get(path).headers["etag"] for path in paths}
    assert len(tags) == 3
    assert get(PATH, if_none_match='"other"').status_code == 200


def test_replaced_bundle_is_read_without_restart(
    bundle: Path, get: Callable[..., httpx.Response]
) -> None:
    first = get(PATH)
    _rewrite(bundle, "00001", name="Tên mới")
    second = get(PATH, if_none_match=first.headers["etag"])
    assert second.status_code == 200
    assert second.json()["name"] == "Tên mới"
    assert second.headers["etag"] != first.headers["etag"]


def test_service_answers_before_there_is_a_bundle(
    tmp_path: Path,
    bundle_folder: Path,
    app_of: Callable[..., FastAPI],
    ask: Callable[..., httpx.Response],
) -> None:
    folder = tmp_path / "later"
    app = app_of(folder)
    assert ask(app, "/healthz").json() == {"status": "ok"}
    assert ask(app, PATH).status_code == 503
    folder.symlink_to(bundle_folder, target_is_directory=True)
    assert ask(app, PATH).status_code == 200


def test_folder_may_come_from_the_environment(
    bundle_folder: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[..., httpx.Response]
) -> None:
    monkeypatch.setenv("INFRAPLAN_API_FOLDER", str(bundle_folder))
    assert ask(create_app(), PATH).json()["study_id"] == "tiny"


def test_schema_describes_every_field_and_its_unit(get: Callable[..., httpx.Response]) -> None:
    schema = get("/v1/openapi.json").json()
    coverage = schema["paths"]["/communes/{code}/coverage"]["get"]
    assert {"200", "304", "400", "404", "406", "503"} <= set(coverage["responses"])
    for name in ("CommuneCoverage", "OperatorCoverage"):
        for field in schema["components"]["schemas"][name]["properties"].values():
            assert field["description"]
