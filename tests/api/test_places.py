"""Is a place found however its code or name is typed, old or new?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infraplan.names import fold, match_key
from infraplan_api.bundle import Holder
from infraplan_api.models.places import Resolved
from infraplan_api.places import KINDS, find, old_communes, reformed, unknown_commune
from infraplan_api.places.named import Place, named_places, ranked

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from infraplan_api.bundle import Bundle

PATH = "/v1/communes/resolve"


def _found(client: TestClient, query: str, **more: object) -> list[dict[str, Any]]:
    answer = client.get(PATH, params={"q": query, **{k: str(v) for k, v in more.items()}})
    assert answer.status_code == 200, answer.text
    Resolved.model_validate_json(answer.content)
    assert answer.json()["query"] == query
    return list(answer.json()["found"])


def test_commune_is_found_by_its_code(client: TestClient) -> None:
    first = _found(client, "00002")[0]
    assert (first["type"], first["code"], first["matched_by"]) == ("commune", "00002", "code")
    assert first["match"] == "exact"
    west, south, east, north = first["bbox"]
    assert west < first["lon"] < east
    assert south < first["lat"] < north


@pytest.mark.parametrize("query", ["Xã 1", "xa 1", "XA 1", "  xã   1 ", "1"])
def test_commune_is_found_by_its_name_however_it_is_typed(client: TestClient, query: str) -> None:
    communes = _found(client, query, type="commune")
    assert communes[0]["code"] == "00001"
    assert communes[0]["matched_by"] == "name"


def test_village_is_found_with_the_commune_it_lies_in(client: TestClient) -> None:
    hits = _found(client, "khu 10", type="village")
    assert [h["code"] for h in hits] == ["V10"]
    assert hits[0]["commune"]["name"].startswith("Xã ")
    assert hits[0]["bbox"] is None
    assert _found(client, "v10")[0]["code"] == "V10"


def test_name_that_begins_so_comes_after_the_same_name(client: TestClient) -> None:
    hits = _found(client, "khu 1", type="village")
    assert [(h["code"], h["match"]) for h in hits] == [("V01", "exact"), ("V10", "prefix")]


def test_place_behind_a_comma_comes_first(client: TestClient) -> None:
    every = _found(client, "khu", type="village", limit=50)
    home = every[-1]["commune"]["name"]
    hits = _found(client, f"khu, {home}", type="village", limit=50)
    near = [h["commune"]["name"] == home for h in hits]
    assert near == sorted(near, reverse=True)
    assert any(near)
    assert not all(near)


def test_limit_and_type_hold(client: TestClient) -> None:
    assert len(_found(client, "khu", limit=3)) == 3
    assert {h["type"] for h in _found(client, "1", limit=50)} == {"commune", "village"}
    assert {h["type"] for h in _found(client, "1", type="village")} == {"village"}
    assert _found(client, "khu", type="old_commune") == []


def test_nothing_found_is_an_empty_list(client: TestClient) -> None:
    assert _found(client, "qqqqqqqq") == []
    assert _found(client, "!!!") == []


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%20", f"q={'x' * 101}", "q=a&limit=0", "q=a&limit=51", "q=a&limit=x",
              "q=a&type=town", "q=a&lang=vi", "q=a&q=b"],
)  # fmt: skip
def test_question_that_is_none_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert "Remedy" in answer.json()["detail"]


@pytest.fixture(scope="module")
def tiny(bundle_folder: Path) -> Bundle:
    return Holder(bundle_folder).current()


@given(query=st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_is_answered_in_order(tiny: Bundle, query: str) -> None:
    scores = [hit["score"] for hit in find(tiny, query, kinds=KINDS, limit=50)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1.03 for score in scores)


NAMES = ("Khu 1", "Khu 10", "Khu 2", "Xóm Mới", "Xóm Mới 2", "Tân Mới", "Mới", "Đồng Khu", "a b")
PLACES = [Place(f"V{i:02d}", name, name, "", None, None, None) for i, name in enumerate(NAMES)]


@given(
    query=st.text("khu10 xómiđồngtâab2v,.", max_size=8) | st.sampled_from([*NAMES, "V03", "moi"]),
    order=st.permutations(PLACES),
)
def test_every_place_whose_name_holds_the_letters_is_found_once_and_in_order(
    query: str, order: list[Place]
) -> None:
    hits = list(ranked(named_places(order), query))
    key = match_key(query)
    assert [-score for score, _ in hits] == sorted(-score for score, _ in hits)
    by_name = {place.code for score, place in hits if score < 1}
    by_code = {place.code for score, place in hits if score == 1}
    holding = {p.code for p in PLACES if key and key in match_key(p.name)}
    assert holding - by_code == by_name - by_code
    assert by_code == ({fold(query).strip().upper()} & {p.code for p in PLACES} if key else set())
    assert len(hits) == len({place.code for _, place in hits})
    for score in {score for score, _ in hits}:
        codes = [place.code for one, place in hits if one == score]
        assert codes == sorted(codes)
    for score, place in hits:
        assert (score == 0.9) == (match_key(place.name) == key and place.code not in by_code)


def test_any_text_can_be_sent(client: TestClient) -> None:
    for query in ("'; DROP TABLE x; --", "../../etc/passwd", "\x00", "🗼", "%", "a" * 100):
        assert client.get(f"{PATH}?q={quote(query)}").status_code == 200


MERGED = {
    "old_code": "90001", "old_name": "Cũ Nhỏ", "old_full_name": "Thị trấn Cũ Nhỏ",
    "old_district": "Huyện Xưa", "old_province_code": "25", "old_province": "Tỉnh Phú Thọ",
    "new_code": "00002", "new_name": "Xã 2", "new_full_name": "Xã 2", "new_province_code": "25",
    "new_province": "Tỉnh Phú Thọ", "part": "part", "main": "no", "source": "test",
}  # fmt: skip


@pytest.fixture
def merged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the table of the reform know an old commune that two of the tiny province share."""
    other = MERGED | {"new_code": "00003", "new_name": "Xã 3", "main": "yes"}
    by_old = {"90001": (MERGED, other)}
    by_new = {"00002": (MERGED,), "00003": (other,)}
    monkeypatch.setattr(reformed, "_by_old", lambda: by_old)
    monkeypatch.setattr(reformed, "_by_new", lambda: by_new)


