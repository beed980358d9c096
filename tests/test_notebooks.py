"""Do the notebooks run from top to bottom, and are they stored clean?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
STORY = "01_story.ipynb"
WIDGET = "application/vnd.jupyter.widget-view+json"


def _read(name: str) -> NotebookNode:
    return nbformat.read(Path(__file__).parents[1] / "notebooks" / name, as_version=4)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_notebook_is_stored_without_output(path: Path) -> None:
    book = _read(path.name)
    nbformat.validate(book)
    assert set(book.metadata) <= {"kernelspec", "language_info"}
    for cell in book.cells:
        assert set(cell.metadata) <= {"tags"}
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_story_uses_the_embedded_province() -> None:
    first = next(c for c in _read(STORY).cells if "parameters" in c.metadata.get("tags", []))
    assert 'ip.datasets.open("phu-tho")' in first.source


@pytest.mark.slow
def test_story_runs_and_ends_with_a_map(tiny_file: Path, tmp_path: Path) -> None:
    book = _read(STORY)
    first = next(c for c in book.cells if "parameters" in c.metadata.get("tags", []))
    out = tmp_path / "out"
    first.source = (
        f"import infraplan as ip\nstudy = ip.Study.build({str(tiny_file)!r})\nout = {str(out)!r}\n"
    )
    client = NotebookClient(
        book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    assert any(WIDGET in o.get("data", {}) for o in book.cells[-1].outputs)
    assert (out / "bundle.gpkg").is_file()
    assert (out / "manifest.json").is_file()
