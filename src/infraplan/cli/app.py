"""Which commands does the terminal know, and what do their exit codes mean?

0 done; 2 the input or the call is wrong; 3 the model has no solution; 4 a result cannot be written;
5 other machines that share the work cannot do it; 6 a public host did not give the right bytes.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from infraplan import settings
from infraplan.cli import data_commands, report
from infraplan.cli.console import Bars
from infraplan.cli.options import Dask, Json, Language, Quiet, Threads, ending, fail, speak_utf8
from infraplan.cli.spoken import speak
from infraplan.errors import InfraplanError, OutputError

__all__ = ["app", "main"]

app = typer.Typer(
    name="infraplan",
    help="Coverage, gaps and certified proposals for masts and fibre. "
    "Exit codes: 0 done, 2 wrong input, 3 no solution, 4 cannot write, 5 cluster lost or unfit, "
    "6 not downloaded.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(*, value: bool) -> None:
    if value:
        typer.echo(f"infraplan {settings.installed_version()}")
        raise typer.Exit


data_commands.add_to(app)


@app.callback()
def _common(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda value: _version(value=value),
            is_eager=True,
            help="Show the version and exit.",
        ),
    ] = False,
    language: Language = None,
) -> None:
    del version, language


@app.command("run")
def run_command(
    study: Annotated[
        str,
        typer.Argument(
            help="An embedded province (phu-tho), a study folder, a study file or one that ships."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder of the bundle; replaced whole.")],
    *,
    threads: Threads = None,
    dask: Dask = None,
    budget_vnd: Annotated[
        float | None,
        typer.Option("--budget", min=0, help="VND for all years, such as 40e9; else the study's."),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option("--draws", min=0, max=10_000, help="Try the plan against so many draws."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Do every stage again, also those kept from before.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Run everything: coverage, gaps, proposals, costs, map. A second run redoes what changed."""
    from infraplan import workflow  # noqa: PLC0415 - heavy; --help stays quick
    from infraplan.cli import summary  # noqa: PLC0415 - the same

    spoken = language or settings.load().language
    try:
        with Bars(language=spoken, quiet=quiet) as bars:
            result = workflow.run(
                study,
                out,
                threads=threads,
                dask=dask,
                budget_vnd=budget_vnd,
                draws=draws,
                fresh=fresh,
                reporter=bars,
            )
    except InfraplanError as error:
        fail(error, language=spoken, as_json=as_json)
    try:
        if as_json:
            typer.echo(summary.as_json(result))
        else:
            summary.show(result, language=spoken)
    except OSError as error:
        problem = f"The figures cannot be printed ({error.strerror}); the bundle {out} is whole."
        fail(OutputError(problem), language=spoken, as_json=as_json)


@app.command("compare")
def compare_command(
    folders: Annotated[
        list[str], typer.Argument(metavar="A B …", help="Bundles: folders that run wrote.")
    ],
    *,
    target: Annotated[
        float | None,
        typer.Option("--target", help="Share of all residents to be served, such as 0.98."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of compare.html and compare.csv.")
    ] = None,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Compare finished bundles: what each reaches, costs, and needs for a target."""
    from infraplan.cli import compare  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    with ending(language=spoken, as_json=as_json):
        found = compare.run(folders, target_share=target, out=out)
        text = compare.as_text(found, out=out, language=spoken)
        typer.echo(compare.as_json(found) if as_json else text)


report.add_to(app)


@app.command("country")
def country_command(
    out: Annotated[Path, typer.Option("--out", help="Folder of the tiles; those there are kept.")],
    *,
    stations: Annotated[int, typer.Option("--stations", help="In the whole country.")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", help="Of terrain and stations.")] = 1,
    cell_size_m: Annotated[float, typer.Option("--cell-size", help="Side of a cell, m.")] = 30.0,
    tile_cells: Annotated[int, typer.Option("--tile", help="Cells along a tile's side.")] = 1000,
    tiles: Annotated[
        int | None, typer.Option("--tiles", min=1, help="A sample of so many, spread evenly.")
    ] = None,
    rasters: Annotated[
        bool, typer.Option("--rasters", help="Write each tile's levels as a GeoTIFF, too.")
    ] = False,
    threads: Threads = None,
    dask: Dask = None,
    quiet: Quiet = False,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Predict a simulated country tile by tile: what would hundreds of machines need?"""
    from infraplan.cli import country  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    try:
        with Bars(language=spoken, quiet=quiet) as bars:
            result = country.predict(
                out,
                stations=stations,
                seed=seed,
                cell_size_m=cell_size_m,
                tile_cells=tile_cells,
                sample=tiles,
                rasters=rasters,
                threads=threads,
                dask=dask,
                bars=bars,
            )
    except InfraplanError as error:
        fail(error, language=spoken, as_json=as_json)
    typer.echo(country.as_json(result) if as_json else country.as_text(result, language=spoken))


@app.command("calibrate")
def calibrate_command(
    study: Annotated[str, typer.Argument(help="A study, as for run.")],
    samples: Annotated[
        Path, typer.Argument(help="CSV of position, level and cell, site or operator; .gz too.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder of the table and the report.")],
    *,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="FIELD=NAME where a column's name is not known; repeat."),
    ] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Of positions given as x, y.")] = None,
    operator: Annotated[
        str | None, typer.Option("--operator", help="Of rows that name none.")
    ] = None,
    technology: Annotated[
        str | None, typer.Option("--technology", help="Of rows that name none: 2G, 3G, 4G, 5G.")
    ] = None,
    height_m: Annotated[
        float | None, typer.Option("--height", min=1, max=3000, help="Receiver's height, m.")
    ] = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="The levels are simulated, not measured.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Compare a study with drive tests or crowd samples, and fit what brings it closer."""
    from infraplan.cli import calibrate  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    try:
        with Bars(language=spoken, quiet=quiet) as bars:
            result = calibrate.run(
                study,
                samples,
                out,
                columns=column or (),
                crs=crs,
                operator=operator,
                technology=technology,
                rx_height_m=height_m,
                origin="simulated" if simulated else "measured",
                bars=bars,
            )
    except InfraplanError as error:
        fail(error, language=spoken, as_json=as_json)
    text = calibrate.as_text(result, study=study, out=out, language=spoken)
    typer.echo(calibrate.as_json(result) if as_json else text)


speak(app)


def main() -> None:
    """Run the command line."""
    speak_utf8()
    app()
