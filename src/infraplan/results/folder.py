"""How does a finished folder take the place of an older one, whole or not at all?

A folder of ours holds a file that lists what belongs to it: a bundle its manifest, a study its
``study.json``. Only such a folder, or an empty one, is ever replaced.
"""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyogrio.errors import DataLayerError, DataSourceError
from rasterio.errors import RasterioError

from infraplan.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BUNDLE", "STUDY_FOLDER", "FolderKind", "check_target", "replacing"]


@dataclass(frozen=True, slots=True)
class FolderKind:
    """A kind of folder that is replaced as a whole.

    Attributes
    ----------
    marker
        Name of the JSON file in it whose ``outputs`` lists the other files that belong to it.
    called
        What messages call it.
    """

    marker: str
    called: str


BUNDLE: Final = FolderKind("manifest.json", "bundle")
STUDY_FOLDER: Final = FolderKind("study.json", "study folder")

_SIDECARS = (".aux.xml", ".ovr", "-journal", "-shm", "-wal")
"""Endings that a GIS adds to a file it has opened; they are of no use beside a new file."""


@contextmanager
def replacing(out: str | Path, *, kind: FolderKind = BUNDLE) -> Iterator[Path]:
    """Give a hidden folder to write into, and put it in the place of `out` at the end.

    On any error the hidden folder is removed and `out` stays as it was. Files in an older folder
    that are not its own (a project file, notes) move over to the new one.

    Parameters
    ----------
    out
        The folder; it may be missing, empty, or an older one of the same kind.
    kind
        What it is.

    Yields
    ------
    pathlib.Path
        The folder to write into, beside `out`.

    Raises
    ------
    OutputError
        If `out` is a file or a folder with something else in it, or cannot be written.
    """
    target = Path(out).resolve()
    partial = target.with_name(f".{target.name}.partial")
    older = target.with_name(f".{target.name}.older")
    try:
        if older.is_dir() and not target.exists():  # an earlier run was killed between two renames
            older.rename(target)
        foreign = _foreign(target, kind)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        _swap(partial, target, older, foreign)
    except (OSError, DataLayerError, DataSourceError, RasterioError) as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"The {kind.called} {out} cannot be written: {error}. Remedy: free some disk space, "
            "check the permissions of the folder above it, or name another folder. What was there "
            "before is unchanged."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def check_target(out: str | Path, *, kind: FolderKind = BUNDLE) -> None:
    """Refuse a place that the folder may not take, before any work is done for it.

    Raises
    ------
    OutputError
        If `out` is the top of a drive, a file, or a folder with something else in it.
    """
    target = Path(out).resolve()
    if not target.name:
        raise OutputError(
            f"{target} cannot be replaced by a {kind.called}. Remedy: name a folder in it."
        )
    try:
        _foreign(target, kind)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"The folder {out} cannot be used ({error.strerror}). Remedy: name another folder."
        ) from error


def _foreign(target: Path, kind: FolderKind) -> tuple[str, ...]:
    """Return what lies in an older folder without being part of it; refuse another's folder."""
    if not target.exists():
        return ()
    if not target.is_dir():
        raise OutputError(
            f"{target} is a file, and a {kind.called} is a folder. Remedy: name another folder."
        )
    found = sorted(p.name for p in target.iterdir())
    if not found:
        return ()
    own = _outputs(target / kind.marker)
    if own is None:
        raise OutputError(
            f"The folder {target} holds {found[0]!r} and no {kind.marker}, so it is not a "
            f"{kind.called} and is not replaced. Remedy: name another folder, or empty this one."
        )
    gone = {name + end for name in (*own, kind.marker) for end in ("", *_SIDECARS)}
    return tuple(_others(target, gone, ""))


def _others(folder: Path, gone: set[str], above: str) -> Iterator[str]:
    """Yield what lies in a folder beside `gone`, as paths from the top; a folder of others once."""
    for path in sorted(folder.iterdir()):
        name = above + path.name
        if path.is_dir() and any(own.startswith(f"{name}/") for own in gone):
            yield from _others(path, gone, f"{name}/")
        elif name not in gone:
            yield name


def _outputs(manifest: Path) -> tuple[str, ...] | None:
    """Return the files that a marker lists, None where it is no marker of ours."""
    try:
        listed = json.loads(manifest.read_text(encoding="utf-8"))["outputs"]
        return tuple(str(name) for name in listed)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _swap(partial: Path, target: Path, older: Path, foreign: tuple[str, ...]) -> None:
    """Put the new folder in the place of the old one; the old one comes back on an error."""
    shutil.rmtree(older, ignore_errors=True)
    for name in foreign:
        if (partial / name).exists():
            raise OutputError(
                f"{target / name} is not part of the older folder, but the new one has a file of "
                "that name. Remedy: move it elsewhere."
            )
        copy = shutil.copytree if (target / name).is_dir() else shutil.copy2
        (partial / name).parent.mkdir(parents=True, exist_ok=True)
        copy(target / name, partial / name)
    if target.exists():
        target.rename(older)
    try:
        partial.rename(target)
    except OSError:
        if older.exists():
            older.rename(target)
        raise
    shutil.rmtree(older, ignore_errors=True)
