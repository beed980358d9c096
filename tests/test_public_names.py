"""Are the names that each package hands on the ones it says, and is importing it cheap?"""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import infraplan

ROOT = Path(infraplan.__file__).parent
PACKAGES = sorted(
    ".".join(path.parent.relative_to(ROOT).parts)
    for path in ROOT.rglob("__init__.py")
    if path.parent != ROOT
)
HEAVY = [
    "pandas",
    "numpy",
    "geopandas",
    "numba",
    "rasterio",
    "scipy",
    "pydantic",
    "typer",
    "leafmap",
]


def _constants_classes_others(name: str) -> tuple[bool, bool, str]:
    """Order names as the linter does."""
    return not name.isupper(), not name[0].isupper(), name


def test_packages_are_found() -> None:
    assert {"catalog", "coverage", "optim", "sources.osm", "workflow"} <= set(PACKAGES)


@pytest.mark.parametrize("name", PACKAGES)
def test_package_exports_what_its_list_says(name: str) -> None:
    module = importlib.import_module(f"infraplan.{name}")
    assert list(module.__all__) == sorted(set(module.__all__), key=_constants_classes_others)
    for member in module.__all__:
        assert hasattr(module, member), f"infraplan.{name} lists {member} but has none"
    public = {
        n
        for n, v in vars(module).items()
        if not n.startswith("_") and not isinstance(v, type(importlib))
    }
    assert public == set(module.__all__)


def test_every_top_level_name_loads() -> None:
    for name in infraplan.__all__:
        assert getattr(infraplan, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        _ = infraplan.nothing


def test_importing_infraplan_loads_nothing_heavy() -> None:
    code = f"import sys, infraplan; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_each_module_of_the_package_is_importable() -> None:
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        assert importlib.import_module(name).__doc__
