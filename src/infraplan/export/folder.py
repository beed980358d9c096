"""How does a finished bundle take the place of an older one, whole or not at all?"""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pyogrio.errors import DataLayerError, DataSourceError
from rasterio.errors import RasterioError

from infraplan.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MANIFEST", "check_target", "replacing"]

MANIFEST = "manifest.json"
_SIDECARS = (".aux.xml", ".ovr", "-journal", "-shm", "-wal")
"""Endings that a GIS adds to a file it has opened; they are of no use beside a new file."""


@contextmanager
def replacing(out: str | Path) -> Iterator[Path]:
    """Give a hidden folder to write into, and put it in the place of `out` at the end.

    On any error the hidden folder is removed and `out` stays as it was. Files in an older bundle
    that are not the bundle's own (a project file, notes) move over to the new one.

    Parameters
    ----------
    out
        Folder of the bundle; it may be missing, empty, or an older bundle.

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
        foreign = _foreign(target)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        _swap(partial, target, older, foreign)
    except (OSError, DataLayerError, DataSourceError, RasterioError) as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"The bundle {out} cannot be written: {error}. Remedy: free some disk space, check the "
            "permissions of the folder above it, or name another folder. What was there before is "
            "unchanged."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def check_target(out: str | Path) -> None:
    """Refuse a place that a bundle may not take, before any work is done for it.

    Raises
    ------
    OutputError
        If `out` is the top of a drive, a file, or a folder with something else in it.
    """
    target = Path(out).resolve()
    if not target.name:
        raise OutputError(f"{target} cannot be replaced by a bundle. Remedy: name a folder in it.")
    try:
        _foreign(target)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"The folder {out} cannot be used ({error.strerror}). Remedy: name another folder."
        ) from error


def _foreign(target: Path) -> tuple[str, ...]:
    """Return what lies in an older bundle without being part of it; refuse what is no bundle."""
    if not target.exists():
        return ()
    if not target.is_dir():
        raise OutputError(
            f"{target} is a file, and a bundle is a folder. Remedy: name another folder."
        )
    found = sorted(p.name for p in target.iterdir())
    if not found:
        return ()
    own = _outputs(target / MANIFEST)
    if own is None:
        raise OutputError(
            f"The folder {target} holds {found[0]!r} and no {MANIFEST}, so it is not a bundle and "
            "is not replaced. Remedy: name another folder, or empty this one."
        )
    gone = {name + end for name in (*own, MANIFEST) for end in ("", *_SIDECARS)}
    return tuple(name for name in found if name not in gone)


def _outputs(manifest: Path) -> tuple[str, ...] | None:
    """Return the files that a manifest lists, None where it is no manifest of a bundle."""
    try:
        listed = json.loads(manifest.read_text(encoding="utf-8"))["outputs"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return tuple(str(name) for name in listed)


def _swap(partial: Path, target: Path, older: Path, foreign: tuple[str, ...]) -> None:
    """Put the new folder in the place of the old one; the old one comes back on an error."""
    shutil.rmtree(older, ignore_errors=True)
    for name in foreign:
        if (partial / name).exists():
            raise OutputError(
                f"{target / name} is not part of the older bundle, but the new one has a file of "
                "that name. Remedy: move it elsewhere."
            )
        copy = shutil.copytree if (target / name).is_dir() else shutil.copy2
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
