"""Does the map show what was computed, in words, without asking any other host?"""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio

import infraplan as ip
from infraplan.maps.cards import HOP_COLOUR, card
from infraplan.maps.features import link_features
from infraplan.maps.picture import signal_picture
from infraplan.wording import plain

if TYPE_CHECKING:
    from infraplan.study import Study

MOST_BYTES = 5_000_000
LAYERS = [
    "signal",
    "communes",
    "gaps",
    "single_operator",
    "congested",
    "links",
    "sites",
    "new_sites",
]

# leafmap hands its own options on to traitlets, which will refuse them one day
pytestmark = pytest.mark.filterwarnings(
    "ignore:Passing unrecognized arguments to super:DeprecationWarning"
)


@dataclasses.dataclass(frozen=True)
class Story:
    """What a map is made of."""

    study: Study
    signal: ip.results.Signal
    communes: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    plan: ip.plan.Plan

    def show(self, **options: Any) -> Any:
        """Return the map."""
        return ip.maps.show(self.study, self.signal, self.gaps, self.plan, **options)


@pytest.fixture(scope="module")
def story(tiny_study: Study) -> Story:
    signal = ip.coverage.predict(tiny_study)
    communes = ip.coverage.by_zone(tiny_study, signal, level="commune")
    tables = [
        ip.coverage.find_gaps(tiny_study, signal),
        ip.coverage.single_operator_gaps(tiny_study, signal),
    ]
    gaps = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=tiny_study.crs)
    sites = ip.siting.choose(tiny_study, gaps, ip.siting.candidates(tiny_study, gaps))
    plan = ip.plan.build(sites, ip.backhaul.connect(tiny_study, sites), years=range(2026, 2029))
    return Story(tiny_study, signal, communes, gaps, plan)


@pytest.fixture(scope="module")
def layers(story: Story) -> dict[str, Any]:
    with pytest.warns(DeprecationWarning, match="unrecognized arguments"):
        shown = story.show(communes=story.communes)
    return dict(zip(LAYERS, shown.layers, strict=True))


def _state(shown: Any) -> str:
    """Return everything that a notebook hands to the browser for this map."""
    from ipywidgets.embed import embed_data  # noqa: PLC0415 - heavy

    return json.dumps(embed_data(views=[shown], drop_defaults=False))


def test_map_asks_no_other_host_and_is_small(story: Story) -> None:
    state = _state(story.show(communes=story.communes))
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)[^\"\s]+", state)
    assert "TileLayer" not in state
    assert len(state) < MOST_BYTES


def test_layers_hold_everything_that_was_computed(story: Story, layers: dict[str, Any]) -> None:
    built = story.plan.links["year"].notna().sum()
    expected = {
        "communes": len(story.communes),
        "gaps": int(story.gaps["kind"].isin(["white", "weak"]).sum()),
        "single_operator": int((story.gaps["kind"] == "single_operator").sum()),
        "links": built,
        "sites": len(story.study.sites),
    }
    assert all(expected.values())
    assert {n: len(layers[n].data["features"]) for n in expected} == expected
    assert layers["gaps"].visible
    assert not layers["single_operator"].visible
    assert not layers["congested"].visible
    assert len(layers["new_sites"].layers) == len(story.plan.sites) > 0


def test_features_lie_where_the_tables_say(story: Story, layers: dict[str, Any]) -> None:
    for name, table in (("communes", story.communes), ("sites", story.study.sites)):
        west, south, east, north = table.to_crs("EPSG:4326").total_bounds
        places = np.array(re.findall(r"[\d.]+", json.dumps(_coordinates(layers[name]))), float)
        xs, ys = places[0::2], places[1::2]
        found = [xs.min(), ys.min(), xs.max(), ys.max()]
        assert found == pytest.approx([west, south, east, north], abs=2e-5)


def _coordinates(layer: Any) -> list[Any]:
    return [f["geometry"]["coordinates"] for f in layer.data["features"]]


