"""Which browser looks at which map, and what counts as a fault of the page?"""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from infraplan_api import create_app
from infraplan_api.listen import address_of, bind, server_of
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

VENDOR = Path(__file__).parents[2] / "api" / "infraplan_api" / "web" / "vendor"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
READY = "html.is-ready"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_S = 30.0
_LEAD = """async (view) => {
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  document.body.classList.remove("show-choices");
  document.getElementById("search-field").value = "";
  document.getElementById("problem").hidden = true;
  document.activeElement?.blur();
  const { getMap } = await import("/web/js/view.js");
  const { meta } = await import("/web/js/meta.js");
  location.hash = "#v=0/0/0";
  await new Promise((done) => setTimeout(done, 30));
  getMap().resize();
  getMap().fitBounds(meta.bbox, { padding: 24, duration: 0 });
  location.hash = view || "#";
  await new Promise((done) => setTimeout(done, 30));
}"""
_LED = """() => !document.documentElement.classList.contains("is-loading")
  && !document.querySelector(".pane[aria-busy=true]")"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser, or the laid packages, where there is none; say why."""
    here = Path(__file__).parent
    reasons = []
    if CHROMIUM is None:
        reasons.append("Chromium is not installed (`make system` installs it with apt)")
    if not (VENDOR / "lock.sha256").is_file():
        reasons.append("the browser packages are not laid (run `python hatch_build.py`)")
    for item in items:
        if here in item.path.parents and item.get_closest_marker("browser") and reasons:
            item.add_marker(pytest.mark.skip(reason="; ".join(reasons)))


@pytest.fixture(scope="session")
def web_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder where the service keeps its keys and jobs."""
    return tmp_path_factory.mktemp("web_state")


@pytest.fixture(scope="session")
def serving() -> Callable[[Path, Path], AbstractContextManager[str]]:
    """Return what starts a service over a bundle, with a state folder, and gives its address."""
    return _serving


@pytest.fixture(scope="session")
def address(bundle_folder: Path, web_state: Path) -> Iterator[str]:
    """Return the address of a service over the bundle, on a free port."""
    with _serving(bundle_folder, web_state) as found:
        yield found


@contextmanager
def _serving(bundle: Path, state: Path) -> Iterator[str]:
    app = create_app(settings=Settings(folder=bundle, state=state))
    with bind("127.0.0.1", 0) as taken:
        server = server_of(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        until = time.monotonic() + _PATIENCE_S
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        assert server.started
        try:
            yield address_of(taken)
        finally:
            server.should_exit = True
            thread.join(_PATIENCE_S)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, without a window.

    It ends with its module: while Playwright lives its event loop runs in this thread, and tests
    of other folders that run one of their own would fail.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only browser tests need it

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def heard() -> list[str]:
    """Return the list that every page writes its faults into."""
    return []


@pytest.fixture
def faults(heard: list[str]) -> list[str]:
    """Return what went wrong on the page; a test that expects a fault takes it out."""
    heard.clear()
    return heard


@pytest.fixture
def open_map(
    browser: Browser, address: str, faults: list[str], kept_page: Page
) -> Iterator[Callable[..., Page]]:
    """Return a function that shows a view of the map and waits until it is ready.

    A test that does not ask for a `fresh` page gets the kept one, led to the view by its
    address, as the browser does when somebody changes it: that costs a tenth of a new page.
    At the end no error may stand in the console, and no other host may have been asked.
    """
    contexts = []

    def opened(
        view: str = "",
        *,
        width: int = 1440,
        height: int = 900,
        touch: bool = False,
        fresh: bool = False,
    ) -> Page:
        if not (touch or fresh):
            return _led(kept_page, view, width, height)
        context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, locale="vi-VN"
        )
        contexts.append(context)
        return _page_of(context, address, view, faults)

    yield opened
    kept_page.unroute_all()
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="module")
def kept_page(browser: Browser, address: str, heard: list[str]) -> Iterator[Page]:
    """Return the page that the tests of a module share."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    yield _page_of(context, address, "", heard)
    context.close()


def _page_of(context: BrowserContext, address: str, view: str, faults: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(15_000)
    _watch(page, address, faults)
    page.goto(f"{address}/{view}")
    page.wait_for_selector(READY)
    return page


def _led(page: Page, view: str, width: int, height: int) -> Page:
    """Lead the kept page to a view; nothing of the test before is left on it."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(_LEAD, view)
    page.wait_for_function(_LED)
    return page


def _watch(page: Page, address: str, faults: list[str]) -> None:
    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text}")

    def asked(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and not request.url.startswith(f"{address}/"):
            faults.append(f"another host: {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400:
            faults.append(f"{response.status}: {response.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("request", asked)
    page.on("response", answered)
