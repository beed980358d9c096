"""How is a finished bundle asked over HTTP? Through the application that this package builds.

It is loaded when it is asked for: the processes of jobs and of what-if need only parts of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraplan_api.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> object:
    """Load the builder of the application when it is first used."""
    if name in __all__:
        return import_module("infraplan_api.app").create_app
    message = f"module 'infraplan_api' has no attribute {name!r}"
    raise AttributeError(message)
