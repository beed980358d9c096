"""Do the maps show what was computed, in words, without asking any other host?"""

from __future__ import annotations

import base64
import dataclasses
import importlib
import io
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import rasterio

import infraplan as ip
from infraplan.errors import MissingExtraError, ParameterError
from infraplan.maps.cards import HOP_COLOUR, card, operator_name
from infraplan.maps.drawing import Marks, Part, Shapes
from infraplan.maps.features import link_features
from infraplan.maps.leaf import _dot_pixels, _play
from infraplan.maps.picture import signal_picture
from infraplan.wording import plain

if TYPE_CHECKING:
    from infraplan.maps.drawing import Layer

MOST_BYTES = 5_000_000
LAYERS = ["signal", "communes", "gaps", "single_operator", "congested", "links", "sites", "new"]

# leafmap hands its own options on to traitlets, which will refuse them one day
pytestmark = pytest.mark.filterwarnings(
    "ignore:Passing unrecognized arguments to super:DeprecationWarning"
)


@pytest.fixture(scope="module")
def layers(story: Any) -> dict[str, Layer]:
    return dict(zip(LAYERS, story.show(communes=story.communes).drawing.layers, strict=True))


def _features(layer: Layer) -> list[dict[str, Any]]:
    return [
        feature
        for part in layer.parts
        if isinstance(part.content, Shapes)
        for feature in part.content.data["features"]
    ]


def _state(shown: Any) -> str:
    """Return everything that a notebook hands to the browser for this map."""
    from ipywidgets.embed import dependency_state, embed_data  # noqa: PLC0415 - heavy

    state = dependency_state([shown], drop_defaults=False)
    return json.dumps(embed_data(views=[shown], drop_defaults=False, state=state))


def test_map_asks_no_other_host_and_is_small(story: Any) -> None:
    state = _state(story.show(communes=story.communes))
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)[^\"\s]+", state)
    assert "TileLayer" not in state
    assert len(state) < MOST_BYTES


def test_layers_hold_everything_that_was_computed(story: Any, layers: dict[str, Layer]) -> None:
    expected = {
        "communes": len(story.communes),
        "gaps": int(story.gaps["kind"].isin(["white", "weak"]).sum()),
        "single_operator": int((story.gaps["kind"] == "single_operator").sum()),
        "links": int(story.plan.links["year"].notna().sum()),
        "sites": len(story.study.sites),
    }
    assert all(expected.values())
    assert {n: len(_features(layers[n])) for n in expected} == expected
    assert layers["gaps"].shown
    assert not layers["single_operator"].shown
    assert not layers["congested"].shown
    marks = [
        m for p in layers["new"].parts if isinstance(p.content, Marks) for m in p.content.items
    ]
    assert len(marks) == len(story.plan.sites) > 0


def test_features_lie_where_the_tables_say(story: Any, layers: dict[str, Layer]) -> None:
    for name, table in (("communes", story.communes), ("sites", story.study.sites)):
        west, south, east, north = table.to_crs("EPSG:4326").total_bounds
        told = json.dumps([f["geometry"]["coordinates"] for f in _features(layers[name])])
        places = np.array(re.findall(r"[\d.]+", told), float)
        xs, ys = places[0::2], places[1::2]
        found = [xs.min(), ys.min(), xs.max(), ys.max()]
        assert found == pytest.approx([west, south, east, north], abs=2e-5)


@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
@pytest.mark.parametrize("operator", ["any", "vinaphone"])
def test_picture_has_the_class_of_the_signal_at_each_place(story: Any, operator: str) -> None:
    picture = signal_picture(story.signal, story.study.communes.geometry, operator=operator)
    west, south, east, north = picture.bounds
    content = base64.b64decode(picture.address.removeprefix("data:image/png;base64,"))
    with rasterio.MemoryFile(io.BytesIO(content)) as memory, memory.open() as opened:
        pixels, palette = opened.read(1), opened.colormap(1)
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
    level = story.signal.rsrp_dbm[operator].at(places.geometry.x, places.geometry.y)
    expected = len(colours) - np.digitize(np.nan_to_num(level, nan=-999), [-115, -105, -95, -80])
    assert len(set(expected.tolist())) > 1
    assert np.mean(shown == expected) >= 0.8  # a village may stand beside the edge of a class


def test_cards_tell_names_and_figures(story: Any, layers: dict[str, Layer]) -> None:
    first = _features(layers["communes"])[0]["properties"]["card"]
    for words in ("Xã 1", "1.000", "Viettel"):
        assert words in first
    assert story.gaps["gap_id"][0] in _features(layers["gaps"])[0]["properties"]["card"]
    alone = _features(layers["single_operator"])[0]["properties"]["card"]
    operator = story.gaps.loc[story.gaps["kind"] == "single_operator", "operator"].iloc[0]
    names = ip.catalog.table("operators").set_index("operator")["name"]
    assert f"Nhà mạng: {names[operator]}" in alone  # a name, not its code
    marks = layers["new"].parts[0].content
    assert isinstance(marks, Marks)
    assert "triệu đồng" in marks.items[0].card


