"""Which public names has the library? One page a package, from the docstrings.

Sources are read, not imported: leafmap and its like take long to load and are not asked for here.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

from markdown_parts import grid, plain

__all__ = ["pages"]

_SOURCE: Final = Path(__file__).parents[2] / "src"
_TOP: Final = "infraplan"
_INNER: Final = {
    "optim": ("maximal_cover", "set_cover", "steiner"),
    "radio": ("p1812", "sweep", "clutter_loss", "entry_loss", "microwave_design"),
}
"""Modules of a package that are called by their own names, beside what the package hands on."""


def pages() -> dict[str, str]:
    """Return an overview and a page for each public package, path → Markdown."""
    packages = [name for name in _listed(_TOP) if _file(f"{_TOP}.{name}") is not None]
    rows = [[f"[`infraplan.{n}`]({n}.md)", _said(f"{_TOP}.{n}").split("\n")[0]] for n in packages]
    head = (
        "# Python\n\n`import infraplan as ip` gives these names; each is loaded when first used. "
        "`ip.Study` is the study itself.\n\n"
    )
    study = f"\n\n::: {_home(_TOP, 'Study')}\n"
    made = {"reference/python/index.md": head + grid(["package", "answers"], rows) + study}
    return made | {f"reference/python/{n}.md": _page(n) for n in packages}


def _page(name: str) -> str:
    """Return the page of a package: its question, then every name it hands on."""
    module = f"{_TOP}.{name}"
    parts = [f"# {module}", _said(module).split("::")[0].strip(), *_members(module)]
    for inner in (f"{module}.{one}" for one in _INNER.get(name, ())):
        own = [member for member in _members(inner) if member not in parts]
        parts += [f"## {inner}", _said(inner).split("\n")[0], *own]
    return "\n\n".join(parts)


def _members(module: str) -> list[str]:
    return [f"::: {_home(module, name)}" for name in _listed(module)]


def _file(module: str) -> Path | None:
    """Return the source of a module or of a package, None where there is neither."""
    bare = _SOURCE.joinpath(*module.split("."))
    choices = (bare / "__init__.py", bare.with_suffix(".py"))
    return next((path for path in choices if path.is_file()), None)


@cache
def _tree(module: str) -> ast.Module:
    path = _file(module)
    if path is None:
        raise LookupError(f"there is no source of {module}")
    return ast.parse(path.read_text(encoding="utf-8"))


def _said(module: str) -> str:
    return plain((ast.get_docstring(_tree(module)) or "").strip())


def _listed(module: str) -> list[str]:
    """Return the public names of a module: those of its list, else those that it defines."""
    body = _tree(module).body
    for one in body:
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(one.value)
            return names
    defined = [n.name for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return [name for name in defined if not name.startswith("_")]


def _home(module: str, name: str) -> str:
    """Return where a name is defined, through all the modules that hand it on."""
    for one in ast.walk(_tree(module)):
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith(_TOP):
            for alias in one.names:
                if (alias.asname or alias.name) == name and one.module != module:
                    return _home(one.module or "", alias.name)
    return f"{module}.{name}"
