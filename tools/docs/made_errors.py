"""Which errors are there, and which exit code and HTTP status does each have?"""

from __future__ import annotations

import inspect

from markdown_parts import grid, plain

from infraplan import errors
from infraplan.cli import options

__all__ = ["pages"]

_HEAD = """\
# Errors and exit codes

Every error that infraplan raises on purpose is an `InfraplanError`, so that one `except` catches
all; each also inherits the built-in that a caller would expect. A message says what is wrong, where
(file, row, column), what was expected and what to do. Whoever checks input lists **every** fault,
not only the first; `InputError.faults` holds them one by one.
"""


def pages() -> dict[str, str]:
    """Return the page of errors, path → Markdown."""
    tree = (errors.__doc__ or "").split("::")[1].strip("\n")
    rows = [
        [f"`{name}`", _built_in(kind), _code(kind), plain((kind.__doc__ or "").split("\n")[0])]
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, errors.InfraplanError)
    ]
    table = grid(["error", "also a", "exit code", "means"], rows, right="exit code")
    return {
        "reference/errors.md": f"{_HEAD}\n```text\n{inspect.cleandoc(tree)}\n```\n\n{table}\n\n"
        "Exit code 0 means done, 1 a fault of infraplan itself, 2 that input or call are wrong. "
        "With `--json` the error is printed as JSON on the error stream. The service answers with "
        "`application/problem+json` (RFC 9457), which holds the same words."
    }


def _built_in(kind: type) -> str:
    return ", ".join(f"`{b.__name__}`" for b in kind.__bases__ if b.__module__ == "builtins")


def _code(kind: type) -> int:
    codes = options._CODES  # noqa: SLF001 - the page shows what the program holds
    return next((c for k, c in codes.items() if issubclass(kind, k)), options._WRONG_INPUT)  # noqa: SLF001
