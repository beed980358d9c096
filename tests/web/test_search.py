"""Is a place found by typing, with or without diacritics, by keyboard alone?"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FIELD = "#search-field"
OPTION = "#search-list [role=option]"


def test_commune_is_found_without_diacritics_by_keyboard_alone(
    open_map: Callable[..., Page],
) -> None:
    page = open_map()
    page.focus(FIELD)
    page.keyboard.type("xa 3", delay=15)
    page.wait_for_selector(OPTION)
    assert page.get_attribute(FIELD, "aria-expanded") == "true"
    assert page.get_attribute(FIELD, "aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    active = page.get_attribute(FIELD, "aria-activedescendant")
    assert page.get_attribute(f"#{active}", "aria-selected") == "true"
    assert "Xã 3" in page.inner_text(f"#{active}")
    page.keyboard.press("Enter")
    page.locator("#card-title", has_text="Xã 3").wait_for()
    assert page.get_attribute(FIELD, "aria-expanded") == "false"
    assert "sel=commune:00003" in page.url
    assert page.evaluate("document.activeElement.id") == "card-title"
    page.keyboard.press("Escape")
    page.wait_for_selector("#card", state="hidden")
    assert page.evaluate("document.activeElement.id") == "search-field"


def test_village_and_code_are_found_and_the_map_moves_there(open_map: Callable[..., Page]) -> None:
    page = open_map()
    page.fill(FIELD, "khu 9")
    page.locator(OPTION, has_text="Khu 9").click()
    page.locator("#card-title", has_text="Khu 9").wait_for()
    assert "sel=village:" in page.url
    page.wait_for_url(re.compile(r"v=\d"))
    page.fill(FIELD, "00004")
    page.wait_for_selector(OPTION)
    page.press(FIELD, "Enter")
    page.locator("#card-title", has_text="Xã 4").wait_for()


def test_nothing_found_is_said_and_escape_closes_the_list(open_map: Callable[..., Page]) -> None:
    page = open_map("#lang=en")
    page.fill(FIELD, "zzzzqq")
    page.wait_for_selector("#search-status")
    assert "Nothing found for “zzzzqq”" in page.inner_text("#search-status")
    page.fill(FIELD, "khu")
    page.wait_for_selector(OPTION)
    page.press(FIELD, "Escape")
    page.wait_for_selector("#search-list", state="hidden")
    assert page.input_value(FIELD) == "khu"
    page.press(FIELD, "Escape")
    assert page.input_value(FIELD) == ""


def test_only_the_last_typing_is_asked_for(open_map: Callable[..., Page]) -> None:
    page = open_map()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "resolve" in r.url else None)
    page.focus(FIELD)
    page.keyboard.type("khu 1")
    page.wait_for_selector(OPTION)
    assert len(asked) < len("khu 1")
    assert "q=khu+1" in asked[-1] or "q=khu%201" in asked[-1]


def test_a_service_that_fails_is_said(open_map: Callable[..., Page], faults: list[str]) -> None:
    page = open_map()
    problem = {"title": "Busy", "status": 503, "detail": "Too many requests."}
    page.route(
        "**/communes/resolve*",
        lambda route: route.fulfill(
            status=503, body=json.dumps(problem), content_type="application/problem+json"
        ),
    )
    page.fill(FIELD, "khu")
    page.wait_for_selector("#search-status")
    assert "Hãy thử lại" in page.inner_text("#search-status")
    faults.clear()
