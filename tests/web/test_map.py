"""Does the map show what is chosen, in both languages, by mouse, by keyboard and on a phone?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Open = Callable[..., Page]

pytestmark = pytest.mark.browser

STYLE_LAYERS = """async () => {
  const { getMap } = await import("/web/js/view.js");
  return getMap().getStyle().layers.map(({ id, layout }) => [id, layout?.visibility ?? "visible"]);
}"""
SHARES = """async (codes) => {
  const { getMap } = await import("/web/js/view.js");
  const of = (id) => getMap().getFeatureState({ source: "communes", sourceLayer: "communes", id });
  return codes.map((code) => of(code).share);
}"""
IDLE = """async () => {
  const { getMap } = await import("/web/js/view.js");
  const map = getMap();
  if (!map.loaded() || !map.areTilesLoaded()) await new Promise((done) => map.once("idle", done));
}"""


def shown(page: Page) -> dict[str, str]:
    """Return the layers of the map and whether each is visible."""
    return dict(page.evaluate(STYLE_LAYERS))


def asked(page: Page, path: str, **query: str) -> Any:
    """Ask the service what the page asks."""
    answer = page.request.get(f"{page.url.split('#')[0]}v1/{path}", params=query)
    assert answer.ok
    return answer.json()


def people_without(page: Page) -> str:
    """Return the first of the big numbers."""
    return page.locator("#numbers dd").first.inner_text().split()[0]


def test_the_first_view_shows_shares_numbers_and_legend(open_map: Open) -> None:
    page = open_map(fresh=True)
    answer = asked(page, "coverage/communes", operator="any")
    codes = [commune["code"] for commune in answer["communes"]]
    shares = [c["coverage"][0]["people_served_share_of_commune_people"] for c in answer["communes"]]
    assert page.evaluate(SHARES, codes) == shares
    total = answer["province"][0]
    left = round(total["people"] - total["people_served"])
    assert people_without(page) == f"{left:,}".replace(",", ".")
    assert page.locator("#legend ol li").count() == 6
    assert page.locator("html").get_attribute("lang") == "vi"
    assert page.locator("#basis").inner_text() == "Số liệu mô phỏng"
    page.evaluate(IDLE)
    page.wait_for_selector("html:not(.is-loading)")


def test_a_choice_changes_numbers_and_address_and_can_be_sent(open_map: Open) -> None:
    page = open_map()
    before = people_without(page)
    page.select_option("#operator-a", "vinaphone")
    page.wait_for_function(
        "(was) => document.querySelector('#numbers dd').innerText.split(/\\s/)[0] !== was",
        arg=before,
    )
    assert "op=vinaphone" in page.url
    shown_there = people_without(page)
    other = open_map(f"#{page.url.split('#')[1]}", fresh=True)
    assert people_without(other) == shown_there
    assert other.locator("#operator-a").input_value() == "vinaphone"


def test_the_year_moves_by_keys_and_keeps_the_slider_in_hand(open_map: Open) -> None:
    page = open_map()
    page.focus("#year-a")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    year = page.evaluate("async () => (await import('/web/js/state.js')).get().year")
    years = page.evaluate("async () => (await import('/web/js/meta.js')).meta.years")
    assert year == years[-2]
    assert page.evaluate("document.activeElement.id") == "year-a"
    assert page.locator("#year-a").get_attribute("aria-valuetext") == str(year)
    assert f"y={year}" in page.url


def test_signal_and_server_are_tiles_of_this_service(open_map: Open) -> None:
    page = open_map()
    with page.expect_response(
        re.compile(r"/v1/coverage/service_class_4G_outdoors_any/tiles/.*year=")
    ) as tile:
        page.check("#layer-signal", force=True)
    assert tile.value.status in {200, 204}
    assert page.locator("#legend ol li").count() == 5
    assert "−105 dBm" in page.locator("#legend").inner_text()
    layers = shown(page)
    assert layers["communes"] == "none"
    assert [name for name in layers if name.startswith("raster-service_class_4G_outdoors_any")]
    with page.expect_response(re.compile(r"/v1/coverage/server_any/tiles/")):
        page.check("#layer-server", force=True)
    layers = shown(page)
    assert [name for name in layers if name.startswith("raster-")] == ["raster-server_any-"]


def test_what_the_bundle_lacks_is_explained(open_map: Open) -> None:
    page = open_map("#l=server&t=2G")
    assert page.locator("#empty").is_visible()
    assert "công nghệ của kế hoạch" in page.locator("#empty").inner_text()
    page.check("#layer-share", force=True)
    page.wait_for_selector("#empty", state="hidden")


def test_overlays_are_switched_on_and_off(open_map: Open) -> None:
    page = open_map("#on=")
    overlays = {
        "gaps": {"gaps-fill", "gaps-white", "gaps-weak"},
        "sites": {"sites"},
        "proposals": {"proposals"},
        "links": {"links-fibre", "links-microwave"},
        "labels": {"communes-names"},
    }
    for name, layers in overlays.items():
        assert {shown(page)[layer] for layer in layers} == {"none"}
        page.check(f"#overlay-{name}")
        assert {shown(page)[layer] for layer in layers} == {"visible"}
        assert f"on={name}" in page.url
        page.uncheck(f"#overlay-{name}")
        assert {shown(page)[layer] for layer in layers} == {"none"}


def test_two_choices_are_compared_under_one_line(open_map: Open) -> None:
    page = open_map()
    page.click("#compare")
    handle = page.locator(".swipe-handle")
    handle.wait_for()
    page.wait_for_selector("#map-b canvas")
    labels = page.locator(".swipe-label").all_inner_texts()
    assert labels[0] != labels[1]
    handle.focus()
    page.keyboard.press("PageUp")
    assert handle.get_attribute("aria-valuenow") == "60"
    page.keyboard.press("Home")
    assert handle.get_attribute("aria-valuenow") == "0"
    page.select_option("#operator-b", "viettel")
    page.wait_for_function(
        "document.querySelector('.swipe-label.right').textContent.includes('Viettel')"
    )
    page.click("#compare")
    assert page.locator("#map-b").is_hidden()
    page.go_back()
    page.wait_for_selector(".swipe-handle", state="visible")


def test_the_language_changes_all_words_and_the_address_keeps_it(open_map: Open) -> None:
    page = open_map(fresh=True)
    page.click("#language")
    page.wait_for_selector("html[lang=en]")
    assert page.locator("#compare").inner_text() == "Compare two choices"
    assert "people without 4G" in page.locator("#numbers").inner_text()
    assert "below 50 %" in page.locator("#legend").inner_text()
    page.reload()
    page.wait_for_selector("html.is-ready[lang=en]")
    page.go_back()
    page.wait_for_selector("html[lang=vi]")
    assert page.locator("#compare").inner_text() == "So sánh hai lựa chọn"


def test_the_map_is_used_by_keys_alone(open_map: Open) -> None:
    page = open_map("#on=labels&v=11/21.025/105.025", fresh=True)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.classList.contains('maplibregl-canvas')")
    page.evaluate(IDLE)
    page.keyboard.press("Enter")
    page.wait_for_selector("#card", state="visible")
    assert "sel=commune:00001" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector("#card", state="hidden")
    assert "sel=" not in page.url


def test_a_press_selects_and_the_back_button_returns(open_map: Open) -> None:
    page = open_map("#on=labels&v=11/21.025/105.025")
    page.evaluate(IDLE)
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#card", state="visible")
    page.go_back()
    page.wait_for_selector("#card", state="hidden")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640), (1440, 900)])
def test_nothing_covers_the_legend(open_map: Open, width: int, height: int) -> None:
    page = open_map("#sel=commune:00001", width=width, height=height, touch=width < 800)
    page.wait_for_selector("#card", state="visible")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    covered = """() => {
      const box = document.getElementById("legend").getBoundingClientRect();
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      const { height } = document.getElementById("map").getBoundingClientRect();
      const onTop = document.getElementById("legend").contains(top);
      return [onTop, box.bottom <= innerHeight + 1, height > 100];
    }"""
    assert page.evaluate(covered) == [True, True, True]


def test_on_a_phone_the_choices_open_and_close(open_map: Open) -> None:
    page = open_map(width=390, height=844, touch=True)
    assert page.locator("#choices").is_hidden()
    page.tap("#open-choices")
    assert page.locator("#choices").is_visible()
    assert page.locator("#open-choices").get_attribute("aria-expanded") == "true"
    page.tap("#open-choices")
    assert page.locator("#choices").is_hidden()


def test_the_view_is_kept_as_a_picture(open_map: Open, tmp_path: Path) -> None:
    page = open_map("#on=labels,proposals,gaps")
    page.evaluate(IDLE)
    page.click("#open-print")
    with page.expect_download() as download:
        page.click("#print-png")
    file = tmp_path / "map.png"
    download.value.save_as(file)
    content = file.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 40_000


def test_what_is_seen_can_be_downloaded(open_map: Open) -> None:
    page = open_map("#on=gaps,sites&op=viettel")
    links = page.locator("#downloads a").evaluate_all("all => all.map((a) => a.href)")
    assert len(links) == 5
    for link in links:
        answer = page.request.get(link)
        assert answer.status == 200, link
        assert len(answer.body()) > 100
    assert any("operator=viettel" in link and "f=csv" in link for link in links)


def test_nonsense_in_the_address_falls_back_to_what_there_is(
    open_map: Open, faults: list[str]
) -> None:
    page = open_map("#t=9G&y=1&op=%3Cb%3E&l=evil&o=9&v=a/b/c&lang=fr&sel=%22x&cmp=1.2", fresh=True)
    faults.clear()  # asking for 9G is refused by the service, and asked again without it
    assert page.evaluate("async () => (await import('/web/js/state.js')).get().technology") == "4G"
    assert page.locator("#problem").is_hidden()
    assert page.locator("#legend ol li").count() == 6


def test_a_service_that_is_gone_is_told_with_what_to_do(open_map: Open, faults: list[str]) -> None:
    page = open_map(fresh=True)
    page.route("**/v1/coverage/communes**", lambda route: route.abort())
    page.select_option("#operator-a", "viettel")
    page.wait_for_selector("#problem", state="visible")
    assert "tải lại" in page.locator("#problem").inner_text()
    faults.clear()  # the aborted request is what the test is about


@pytest.mark.parametrize(
    ("view", "width"),
    [
        ("#on=labels,proposals,links,gaps,sites,villages", 1440),
        ("#lang=en&cmp=4G.viettel.outdoors.served.2025", 1440),
        ("", 390),
    ],
)
def test_axe_finds_nothing_serious(open_map: Open, view: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - browser tests only

    page = open_map(view, width=width, height=844)
    found = Axe().run(page).response["violations"]
    serious = [
        (v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in {"serious", "critical"}
    ]
    assert serious == []


@pytest.mark.parametrize(
    ("name", "view", "size"),
    [
        ("wide-vi", "#on=labels,proposals,gaps&sel=commune:00001", (1440, 900)),
        ("wide-en-compare", "#lang=en&l=signal&cmp=4G.any.outdoors.served.2028", (1440, 900)),
        ("phone-vi", "", (390, 844)),
        ("phone-en-card", "#lang=en&sel=commune:00001", (390, 844)),
    ],
)
def test_pictures_of_the_page_are_kept_to_be_looked_at(
    open_map: Open, name: str, view: str, size: tuple[int, int]
) -> None:
    page = open_map(view, width=size[0], height=size[1], touch=size[0] < 800)
    page.evaluate(IDLE)
    folder = Path(__file__).parents[2] / "build" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    picture = page.screenshot(path=folder / f"{name}.png")
    blank = page.evaluate("document.getElementById('map').getBoundingClientRect().height") < 100
    assert not blank
    assert len(picture) > 20_000
