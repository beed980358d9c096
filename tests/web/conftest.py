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

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, without a window."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only browser tests need it

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def faults() -> list[str]:
    """Return what went wrong on the page; a test that expects a fault takes it out."""
    return []


@pytest.fixture
def open_map(browser: Browser, address: str, faults: list[str]) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the map and waits until it is ready.

    At the end no error may stand in the console, and no other host may have been asked.
    """
    contexts = []

    def opened(
        view: str = "", *, width: int = 1440, height: int = 900, touch: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, locale="vi-VN"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        _watch(page, address, faults)
        page.goto(f"{address}/{view}")
        page.wait_for_selector(READY)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


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
