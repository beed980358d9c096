"""Does the page about the radio model say what the code does?"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infraplan.radio.p1812 import validity
from infraplan.radio.validity import GRID_RANGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "radio.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`\w+`.*?) \| (.*?) \|", PAGE, flags=re.MULTILINE)
PRINTED = {
    name: limits for names, limits in ROWS for name in re.findall(r"`(\w+)`", names)
}  # fmt: skip


def test_example_runs_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    exec(compile(example, "radio.md", "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.strip() == "True"


def test_printed_ranges_are_those_that_are_checked() -> None:
    checked = {r.name.removeprefix("the last "): r for r in (*GRID_RANGES, *validity())}
    printed = {name: limits for name, limits in PRINTED.items() if name in checked}
    assert {"distance_km", "frequency_ghz", "frequency_mhz", "time_percent", "delta_n"} <= set(
        printed
    )
    for name, limits in printed.items():
        numbers = [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", limits)]
        ends = [checked[name].lowest, checked[name].highest]
        assert numbers == [end for end in ends if math.isfinite(end)], name


def test_files_that_are_named_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
    for target in re.findall(r"`((?:src|tests|benchmarks)/[\w./]+)`", PAGE):
        assert (ROOT / target).exists(), target


def test_marked_figures_are_renewed(load: Callable[[str], ModuleType], tmp_path: Path) -> None:
    pages = load("pages")
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n", encoding="utf-8")
    pages.update_pages([page], {"x": "| 1 |", "y": "unused"})
    once = page.read_text(encoding="utf-8")
    assert once == "a\n<!-- begin x -->\n\n| 1 |\n\n<!-- end x -->\nb\n"
    pages.update_pages([page], {"x": "| 1 |"})
    assert page.read_text(encoding="utf-8") == once
    with pytest.raises(ValueError, match="begin NAME"):
        pages.update_pages([page], {"z": ""})


def test_every_mark_of_the_page_is_one_that_a_benchmark_writes() -> None:
    written = " ".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "benchmarks").glob("*.py")
    )
    marks = re.findall(r"<!-- begin (.+?) -->\n(.*?)<!-- end (.+?) -->", PAGE, flags=re.DOTALL)
    assert len(marks) == 6
    for begin, figures, end in marks:
        assert begin == end
        assert figures.strip().startswith(("- Machine", "| "))
        assert f'"{begin.removeprefix("radio: ")}"' in written or f'"{begin}"' in written
