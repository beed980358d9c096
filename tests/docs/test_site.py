"""Is the site whole: links, names, columns, commands, requests; and does it ask nobody else?"""

from __future__ import annotations

import ast
import re
import shutil
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
import typer

import infraplan
from infraplan import settings as environment
from infraplan.catalog import table
from infraplan.cli.app import app
from infraplan.study_file import StudyFile
from infraplan.tables import spec
from infraplan_api import create_app
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TABLES = sorted(
    path.stem for path in (Path(infraplan.__file__).parent / "catalog" / "tables").glob("*.csv")
)
SOURCE = Path(infraplan.__file__).parent
DOCS = Path(__file__).parents[2] / "docs"


def _listed(package: str) -> list[str]:
    """Return the public names of a package, read and not imported: leafmap takes long to load."""
    folder = SOURCE / package / "__init__.py"
    path = folder if folder.is_file() else SOURCE / f"{package}.py"
    (found,) = re.findall(
        r"^__all__ = (\[.*?\])", path.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    names: list[str] = ast.literal_eval(found)
    return names


PACKAGES = [n for n in infraplan.__all__ if n not in ("Study", "__version__")]
LOADS = {("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src")}
"""What a browser fetches without being asked; links are followed by people."""


class _Page(HTMLParser):
    """Gathers the places, links and loaded things of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if tag == "a" and name == "href" and value:
                self.links.append(value)
            if (tag, name) in LOADS and value:
                self.loaded.append(value)


@cache
def _page(path: Path) -> _Page:
    return _Page(path.read_text(encoding="utf-8"))


def _text(site: Path, name: str) -> str:
    return (site / name).read_text(encoding="utf-8")


def test_every_link_of_every_page_leads_somewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 50
    broken = []
    for path in pages:
        for link in _page(path).links:
            parts = urlsplit(link)
            if parts.scheme or (path.name == "404.html"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            place = unquote(parts.fragment)
            html = target.suffix == ".html"
            if not target.is_file() or (place and html and place not in _page(target).ids):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert not broken


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        loaded = [one for one in _page(path).loaded if urlsplit(one).scheme or one[:2] == "//"]
        assert not [one for one in loaded if not one.startswith("data:")], path.name
    for path in site.rglob("*.css"):
        for found in re.findall(r"(?:url\(|@import )['\"]?([^'\")]+)", path.read_text("utf-8")):
            assert not found.startswith(("http:", "https:", "//")), f"{path.name}: {found}"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_in_the_reference(site: Path, package: str) -> None:
    text = _text(site, f"reference/python/{package}.html")
    ids = set(re.findall(r'id="(infraplan[\w.]*)"', text))
    for name in _listed(package):
        own = re.compile(rf"infraplan(?:\.[a-z_0-9]+)*\.{name}")  # and not a method of that name
        assert any(own.fullmatch(one) for one in ids), f"infraplan.{package}.{name}"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_in_the_dictionary(site: Path, name: str) -> None:
    part = _text(site, "dictionary/tables.html").split(f'<h3 id="{name}">', 1)[1].split("<h3", 1)[0]
    for column in spec(name).names:
        assert f"<code>{column}</code>" in part


@pytest.mark.parametrize(
    ("page", "catalogue"),
    [
        ("prices", "costs"),
        ("targets", "targets"),
        ("targets", "ranking_weights"),
        ("rules", "rules"),
        ("radio", "bands"),
    ],
)
def test_catalogues_are_shown_whole(site: Path, page: str, catalogue: str) -> None:
    text = _text(site, f"dictionary/{page}.html")
    rows = table(catalogue)
    for key in rows[rows.columns[0]]:
        assert f"<code>{key}</code>" in text


def test_every_command_and_option_is_in_the_reference(site: Path) -> None:
    text = _text(site, "reference/commands.html")
    waiting = [("infraplan", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        if hasattr(command, "commands"):
            waiting += [(f"{name} {word}", one) for word, one in command.commands.items()]
            continue
        part = text.split(f">{name}<", 1)[1].split("<h2", 1)[0]
        for option in (one for p in command.params for one in p.opts if one.startswith("--")):
            assert option == "--help" or f"<code>{option}</code>" in part, f"{name} {option}"


def test_every_request_setting_and_word_of_a_study_is_in_the_reference(site: Path) -> None:
    requests = _text(site, "reference/http.html")
    for path, item in create_app().openapi()["paths"].items():
        for method, operation in item.items():
            part = requests.split(f"<code>{method.upper()} {path}</code>", 1)[1].split("<h3", 1)[0]
            for one in operation.get("parameters", []):
                assert f"<code>{one['name']}</code>" in part, f"{method} {path}: {one['name']}"
            assert ("<code>inputs</code>" in part) == ("requestBody" in operation)
    assert "<code>inputs.masts[].height_m</code>" in requests
    settings = _text(site, "reference/settings.html")
    for name in re.findall(r'"(INFRAPLAN_[A-Z]+)"', Path(environment.__file__).read_text("utf-8")):
        assert f"<code>{name}</code>" in settings
    for name in Settings.__dataclass_fields__:
        assert f"INFRAPLAN_API_{name.upper()}" in settings
    words = _page(site / "reference" / "study-file.html").ids
    assert set(StudyFile.model_fields) <= words


def test_equations_are_drawn_without_a_script(site: Path) -> None:
    written = sorted((DOCS / "models").glob("*.md"))
    assert len(written) > 10
    for source in written:
        wanted = len(re.findall(r"\\[(\[]", source.read_text(encoding="utf-8")))
        text = _text(site, f"models/{source.stem}.html")
        assert text.count("<math") == wanted, source.name
        assert not re.search(r"<m\w+>\\", text), source.name  # a word of LaTeX that is not known


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (`make system` installs it with apt)")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only browser tests need it

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.mark.browser
def test_pages_opened_from_the_folder_ask_nobody_and_fit_a_phone(
    site: Path, chromium: Browser
) -> None:
    asked: list[str] = []
    faults: list[str] = []
    page = chromium.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    names = ["models/p1812", "dictionary/prices", "reference/python/coverage"]
    for name in names:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto((site / f"{name}.html").as_uri())
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert beyond <= 0, f"{name} at {width} px"
    page.close()
    assert not faults
    assert len(asked) > len(names)
    assert {urlsplit(url).scheme for url in asked} <= {"file", "data", "blob"}


@pytest.mark.browser
def test_equations_have_a_size_and_stay_within_the_page(site: Path, chromium: Browser) -> None:
    page = chromium.new_page(
        java_script_enabled=False, viewport={"width": 1280, "height": 800}
    )  # they need no script, and without it each page opens in a moment
    found = 0
    for path in sorted((site / "models").glob("*.html")):
        page.goto(path.as_uri())
        for width, room in page.eval_on_selector_all(
            ".equation", "all => all.map(e => [e.scrollWidth, e.clientWidth])"
        ):
            found += 1
            assert 0 < width <= room, path.name
    page.close()
    assert found > 40


@pytest.mark.browser
def test_the_search_finds_vietnamese_words_without_a_server(site: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto((site / "index.html").as_uri())
    page.click("input.md-search__input")
    page.wait_for_function(
        "!document.querySelector('.md-search-result__meta').innerText.startsWith('Initializing')"
    )
    found = page.locator(".md-search-result__item h1")
    for words in ("vùng trắng", "vung trang"):
        _search(page, "qqqqqq")
        found.first.wait_for(state="detached")
        _search(page, words)
        found.filter(has_text="White and weak spots").first.wait_for(state="attached")
    page.close()


def _search(page: Page, words: str) -> None:
    page.fill("input.md-search__input", words)
    page.press("input.md-search__input", "End")  # the page looks when a key is let go
