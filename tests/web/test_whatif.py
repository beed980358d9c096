"""Can a planner try out masts: with a key, by pointer and by keyboard, and keep what was tried?"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infraplan_api.access import KeyStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

EXECUTION = "**/processes/preview/execution"
VIEW = "#p=whatif&v=12/21.05/105.05"
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def planner_key(web_state: Path) -> str:
    """Return a key that may try out masts."""
    return KeyStore(web_state).add("planner", scopes=("plan",), days=1).text


@pytest.fixture
def open_panel(open_map: Callable[..., Page], planner_key: str) -> Callable[..., Page]:
    """Return a function that opens the panel and hands over the key."""

    def opened(view: str = VIEW, **options: Any) -> Page:
        page = open_map(view, fresh=True, **options)
        page.fill("#whatif-key", planner_key)
        page.press("#whatif-key", "Enter")
        page.wait_for_selector("#whatif-place")
        return page

    return opened


def press_map(page: Page, across: float, down: float) -> None:
    """Press the map at this share of its width and height."""
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])


def wait_answer(page: Page) -> str:
    """Wait until nothing is on its way, and return what the panel says."""
    page.wait_for_selector(
        "#whatif-answer[aria-busy=false]:not(.is-stale) .whatif-headline", timeout=PATIENCE_MS
    )
    return page.inner_text("#whatif").replace("\u00a0", " ")


def downloaded(page: Page, name: str) -> str:
    """Press a button and return the text of the file that it gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(download.value.path()).read_text("utf-8-sig")


def test_mast_is_put_changed_kept_and_downloaded(
    open_panel: Callable[..., Page], faults: list[str]
) -> None:
    page = open_panel()
    answers: list[Any] = []
    page.on(
        "response",
        lambda r: answers.append(r.json()) if "preview/execution" in r.url and r.ok else None,
    )
    press_map(page, 0.5, 0.5)
    said = wait_answer(page)
    mast = answers[-1]["masts"][0]
    gain = next(
        g for g in mast["gains"] if g["operator"] == "any" and g["environment"] == "outdoors"
    )
    assert gain["people_gained"] > 0
    assert f"+{gain['people_gained']:,.0f}".replace(",", ".") in said
    assert mast["villages"][0]["name"] in said
    assert len(mast["bill"]) == page.locator(".whatif-bill tbody tr").count()
    before = len(answers)
    page.fill("#whatif-height", "20")
    page.press("#whatif-height", "Tab")
    page.locator(".whatif-choose", has_text="20 m").wait_for()
    wait_answer(page)
    assert answers[before]["masts"][0]["mast"]["height_m"] == 20
    page.locator("#whatif-operator").select_option("vinaphone")
    page.locator(".whatif-choose", has_text="VinaPhone").wait_for()
    wait_answer(page)

    text = downloaded(page, "Tải JSON")
    points = json.loads(downloaded(page, "Tải GeoJSON"))
    rows = list(csv.DictReader(io.StringIO(downloaded(page, "Tải CSV"))))
    last = answers[-1]["masts"][0]
    place = points["features"][0]["geometry"]["coordinates"]
    assert place == [mast["mast"]["lon"], mast["mast"]["lat"]]
    assert float(rows[0]["capex_vnd"]) == last["cost"]["capex_vnd"]
    assert json.loads(text)["masts"][0]["operator"] == "vinaphone"

    page.get_by_role("button", name="Bỏ Cột 1").click()
    page.wait_for_selector(".whatif-mast-line", state="detached")
    assert page.evaluate("document.activeElement.id") == "whatif-place"
    page.set_input_files(
        "#whatif-file",
        {"name": "k.json", "mimeType": "application/json", "buffer": text.encode()},
    )
    page.locator(".whatif-choose", has_text="20 m").wait_for()
    wait_answer(page)
    assert faults == []


def test_several_masts_make_a_scenario_that_the_browser_keeps(
    open_panel: Callable[..., Page],
) -> None:
    page = open_panel()
    press_map(page, 0.4, 0.4)
    wait_answer(page)
    press_map(page, 0.6, 0.6)
    page.locator(".whatif-choose", has_text="Cột 2").wait_for()
    wait_answer(page)
    page.get_by_role("button", name="Cả 2 cột").click()
    wait_answer(page)
    assert page.locator(".whatif-mast").count() == 2
    page.locator(".whatif-scenarios summary").click()
    page.fill("#whatif-name", "Vùng cao")
    page.press("#whatif-name", "Tab")
    page.locator(".whatif-scenario-name", has_text="Vùng cao").wait_for()
    page.reload()
    page.locator(".whatif-scenario-name", has_text="Vùng cao").wait_for()
    assert page.locator(".whatif-mast-line").count() == 2
    assert "sc=s1" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector("#whatif", state="hidden")
    assert page.locator(".whatif-mast").count() == 0


