"""What does infraplan offer? The public names, each loaded when first used.

Submodules are heavy (pandas, GDAL, numba), so ``import infraplan`` loads none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from infraplan.settings import installed_version

if TYPE_CHECKING:
    from infraplan import (
        backhaul,
        calibration,
        catalog,
        coverage,
        datasets,
        errors,
        export,
        geo,
        indicators,
        maps,
        optim,
        plan,
        radio,
        report,
        results,
        siting,
        sources,
        tables,
        units,
        workflow,
    )
    from infraplan.study import Study

__all__ = [
    "Study",
    "__version__",
    "backhaul",
    "calibration",
    "catalog",
    "coverage",
    "datasets",
    "errors",
    "export",
    "geo",
    "indicators",
    "maps",
    "optim",
    "plan",
    "radio",
    "report",
    "results",
    "siting",
    "sources",
    "tables",
    "units",
    "workflow",
]

__version__ = installed_version()


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name == "Study":
        return import_module("infraplan.study").Study
    if name in __all__:
        return import_module(f"infraplan.{name}")
    message = f"module 'infraplan' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
