"""Can a planner try out masts over HTTP, safely, without a way to disturb others?"""

from __future__ import annotations

import base64
import io
import json
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from starlette.testclient import TestClient

from infraplan_api import create_app
from infraplan_api.access import KeyStore
from infraplan_api.bundle import Holder
from infraplan_api.models.preview import PreviewAnswer
from infraplan_api.preview import choices
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


PATH = "/v1/processes/preview/execution"
MAST: dict[str, Any] = {
    "lon": 105.070,
    "lat": 21.075,
    "operator": "viettel",
    "height_m": 42.0,
    "band": "B8",
}


_TRIES = 6
"""A first request may come while the process is being prepared."""


def _body(*masts: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    return {"inputs": {"masts": list(masts), **inputs}}


@pytest.fixture(scope="module")
def planner(
    bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Any]]:
    """Return a function that tries out masts with a planner's key; the process is kept warm."""
    state = tmp_path_factory.mktemp("state")
    key = KeyStore(state).add("planner", scopes=["plan"], days=1).text
    app = create_app(settings=Settings(folder=bundle_folder, state=state))
    with TestClient(app, raise_server_exceptions=False) as asking:

        def ask(body: Any, **options: Any) -> Any:
            headers = {"x-api-key": key} | options.pop("headers", {})
            if body is not None:
                options["json"] = body
            for _ in range(_TRIES):
                response = asking.post(PATH, headers=headers, **options)
                if "prepared" not in response.text:
                    break
            return response

        yield ask


def test_mast_is_answered_with_people_link_cost_and_rules(
    planner: Callable[..., Any],
) -> None:
    response = planner(_body(MAST))
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    answer = PreviewAnswer.model_validate(response.json())
    told = answer.masts[0]
    assert told.mast.lon == MAST["lon"]
    assert told.mast.azimuths_deg == (0.0, 120.0, 240.0)
    assert told.gains[0].people_gained > 0
    assert told.headline == answer.together.headline
    assert told.headline.vi.startswith("+")
    assert "thôn" in told.headline.vi
    assert told.link is not None
    assert told.link.geometry is not None
    assert told.link.geometry["coordinates"][-1] == pytest.approx([MAST["lon"], MAST["lat"]])
    assert told.cost.capex_vnd == pytest.approx(
        sum(row.likely_vnd for row in told.bill if row.kind == "capex")
    )
    assert {row.origin for row in told.bill}
    assert {check.rule for check in told.checks} >= {"commune", "slope", "road", "spacing"}
    assert answer.notes


def test_picture_shows_gained_ground_where_the_bounds_say(
    planner: Callable[..., Any],
) -> None:
    picture = PreviewAnswer.model_validate(planner(_body(MAST)).json()).masts[0].picture
    west, south, east, north = picture.bounds
    assert west < MAST["lon"] < east
    assert south < MAST["lat"] < north
    assert picture.corners[0] == (west, north)
    # a picture carries no position of its own
    with (
        warnings.catch_warnings(action="ignore", category=NotGeoreferencedWarning),
        rasterio.open(io.BytesIO(base64.b64decode(picture.png_base64))) as png,
    ):
        codes, palette = png.read(1), png.colormap(1)
    half = len(picture.classes) // 2
    assert set(np.unique(codes)) <= set(range(2 * half + 1))
    assert (codes > half).any()
    assert palette[0][3] == 0
    assert palette[1][3] < palette[half + 1][3]
    assert [c.gained for c in picture.classes] == [False] * half + [True] * half


def test_several_masts_are_answered_each_and_together(
    planner: Callable[..., Any],
) -> None:
    other = {**MAST, "lon": 105.074, "operator": "vinaphone"}
    body = _body(MAST, other, environment="indoors", level="weak")
    answer = PreviewAnswer.model_validate(planner(body).json())
    assert len(answer.masts) == 2
    assert answer.environment == "indoors"
    people = [mast.gains[2].people_gained for mast in answer.masts]
    assert max(people) <= answer.together.gains[3].people_gained <= sum(people)


def test_same_request_gives_the_same_bytes(planner: Callable[..., Any]) -> None:
    assert planner(_body(MAST)).content == planner(_body(MAST)).content


def test_every_fault_of_a_mast_is_a_400_that_lists_them(
    planner: Callable[..., Any],
) -> None:
    wrong = {**MAST, "operator": "nobody", "band": "n28"}
    response = planner(_body(wrong, {**MAST, "lon": 3.0}))
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    faults = " ".join(response.json()["faults"])
    for said in ("masts.0.operator", "masts.0.band", "masts.1.lon, lat"):
        assert said in faults


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"inputs": {}},
        {"inputs": {"masts": []}},
        {"inputs": {"masts": [MAST] * 21}},
        {"inputs": {"masts": [{**MAST, "height_m": 1e9}]}},
        {"inputs": {"masts": [{**MAST, "lat": None}]}},
        {"inputs": {"masts": [{**MAST, "colour": 1}]}},
        {"inputs": {"masts": [MAST], "environment": "underground"}},
        {"inputs": {"masts": [MAST], "level": "white"}},
        {"outputs": {}},
        [],
        "text",
    ],
)
def test_body_outside_its_meaning_is_a_400(planner: Callable[..., Any], body: Any) -> None:
    response = planner(body)
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "1e999", '"high"'])
def test_not_a_number_is_a_400(planner: Callable[..., Any], word: str) -> None:
    text = json.dumps(_body(MAST)).replace("21.075", word)
    response = planner(None, content=text, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("headers", [{}, {"x-api-key": "wrong"}])
def test_without_a_key_nothing_is_counted(client: Any, headers: dict[str, str]) -> None:
    response = client.post(PATH, json=_body(MAST), headers=headers)
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"


def test_choices_name_operators_bands_and_levels(bundle_folder: Path) -> None:
    found = choices(Holder(bundle_folder).current())
    assert found["operators"] == ["vinaphone", "viettel"] or found["operators"] == [
        "viettel",
        "vinaphone",
    ]
    assert "B8" in found["bands"]
    assert "n28" not in found["bands"]
    assert found["levels"] == ["weak", "served", "good", "strong_indoors"]
    assert found["defaults"]["band"] in found["bands"]
