"""Which commands help with data: template, communes, cache?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from infraplan import settings
from infraplan.cli import keys, serve
from infraplan.cli.options import Cache, Data, Json, Language, ending, shelf_of

__all__ = ["add_to"]

_Table = Literal[
    "towers",
    "communes",
    "villages",
    "facilities",
    "census",
    "prices",
    "structures",
    "growth",
    "indicators",
    "targets",
]


def template_command(
    table: Annotated[_Table, typer.Argument(help="The table to fill in.")],
    *,
    xlsx: Annotated[
        bool, typer.Option("--xlsx/--csv", help="A spreadsheet with drop-downs, or plain CSV.")
    ] = True,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file; TABLE.xlsx or TABLE.csv otherwise.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    language: Language = None,
) -> None:
    """Write an empty table to fill in, with headers in both languages and examples."""
    from infraplan.cli import helpers  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=False):
        path = out or Path(f"{table}.{'xlsx' if xlsx else 'csv'}")
        typer.echo(helpers.template(table, path, force=force, language=spoken))


def resolve_command(
    query: Annotated[
        str, typer.Argument(help="Name or code, old or new, with or without diacritics.")
    ],
    *,
    most: Annotated[int, typer.Option("--most", min=1, max=100, help="So many answers.")] = 10,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Find a commune by its old or new name or code, and what it became or was made of."""
    from infraplan.cli import helpers  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        text, found = helpers.resolve(query, most=most, language=spoken, as_json=as_json)
        typer.echo(text)
    if not found:
        raise typer.Exit(2)


def carry_command(
    table: Annotated[Path, typer.Argument(help="CSV or XLSX with a column of commune codes.")],
    out: Annotated[Path, typer.Option("--out", help="The new table (CSV).")],
    *,
    to: Annotated[
        Literal["new", "old"], typer.Option("--to", help="Codes since July 2025, or before.")
    ] = "new",
    column: Annotated[str, typer.Option("--column", help="Column of the codes.")] = "code",
    sums: Annotated[
        list[str] | None,
        typer.Option("--sum", help="Column of counts, split and added up; repeat."),
    ] = None,
    old: Annotated[
        Path | None,
        typer.Option("--old", help="Old boundaries (column code), to split communes by area."),
    ] = None,
    new: Annotated[
        Path | None, typer.Option("--new", help="New boundaries (column code), for the same.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    language: Language = None,
) -> None:
    """Carry a table from the communes before July 2025 to those since, or back; totals are kept."""
    from infraplan.cli import helpers  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=False):
        typer.echo(
            helpers.carry(
                table,
                out,
                to=to,
                column=column,
                sums=tuple(sums or ()),
                old=old,
                new=new,
                force=force,
                language=spoken,
            )
        )


def cache_list_command(
    *, cache: Cache = None, as_json: Json = False, language: Language = None
) -> None:
    """List the fetched files: address, size, digest, when."""
    from infraplan.cli import helpers  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        shelf, _ = shelf_of(mirror=None, cache=cache, data=None)
        typer.echo(helpers.cache_list(shelf.cache, language=spoken, as_json=as_json))


def cache_verify_command(
    *, cache: Cache = None, as_json: Json = False, language: Language = None
) -> None:
    """Read every fetched file again; what is damaged is taken out, to be fetched anew."""
    from infraplan.cli import helpers  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        shelf, _ = shelf_of(mirror=None, cache=cache, data=None)
        text, whole = helpers.cache_verify(shelf.cache, language=spoken, as_json=as_json)
        typer.echo(text)
    if not whole:
        raise typer.Exit(2)


def cache_prune_command(
    *,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", help="Study whose files stay; repeat. Without it all files go."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be deleted.")
    ] = False,
    cache: Cache = None,
    data: Data = None,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Delete fetched files that no named study wants, and what broken downloads left."""
    from infraplan.cli import helpers  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        shelf, _ = shelf_of(mirror=None, cache=cache, data=data)
        typer.echo(
            helpers.cache_prune(
                shelf, keep=tuple(keep or ()), dry_run=dry_run, language=spoken, as_json=as_json
            )
        )


def add_to(app: typer.Typer) -> None:
    """Add the commands that help with data."""
    app.command("template")(template_command)
    communes = typer.Typer(
        help="Find communes by old or new name; carry tables.", no_args_is_help=True
    )
    communes.command("resolve")(resolve_command)
    communes.command("carry")(carry_command)
    app.add_typer(communes, name="communes")
    cache = typer.Typer(help="The folder of fetched files.", no_args_is_help=True)
    cache.command("list")(cache_list_command)
    cache.command("verify")(cache_verify_command)
    cache.command("prune")(cache_prune_command)
    app.add_typer(cache, name="cache")
    serve.add_to(app)
    keys.add_to(app)
