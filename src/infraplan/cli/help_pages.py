"""What does a help page say, and how is it set: usage, text, arguments, options, commands?"""

from __future__ import annotations

import inspect
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from infraplan.wording.messages import said_in

__all__ = ["help_page", "usage_line"]

_FLAGS: Final = ("[OPTIONS]", "COMMAND [ARGS]...")


def help_page(ctx: Any, language: str) -> str:  # noqa: ANN401 - its type moves between versions
    """Return the help page of a command or group.

    Parameters
    ----------
    ctx
        The parser's context of the command.
    language
        "vi" or "en".

    Returns
    -------
    str
        The page, as wide as the terminal; coloured where it is one.
    """
    command = ctx.command
    console = Console(highlight=False)
    shown = [p for p in command.get_params(ctx) if not getattr(p, "hidden", False)]
    arguments = [p for p in shown if p.param_type_name == "argument"]
    options = [p for p in shown if p.param_type_name == "option"]
    with console.capture() as captured:
        console.print()
        console.print(f" {usage_line(ctx, language)}", style="bold", markup=False)
        console.print()
        if command.help:
            told = Text(_flowing(command.help, language))
            console.print(Padding(told, (0, 1, 1, 1)))
        _panel(console, "Arguments", [_argument(p, language) for p in arguments], language)
        _panel(console, "Options", [_option(p, language) for p in options], language)
        commands = [(n, c) for n, c in getattr(command, "commands", {}).items() if not c.hidden]
        rows = [(name, "", _flowing(part.help or "", language)) for name, part in commands]
        _panel(console, "Commands", rows, language)
    return captured.get()


def usage_line(ctx: Any, language: str) -> str:  # noqa: ANN401 - as above
    """Return how a command is written, such as ``Usage: infraplan build [OPTIONS] STUDY``."""
    command = ctx.command
    flags = _FLAGS if hasattr(command, "commands") else _FLAGS[:1]
    pieces = [said_in("Usage:", language), ctx.command_path]
    pieces += [said_in(flag, language) for flag in flags]
    for parameter in command.get_params(ctx):
        if parameter.param_type_name == "argument":
            name = str(parameter.metavar or parameter.name.upper())
            pieces.append(name if parameter.required else f"[{name}]")
    return " ".join(pieces)


def _flowing(text: str, language: str) -> str:
    """Say a text in a language, its lines joined."""
    return said_in(" ".join(inspect.cleandoc(text).split()), language)


def _panel(console: Console, title: str, rows: list[tuple[str, str, str]], language: str) -> None:
    """Print a titled box of names, their values, and what they mean."""
    if not rows:
        return
    table = Table(box=None, show_header=False, expand=True, padding=(0, 1), pad_edge=False)
    table.add_column(style="bold cyan", no_wrap=True)
    if any(value for _, value, _ in rows):
        table.add_column(style="yellow")
    table.add_column(ratio=10)
    for name, value, told in rows:
        cells = (name, value, told) if len(table.columns) > 2 else (name, told)  # noqa: PLR2004
        table.add_row(*(Text(cell) for cell in cells))
    name = said_in(title, language)
    console.print(Panel(table, title=name, title_align="left", border_style="dim"))


def _argument(parameter: Any, language: str) -> tuple[str, str, str]:  # noqa: ANN401 - as above
    """Return an argument's name and its meaning, with the words it may be."""
    name, words = str(parameter.metavar or parameter.name.upper()), _name(parameter)
    told = _meaning(parameter, language)
    return name, "", told if words == name else f"{told} [{words.replace('|', ', ')}]"


def _option(parameter: Any, language: str) -> tuple[str, str, str]:  # noqa: ANN401 - as above
    """Return an option's names, what follows them, and its meaning."""
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    is_flag = getattr(parameter, "is_flag", False) or bool(parameter.secondary_opts)
    return names, "" if is_flag else _name(parameter), _meaning(parameter, language)


def _name(parameter: Any) -> str:  # noqa: ANN401 - as above
    """Return what stands for a value: the words it may be, else the parameter's own name."""
    if parameter.metavar:
        return str(parameter.metavar)
    told = getattr(parameter, "type_descriptor", None) or parameter.type
    choices = getattr(told, "choices", None)
    return "|".join(map(str, choices)) if choices else str(parameter.name).upper()


def _meaning(parameter: Any, language: str) -> str:  # noqa: ANN401 - as above
    """Return what a parameter means, whether it is needed, and its default."""
    told = [_flowing(parameter.help or "", language)]
    if parameter.required:
        told.append(said_in("[required]", language))
    default = parameter.default
    if isinstance(default, str | int | float) and not isinstance(default, bool):
        told.append(said_in(f"[default: {default}]", language))
    return " ".join(part for part in told if part)
