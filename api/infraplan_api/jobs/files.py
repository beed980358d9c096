"""Which files does the folder of a job hold?"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = [
    "EVENTS",
    "INDEX",
    "LOG",
    "PARTIAL",
    "PROBLEM",
    "REQUEST",
    "RESULTS",
    "clear",
    "read_json",
    "write_beside",
]

REQUEST: Final = "request.json"
EVENTS: Final = "events.jsonl"
LOG: Final = "log.txt"
PROBLEM: Final = "problem.json"
PARTIAL: Final = "results.partial"
RESULTS: Final = "results"
INDEX: Final = "index.json"
"""Within the results: the figures, and size and digest of each file."""


def write_beside(path: Path, value: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    """Write JSON beside its place, then rename it: there is never half of it."""
    beside = path.with_name(path.name + ".partial")
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    beside.write_text(text + "\n", encoding="utf-8")
    beside.replace(path)


def read_json(path: Path) -> Any | None:  # noqa: ANN401 - whatever JSON can say
    """Return what a JSON file says, None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, UnicodeDecodeError):
        return None


def clear(folder: Path, *, keep: Collection[str]) -> None:
    """Remove what a folder holds but for some names; what cannot be removed stays."""
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        for path in list(folder.iterdir()):
            if path.name in keep:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()
