"""Has every message of the code its Vietnamese, and is a message said whole in it?"""

from __future__ import annotations

import importlib.util
import string
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan import catalog
from infraplan.errors import Fault, InputError
from infraplan.study_file import StudyFile
from infraplan.wording import fault_in, said_in, where_in
from infraplan.wording.templates import Template, read

if TYPE_CHECKING:
    from types import ModuleType

TOOL = Path(__file__).parents[1] / "tools" / "messages.py"
DICTIONARIES = list((TOOL.parents[1] / "src/infraplan/catalog/tables").glob("*.csv"))
ROWS = read()


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """Return the reader of the code's messages."""
    found = importlib.util.spec_from_file_location("messages_of_the_code", TOOL)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def told(tool: ModuleType) -> list[Any]:
    """Return the messages of the code, read once."""
    return list(tool.messages())


def _holes(text: str) -> set[int]:
    return {int(name) for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_message_of_the_code_has_its_vietnamese(tool: ModuleType, told: list[Any]) -> None:
    missing = [f"{m.where}: {m.english}" for m in tool.missing(told)]
    assert not missing, "add rows to catalog/messages/*.csv (python tools/messages.py):\n" + (
        "\n".join(missing)
    )


def test_the_reader_finds_what_is_raised_and_what_is_told(told: list[Any]) -> None:
    found = {m.english for m in told}
    assert "There is no file {0}. Remedy: mend the path." in found
    assert "the file is empty" in found
    assert "Folder of the bundle; replaced whole." in found
    assert "Make a key and print it, this once." in found
    assert "The key is not made: {0}." in found
    assert len(found) > 1000


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('raise ParameterError(f"x is {x}; give 1.")', ["x is {0}; give 1."]),
        ('Fault(file, "it is bad", "mend it", column="a b c")', ["it is bad", "mend it"]),
        ("text = f\"{n} file{'s' if n > 1 else ''} are there\"", ["{0} file{1} are there"]),
        ('Text("thiếu tệp", "a file is missing")', []),
        ('Text(vi="thiếu {}".format(1), en="a {} is missing".format(1))', []),
        ('draw("<b>a tag of a page</b>")', []),
    ],
)
def test_the_reader_knows_a_message_from_other_text(
    tool: ModuleType, code: str, expected: list[str]
) -> None:
    reader = tool._Reader("somewhere.py", prose=True)
    reader.visit(tool.ast.parse(code))
    assert [m.english for m in reader.found] == expected


def test_holes_of_both_languages_agree(told: list[Any]) -> None:
    by_english = {m.english: m for m in told}
    wrong = []
    for english, vietnamese in ROWS:
        there, kept = _holes(english), _holes(vietnamese)
        message = by_english.get(english)
        may_go = set() if message is None else {*message.plural, *message.same}
        if kept - there or (there - kept) - may_go:
            wrong.append((english, vietnamese))
    assert not wrong


def test_each_english_sentence_stands_once() -> None:
    english = [row[0] for row in ROWS]
    assert sorted(set(english)) == sorted(english)


def test_every_row_is_said_whole() -> None:
    for english, vietnamese in ROWS:
        holes = Template(english, vietnamese).holes
        values = [f"'q{i}'" for i in range(max(holes) + 1)] if holes else []
        assert said_in(english.format(*values), "vi") == vietnamese.format(*values)


def test_english_stays_as_it_is() -> None:
    for english, _ in ROWS:
        assert said_in(english, "en") == english


@given(st.text(max_size=200))
def test_any_text_can_be_said(text: str) -> None:
    assert isinstance(said_in(text, "vi"), str)


@given(st.text(alphabet=string.ascii_letters + " .:;,'\n{}", max_size=60))
def test_a_value_comes_through_whatever_it_holds(value: str) -> None:
    said = said_in(f"There is no file '{value}'. Remedy: mend the path.", "vi")
    assert said.startswith("Không có tệp '")
    assert said.endswith("Cách khắc phục: sửa lại đường dẫn.")


def test_names_of_columns_stay_as_the_file_has_them() -> None:
    problem = "the column is missing (code of the province); the file has code, name, year, people"
    assert said_in(problem, "vi").endswith("tệp có code, name, year, people")


def test_a_message_of_several_sentences_is_said_sentence_by_sentence() -> None:
    said = said_in("A disk of ours is odd. Remedy: check the address", "vi")
    assert said == "A disk of ours is odd. Cách khắc phục: kiểm tra địa chỉ"


def test_what_is_joined_of_parts_is_said_part_by_part() -> None:
    parts = "; ".join(f"{name} is -1, expected >= 0 or None" for name in ("max_sites", "budget"))
    said = said_in(f"maximal cover: {parts}", "vi")
    assert said.startswith("phủ nhiều nhất: max_sites là -1, cần >= 0 hoặc None; budget là -1, cần")


def test_halves_of_a_message_are_known_as_a_fault() -> None:
    fault = Fault("a.toml", "There is no study file x", "check the path", column="study")
    assert "There" not in fault_in(fault, "vi")


def test_figures_for_reading_are_written_in_vietnamese() -> None:
    said = said_in("1,234 people in gaps that no site before it serves", "vi")
    assert said.startswith("1.234 người")


def test_a_fault_says_where_what_and_how_in_either_language() -> None:
    fault = Fault("a.csv", "the value is empty", "give one of x, y", row=3, column="kind")
    assert fault_in(fault, "en") == str(fault)
    assert where_in(fault, "vi") == "a.csv, dòng 3, cột 'kind'"
    assert fault_in(fault, "vi") == (
        "a.csv, dòng 3, cột 'kind': giá trị để trống. Cách khắc phục: chọn một trong x, y"
    )


def test_a_whole_error_is_said_as_its_faults_are() -> None:
    faults = [Fault("a.csv", "the file is empty", "download it again", row=n) for n in (2, 3)]
    said = said_in(str(InputError(faults)), "vi")
    assert said.splitlines() == [
        "Dữ liệu đầu vào có 2 lỗi:",
        "  1. a.csv, dòng 2: tệp trống. Cách khắc phục: tải lại",
        "  2. a.csv, dòng 3: tệp trống. Cách khắc phục: tải lại",
    ]


def test_meaning_of_every_key_of_a_study_file_is_known() -> None:
    schema = StudyFile.model_json_schema()
    keys = [key for part in schema["$defs"].values() for key in part["properties"].values()]
    told = {" ".join(key["description"].split()) for key in keys if "description" in key}
    assert [text for text in sorted(told) if said_in(text, "vi") == text] == []


@pytest.mark.parametrize(
    "table", sorted(set(catalog.table("templates")["table"]) & {p.stem for p in DICTIONARIES})
)
def test_meaning_of_every_column_to_fill_in_is_known(table: str) -> None:
    needed = catalog.dictionary("observations" if table == "indicators" else table)
    for meaning in needed.loc[needed["required"] == "yes", "meaning"]:
        said = said_in(f"give {meaning}", "vi")
        assert not said.startswith("give "), meaning
        assert meaning not in said
