"""Are words, colours and marks of the map true to what is chosen, for eyes and for keys alone?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Open = Callable[..., Page]

pytestmark = pytest.mark.browser

LAYERS = """async (id) => {
  const { getMap } = await import("/web/js/view.js");
  return [getMap().getLayoutProperty(id, "visibility"), JSON.stringify(getMap().getFilter(id))];
}"""


def test_levels_speak_of_the_place_that_is_chosen(open_map: Open) -> None:
    page = open_map("#l=signal&lang=en")
    legend = page.locator("#legend")
    assert "Usable outdoors" in legend.inner_text()
    page.check("#environment-a-indoors", force=True)
    legend.get_by_text("Usable indoors").wait_for()
    assert "outdoors" not in legend.inner_text()
    assert "Usable indoors" in page.locator("#level-a option").all_inner_texts()


def test_the_big_numbers_name_a_level_that_is_not_the_usual_one(open_map: Open) -> None:
    page = open_map("#lv=good")
    page.locator("#numbers dt", has_text="mức tốt").first.wait_for()


def test_colours_of_the_legend_are_those_on_the_map(open_map: Open) -> None:
    page = open_map("#o=1")
    darkest = page.locator("#legend ol rect").first
    assert darkest.get_attribute("fill") == "#00224e"
    page.fill("#opacity", "0.5")
    page.locator("#legend ol rect[fill='#77899d']").wait_for()


def test_overloaded_spots_are_a_layer_of_the_chosen_operator(open_map: Open) -> None:
    page = open_map("#op=viettel")
    page.evaluate("import('/web/js/meta.js').then(({ meta }) => meta.totals.congested_spots = 1)")
    page.select_option("#operator-a", "vinaphone")
    page.check("#overlay-congested")
    visible, wanted = page.evaluate(LAYERS, "congested-fill")
    assert visible == "visible"
    assert "vinaphone" in wanted
    assert "Nghẽn" in page.locator("#legend ul").inner_text()
    links = page.locator("#downloads a").evaluate_all("all => all.map((a) => a.href)")
    assert any("kind=congested" in link for link in links)


def test_gaps_of_today_say_so_beside_another_year(open_map: Open) -> None:
    page = open_map("#on=gaps")
    assert "Vùng trắng\n" in page.locator("#legend ul").inner_text() + "\n"
    page.focus("#year-a")
    page.keyboard.press("End")
    base = page.evaluate("import('/web/js/meta.js').then(({ meta }) => meta.baseYear)")
    page.locator("#legend ul", has_text=f"Vùng trắng (4G, {base})").wait_for()


def test_all_communes_are_listed_the_least_served_first_by_keys(open_map: Open) -> None:
    page = open_map()
    page.focus("#search-field")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#search-list [aria-selected=true]")
    said = page.locator("#search-list .search-aside").all_inner_texts()
    shares = [float(text.split("%")[0].replace(",", ".").strip()) for text in said]
    assert len(shares) == page.evaluate(
        "import('/web/js/meta.js').then(({ meta }) => meta.first.communes.length)"
    )
    assert shares == sorted(shares)
    page.keyboard.press("Enter")
    page.wait_for_selector("#card:not([aria-busy]) .bars")
    assert "sel=commune:" in page.url


@pytest.mark.parametrize("size", [(1024, 768), (720, 450), (360, 640)])
def test_title_and_language_are_whole_on_small_screens(
    open_map: Open, size: tuple[int, int]
) -> None:
    page = open_map("#lang=en", width=size[0], height=size[1])
    whole = """() => {
      const { right, left } = document.getElementById("language").getBoundingClientRect();
      const { height } = document.getElementById("maps").getBoundingClientRect();
      return [left >= 0 && right <= innerWidth, height >= 150,
        document.documentElement.scrollWidth <= innerWidth];
    }"""
    assert page.evaluate(whole) == [True, True, True]
    assert page.get_by_role("button", name="Tiếng Việt").is_visible()


def test_wide_spaced_text_is_not_cut(open_map: Open) -> None:
    page = open_map("#sel=commune:00001")
    page.wait_for_selector("#card .card-foot")
    page.evaluate(
        """() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`* { letter-spacing: .12em !important; line-height: 1.5 !important;
        word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
      document.adoptedStyleSheets = [sheet];
    }"""
    )
    cut = """() => [...document.querySelectorAll("#choices, #legend, #card, #numbers > div")]
      .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.id || box.tagName)"""
    found = page.evaluate(cut)
    page.evaluate("() => { document.adoptedStyleSheets = []; }")
    assert found == []


def test_the_sheet_about_the_data_lists_the_files(open_map: Open) -> None:
    page = open_map("#p=about&lang=en")
    page.wait_for_selector("#about[open]")
    assert page.locator("#about .about-table tbody tr").count() > 3
