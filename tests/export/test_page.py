"""Does the summary page stand alone, say everything in two languages, and trust no name?"""

from __future__ import annotations

import base64
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
    assert targets == {p.name for p in folder.iterdir()} - {"index.html"}


def test_hostile_names_are_shown_and_not_obeyed(html: str, page: Reader) -> None:
    tags = {tag for tag, _ in page.tags}
    assert "i" not in tags
    assert "nghiệm" not in tags
    assert "Xã &lt;b&gt;&amp;&quot;" in html
    assert "Bản <i>Ba</i>" not in html
    assert any("high ground <214 m>" in text for text in page.text["en"])


def test_every_statement_stands_in_both_languages(page: Reader) -> None:
    spans = [a["lang"] for tag, a in page.tags if tag == "span" and "lang" in a]
    assert spans.count("vi") == spans.count("en") > 100
    assert spans[0::2] == ["vi"] * (len(spans) // 2)


def test_first_figures_are_those_of_the_tables(page: Reader) -> None:
    vietnamese, english = "|".join(page.text["vi"]), "|".join(page.text["en"])
    assert "1.877" in vietnamese
    assert "9,4 % của 20.000 người" in vietnamese
    assert "1,877" in english
    assert "2 vị trí" in vietnamese
    assert "1,93 tỷ đồng" in vietnamese
    assert "VND 1.93 billion" in english


def test_badge_says_what_is_simulated(page: Reader) -> None:
    english = " ".join(page.text["en"])
    assert "Simulated" in english
    assert "simulated: people of communes, villages, masts; assumed: prices (75 %)" in english


def test_certificate_promises_no_more_than_was_proven(page: Reader) -> None:
    english = "|".join(page.text["en"])
    assert "at most 0.38 % from the best" in english  # 0.371 % is rounded up, by 0.01 at most
    assert "proven to be the cheapest" in english


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
