"""Which commands does the terminal know, and what do their exit codes mean?

0 done; 2 the input or the call is wrong; 3 the model has no solution; 4 a result cannot be written.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from infraplan import settings
from infraplan.cli.console import Bars, show_error
from infraplan.errors import InfeasibleError, InfraplanError, OutputError
from infraplan.wording import phrase, plain

__all__ = ["app", "main"]

app = typer.Typer(
    name="infraplan",
    help="Coverage, gaps and certified proposals for masts and fibre. "
    "Exit codes: 0 done, 2 wrong input, 3 no solution, 4 cannot write.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_Language = Annotated[
    Literal["vi", "en"] | None,
    typer.Option("--lang", help="Language of the terminal; the locale's where not given."),
]
_Json = Annotated[bool, typer.Option("--json", help="Print figures and errors as JSON.")]
_Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bars.")]


def _version(*, value: bool) -> None:
    if value:
        typer.echo(f"infraplan {settings.installed_version()}")
        raise typer.Exit


@app.callback()
def _common(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=lambda value: _version(value=value), is_eager=True)
    ] = False,
) -> None:
    del version


@app.command("run")
def run_command(
    study: Annotated[
        str,
        typer.Argument(help="An embedded province (phu-tho), a study that ships, or a study file."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder of the bundle; replaced whole.")],
    *,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Worker threads; all where not given.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Do every stage again, also those kept from before.")
    ] = False,
    quiet: _Quiet = False,
    as_json: _Json = False,
    language: _Language = None,
) -> None:
    """Run everything: coverage, gaps, proposals, costs, map. A second run redoes what changed."""
    from infraplan import workflow  # noqa: PLC0415 - heavy; --help stays quick
    from infraplan.cli import summary  # noqa: PLC0415 - the same

    spoken = language or settings.load().language
    try:
        with Bars(language=spoken, quiet=quiet) as bars:
            result = workflow.run(study, out, threads=threads, fresh=fresh, reporter=bars)
    except InfraplanError as error:
        _fail(error, language=spoken, as_json=as_json)
    try:
        if as_json:
            typer.echo(summary.as_json(result))
        else:
            summary.show(result, language=spoken)
    except OSError as error:
        problem = f"The figures cannot be printed ({error.strerror}); the bundle {out} is whole."
        _fail(OutputError(problem), language=spoken, as_json=as_json)


@app.command("serve")
def serve_command(
    folder: Annotated[Path, typer.Argument(help="A bundle.")] = Path("out/phu-tho"),
    *,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port.")] = 8000,
    language: _Language = None,
) -> None:
    """Serve a finished bundle by HTTP: GET /v1/communes/{code}/coverage."""
    from infraplan.cli.serve import serve  # noqa: PLC0415 - starts the API, lazily

    spoken = language or settings.load().language
    address = f"http://{host}:{port}"
    line = phrase("serving_line", {"folder": plain(folder), "address": plain(address)})
    typer.echo(line.said(spoken), err=True)
    try:
        serve(folder, host, port)
    except InfraplanError as error:
        _fail(error, language=spoken, as_json=False)


def _fail(error: InfraplanError, *, language: str, as_json: bool) -> None:
    """Print an error and leave with its exit code."""
    show_error(error, language=language, as_json=as_json)
    codes = {InfeasibleError: 3, OutputError: 4}
    raise typer.Exit(next((c for kind, c in codes.items() if isinstance(error, kind)), 2))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    app()
