"""Does the card say who is served, of how many, what is planned, and what it rests on?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

DRAWN = "#card:not([aria-busy])"


def answer_of(address: str, path: str) -> Any:
    """Return what the service answers."""
    return httpx.get(f"{address}/v1/{path}").raise_for_status().json()


def first_id(address: str, collection: str) -> str:
    """Return the first row's identifier."""
    features = answer_of(address, f"collections/{collection}/items?limit=1&f=geojson")["features"]
    return str(features[0]["id"])


def card_text(page: Page, title: str) -> str:
    """Wait for the card of this title and return its text."""
    page.locator(f"{DRAWN} #card-title", has_text=title).wait_for()
    return page.inner_text("#card").replace("\u00a0", " ")


def choose(page: Page, **patch: str | int) -> None:
    """Change the state of the page, as its buttons do."""
    page.evaluate(
        "patch => import(new URL('web/js/state.js', document.baseURI)).then(s => s.set(patch))",
        patch,
    )


def vietnamese(value: float) -> str:
    """Write a whole number as Vietnamese do."""
    return f"{round(value):,}".replace(",", ".")


def test_commune_card_gives_shares_with_their_denominators(
    open_map: Callable[..., Page], address: str
) -> None:
    page = open_map("#sel=commune:00001")
    said = card_text(page, "Xã 1")
    rows = answer_of(address, "communes/00001/coverage")["coverage"]
    assert {row["operator"] for row in rows} >= {"any", "viettel", "vinaphone"}
    for row in rows:
        of = f"{vietnamese(row['people_served'])} trên {vietnamese(row['people'])} người"
        assert of in said
    assert page.locator(".bars tbody tr").count() == len(rows)
    assert page.locator(".bars tbody tr").first.locator("th").inner_text() == "Ít nhất một nhà mạng"
    assert "mô phỏng" in said
    assert answer_of(address, "communes/00001/coverage")["bundle_sha256"][:8] in said


def test_commune_card_follows_operator_year_and_language(
    open_map: Callable[..., Page], address: str
) -> None:
    page = open_map("#sel=commune:00001&op=vinaphone")
    said = card_text(page, "Xã 1")
    entries = answer_of(address, "communes/00001/coverage?operator=vinaphone&year=all")["coverage"]
    trend = page.locator("svg.trend desc").text_content() or ""
    assert len(entries) == trend.count(";") + 1
    assert "Theo năm của phương án: VinaPhone" in said
    assert page.locator(".bar-chosen th").inner_text() == "VinaPhone"
    last = max(entries, key=lambda entry: entry["year"])
    choose(page, year=last["year"])
    page.locator(".bars caption", has_text=f"năm {last['year']}").wait_for()
    chosen = page.locator(".bar-chosen .bar-of").inner_text()
    assert chosen.startswith(vietnamese(last["people_served"]))
    page.click("#language")
    page.locator("#card h3", has_text="People served").wait_for()
    assert "of 1,000 people" in page.inner_text("#card")


def test_village_leads_to_its_commune_and_back_by_the_browsers_button(
    open_map: Callable[..., Page], address: str
) -> None:
    page = open_map("#sel=commune:00001")
    card_text(page, "Xã 1")
    villages = answer_of(address, "collections/villages/items?commune_code=00001&f=geojson")
    unserved = [
        v["properties"]
        for v in villages["features"]
        if not (v["properties"]["rsrp_dbm_any"] or -999) >= v["properties"]["served_threshold_dbm"]
    ]
    counted = f"{len(unserved)} trên {len(villages['features'])} thôn"
    assert counted in page.inner_text("#card")
    page.locator("#card .card-list .link-button").first.click()
    most = max(unserved, key=lambda row: row["people"])
    card_text(page, most["name"])
    assert page.evaluate("document.activeElement.id") == "card-title"
    page.locator(".card-back button").click()
    card_text(page, "Xã 1")
    page.go_back()
    card_text(page, most["name"])


