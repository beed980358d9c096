"""Does each outside thing come in by its single door?"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "api").rglob("*.py")])

# module → the only files, and folders with a slash, that may import it (from src/infraplan or api)
DOORS = {
    "fontTools": {"report/pdf/typeset.py"},
    "highspy": {"optim/milp.py"},
    "leafmap": {"maps/"},
    "folium": set(),
    "requests": set(),
    "httpx": {"sources/download.py"},
    "httpcore": set(),
    "urllib.request": set(),
    "http.client": set(),
    "socket": {"infraplan_api/listen.py"},
    "keyring": {"sources/door/keys.py"},
    "dask": {"workflow/dask_door.py"},
    "distributed": {"workflow/dask_door.py"},
    "matplotlib": {"report/sheets/"},
    "docx": {"report/docx/"},
    "typst": {"report/pdf/typeset.py"},
    "xlsxwriter": {"report/xlsx/"},
    "fastapi": {"cli/serve.py", "infraplan_api/"},  # the first for its types alone
    "starlette": {"infraplan_api/"},
    "uvicorn": {"infraplan_api/listen.py", "infraplan_api/protocol.py"},
    "sse_starlette": {"infraplan_api/routes/jobs.py"},
    "lark": {"infraplan_api/features/cql2/parse.py"},
    "sqlite3": {
        "infraplan_api/access/audit.py",
        "infraplan_api/access/store.py",
        "infraplan_api/jobs/store.py",
    },
    "subprocess": {
        "infraplan_api/jobs/process.py",
        "infraplan_api/jobs/runner.py",
        "infraplan_api/preview/process.py",
    },
    "multiprocessing": {"cli/report.py"},
    "rich": {
        "cli/console.py",
        "cli/fetching.py",
        "cli/help_pages.py",
        "cli/info.py",
        "cli/summary.py",
    },
    "typer": {
        "cli/app.py",
        "cli/data_commands.py",
        "cli/keys.py",
        "cli/options.py",
        "cli/report.py",
        "cli/serve.py",
        "cli/side_commands.py",
        "cli/spoken.py",
    },
}
ENVIRONMENT = {"settings.py", "infraplan_api/settings.py"}
KERNELS = {"numpy", "scipy", "numba", "math", "dataclasses", "typing", "collections", "heapq"}
KERNELS |= {"__future__", "highspy", "infraplan", "functools", "itertools", "time", "enum"}
KERNELS |= {"concurrent"}  # threads of the standard library, over parts of a search


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


def _may(user: str, doors: set[str]) -> bool:
    return any(user == door or (door.endswith("/") and user.startswith(door)) for door in doors)


@pytest.mark.parametrize("module", sorted(DOORS))
def test_outside_package_comes_in_by_one_door(module: str) -> None:
    users = {_name(p) for p in SOURCES if _matches(_imports(p), module)}
    assert {user for user in users if not _may(user, DOORS[module])} == set()


def test_doors_that_are_named_are_files_of_ours() -> None:
    files = {_name(path) for path in SOURCES}
    named = set().union(*DOORS.values()) | ENVIRONMENT
    assert {door for door in named if not any(_may(file, {door}) for file in files)} == set()


def test_the_solver_is_behind_its_door() -> None:
    users = {_name(p) for p in SOURCES if _matches(_imports(p), "highspy")}
    assert users == DOORS["highspy"]


def test_only_settings_read_the_environment() -> None:
    users = {_name(p) for p in SOURCES if re.search(r"\benviron\b", p.read_text(encoding="utf-8"))}
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


def _texts() -> list[Path]:
    """Return every text file of the project but the rows of its data."""
    top = [p for p in ROOT.iterdir() if p.is_file() and p.suffix in {".md", ".toml", ".txt", ""}]
    folders = ("src", "api", "benchmarks", "docs", "tests", "tools", "notebooks", "studies", ".ci")
    found = [p for folder in folders for p in (ROOT / folder).rglob("*") if p.is_file()]
    found += [*(ROOT / "data").glob("*.toml"), *(ROOT / "data").glob("*.md")]
    return sorted(p for p in [*top, *found] if "__pycache__" not in p.parts)


def _suspicious() -> list[str]:
    """Return paths of machines and addresses of registries, none of which stands here."""
    paths = [f"/{name}/" for name in ("work", "root", "farm", "home", "Users")]
    hosts = [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com")]
    hosts += [("anaconda", "org"), ("conda-forge", "org"), ("crates", "io")]
    options = [f"{start}-url" for start in ("index", "extra-index")]
    return [*paths, *(".".join(host) for host in hosts), *options]


def test_no_path_of_a_machine_and_no_registry_in_any_file() -> None:
    files = _texts()
    assert {"test_layers.py", "build_phu_tho.py", "01_study.ipynb", "run", "study.toml"} <= {
        path.name for path in files
    }
    for path in files:
        text = path.read_bytes().decode("utf-8", errors="replace")
        named = [word for word in _suspicious() if word in text]
        assert not named, f"{path.relative_to(ROOT)} names {named}"


def test_the_search_for_addresses_finds_one() -> None:
    address = f"https://{'pypi'}.org/simple"
    assert [word for word in _suspicious() if word in address]