def test_mast_is_put_and_moved_by_keyboard_alone(open_panel: Callable[..., Page]) -> None:
    page = open_panel("#p=whatif&v=12/21.05/105.05&lang=en", width=390, height=844)
    page.focus("#whatif-place")
    page.keyboard.press("Enter")
    wait_answer(page)
    page.locator(".whatif-place summary").press("Enter")
    lon = float(page.input_value("#whatif-lon"))
    page.locator(".whatif-mast").focus()
    page.keyboard.press("Shift+ArrowRight")
    wait_answer(page)
    assert float(page.input_value("#whatif-lon")) > lon
    page.focus("#whatif-slider")
    page.keyboard.press("ArrowRight")
    page.locator(".whatif-choose", has_text="43 m").wait_for()
    wait_answer(page)


def test_key_is_asked_for_and_a_wrong_one_explained(
    open_map: Callable[..., Page], planner_key: str, faults: list[str]
) -> None:
    page = open_map(VIEW, fresh=True)
    press_map(page, 0.5, 0.5)
    assert page.evaluate("document.activeElement.id") == "whatif-key"
    assert page.locator(".whatif-mast").count() == 0
    page.fill("#whatif-key", planner_key[:-1] + ("a" if planner_key[-1] != "a" else "b"))
    page.press("#whatif-key", "Enter")
    page.click("#whatif-place")
    page.locator(".whatif-problem", has_text="Khóa không đúng").wait_for()
    assert page.evaluate("sessionStorage.getItem('infraplan.key')") is None
    assert [fault for fault in faults if fault.startswith("401")]
    faults.clear()
    page.fill("#whatif-key", planner_key)
    page.press("#whatif-key", "Enter")
    wait_answer(page)
    assert page.evaluate("localStorage.getItem('infraplan.key')") is None
    page.get_by_role("button", name="Bỏ khóa").click()
    assert page.evaluate("document.activeElement.id") == "whatif-key"
    assert page.evaluate("sessionStorage.getItem('infraplan.key')") is None


def test_place_outside_the_province_is_explained(
    open_panel: Callable[..., Page], faults: list[str]
) -> None:
    page = open_panel("#p=whatif&v=12/22.05/105.05")
    page.click("#whatif-place")
    page.locator(".whatif-problem", has_text="Hãy đặt trong tỉnh").wait_for(timeout=PATIENCE_MS)
    assert page.locator(".whatif-problem li").count() >= 1
    faults.clear()


def test_refusals_are_explained(open_panel: Callable[..., Page], faults: list[str]) -> None:
    page = open_panel()
    problem = {"title": "No", "status": 0, "detail": "No."}
    page.route(
        EXECUTION,
        lambda route: route.fulfill(
            status=problem["status"],
            body=json.dumps(problem),
            headers={"retry-after": "7", "content-type": "application/problem+json"},
        ),
    )
    refusals = {429: "hỏi lại sau 7 giây", 503: "chưa sẵn sàng", 403: "không được phép"}
    for problem["status"], said in refusals.items():
        page.click("#whatif-place")
        page.locator(".whatif-problem", has_text=said).wait_for()
    faults.clear()


def test_file_that_is_no_scenario_is_refused(open_panel: Callable[..., Page]) -> None:
    page = open_panel()
    for content in (b"no json", b'{"kind": "infraplan-scenario", "masts": [{"lon": 1}]}', b"[]"):
        upload = {"name": "x.json", "mimeType": "application/json", "buffer": content}
        page.set_input_files("#whatif-file", upload)  # type: ignore[arg-type]
        page.locator(".whatif-problem", has_text="không phải kịch bản").wait_for()
    assert page.locator(".whatif-mast-line").count() == 0


def test_axe_finds_nothing_serious(open_panel: Callable[..., Page]) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - browser tests only

    page = open_panel()
    press_map(page, 0.5, 0.5)
    wait_answer(page)
    page.locator(".whatif-bill summary").click()
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []


def test_antennas_are_tried_on_a_mast_that_stands(open_panel: Callable[..., Page]) -> None:
    page = open_panel()
    page.click("#whatif .pane-close")
    page.evaluate("location.hash = '#sel=site:S1'")
    page.wait_for_selector("#card-host")
    page.click("#card-host")
    said = wait_answer(page)
    assert "S1" in said
    assert page.locator("#whatif-height").count() == 0
    assert page.locator(".whatif-mast[aria-label]").count() == 1
