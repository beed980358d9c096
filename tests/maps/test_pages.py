"""Does a kept map open by double click, ask nobody, and do its sliders and cards work?"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import shapely

import infraplan as ip
from infraplan.errors import OutputError
from infraplan.maps import page as pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

MOST_BYTES = 3_000_000

pytestmark = pytest.mark.filterwarnings(
    "ignore:Passing unrecognized arguments to super:DeprecationWarning"
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@contextmanager
def _opened(browser: Browser, path: Path, *, width_px: int = 1100) -> Iterator[Page]:
    """Open a page; nothing but the file itself may be asked for, and no fault may be heard."""
    asked: list[str] = []
    faults: list[str] = []
    opened = browser.new_page(viewport={"width": width_px, "height": 760})
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto(path.as_uri())
    opened.wait_for_selector("html[data-ready=yes]")
    yield opened
    outside = [url for url in asked if not url.startswith("data:")]
    opened.close()
    assert outside == [path.as_uri()]
    assert faults == []


def test_page_is_small_whole_and_the_same_each_time(story: Any, tmp_path: Path) -> None:
    shown = story.show(communes=story.communes)
    first = ip.maps.save_html(shown, tmp_path / "new" / "a.html").read_bytes()
    again = ip.maps.save_html(story.show(communes=story.communes), tmp_path / "b.html").read_bytes()
    assert first == again
    assert len(first) < MOST_BYTES
    text = first.decode()
    before_scripts = text.split("<script>")[0]
    assert not re.findall(r"(?:src|href)=\"(?!data:)", before_scripts)
    assert "%%" not in before_scripts
    assert "Redistribution and use in source and binary forms" in text  # Leaflet's licence
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["b.html"]  # nothing half-written


@pytest.mark.parametrize("name", ["map.png", "map"])
def test_file_of_another_kind_is_refused(story: Any, tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match=r"ends in \.html"):
        ip.maps.save_html(story.show(), tmp_path / name)


def test_place_that_cannot_be_written_is_named(story: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        ip.maps.save_html(story.show(), tmp_path / "file" / "map.html")


def test_missing_leaflet_is_told_with_its_remedy(
    story: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_VENDOR", tmp_path)
    with pytest.raises(OutputError, match=r"hatch_build\.py"):
        ip.maps.save_html(story.show(), tmp_path / "map.html")
    assert list(tmp_path.iterdir()) == []


def test_name_that_looks_like_markup_stays_a_name(story: Any, tmp_path: Path) -> None:
    study = story.study
    hostile = study.communes.assign(name="</script><script>alert(1)</script>")
    shown = ip.maps.coverage(study, story.signal, communes=hostile)
    text = ip.maps.save_html(shown, tmp_path / "a.html").read_text()
    assert "alert(1)</script>" not in text
    assert "alert(1)" in text


@pytest.mark.browser
def test_sliders_choices_and_cards_work_in_the_page(
    story: Any, browser: Browser, folder: Path
) -> None:
    shown = ip.maps.plan(
        story.study, story.plan, gaps=story.gaps, scenarios={"B": story.plan}, language="en"
    )
    path = ip.maps.save_html(shown, folder / "plan.html")
    with _opened(browser, path) as opened:
        marks = opened.locator(".leaflet-marker-icon")
        assert marks.count() == len(story.plan.sites)
        slider = opened.get_by_role("slider", name="Year")
        slider.focus()
        opened.keyboard.press("Home")
        assert marks.count() == 0
        assert opened.locator(".caption").text_content() == "Today: nothing built yet"
        opened.keyboard.press("End")
        assert opened.locator("output").text_content() == str(shown.drawing.years[-1])
        opened.get_by_label("Plan", exact=True).select_option("B")
        assert marks.count() == len(story.plan.sites)
        marks.first.focus()
        opened.keyboard.press("Enter")
        assert "People" in (opened.locator(".leaflet-popup-content").text_content() or "")
        assert opened.get_by_role("button", name="Close", exact=True).count() == 1
        opened.get_by_label("Proposed sites: new or shared masts").uncheck()
        assert marks.count() == 0


@pytest.mark.browser
def test_years_of_a_forecast_change_the_picture(story: Any, browser: Browser, folder: Path) -> None:
    shown = ip.maps.coverage(story.study, story.signal, outlook=story.outlook, language="en")
    path = ip.maps.save_html(shown, folder / "coverage.html")
    with _opened(browser, path) as opened:
        picture = opened.locator("img.leaflet-image-layer")
        assert picture.count() == 1
        before = picture.get_attribute("src")
        opened.get_by_role("slider", name="Year").focus()
        opened.keyboard.press("End")
        assert picture.count() == 1
        assert picture.get_attribute("src") != before
        opened.get_by_label("Signal opacity").fill("0.3")
        assert "opacity: 0.3" in (picture.get_attribute("style") or "")
        opened.get_by_label("Operator", exact=True).select_option("Viettel")
        assert picture.count() == 1


@pytest.mark.browser
def test_line_of_a_split_map_moves(story: Any, browser: Browser, folder: Path) -> None:
    sides = [
        ip.maps.coverage(story.study, story.signal, operators=[operator], language="en")
        for operator in ("viettel", "vinaphone")
    ]
    path = ip.maps.save_html(ip.maps.compare(*sides), folder / "split.html")
    with _opened(browser, path) as opened:
        clip = "name => getComputedStyle(document.querySelector(`.leaflet-${name}-pane`)).clip"
        names = ["left", "right", "left_below", "right_below"]
        before = [opened.evaluate(clip, name) for name in names]
        assert all(found.startswith("rect(") for found in before)
        opened.get_by_role("slider", name="Drag to compare").focus()
        opened.keyboard.press("End")
        after = [opened.evaluate(clip, name) for name in names]
        assert all(a != b for a, b in zip(before, after, strict=True))


@pytest.mark.browser
def test_nothing_covers_another_thing_on_a_phone(
    story: Any, browser: Browser, folder: Path
) -> None:
    sides = [
        ip.maps.coverage(story.study, story.signal, operators=[operator])
        for operator in ("viettel", "vinaphone")
    ]
    path = ip.maps.save_html(ip.maps.compare(*sides), folder / "phone.html")
    with _opened(browser, path, width_px=390) as opened:
        opened.locator(".legend summary").click()
        names = [".badge", ".legend", ".panel", ".leaflet-control-scale", ".split b"]
        found = [opened.locator(name).first.bounding_box() for name in names]
        boxes = [
            shapely.box(b["x"], b["y"], b["x"] + b["width"], b["y"] + b["height"])
            for b in found
            if b is not None
        ]
        assert len(boxes) == len(names)
        assert all(shapely.within(boxes, shapely.box(0, 0, 390, 760)))
        assert shapely.union_all(boxes).area == pytest.approx(sum(b.area for b in boxes))
        opened.locator(".leaflet-control-zoom-in").click()
