"""Where are the benchmarks, and how are they run?"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def run() -> Callable[..., str]:
    """Return a function that runs a script of the benchmarks and returns what it prints."""

    def call(script: str, *arguments: str) -> str:
        environment = {**os.environ, "PATH": "", "PYTHONWARNINGS": "error::RuntimeWarning"}
        done = subprocess.run(
            [sys.executable, str(FOLDER / script), *arguments],
            capture_output=True, text=True, check=False, env=environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Return a function that imports a module of the benchmarks."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module
