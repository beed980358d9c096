"""How does the command line start the service over a bundle, made first where there is none?

The service is an extra, so it is imported when it is started and not before.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infraplan import settings, wording
from infraplan.cli.console import Bars
from infraplan.cli.options import Language, ending
from infraplan.errors import MissingExtraError

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["add_to", "serve"]

_FOLDER = Path("out") / "phu-tho"
_PROVINCE = "phu-tho"
_WARM_S = 2.0


def serve_command(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A bundle; without it out/phu-tho, made first where there is none."),
    ] = None,
    *,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 for any that is free.")
    ] = 8000,
    state: Annotated[
        Path | None,
        typer.Option("--state", help="Folder of keys and jobs; a hidden one beside the bundle."),
    ] = None,
    log: Annotated[
        bool, typer.Option("--log/--no-log", help="Print a line for each request.")
    ] = True,
    language: Language = None,
) -> None:
    """Serve a finished bundle: the map at /, tables, tiles and what-if under /v1."""
    spoken = language or settings.load().language
    with ending(language=spoken, as_json=False), suppress(KeyboardInterrupt):
        serve(folder, host, port, state=state, log=log, language=spoken)


def serve(
    folder: Path | None,
    host: str,
    port: int,
    *,
    state: Path | None = None,
    log: bool = True,
    language: str = "en",
) -> None:
    """Serve a bundle over HTTP until the process is stopped.

    Parameters
    ----------
    folder
        The bundle; where None, ``out/phu-tho``, which is made first where there is none.
    host
        Address to listen on.
    port
        Port to listen on; 0 for any that is free.
    state
        Folder of keys and jobs; where None, a hidden one beside the bundle.
    log
        Whether a line is printed for each request.
    language
        "vi" or "en", for what is printed.

    Raises
    ------
    MissingExtraError
        If FastAPI or uvicorn is not installed.
    ParameterError
        If the port is taken.
    InfraplanError
        If a bundle has to be made and cannot be.
    """
    try:
        from infraplan_api import listen  # noqa: PLC0415 - an extra
        from infraplan_api.app import create_app  # noqa: PLC0415 - an extra
        from infraplan_api.settings import load_for  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"The service needs the package {error.name!r}, which is not installed. "
            "Remedy: pip install 'infraplan[api]'"
        ) from error
    settled = load_for(folder=folder, state=state)
    app: FastAPI = create_app(
        settings=replace(settled, preview_warm_s=settled.preview_warm_s or _WARM_S)
    )
    with listen.bind(host, port) as taken:
        served = app.state.service.settings
        if folder is None and not (served.folder / "manifest.json").is_file():
            _make(served.folder, language=language)
        _say("serving_line", language, folder=served.folder, address=listen.address_of(taken))
        _say("serving_keys", language)
        _log_to_terminal(requests=log)
        listen.listen(app, taken)


def _make(folder: Path, *, language: str) -> None:
    """Make the bundle of the embedded province."""
    from infraplan import workflow  # noqa: PLC0415 - heavy; --help stays quick

    _say("serving_makes", language, folder=folder)
    with Bars(language=language, quiet=False) as bars:
        workflow.run(_PROVINCE, folder, reporter=bars)


def _say(key: str, language: str, **values: object) -> None:
    """Print a line for the person who started the service, beside the requests."""
    text = wording.phrase(key, {name: wording.plain(value) for name, value in values.items()})
    typer.echo(text.said(language), err=True)


def _log_to_terminal(*, requests: bool) -> None:
    """Let the service and its server say on standard error what they did and what failed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name, level in (("uvicorn", logging.WARNING), ("infraplan_api", logging.INFO)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level)
    access = logging.getLogger("infraplan_api.access")
    access.setLevel(logging.INFO if requests else logging.WARNING)


def add_to(app: typer.Typer) -> None:
    """Add the command that starts the service."""
    app.command("serve")(serve_command)
