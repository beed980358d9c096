"""Does each outside thing come in by its single door?"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "api").rglob("*.py")])

# module → the only files (relative to src/infraplan or api) that may import it
DOORS = {
    "highspy": {"optim/milp.py"},
    "leafmap": {"maps/show.py"},
    "folium": set(),
    "requests": set(),
    "httpx": set(),
    "urllib.request": {"sources/download.py"},
    "http.client": set(),
    "socket": set(),
    "dask": {"workflow/run.py"},
    "distributed": {"workflow/run.py"},
    "matplotlib": set(),
    "fastapi": {"infraplan_api/app.py", "infraplan_api/errors.py", "infraplan_api/routes.py"},
    "rich": {"cli/console.py", "cli/summary.py"},
    "typer": {"cli/app.py", "cli/run.py", "cli/serve.py"},
}
ENVIRONMENT = {"settings.py", "infraplan_api/settings.py"}
KERNELS = {"numpy", "scipy", "numba", "math", "dataclasses", "typing", "collections", "heapq"}
KERNELS |= {"__future__", "highspy", "infraplan", "functools", "itertools", "time", "enum"}


def _name(path: Path) -> str:
    return path.relative_to(
        ROOT / "src" / "infraplan" if "src" in path.parts else ROOT / "api"
    ).as_posix()


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _matches(imported: set[str], module: str) -> bool:
    return any(i == module or i.startswith(f"{module}.") for i in imported)


@pytest.mark.parametrize("module", sorted(DOORS))
def test_outside_package_comes_in_by_one_door(module: str) -> None:
    users = {_name(p) for p in SOURCES if _matches(_imports(p), module)}
    assert users <= DOORS[module]


def test_doors_that_are_named_exist_and_are_used() -> None:
    users = {_name(p) for p in SOURCES if _matches(_imports(p), "highspy")}
    assert users == DOORS["highspy"]


def test_only_settings_read_the_environment() -> None:
    users = {_name(p) for p in SOURCES if "environ" in p.read_text(encoding="utf-8")}
    assert users <= ENVIRONMENT
    assert "settings.py" in users


@pytest.mark.parametrize("folder", ["radio", "optim"])
def test_kernels_see_only_arrays(folder: str) -> None:
    for path in sorted((ROOT / "src" / "infraplan" / folder).rglob("*.py")):
        outside = {i.split(".")[0] for i in _imports(path)} - KERNELS
        assert not outside, f"{path.name} imports {outside}"


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_file_answers_one_question_in_few_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(tree), f"{path.name} does not say which question it answers"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = node.end_lineno - body[0].lineno + 1 if body else 0
            assert length <= 60, f"{path.name}: {node.name} has {length} lines of code"


def test_no_path_of_a_machine_and_no_registry_in_any_file() -> None:
    suspicious = [f"/{name}/" for name in ("work", "root", "farm")]
    others = [p for p in ROOT.glob("*.*") if p.is_file()]
    others += [*(ROOT / "studies").glob("*"), *ROOT.glob("data/*.*"), ROOT / "Makefile"]
    for path in [*SOURCES, *others]:
        text = path.read_text(encoding="utf-8")
        for word in suspicious:
            assert word not in text, f"{path.name} names {word}"
