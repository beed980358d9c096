"""Which bundle do the tests of the service ask, and how?"""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.testclient import TestClient

from infraplan_api import create_app
from infraplan_api.listen import address_of, bind, server_of
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fastapi import FastAPI

_PATIENCE_S = 30.0


@pytest.fixture
def bundle(bundle_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of the bundle, to be broken by the test."""
    return shutil.copytree(bundle_folder, tmp_path / "bundle")


@pytest.fixture
def app_of(tmp_path: Path) -> Callable[..., FastAPI]:
    """Return a function that builds a service over a folder which notices changes at once."""

    def built(folder: Path, **limits: Any) -> FastAPI:
        chosen = {"recheck_s": 0.0, "state": tmp_path / "state", **limits}
        return create_app(settings=Settings(folder=folder, **chosen))

    return built


@pytest.fixture(scope="session")
def client(bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a service over the bundle; a fault of the service is answered with 500."""
    settings = Settings(folder=bundle_folder, state=tmp_path_factory.mktemp("state"))
    app = create_app(settings=settings)
    with TestClient(app, raise_server_exceptions=False) as asking:
        yield asking


@pytest.fixture
def ask() -> Callable[..., httpx.Response]:
    """Return a function that sends one request to an application in this process.

    A fault of the service is answered with 500, as on a server.
    """

    def asked(
        app: FastAPI, path: str, *, method: str = "GET", content: Any = None, **headers: str
    ) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                named = {k.replace("_", "-"): v for k, v in headers.items()}
                return await client.request(method, path, headers=named, content=content)

        return asyncio.run(send())

    return asked


@pytest.fixture
def get(
    bundle: Path, app_of: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> Callable[..., httpx.Response]:
    """Return a function that asks one service over a copy of the bundle."""
    app = app_of(bundle)

    def asked(path: str, **options: Any) -> httpx.Response:
        return ask(app, path, **options)

    return asked


@pytest.fixture
def serving() -> Callable[[FastAPI], AbstractContextManager[str]]:
    """Return what serves an application on a free port of the loopback, and gives its address."""

    @contextmanager
    def served(app: FastAPI) -> Iterator[str]:
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

    return served
