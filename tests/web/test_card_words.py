"""Has every text of the page a Vietnamese and an English form, and is each of them used?"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "api" / "infraplan_api" / "web"
FILES = ("words.json", "words_map.json")
WORDS = {
    key: text for file in FILES for key, text in json.loads((WEB / file).read_text("utf-8")).items()
}
SCRIPTS = {path.name: path.read_text("utf-8") for path in sorted((WEB / "js").glob("*.js"))}
PAGE = (WEB / "index.html").read_text("utf-8")
VALUE = re.compile(r"\{(\w+)\}")
ASKED = re.compile(r"\bt\(\s*\"([^\"]+)\"")
NAMED_IN_PAGE = re.compile(r"data-word(?:-\w+)?=\"([^\"]+)\"")
QUOTED = re.compile(r"[\"`]([a-z][a-z0-9]*_[a-z0-9_]+)[\"`]")
PREFIX = re.compile(r"(?:named|t|hasWord)\(\s*[\"`]([a-z_]+_)(?:\"|\$\{)|=\s*`([a-z_]+_)\$\{")


def test_no_key_stands_in_two_files() -> None:
    keys = Counter(key for file in FILES for key in json.loads((WEB / file).read_text("utf-8")))
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("key", sorted(WORDS))
def test_text_stands_in_both_languages_with_the_same_values(key: str) -> None:
    text = WORDS[key]
    assert sorted(text) == ["en", "vi"]
    assert all(said.strip() for said in text.values())
    values = {language: set(VALUE.findall(said)) for language, said in text.items()}
    assert values["vi"] == values["en"], text


def test_every_text_that_the_page_asks_for_is_there() -> None:
    asked = {key for text in SCRIPTS.values() for key in ASKED.findall(text)}
    asked |= set(NAMED_IN_PAGE.findall(PAGE))
    assert len(asked) > 100
    assert sorted(asked - set(WORDS)) == []


def test_every_text_is_used() -> None:
    source = "\n".join([*SCRIPTS.values(), PAGE])
    quoted = set(QUOTED.findall(source))
    prefixes = tuple(first or second for first, second in PREFIX.findall(source))
    unused = [key for key in WORDS if key not in quoted and not key.startswith(prefixes)]
    assert unused == []


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_script_says_what_it_answers_and_stays_short(name: str) -> None:
    lines = SCRIPTS[name].splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) < 400
    assert not re.search(r"innerHTML|insertAdjacentHTML|setAttribute\(\"style\"", SCRIPTS[name])
