"""Does a notebook that was run stand on the site with its text, code, figures, tables and maps?"""

from __future__ import annotations

import base64
import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

TOOLS = Path(__file__).parents[2] / "tools" / "docs"
PICTURE = b"\x89PNG of a figure"


@pytest.fixture
def rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the renderer, to which one notebook was run."""
    monkeypatch.syspath_prepend(TOOLS)
    made = import_module("made_notebooks")
    shown = {"data": {"image/png": base64.b64encode(PICTURE).decode(), "text/plain": "<Figure>"}}
    table = {"data": {"text/html": "<style>td {}</style><table>\n\n<td>7</td></table>"}}
    whole_map = {"data": {"text/html": "x" * 3_000_000, "text/plain": "a map"}}
    said = {"text": ["12 villages\n"]}
    text = ["# Gaps | white\n", "See [gaps](../docs/models/gaps.md), [next](02_next.ipynb)."]
    cells = [
        {"cell_type": "markdown", "source": text},
        {"cell_type": "code", "source": "draw()", "outputs": [shown, table, whole_map, said]},
    ]
    run = tmp_path / "run"
    (run / "maps").mkdir(parents=True)
    (run / "maps" / "gaps.html").write_text("<html></html>", encoding="utf-8")
    (run / "01_gaps.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    monkeypatch.setattr(made, "_RUN", run)
    return made


def test_a_notebook_becomes_a_page_with_its_outputs(rendered: ModuleType) -> None:
    pages = rendered.pages()
    assert set(pages) == {"notebooks/index.md", "notebooks/01_gaps.md"}
    assert r"[Gaps \| white](01_gaps.md)" in pages["notebooks/index.md"]
    page = pages["notebooks/01_gaps.md"]
    assert "[gaps](../models/gaps.md), [next](02_next.md)" in page
    assert "```python\ndraw()\n```" in page
    assert "![figure](01_gaps-1-0.png)" in page
    assert "<table>\n<td>7</td></table>" in page
    assert "```text\na map\n```" in page
    assert "```text\n12 villages\n```" in page
    assert "xxx" not in page


def test_figures_and_maps_of_a_notebook_lie_beside_its_page(rendered: ModuleType) -> None:
    assert rendered.pictures() == {
        "notebooks/maps/gaps.html": b"<html></html>",
        "notebooks/01_gaps-1-0.png": PICTURE,
    }


def test_a_site_built_before_the_notebooks_ran_says_so(
    rendered: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendered, "_RUN", tmp_path / "nothing")
    assert rendered.pictures() == {}
    (page,) = rendered.pages().values()
    assert "run_notebooks.py" in page