@pytest.mark.parametrize(
    ("kind", "collection", "expected"),
    [
        ("site", "sites", "Thiết bị phát sóng"),
        ("gap", "gaps", "Thôn nằm trong vùng"),
        ("proposal", "proposals", "Vì sao ở đây"),
        ("link", "links", "Hai đầu tuyến"),
    ],
)
def test_each_thing_on_the_map_has_a_card(
    open_map: Callable[..., Page], address: str, kind: str, collection: str, expected: str
) -> None:
    name = first_id(address, collection)
    page = open_map(f"#sel={kind}:{name}")
    page.wait_for_selector(f"{DRAWN} .card-foot")
    assert expected in page.inner_text("#card")
    assert page.locator("#card .badge").count() > 0
    path = page.locator(".card-downloads a").first.get_attribute("href")
    assert path is not None
    assert name in httpx.get(path).raise_for_status().text


def test_point_card_puts_words_first_and_decibels_in_small_print(
    open_map: Callable[..., Page], address: str
) -> None:
    page = open_map("#sel=point:105.02,21.02&lang=en")
    point = answer_of(address, "coverage/point?lon=105.02&lat=21.02")
    best = next(row for row in point["operators"] if row["operator"] == "any")
    said = card_text(page, best["name"]["en"])
    assert page.locator(".level").count() == len(point["operators"])
    assert f"\N{MINUS SIGN}{abs(round(best['rsrp_dbm']))} dBm" in said
    assert point["commune"]["full_name"] in page.locator(".card-back").inner_text()


def test_escape_closes_the_card_and_gives_the_focus_back(open_map: Callable[..., Page]) -> None:
    page = open_map()
    page.locator("#map canvas").focus()
    choose(page, selection="commune:00002")
    card_text(page, "Xã 2")
    assert page.evaluate("document.activeElement.id") == "card-title"
    page.keyboard.press("Escape")
    page.wait_for_selector("#card", state="hidden")
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"
    assert "sel=" not in page.url


def test_what_is_not_there_is_explained(open_map: Callable[..., Page], faults: list[str]) -> None:
    page = open_map("#sel=commune:99999")
    said = card_text(page, "Không tìm thấy")
    assert "Hãy chọn nơi khác trên bản đồ" in said
    assert [fault for fault in faults if "99999" in fault]
    faults.clear()


def test_a_service_that_fails_is_explained_and_can_be_asked_again(
    open_map: Callable[..., Page], faults: list[str]
) -> None:
    page = open_map()
    problem = {"title": "Busy", "status": 503, "detail": "Too many requests."}
    page.route(
        "**/communes/00001/coverage*",
        lambda route: route.fulfill(
            status=503, body=json.dumps(problem), content_type="application/problem+json"
        ),
    )
    choose(page, selection="commune:00001")
    assert "Too many requests." in card_text(page, "Chưa xem được")
    page.unroute("**/communes/00001/coverage*")
    page.get_by_role("button", name="Thử lại").click()
    card_text(page, "Xã 1")
    faults.clear()


def test_sheet_about_the_data_lists_origins_and_gives_the_focus_back(
    open_map: Callable[..., Page], address: str
) -> None:
    page = open_map()
    page.click("#open-about")
    page.wait_for_selector("#about[open]")
    said = page.inner_text("#about")
    assert "mô phỏng" in said
    assert answer_of(address, "communes/00001/coverage")["bundle_sha256"] in said
    page.keyboard.press("Escape")
    page.wait_for_selector("#about", state="hidden")
    assert page.evaluate("document.activeElement.id") == "open-about"
    assert "p=about" not in page.url


@pytest.mark.parametrize("view", ["#sel=commune:00001", "#sel=point:105.02,21.02", "#p=about"])
def test_axe_finds_nothing_serious(open_map: Callable[..., Page], view: str) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - browser tests only

    page = open_map(view, width=390, height=844)
    page.wait_for_selector("#about[open]" if "about" in view else "#card .card-foot")
    found = Axe().run(page).response["violations"]
    serious = [v["id"] for v in found if v["impact"] in {"serious", "critical"}]
    assert serious == []
