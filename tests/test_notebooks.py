"""Are the notebooks stored clean, do they use public names only, and does the runner keep them?

All of them are run by ``tools/run_notebooks.py`` as part of the docs; here one small one is.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

import infraplan as ip

if TYPE_CHECKING:
    from types import ModuleType

    from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = ["01_study", "02_coverage", "03_gaps", "04_siting", "05_plan", "06_andorra"]
MOST_CELLS = 30

_OTHERS = {"infraplan", "matplotlib.pyplot", "numpy", "pandas"}


def _runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "run_notebooks", ROOT / "tools" / "run_notebooks.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there for what their fields are
    spec.loader.exec_module(module)
    return module


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _code(path: Path) -> list[str]:
    return [cell.source for cell in _read(path).cells if cell.cell_type == "code"]


def test_the_story_has_six_chapters_in_order() -> None:
    assert [path.stem for path in NOTEBOOKS] == NAMES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_notebook_is_stored_without_output(path: Path) -> None:
    book = _read(path)
    nbformat.validate(book)
    assert set(book.metadata) <= {"kernelspec", "language_info"}
    assert len(book.cells) <= MOST_CELLS
    for cell in book.cells:
        assert set(cell.metadata) <= {"tags"}
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_notebook_begins_in_vietnamese_and_ends_with_code(path: Path) -> None:
    cells = _read(path).cells
    assert cells[0].source.startswith("# ")
    assert not cells[0].source.partition("\n")[0].isascii() or path.stem == "06_andorra"
    assert cells[-1].cell_type == "code"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_notebook_uses_public_names_only(path: Path) -> None:
    for source in _code(path):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= _OTHERS
            assert not isinstance(node, ast.ImportFrom)
            if isinstance(node, ast.Attribute):
                assert not node.attr.startswith("_")
                _check_public(node)


def _check_public(node: ast.Attribute) -> None:
    """Fail where ``ip.module.name`` is not handed on by that module."""
    inner = node.value
    if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
        if inner.value.id == "ip" and inner.attr != "Study":
            assert node.attr in getattr(ip, inner.attr).__all__
    elif isinstance(inner, ast.Name) and inner.id == "ip":
        assert node.attr in ip.__all__


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_every_figure_has_a_title_and_a_source(path: Path) -> None:
    figures = [source for source in _code(path) if "plt.subplots" in source]
    for source in figures:
        assert "axes.set_title(f" in source  # a finding with its figures
        assert "Source: " in source


def test_runner_keeps_pages_in_the_place_of_maps(tiny_file: Path, tmp_path: Path) -> None:
    runner = _runner()
    cells = [
        "import infraplan as ip\n\nstudy = ip.Study.build(" + repr(str(tiny_file)) + ")",
        "ip.maps.province(study)",
        "1 + 1",
    ]
    path = tmp_path / "00_small.ipynb"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    path.write_text(nbformat.writes(book), encoding="utf-8")
    out = tmp_path / "out"
    (out / "maps").mkdir(parents=True)
    ran = runner.run(path, out)
    assert (ran.problem, ran.skipped, ran.maps) == ("", "", 1)
    kept = json.loads((out / path.name).read_text(encoding="utf-8"))
    assert [cell["source"] for cell in kept["cells"]] == [
        c.splitlines(keepends=True) for c in cells
    ]
    data: dict[str, Any] = kept["cells"][1]["outputs"][0]["data"]
    assert 'src="maps/00_small-1.html"' in "".join(data["text/html"])
    assert kept["cells"][2]["outputs"][0]["data"]["text/plain"] == ["2"]
    assert "execution" not in kept["cells"][1]["metadata"]
    page = (out / "maps" / "00_small-1.html").read_text(encoding="utf-8")
    assert "Tỉnh thử" in page


@pytest.mark.parametrize(
    ("code", "words"), [("1 / 0", "ZeroDivisionError"), ("import os\nos._exit(1)", "died")]
)
def test_runner_tells_what_fails(tmp_path: Path, code: str, words: str) -> None:
    runner = _runner()
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    path = tmp_path / "00_bad.ipynb"
    path.write_text(nbformat.writes(book), encoding="utf-8")
    (tmp_path / "maps").mkdir()
    ran = runner.run(path, tmp_path)
    assert words in ran.problem
    assert (tmp_path / path.name).is_file()


def test_runner_skips_what_has_no_data_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = _runner()
    monkeypatch.setenv("INFRAPLAN_MIRROR", str(tmp_path / "nothing"))
    monkeypatch.setenv("INFRAPLAN_CACHE", str(tmp_path / "cache"))
    ran = runner.run(ROOT / "notebooks" / "06_andorra.ipynb", tmp_path)
    assert ran.problem == ""
    assert "Remedy: infraplan fetch andorra" in ran.skipped
    assert (tmp_path / "06_andorra.ipynb").is_file()
