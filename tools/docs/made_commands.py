"""Which commands and options has the command line? From the program itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from markdown_parts import cell, grid

from infraplan.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pages"]


def pages() -> dict[str, str]:
    """Return the page of the command line, path → Markdown."""
    root = typer.main.get_command(app)
    parts = ["# Command line", cell(root.help or "")]
    parts += [
        (
            "`--lang vi` or `--lang en`, else `INFRAPLAN_LANG`, else the locale, sets the "
            "language; `--json` prints figures and errors for programs. `infraplan COMMAND "
            "--help` says the same in the terminal."
        )
    ]
    for name, command in _all(root, "infraplan"):
        parts += [f"## {name}", cell(command.help or ""), _options(command)]
    return {"reference/commands.md": "\n\n".join(parts)}


def _all(group: Any, above: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - of typer
    """Yield every command with its whole name, groups opened."""
    for name, command in group.commands.items():
        whole = f"{above} {name}"
        if hasattr(command, "commands"):
            yield from _all(command, whole)
        else:
            yield whole, command


def _options(command: Any) -> str:  # noqa: ANN401 - the same
    rows = [
        [_called(one), "yes" if one.required else "", cell(getattr(one, "help", "") or "")]
        for one in command.params
        if "--help" not in one.opts
    ]
    return grid(["argument or option", "required", "meaning"], rows)


def _called(one: Any) -> str:  # noqa: ANN401 - the same
    if one.param_type_name == "argument":
        return f"`{(one.metavar or one.name).upper()}`"
    return ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