@pytest.mark.usefixtures("merged")
def test_old_code_is_refused_with_what_it_became(tiny: Bundle, client: TestClient) -> None:
    text = str(unknown_commune(tiny, "90001"))
    for part in ("Thị trấn Cũ Nhỏ", "Huyện Xưa", "(00002)", "(00003)", "resolve?q=90001"):
        assert part in text
    answer = client.get("/v1/communes/90001/coverage")
    assert answer.status_code == 404
    assert answer.json()["detail"] == text


def test_code_without_its_zeros_is_told_the_whole_one(client: TestClient) -> None:
    answer = client.get("/v1/communes/2/coverage")
    assert answer.status_code == 404
    assert "no commune '2' but '00002'" in answer.json()["detail"]
    assert "but" not in client.get("/v1/communes/7/coverage").json()["detail"]


@pytest.mark.usefixtures("merged")
def test_largest_part_of_a_divided_commune_comes_first() -> None:
    assert reformed.became("90001") == ["00003", "00002"]
    assert [c["is_whole"] for c in old_communes("00002")] == [False]
    assert old_communes("00001") == []
    assert reformed.named("90001", old=True) == {
        "code": "90001", "name": "Cũ Nhỏ", "full_name": "Thị trấn Cũ Nhỏ",
    }  # fmt: skip


def test_embedded_reform_knows_what_xuan_dai_was_made_of() -> None:
    assert [c["name"] for c in old_communes("08590")] == ["Xuân Đài", "Xuân Sơn", "Kim Thượng"]