def test_card_opens_where_something_is_pressed(story: Any) -> None:
    shown = story.show()
    before = len(shown.layers)
    shapes = next(v for v in shown.layers[1].layers if hasattr(v, "data"))
    for words in ("first", "second"):
        shapes._click_callbacks(
            event="click",
            feature={},
            id=None,
            properties={"card": words},
            coordinates=[21.0, 105.0],
        )
        assert len(shown.layers) == before + 1
        assert shown.layers[-1].child.value == words
        assert shown.layers[-1].location == [21.0, 105.0]


def test_year_slider_shows_what_is_built_by_then(story: Any) -> None:
    shown = ip.maps.plan(story.study, story.plan, gaps=story.gaps)
    years = [int(y) for y in story.plan.phases["year"]]
    assert shown.drawing.years == (years[0] - 1, *years)
    proposals = shown._groups[-1]
    built = story.plan.sites["year"]
    for year in shown.drawing.years:
        shown._year.value = year
        assert sum(len(group.layers) for group in proposals.layers) == (built <= year).sum()
    assert f"{len(built)} vị trí" in shown._caption.value
    shown._year.value = years[0] - 1
    assert shown._caption.value == "Hiện nay: chưa xây dựng gì"


def test_operator_list_shows_one_picture_at_a_time(story: Any) -> None:
    shown = ip.maps.coverage(story.study, story.signal, language="en")
    assert shown._views.options[0] == "Any operator"
    assert len(shown._views.options) == len(story.signal.operators)
    seen = set()
    for name in shown._views.options:
        shown._views.value = name
        assert len(shown._groups[0].layers) == 1
        seen.add(shown._groups[0].layers[0].url)
    assert len(seen) > 1


def test_switched_off_layer_is_empty(story: Any) -> None:
    shown = ip.maps.coverage(story.study, story.signal)
    shown._boxes[0].value = False
    assert shown._groups[0].layers == ()


def test_forecast_has_exactly_one_picture_in_each_year(story: Any) -> None:
    shown = ip.maps.coverage(story.study, story.signal, outlook=story.outlook)
    assert shown.drawing.years == (2025, 2026, 2027, 2028)
    parts = shown.drawing.layers[0].parts
    for view in shown.drawing.views:
        for year in shown.drawing.years:
            now = [p for p in parts if p.is_in(view=view, scenario=None, year=year)]
            assert len(now) == 1
    any_operator = [p.content for p in parts if p.view == shown.drawing.views[0]]
    assert len(any_operator) > 1


def test_split_map_keeps_what_is_the_same_once(story: Any) -> None:
    sides = [
        ip.maps.coverage(story.study, story.signal, operators=[operator])
        for operator in ("viettel", "vinaphone")
    ]
    split = ip.maps.compare(*sides, titles=("A", "B"))
    assert [layer.side for layer in split.drawing.layers] == ["", "", "left", "right"]
    assert split.drawing.sides == ("A", "B")
    with pytest.raises(ParameterError, match="cannot be split again"):
        ip.maps.compare(split, sides[0])
    english = ip.maps.coverage(story.study, story.signal, language="en")
    with pytest.raises(ParameterError, match="in one language"):
        ip.maps.compare(sides[0], english)


def test_scenarios_can_be_chosen(story: Any) -> None:
    nothing = dataclasses.replace(
        story.plan, sites=story.plan.sites.iloc[:0], links=story.plan.links.iloc[:0]
    )
    shown = ip.maps.plan(story.study, story.plan, scenarios={"0 đồng": nothing})
    assert shown._scenarios.options == ("Phương án này", "0 đồng")
    assert sum(len(g.layers) for g in shown._groups[-1].layers) == len(story.plan.sites)
    shown._scenarios.value = "0 đồng"
    assert sum(len(g.layers) for g in shown._groups[-1].layers) == 0


def test_figures_of_a_plan_stay_in_the_years_of_a_longer_one(story: Any) -> None:
    longer = dataclasses.replace(
        story.plan, phases=story.plan.phases.assign(year=story.plan.phases["year"] + 3)
    )
    drawing = ip.maps.plan(story.study, story.plan, scenarios={"B": longer}, language="en").drawing
    last = int(story.plan.phases["year"].max())
    told = [drawing.caption(scenario="This plan", year=y) for y in (last, drawing.years[-1])]
    assert told[0].partition(":")[2] == told[1].partition(":")[2]
    assert f"{story.plan.phases['sites'].sum()} site" in told[1]
    assert drawing.caption(scenario="B", year=last) == "Today: nothing built yet"