@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_picture_has_the_class_of_the_signal_at_each_place(story: Story) -> None:
    address, (west, south, east, north) = signal_picture(
        story.signal, story.study.communes.geometry
    )
    content = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    with rasterio.MemoryFile(io.BytesIO(content)) as memory, memory.open() as picture:
        pixels, palette = picture.read(1), picture.colormap(1)
    levels = ip.catalog.table("service_levels")
    colours = [tuple(bytes.fromhex(c[1:])) for c in levels[levels["technology"] == "4G"]["colour"]]
    assert [palette[i][:3] for i in range(1, len(colours) + 1)] == colours
    assert palette[0][3] == 0
    places = story.study.villages
    degrees = places.to_crs("EPSG:4326")
    mercator_y = np.arctanh(np.sin(np.radians([south, *degrees.geometry.y, north])))
    down = (mercator_y[-1] - mercator_y[1:-1]) / (mercator_y[-1] - mercator_y[0])
    across = (degrees.geometry.x.to_numpy() - west) / (east - west)
    shown = pixels[(down * pixels.shape[0]).astype(int), (across * pixels.shape[1]).astype(int)]
    level = story.signal.rsrp_dbm["any"].at(places.geometry.x, places.geometry.y)
    expected = len(colours) - np.digitize(np.nan_to_num(level, nan=-999), [-115, -105, -95, -80])
    assert len(set(expected.tolist())) > 1
    assert np.mean(shown == expected) >= 0.8  # a village may stand beside the edge of a class


def test_cards_tell_names_and_figures(story: Story, layers: dict[str, Any]) -> None:
    first = layers["communes"].data["features"][0]["properties"]["card"]
    assert "Xã 1" in first
    assert "1.000" in first
    assert "viettel" in first
    gap = layers["gaps"].data["features"][0]["properties"]["card"]
    assert story.gaps["gap_id"][0] in gap
    alone = layers["single_operator"].data["features"][0]["properties"]["card"]
    assert "Nhà mạng: vi" in alone
    proposal = layers["new_sites"].layers[0].popup.value
    assert str(story.plan.sites["site_id"].iloc[0]) in proposal
    assert "triệu đồng" in proposal


def test_card_opens_where_something_is_clicked(story: Story) -> None:
    shown = story.show()
    before = len(shown.layers)
    for words in ("first", "second"):
        shown.layers[1]._click_callbacks(
            event="click",
            feature={},
            id=None,
            properties={"card": words},
            coordinates=[21.0, 105.0],
        )
        assert len(shown.layers) == before + 1
        assert shown.layers[-1].child.value == words
        assert shown.layers[-1].location == [21.0, 105.0]


def test_hops_have_a_colour_of_their_own_and_tell_their_availability(story: Story) -> None:
    links = story.plan.links.assign(year=2026, medium="fibre_aerial", availability_share=0.99992)
    links.loc[links.index[0], "medium"] = "microwave"
    shown = link_features(links, 100.0, "en")["features"]
    colours = [feature["properties"]["style"]["color"] for feature in shown]
    assert colours[0] == HOP_COLOUR
    assert HOP_COLOUR not in colours[1:]
    assert "Available in a year: 99.992 %" in shown[0]["properties"]["card"]
    assert link_features(links.assign(medium="existing"), 100.0, "en")["features"] == []


def test_names_from_outside_cannot_become_markup() -> None:
    words = plain('<script>"&')
    assert card(words, [words], "vi").count("&lt;script&gt;&quot;&amp;") == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ["mô phỏng: ", "cột ăng ten", "giả định: đơn giá", "vùng trắng", "cột mới"]),
        ("en", ["simulated: ", "masts", "assumed: prices", "white spot", "new mast"]),
    ],
)
def test_legend_and_badge_speak_the_language(story: Story, language: str, words: list[str]) -> None:
    shown = story.show(language=language)
    notes = "".join(c.widget.value for c in shown.controls if hasattr(c, "widget"))
    for word in words:
        assert word in notes
    assert "sites.geometry" not in notes  # words, no names of columns


def test_map_without_gaps_and_plan_is_whole(story: Story) -> None:
    plan = dataclasses.replace(
        story.plan, sites=story.plan.sites.iloc[:0], links=story.plan.links.iloc[:0]
    )
    shown = ip.maps.show(story.study, story.signal, story.gaps.iloc[:0], plan)
    assert [len(shown.layers[i].data["features"]) for i in range(2, 6)] == [0, 0, 0, 0]


def test_missing_extra_is_named_with_the_line_that_installs_it() -> None:
    code = (
        "import sys; sys.modules['leafmap'] = None\n"
        "from infraplan.errors import MissingExtraError\n"
        "try:\n    import infraplan; infraplan.maps\n"
        "except MissingExtraError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "'leafmap'" in done.stdout
    assert "pip install 'infraplan[notebook]'" in done.stdout
