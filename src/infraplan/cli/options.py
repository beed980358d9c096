"""Which options do several commands share, and how does any of them end on an error?"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from infraplan import settings
from infraplan.cli.console import show_error
from infraplan.errors import (
    ClusterError,
    DownloadError,
    InfeasibleError,
    InfraplanError,
    OutputError,
    ParameterError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraplan.sources.shelf import Shelf

__all__ = [
    "Cache",
    "Dask",
    "Data",
    "Json",
    "Language",
    "Mirror",
    "Quiet",
    "Study",
    "Threads",
    "ending",
    "fail",
    "shelf_of",
    "speak_utf8",
]

Language = Annotated[
    Literal["vi", "en"] | None,
    typer.Option("--lang", help="Language of the terminal; the locale's where not given."),
]
Json = Annotated[bool, typer.Option("--json", help="Print figures and errors as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bars.")]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, help="Worker threads; all where not given.")
]
Dask = Annotated[
    str | None,
    typer.Option("--dask", help="Scheduler whose workers do the work, such as tcp://host:8786."),
]
Study = Annotated[str, typer.Argument(help="A study file (TOML), or the name of one that ships.")]
Mirror = Annotated[
    str | None,
    typer.Option(
        "--mirror",
        help="Folder, or base address, that holds files of public hosts at <host>/<path>; "
        "else INFRAPLAN_MIRROR.",
    ),
]
Cache = Annotated[
    Path | None,
    typer.Option("--cache", help="Folder of fetched files; else INFRAPLAN_CACHE."),
]
Data = Annotated[
    list[Path] | None,
    typer.Option(
        "--data",
        help="Folder where files that the study names are looked for, too; repeat. "
        "Else INFRAPLAN_DATA.",
    ),
]

_CODES: dict[type[InfraplanError], int] = {
    InfeasibleError: 3,
    OutputError: 4,
    ClusterError: 5,
    DownloadError: 6,
}
_WRONG_INPUT = 2


@contextmanager
def ending(*, language: str, as_json: bool) -> Iterator[None]:
    """Print an error of ours and leave with its exit code."""
    try:
        yield
    except InfraplanError as error:
        fail(error, language=language, as_json=as_json)


def fail(error: InfraplanError, *, language: str, as_json: bool) -> NoReturn:
    """Print an error and leave with its exit code."""
    show_error(error, language=language, as_json=as_json)
    code = next((c for kind, c in _CODES.items() if isinstance(error, kind)), _WRONG_INPUT)
    raise typer.Exit(code)


def shelf_of(
    *, mirror: str | None, cache: Path | None, data: list[Path] | None
) -> tuple[Shelf, str | None]:
    """Return where files are looked for, and the base address that is asked in place of hosts.

    What no option says comes from the environment.
    """
    from infraplan.sources.door.address import is_address  # noqa: PLC0415 - heavy
    from infraplan.sources.shelf import Shelf, shelf_of_settings  # noqa: PLC0415 - the same

    usual, base = shelf_of_settings(), settings.load().mirror_address
    folder = usual.mirror
    if mirror is not None:
        folder, base = (None, mirror) if is_address(mirror) else (Path(mirror), None)
    if folder is not None and not folder.is_dir():
        raise ParameterError(
            f"There is no mirror folder {folder}. Remedy: name the folder that holds "
            "<host>/<path>, or a base address (http:// or https://), with --mirror or "
            "INFRAPLAN_MIRROR."
        )
    absent = [str(place) for place in data or () if not place.is_dir()]
    if absent:
        raise ParameterError(
            f"There is no data folder {', '.join(absent)}. Remedy: name the folder that holds the "
            "files, with --data."
        )
    shelf = Shelf(folder, cache or usual.cache, tuple(data) if data else usual.data)
    return shelf, base


def speak_utf8() -> None:
    """Write UTF-8 whatever the terminal's code page, so that names keep their diacritics."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
