"""Which story do the tests of maps tell, and which browser opens their pages?"""

from __future__ import annotations

import dataclasses
import shutil
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest

import infraplan as ip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from infraplan.study import Study

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclasses.dataclass(frozen=True)
class Story:
    """What maps are made of."""

    study: Study
    signal: ip.results.Signal
    communes: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    plan: ip.plan.Plan
    outlook: ip.results.Outlook

    def show(self, **options: Any) -> Any:
        """Return the map of everything."""
        return ip.maps.show(self.study, self.signal, self.gaps, self.plan, **options)


@pytest.fixture(scope="session")
def story(tiny_study: Study) -> Story:
    signal = ip.coverage.predict(tiny_study)
    tables = [
        ip.coverage.find_gaps(tiny_study, signal),
        ip.coverage.single_operator_gaps(tiny_study, signal),
    ]
    gaps = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=tiny_study.crs)
    sites = ip.siting.choose(tiny_study, gaps, ip.siting.candidates(tiny_study, gaps))
    plan = ip.plan.build(sites, ip.backhaul.connect(tiny_study, sites), years=range(2026, 2029))
    now = {o: ip.coverage.signal_classes(signal, o) for o in signal.operators if o != "any"}
    outlook = ip.coverage.outlook(
        tiny_study,
        {"4G": now},
        ip.siting.planned_signals(tiny_study, plan.sites),
        years=[2026, 2027, 2028],
    )
    communes = ip.coverage.by_zone(tiny_study, signal, level="commune")
    return Story(tiny_study, signal, communes, gaps, plan, outlook)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, without a window; it ends with its module."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (`make system` installs it with apt)")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only browser tests need it

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS))
        yield chromium
        chromium.close()