@pytest.mark.parametrize("name", ["", "Phương án này"])
def test_plan_without_a_name_of_its_own_is_refused(story: Any, name: str) -> None:
    with pytest.raises(ParameterError, match="a name of its own"):
        ip.maps.plan(story.study, story.plan, scenarios={name: story.plan})


def test_button_of_years_begins_where_the_slider_stands(story: Any) -> None:
    shown = ip.maps.plan(story.study, story.plan)
    assert shown._year.index == len(shown.drawing.years) - 1
    assert _play(shown.drawing, shown._year).value == shown._year.index


def test_dots_are_small_where_much_is_seen() -> None:
    assert _dot_pixels((104.7, 20.3, 106.1, 21.8)) == 1
    assert _dot_pixels((104.9, 20.9, 105.0, 21.0)) > 2


def test_titles_from_outside_stay_words_in_a_notebook(story: Any) -> None:
    sides = [ip.maps.province(story.study), ip.maps.province(story.study)]
    split = ip.maps.compare(*sides, titles=("<img src=x onerror=alert(1)>", "B"))
    state = _state(split)
    assert "&lt;img" in state
    assert "<img" not in state


def test_part_knows_its_years() -> None:
    part = Part(Marks(()), since=2026, until=2027)
    shown = [part.is_in(view=None, scenario=None, year=y) for y in (2025, 2026, 2027, 2028, None)]
    assert shown == [False, True, True, False, True]


def test_hops_have_a_colour_of_their_own_and_tell_their_availability(story: Any) -> None:
    links = story.plan.links.assign(year=2026, medium="fibre_aerial", availability_share=0.99992)
    links.loc[links.index[0], "medium"] = "microwave"
    shown = link_features(links, 100.0, "en")["features"]
    colours = [feature["properties"]["style"]["color"] for feature in shown]
    assert colours[0] == HOP_COLOUR
    assert HOP_COLOUR not in colours[1:]
    assert "Available in a year: 99.992 %" in shown[0]["properties"]["card"]
    assert link_features(links.assign(medium="existing"), 100.0, "en")["features"] == []


@pytest.mark.parametrize(
    ("code", "name"),
    [("viettel", "Viettel"), ("a company", "a company"), (None, "–"), (np.nan, "–"), (pd.NA, "–")],
)
def test_owner_has_a_name_or_a_dash(code: object, name: str) -> None:
    assert operator_name(code).en == name


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
def test_legend_and_badge_speak_the_language(story: Any, language: str, words: list[str]) -> None:
    drawing = story.show(language=language).drawing
    notes = drawing.legend + drawing.badge
    for word in words:
        assert word in notes
    assert "sites.geometry" not in notes  # words, no names of columns


def test_map_of_a_study_says_what_is_not_measured_and_predicts_nothing(story: Any) -> None:
    drawing = ip.maps.province(story.study).drawing
    assert drawing.badge.startswith("<div>Dữ liệu không phải đo đạc")
    assert {len(_features(layer)) for layer in drawing.layers} >= {
        len(story.study.villages),
        len(story.study.sites),
        len(story.study.communes),
    }


def test_map_without_gaps_and_plan_is_whole(story: Any) -> None:
    plan = dataclasses.replace(
        story.plan, sites=story.plan.sites.iloc[:0], links=story.plan.links.iloc[:0]
    )
    shown = ip.maps.show(story.study, story.signal, story.gaps.iloc[:0], plan)
    assert [len(_features(layer)) for layer in shown.drawing.layers[2:6]] == [0, 0, 0, 0]


@pytest.mark.parametrize("operators", [[], ["nobody"]])
def test_unknown_operator_is_refused(story: Any, operators: list[str]) -> None:
    with pytest.raises(ParameterError, match="Remedy: give some of these"):
        ip.maps.coverage(story.study, story.signal, operators=operators)


def test_signal_alone_is_not_known_indoors(story: Any) -> None:
    with pytest.raises(ParameterError, match="known outdoors only"):
        ip.maps.coverage(story.study, story.signal, environment="indoors")
    shown = ip.maps.coverage(
        story.study, story.signal, outlook=story.outlook, environment="indoors"
    )
    assert shown.drawing.layers[0].parts


def test_missing_extra_is_named_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "leafmap", None)
    monkeypatch.delitem(sys.modules, "infraplan.maps.leaf")
    with pytest.raises(MissingExtraError, match=r"'leafmap'.*pip install 'infraplan\[notebook\]'"):
        importlib.import_module("infraplan.maps.leaf")
