"""Does the page obey the rules that need no browser: own host only, no inline code, known words?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "api" / "infraplan_api" / "web"
PAGE = (WEB / "index.html").read_text(encoding="utf-8")
SCRIPTS = sorted((WEB / "js").glob("*.js"))
SHEETS = sorted((WEB / "css").glob("*.css"))
OWN_WORDS = WEB / "words_map.json"
OWN = re.compile(
    r"^(shell|error|empty|map|numbers|choice|layer|overlay|compare|download|legend|print)_"
)


def test_the_page_holds_no_inline_script_or_style() -> None:
    assert re.findall(r"<script(?![^>]*\bsrc=)", PAGE) == []
    assert "<style" not in PAGE
    assert re.findall(r"\sstyle=|\son[a-z]+=", PAGE) == []


@pytest.mark.parametrize("path", [*SCRIPTS, *SHEETS, WEB / "index.html"], ids=lambda p: p.name)
def test_no_other_host_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://", text) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_scripts_are_short_and_make_no_markup_from_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text) == []
    )
    assert 'setAttribute("style"' not in text


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_modules_import_only_what_is_there(path: Path) -> None:
    for name in re.findall(r'from "(\.[^"]+)"', path.read_text(encoding="utf-8")):
        target = (path.parent / name).resolve()
        assert target.is_file() or "vendor" in target.parts


def test_what_the_page_links_lies_there() -> None:
    links = re.findall(r'(?:href|src)="(web/[^"]+)"', PAGE)
    assert links
    missing = [x for x in links if "/vendor/" not in x and not (WEB.parent / x).is_file()]
    assert missing == []


def test_words_of_the_map_stand_in_both_languages_and_are_all_used() -> None:
    words = json.loads(OWN_WORDS.read_text(encoding="utf-8"))
    assert all(set(text) == {"vi", "en"} and all(text.values()) for text in words.values())
    values = [sorted(re.findall(r"\{(\w+)", text["vi"])) for text in words.values()]
    assert values == [sorted(re.findall(r"\{(\w+)", text["en"])) for text in words.values()]
    text = PAGE + "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    stems = set(re.findall(r"`((?:overlay|layer|legend|legend_level)_)\$\{", text))
    named = set(re.findall(r'"([a-z]+_[a-z0-9_]+)"', text)) | set(
        re.findall(r'data-word(?:-label)?="([a-z0-9_]+)"', text)
    )
    unused = {key for key in words if key not in named and not any(map(key.startswith, stems))}
    assert unused == set()
    calls = set(re.findall(r'\bt\("([a-z0-9_]+)"', text))
    assert {key for key in calls if OWN.match(key)} <= set(words)
