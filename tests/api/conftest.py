"""Which bundle do the tests of the service ask, and how?"""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import infraplan as ip
from infraplan_api import create_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi import FastAPI

    from infraplan.study import Study


@pytest.fixture(scope="session")
def made_bundle(tiny_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle of the tiny province, made by the real stages."""
    signal = ip.coverage.predict(tiny_study)
    communes = ip.coverage.by_zone(tiny_study, signal, level="commune")
    gaps = ip.coverage.find_gaps(tiny_study, signal)
    sites = ip.siting.choose(tiny_study, gaps, ip.siting.candidates(tiny_study, gaps))
    plan = ip.plan.build(sites, ip.backhaul.connect(tiny_study, sites), years=range(2026, 2029))
    out = tmp_path_factory.mktemp("bundles") / "tiny"
    return ip.export.bundle(plan, out, communes=communes, signal=signal, gaps=gaps)


@pytest.fixture
def bundle(made_bundle: Path, tmp_path: Path) -> Path:
    """Return a copy of the bundle, to be broken by the test."""
    return shutil.copytree(made_bundle, tmp_path / "bundle")


@pytest.fixture
def ask() -> Callable[..., httpx.Response]:
    """Return a function that sends one request to an application in this process.

    A fault of the service is answered with 500, as on a server.
    """

    def asked(app: FastAPI, path: str, *, method: str = "GET", **headers: str) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                named = {k.replace("_", "-"): v for k, v in headers.items()}
                return await client.request(method, path, headers=named)

        return asyncio.run(send())

    return asked


@pytest.fixture
def get(bundle: Path, ask: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    """Return a function that asks one service over the bundle."""
    app = create_app(bundle)

    def asked(path: str, **options: Any) -> httpx.Response:
        return ask(app, path, **options)

    return asked
