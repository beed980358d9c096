"""How do the notebooks look when they were run? Rendered from out/notebooks, where they are."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from markdown_parts import cell as one_line

__all__ = ["pages", "pictures"]

_RUN = Path(__file__).parents[2] / "out" / "notebooks"
_NOT_RUN = """\
# Notebooks

The notebooks in the folder `notebooks` are stored without output, and were not run before this site
was built: `python tools/run_notebooks.py` runs them into `out/notebooks`, and the next build shows
them here.
"""
_RUN_HEAD = """\
# Notebooks

Told for a planner, each cell a public call of the library. They lie in the folder `notebooks`;
these are copies as they ran before this site was built.
"""
_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}
_MOST_HTML = 2_000_000
"""Longer output (a whole map with its data) is named and left out."""


def pages() -> dict[str, str]:
    """Return a page for each notebook that was run, path → Markdown."""
    found = {path.stem: _cells(path) for path in _notebooks()}
    listed = [f"- [{_title(cells, name)}]({name}.md)" for name, cells in found.items()]
    made = {"notebooks/index.md": "\n".join([_RUN_HEAD, *listed]) if found else _NOT_RUN}
    for name, cells in found.items():
        made[f"notebooks/{name}.md"] = "\n\n".join(_shown(cell, name, i) for i, cell in cells)
    return made


def pictures() -> dict[str, bytes]:
    """Return figures and maps of the notebooks that were run, path → content."""
    maps = sorted((_RUN / "maps").glob("*.html"))
    found = {f"notebooks/maps/{path.name}": path.read_bytes() for path in maps}
    for path in _notebooks():
        for number, cell in _cells(path):
            for place, output in enumerate(cell.get("outputs", [])):
                kind = _picture(output)
                if kind is not None:
                    name = _picture_name(path.stem, number, place, kind)
                    found[f"notebooks/{name}"] = _content(output, kind)
    return found


def _notebooks() -> list[Path]:
    return sorted(_RUN.glob("*.ipynb"))


def _cells(path: Path) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]))


def _title(cells: list[tuple[int, dict[str, Any]]], name: str) -> str:
    first = "".join(cells[0][1]["source"]) if cells else ""
    found = re.match(r"# (.+)", first)
    return one_line(found.group(1)) if found else name


def _shown(cell: dict[str, Any], name: str, number: int) -> str:
    """Return one cell with its outputs as Markdown."""
    source = "".join(cell["source"])
    if cell["cell_type"] != "code":
        return source.replace("](../docs/", "](../").replace(".ipynb)", ".md)")
    outputs = [
        _output(output, name, number, place) for place, output in enumerate(cell.get("outputs", []))
    ]
    return "\n\n".join([f"```python\n{source}\n```", *(said for said in outputs if said)])


def _output(output: dict[str, Any], name: str, number: int, place: int) -> str:
    """Return one output: a picture, a table, or text."""
    data = output.get("data", {})
    kind = _picture(output)
    if kind is not None:
        return f"![figure]({_picture_name(name, number, place, kind)})"
    drawn = "".join(data.get("text/html", ""))
    if drawn and len(drawn) <= _MOST_HTML:
        return f'<div class="wide output">\n{_one_piece(drawn)}\n</div>'
    said = "".join(output.get("text", "") or data.get("text/plain", "")).rstrip()
    return f"```text\n{said}\n```" if said else ""


def _one_piece(drawn: str) -> str:
    """Return HTML without the empty lines at which Markdown would end it, and without styles."""
    bare = re.sub(r"<style.*?</style>", "", drawn, flags=re.DOTALL)
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())


def _picture(output: dict[str, Any]) -> str | None:
    return next((kind for kind in _PICTURES if kind in output.get("data", {})), None)


def _picture_name(name: str, number: int, place: int, kind: str) -> str:
    return f"{name}-{number}-{place}.{_PICTURES[kind]}"


def _content(output: dict[str, Any], kind: str) -> bytes:
    held = "".join(output["data"][kind])
    return held.encode() if kind == "image/svg+xml" else base64.b64decode(held)
