"""In which language do help pages and the errors of the command line itself speak?

The language is settled before anything else is read: ``--lang`` wherever it stands on the line,
else the environment's. Texts stay English where they are declared, and are said in Vietnamese by
the same table as errors (:func:`infraplan.wording.said_in`).
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from infraplan import settings
from infraplan.cli.help_pages import help_page, usage_line
from infraplan.wording.messages import said_in

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LANGUAGES", "SpokenCommand", "SpokenGroup", "settle", "speak"]

LANGUAGES: Final = ("vi", "en")
_OPTION: Final = "--lang"
_WRONG_CALL, _STOPPED = 2, 130
_ParserError: Final[type[Exception]] = typer.BadParameter.__mro__[2]
"""What the parser raises, wherever the installed version keeps it."""


def settle(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the language of a command line, and the line without the option that says it.

    Parameters
    ----------
    words
        What follows the program's name.

    Returns
    -------
    tuple
        "vi" or "en", the environment's where the line says none; and the other words. A language
        that is none of ours stays on the line, for the parser to refuse.

    Examples
    --------
    >>> settle(["run", "--lang", "vi", "phu-tho"])
    ('vi', ['run', 'phu-tho'])
    """
    said: str | None = None
    left: list[str] = []
    rest = list(words)
    while rest and rest[0] != "--":
        word = rest.pop(0)
        name, _, value = word.partition("=")
        if word == _OPTION and rest and rest[0] in LANGUAGES:
            said = rest.pop(0)
        elif name == _OPTION and value in LANGUAGES:
            said = value
        else:
            left.append(word)
    return said or settings.load().language, left + rest


def _language(ctx: Any) -> str:  # noqa: ANN401 - the parser's own type moves between versions
    """Return the language that was settled for a call."""
    found = ctx.find_root().obj
    return found if found in LANGUAGES else settings.load().language


class SpokenCommand(TyperCommand):
    """A command whose help page speaks either language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """Write the help page."""
        formatter.write(help_page(ctx, _language(ctx)))


class SpokenGroup(TyperGroup):
    """A group of commands whose help page and errors speak either language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """Write the help page."""
        formatter.write(help_page(ctx, _language(ctx)))

    def main(  # type: ignore[override]  # the parser's signature moves between versions
        self,
        args: Sequence[str] | None = None,
        *,
        standalone_mode: bool = True,
        **extra: Any,  # noqa: ANN401 - handed on to the parser as they are
    ) -> Any:  # noqa: ANN401 - what a command returned, where the caller wants it
        """Run a command line; errors in it are told in its language."""
        given = sys.argv[1:] if args is None else list(args)
        language, words = settle(given)
        extra.setdefault("obj", language)
        extra.setdefault("default_map", _defaults(self, language))
        if not standalone_mode:
            return super().main(args=words, standalone_mode=False, **extra)
        try:
            code = super().main(args=words, standalone_mode=False, **extra)
        except _ParserError as error:
            _refuse(error, language, as_json="--json" in given)
        except (typer.Abort, KeyboardInterrupt):
            typer.echo(said_in("Stopped.", language), err=True)
            sys.exit(_STOPPED)
        sys.exit(code if isinstance(code, int) else 0)


def _refuse(error: Any, language: str, *, as_json: bool) -> NoReturn:  # noqa: ANN401 - as above
    """Print in three lines what is wrong with a call, how it is written, and where to read on."""
    ctx = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.format_message())
        sys.exit(_WRONG_CALL)
    what = " ".join(error.format_message().split()).replace("Value error, ", "")
    if as_json:
        content = {"error": "UsageError", "message": what, "faults": []}
        typer.echo(json.dumps(content, ensure_ascii=False), err=True)
        sys.exit(_WRONG_CALL)
    typer.echo(f"{said_in('Error:', language)} {said_in(what, language)}", err=True)
    if ctx is not None:
        typer.echo(usage_line(ctx, language), err=True)
    remedy = f"Remedy: see `{'infraplan' if ctx is None else ctx.command_path} --help`."
    typer.echo(said_in(remedy, language), err=True)
    sys.exit(_WRONG_CALL)


def _defaults(command: Any, language: str) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Return the language as the default of each command that takes one."""
    inner = getattr(command, "commands", {})
    own = {"language": language} if any(p.name == "language" for p in command.params) else {}
    return {**own, **{name: _defaults(part, language) for name, part in inner.items()}}


def speak(app: typer.Typer) -> None:
    """Let every command and group of an application speak either language."""
    app.info.cls = SpokenGroup
    for command in app.registered_commands:
        command.cls = SpokenCommand
    for group in app.registered_groups:
        if group.typer_instance is not None:
            speak(group.typer_instance)
