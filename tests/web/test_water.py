"""Does the map draw the water that a bundle has?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from infraplan import workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from playwright.sync_api import Page

    Open = Callable[..., Page]

pytestmark = pytest.mark.browser

LAKE = shapely.Polygon([(105.02, 21.02), (105.04, 21.02), (105.04, 21.04), (105.02, 21.04)])
DRAWN = """async () => {
  const { getMap } = await import("/web/js/view.js");
  const map = getMap();
  if (!map.loaded() || !map.areTilesLoaded()) await new Promise((done) => map.once("idle", done));
  const ids = map.getStyle().layers.map(({ id }) => id);
  const found = map.queryRenderedFeatures({ layers: ["water", "water-shares"] });
  const order = ["water", "communes", "water-shares", "communes-line"].map((id) => ids.indexOf(id));
  return [found.map(({ layer, properties }) => `${layer.id} ${properties.name}`), order];
}"""


@pytest.fixture(scope="module")
def address(
    serving: Callable[[Path, Path], AbstractContextManager[str]],
    write_tiny: Callable[[Path], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Return the address of a service over a bundle with a lake."""
    folder = tmp_path_factory.mktemp("wet")
    file = write_tiny(folder / "province")
    lake = gpd.GeoDataFrame({"name": ["Ao Châu"]}, geometry=[LAKE], crs=4326)
    lake.to_file(file.parent / "ho.geojson", driver="GeoJSON", engine="pyogrio")
    said = file.read_text(encoding="utf-8")
    file.write_text(said + '\n[water]\npath = "ho.geojson"\n', encoding="utf-8")
    workflow.run(file, folder / "tiny", threads=1, budget_vnd=0)
    with serving(folder / "tiny", folder / "state") as found:
        yield found


def test_a_lake_lies_on_the_shares_but_under_a_signal_and_in_the_legend(open_map: Open) -> None:
    page = open_map()
    found, order = page.evaluate(DRAWN)
    assert set(found) == {"water Ao Châu", "water-shares Ao Châu"}
    assert order == sorted(order)
    page.evaluate("async () => (await import('/web/js/state.js')).set({ layer: 'signal' })")
    found, _ = page.evaluate(DRAWN)
    assert set(found) == {"water Ao Châu"}
    assert page.locator("#legend ul").get_by_text("Sông, hồ").count() == 1
