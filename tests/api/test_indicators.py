"""Does the service tell indicators and ranking as the bundle's tables have them, to the digit?"""

from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from infraplan_api.bundle.bundle import open_bundle
from infraplan_api.models.indicators import Indicators, Ranking
from infraplan_api.plans import indicators, ranking

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel
    from starlette.testclient import TestClient

NUMBERS = ("value_share", "reached", "of")


def _said(client: TestClient, path: str, model: type[BaseModel]) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    model.model_validate_json(answer.content)
    return dict(answer.json())


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _number(text: str) -> float | None:
    return float(text) if text else None


def test_every_figure_of_every_commune_is_that_of_the_csv(
    client: TestClient, bundle_folder: Path
) -> None:
    rows = _rows(bundle_folder, "indicators")
    codes = {row["code"] for row in rows if row["level"] == "commune"}
    assert len(codes) == 4
    for code in [*sorted(codes), None]:
        path = "/v1/indicators" + (f"?commune={code}" if code else "")
        said = _said(client, path, Indicators)
        level = "commune" if code else "province"
        own = [r for r in rows if r["level"] == level and (code is None or r["code"] == code)]
        told = {
            (one["id"], value["year"]): (value, one)
            for one in said["indicators"]
            for value in (*one["values"], *one["past"])
        }
        known = [row for row in own if row["state"] != "unknown"]
        assert {(row["indicator"], int(row["year"])) for row in known} == set(told)
        for row in known:
            value, one = told[row["indicator"], int(row["year"])]
            assert [value[name] for name in NUMBERS] == [_number(row[name]) for name in NUMBERS]
            if row["state"] == "current":
                assert one["gap_share"] == _number(row["gap_share"])
                assert one["target_share"] == _number(row["target_share"])
                assert one["confidence"] == (row["target_confidence"] or None)
                assert one["closing"]["cost_vnd"] == _number(row["closing_vnd"])
                assert ";".join(one["closing"]["sites"]) == row["closing_sites"]
                assert one["closing"]["text"] == {"vi": row["closes_vi"], "en": row["closes_en"]}
        unknown = {row["indicator"] for row in own if row["state"] == "unknown"}
        assert set(said["unknown"]) == unknown
        assert "people_5g" in unknown  # the tiny province has no cell of it


def test_people_served_are_those_of_the_communes(client: TestClient, bundle_folder: Path) -> None:
    said = _said(client, "/v1/indicators", Indicators)
    (people,) = [one for one in said["indicators"] if one["id"] == "people_4g"]
    communes = _rows(bundle_folder, "communes")
    assert people["values"][0]["of"] == sum(float(row["people"]) for row in communes)
    served = sum(float(row["people_served_any"]) for row in communes)
    assert people["values"][0]["reached"] == pytest.approx(served, abs=0.5)
    assert [value["year"] for value in people["values"]] == [2025, 2026, 2027, 2028]


def test_year_in_which_a_target_is_reached_follows_from_the_values(client: TestClient) -> None:
    for one in _said(client, "/v1/indicators", Indicators)["indicators"]:
        target = one["target_share"]
        years = [
            v["year"] for v in one["values"] if target is not None and v["value_share"] >= target
        ]
        assert one["reached_in"] == (years[0] if years else None)


def test_ranking_is_that_of_the_csv(client: TestClient, bundle_folder: Path) -> None:
    said = _said(client, "/v1/ranking", Ranking)["communes"]
    rows = _rows(bundle_folder, "ranking")
    assert [one["code"] for one in said] == [row["code"] for row in rows]
    for one, row in zip(said, rows, strict=True):
        for name in ("score", "rank", "rank_best", "rank_worst", "score_least", "score_most"):
            assert one[name] == _number(row[name])
        for name, share in one["components"].items():
            assert share == _number(row[f"{name}_share"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/indicators?district=25-tam-nong", 404), ("/v1/indicators?district=%20", 400),
        ("/v1/indicators?commune=00001&district=25-tam-nong", 404),
        ("/v1/ranking?commune=00001", 400), ("/v1/ranking?f=xml", 406),
    ],
)  # fmt: skip
def test_what_there_is_not_is_refused(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "Remedy" in answer.json()["detail"]


def test_bundle_of_before_there_were_indicators_says_the_same_of_coverage(
    bundle_folder: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(bundle_folder, old)
    manifest = (old / "manifest.json").read_text(encoding="utf-8")
    for name in ("indicators", "ranking"):
        (old / f"{name}.csv").unlink()
        manifest = manifest.replace(f'"{name}.csv"', f'"{name}.gone"')
    (old / "manifest.json").write_text(manifest, encoding="utf-8")
    before, now = open_bundle(old), open_bundle(bundle_folder)
    figures = [
        {one["id"]: one["values"] for one in indicators(bundle, None)["indicators"]}
        for bundle in (before, now)
    ]
    assert figures[0] == figures[1]
    ranks = [[one["code"] for one in ranking(bundle)["communes"]] for bundle in (before, now)]
    assert ranks[0] == ranks[1]
