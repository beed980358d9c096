"""Does the summary page stand alone, say everything in two languages, and trust no name?"""

from __future__ import annotations

import base64
import dataclasses
import re
import warnings
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from infraplan.export.map_svg import CLASSES, class_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Toy

VOID = {"meta", "input", "br"}


class Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that tags close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.language: list[str | None] = []
        self.text: dict[str | None, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that opens."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.language.append(dict(attrs).get("lang"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag without content."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Check that the tag opened last closes first."""
        assert self.open.pop() == tag
        self.language.pop()

    def handle_data(self, data: str) -> None:
        """Sort text by the language it stands in."""
        language = next((v for v in reversed(self.language) if v in ("vi", "en")), None)
        self.text.setdefault(language, []).append(data)


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def test_nothing_comes_from_another_host_and_nothing_runs(html: str, page: Reader) -> None:
    assert {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "embed"} == set()
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("src", "href", "xlink:href", "action", "srcset"):
            target = attributes.get(name) or ""
            assert "//" not in target or target.startswith("data:image/png;base64,")
    style = html[html.index("<style>") : html.index("</style>")]
    assert "@import" not in style
    assert set(re.findall(r"url\(([^)]*)\)", style)) <= {"#hatch-white", "#hatch-weak"}


def test_links_lead_to_files_of_the_bundle(folder: Path, page: Reader) -> None:
    targets = {a["href"] for tag, a in page.tags if tag == "a"}
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert targets == files - {"index.html"}


def test_files_of_a_folder_and_rasters_lie_folded_under_one_line(html: str) -> None:
    for group in ("collections/", "tiles/", ".tif"):
        assert f"<details><summary>{group} · " in html


def test_hostile_names_are_shown_and_not_obeyed(html: str, page: Reader) -> None:
    tags = {tag for tag, _ in page.tags}
    assert "i" not in tags
    assert "nghiệm" not in tags
    assert "Xã &lt;b&gt;&amp;&quot;" in html
    assert "Bản <i>Ba</i>" not in html
    assert "&lt;i&gt;Ba" not in html  # shown nowhere: it is served
    assert any("Shares mast <i>S2" in text for text in page.text["en"])
    assert any("Dùng chung cột <i>S2" in text for text in page.text["vi"])
    assert "Cột <mô phỏng>." in page.text["vi"]


def test_every_statement_stands_in_both_languages(page: Reader) -> None:
    spans = [a["lang"] for tag, a in page.tags if tag == "span" and "lang" in a]
    assert spans.count("vi") == spans.count("en") > 100
    assert spans[0::2] == ["vi"] * (len(spans) // 2)


def test_first_figures_are_those_of_the_tables(page: Reader) -> None:
    vietnamese, english = "|".join(page.text["vi"]), "|".join(page.text["en"])
    assert "1.877" in vietnamese
    assert "9,4 % của 20.001 người" in vietnamese
    assert "1,877" in english
    assert "2 vị trí" in vietnamese
    assert "2,15 tỷ đồng" in vietnamese
    assert "VND 2.15 billion" in english


def test_badge_says_what_is_simulated(page: Reader) -> None:
    english = " ".join(page.text["en"])
    assert "Simulated" in english
    assert "simulated: people of communes, villages, masts; assumed: prices (80 %)" in english


def test_eight_villages_are_named_and_the_others_counted(page: Reader) -> None:
    assert any(t.startswith("Khu 1; ") and "Khu 8 … và 3 thôn khác" in t for t in page.text["vi"])
    assert any("Khu 8 … and 3 more" in t for t in page.text["en"])


def test_each_cell_knows_its_head_for_a_narrow_screen(page: Reader) -> None:
    rows = [a for tag, a in page.tags if tag in ("tr", "td")]
    labels = [a for tag, a in page.tags if tag == "td" and "data-vi" in a]
    firsts = [a for tag, a in page.tags if tag == "td" and "data-vi" not in a]
    bodies = len([1 for tag, _ in page.tags if tag == "tr"]) - 10  # ten tables have a head
    assert len(firsts) == bodies < len(rows)
    assert all(a["data-vi"] and a["data-en"] for a in labels)
    assert {"Nhà mạng", "Chi phí", "Độ tin cậy"} <= {a["data-vi"] for a in labels}


def test_what_can_be_felt_on_the_map_lies_over_its_shapes(html: str, page: Reader) -> None:
    ids = [a["id"] for _, a in page.tags if "id" in a]
    felt = [(a["href"] or "").removeprefix("#") for tag, a in page.tags if tag == "use"]
    assert len(ids) == len(set(ids))
    assert felt == ["c0", "c1", "c2", "weak0", "white0"]
    assert set(felt) <= set(ids)
    tips = html[html.index('class="tips') :]
    assert "Lâm Thao: 100,0 % dân số được phủ sóng (12.000 trong 12.000 người)" in tips
    assert "White spot in Yên Lập: 400 people" in tips
    assert "N2: dùng chung cột, 2026; thêm 120 người có sóng" in tips
    assert "<title>" not in html[html.index("<body>") :]


def test_figures_that_differ_are_explained(page: Reader) -> None:
    english = "|".join(page.text["en"])
    assert "they hold 520 of the 1,877 people not served" in english
    assert "Each person counts once, in the first year of service" in english
    assert "A village is judged at its centre" in english


def test_prices_without_a_source_say_so_in_vietnamese(page: Reader) -> None:
    assert any(t.startswith("chưa tìm thấy số liệu công bố") for t in page.text["vi"])
    assert not any("no public Vietnamese figure" in t for t in page.text["vi"])
    assert any(t.startswith("no public Vietnamese figure found") for t in page.text["en"])


def test_digests_and_notes_stand_on_the_page(page: Reader) -> None:
    said = "|".join(t for texts in page.text.values() for t in texts)
    assert "ab" * 32 in said
    assert "Masts are simulated." in said


def test_map_counts_each_commune_in_one_class(html: str) -> None:
    group = html[html.index('<g class="communes">') :]
    fills = re.findall(r'<path fill="(#\w+)"', group[: group.index("</g>")])
    assert fills == [CLASSES[5][1], CLASSES[1][1], "#e4e7ea"]


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 0), (0.4999, 0), (0.5, 1), (0.9, 3), (0.98999, 4), (0.99, 5), (1.0, 5)],
)
def test_class_limits_belong_to_the_class_above(share: float, expected: int) -> None:
    assert class_of(share) == expected


def test_unknown_share_has_no_class() -> None:
    assert class_of(float("nan")) is None


def test_signal_picture_shows_classes_inside_the_communes_only(html: str) -> None:
    address = re.search(r'href="data:image/png;base64,([^"]+)"', html)
    assert address is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture, not a map
        with MemoryFile(base64.b64decode(address[1])) as memory, memory.open() as picture:
            pixels, palette = picture.read(1), picture.colormap(1)
    assert pixels.shape == (60, 180)
    assert (pixels[:, :30] == 1).mean() > 0.9  # −60 to −71 dBm: strong indoors
    assert (pixels[:, -20:] == 5).all()  # nothing arrives: no signal
    assert palette[1][:3] == (0xFD, 0xE7, 0x37)
    assert palette[0][3] == 0


def test_page_without_gaps_or_proposals_explains_itself(
    empty_toy: Toy, write: Callable[[Toy, Path], Path], tmp_path: Path
) -> None:
    text = (write(empty_toy, tmp_path / "b") / "index.html").read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(text)
    assert "|".join(reader.text["en"]).count("There is nothing to list.") == 3
    assert "0 vị trí" in text
    assert "nan" not in "|".join(t for texts in reader.text.values() for t in texts).lower()


@pytest.mark.parametrize(
    ("model", "words"),
    [("none", "are not in it"), ("profile", "on the way"), ("terminal", "around the receiver")],
)
def test_the_page_says_whether_trees_and_houses_were_counted(
    toy: Toy, write: Callable[[Toy, Path], Path], tmp_path: Path, model: str, words: str
) -> None:
    counted = dataclasses.replace(toy, signal=dataclasses.replace(toy.signal, clutter_model=model))
    page = (write(counted, tmp_path / "bundle") / "index.html").read_text(encoding="utf-8")
    found = page.partition("trees and buildings")[2]
    assert found.partition("<")[0].startswith(f" {words}")
