"""Which commands bring a study together: new, fetch, check, build, info?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infraplan import settings
from infraplan.cli import side_commands
from infraplan.cli.options import (
    Cache,
    Data,
    Json,
    Language,
    Mirror,
    Quiet,
    Study,
    ending,
    shelf_of,
)

__all__ = ["add_to"]


def new_command(
    name: Annotated[str, typer.Argument(help="Short name: lower-case letters, digits, hyphens.")],
    *,
    country: Annotated[str, typer.Option("--country", help="ISO code of two letters.")] = "VN",
    province: Annotated[
        str | None, typer.Option("--province", help="Its code, such as 25 (Phú Thọ).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file; NAME.toml where not given.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    language: Language = None,
) -> None:
    """Write a commented study file to start from."""
    from infraplan.cli import studies  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=False):
        path = studies.new(
            name, country=country, province=province, out=out or Path(f"{name}.toml"), force=force
        )
        typer.echo(studies.new_text(path, language=spoken))


def fetch_command(
    study: Study,
    *,
    mirror: Mirror = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Open no connection: mirror folder and cache only.")
    ] = False,
    save_mirror: Annotated[
        Path | None,
        typer.Option(
            "--save-mirror",
            help="Also lay every file into this folder as <host>/<path>, to carry into a closed "
            "network.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list the requests, as they would be made.")
    ] = False,
    at_once: Annotated[
        int, typer.Option("--at-once", min=1, max=16, help="Files at the same time.")
    ] = 4,
    cache: Cache = None,
    data: Data = None,
    quiet: Quiet = False,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Bring the files of public hosts that a study names. Keys: INFRAPLAN_KEY_<SOURCE>, keyring."""
    from infraplan.cli import fetching  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        shelf, base = shelf_of(mirror=mirror, cache=cache, data=data)
        if dry_run:
            typer.echo(fetching.requests_text(study, shelf=shelf, language=spoken, as_json=as_json))
            return
        brought = fetching.fetch_all(
            study,
            shelf=shelf,
            mirror_address=base,
            offline=offline or settings.load().offline,
            save_mirror=save_mirror,
            at_once=at_once,
            quiet=quiet,
            language=spoken,
        )
        typer.echo(fetching.brought_text(brought, language=spoken, as_json=as_json))


def check_command(
    study: Study,
    *,
    marked: Annotated[
        Path | None,
        typer.Option(
            "--marked",
            help="Folder for copies of your spreadsheets with every fault coloured and explained.",
        ),
    ] = None,
    mirror: Mirror = None,
    cache: Cache = None,
    data: Data = None,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Say everything that is wrong with a study file and with the data it names."""
    from infraplan.cli import studies  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        shelf, _ = shelf_of(mirror=mirror, cache=cache, data=data)
        text, sound = studies.check(
            study, shelf=shelf, marked=marked, language=spoken, as_json=as_json
        )
        typer.echo(text)
    if not sound:
        raise typer.Exit(2)


def build_command(
    study: Study,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Study folder; out/NAME.study where not given.")
    ] = None,
    mirror: Mirror = None,
    cache: Cache = None,
    data: Data = None,
    quiet: Quiet = False,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Make the study folder from what the study file names; nothing is downloaded."""
    from infraplan.cli import info, studies  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        shelf, _ = shelf_of(mirror=mirror, cache=cache, data=data)
        folder = studies.build(study, out=out, shelf=shelf, quiet=quiet, language=spoken)
        info.show(folder, language=spoken, as_json=as_json)


def info_command(
    folder: Annotated[
        Path, typer.Argument(help="A study folder, as infraplan build makes it.")
    ] = Path("out/phu-tho.study"),
    *,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Show what is in a study, how old it is, from where, and how much is assumed."""
    from infraplan.cli import info  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        info.show(folder, language=spoken, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Add the commands about data, in the order of their use."""
    app.command("new")(new_command)
    app.command("fetch")(fetch_command)
    app.command("check")(check_command)
    app.command("build")(build_command)
    app.command("info")(info_command)
    side_commands.add_to(app)
