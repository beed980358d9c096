"""Is an archive safe to open: no bomb, no path that climbs, no link, no password?

Everything is judged by the archive's own directory, before a byte of its members is unpacked.
"""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from collections import Counter
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["BROKEN", "MEGABYTE", "archive_faults", "sheet_rule", "unpack"]

MEGABYTE = 1_000_000
"""Bytes."""
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)
"""What Python raises for an archive that is cut short, damaged or packed in an unknown way."""

_ENCRYPTED_BIT = 0x1
_UNIX_MODE_SHIFT = 16


def sheet_rule(name: str) -> float:
    """Return a number of ``catalog/sheet_rules.csv``."""
    return catalog.value("sheet_rules", name, "value")


def archive_faults(path: Path, *, file: str) -> tuple[Fault, ...]:
    """List what makes a zip file unsafe to open.

    Parameters
    ----------
    path
        The zip file, or a workbook, which is one.
    file
        Its name for messages.

    Returns
    -------
    tuple of Fault
        Empty where it may be opened. Nothing was unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except BROKEN as error:
        return (_damaged(file, error),)
    return (*_name_faults(members, file), *_size_faults(members, file))


def _damaged(file: str, error: Exception) -> Fault:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    reason = " ".join(said.split())[:120]
    problem = f"the archive cannot be read ({reason}); it is cut short or damaged"
    return Fault(file, problem, "copy or download it again, or save it anew")


def _name_faults(members: Sequence[zipfile.ZipInfo], file: str) -> list[Fault]:
    """Find members that would be written elsewhere or over each other, links, and locked ones."""
    faults = []
    remedy = "do not use this file; ask who made it for one that was packed anew"
    for member in members:
        name = member.orig_filename or member.filename
        if _climbs(name):
            problem = f"the archive's member {name!r} would be written outside its folder"
            faults.append(Fault(file, problem, remedy))
        elif stat.S_ISLNK(member.external_attr >> _UNIX_MODE_SHIFT):
            problem = f"the archive's member {name!r} is a link to another file"
            faults.append(Fault(file, problem, remedy))
    names = Counter(m.filename for m in members)
    faults += [
        Fault(file, f"the archive holds {count} members called {name!r}", remedy)
        for name, count in names.items()
        if count > 1
    ]
    if any(m.flag_bits & _ENCRYPTED_BIT for m in members):
        problem = "the archive is locked by a password"
        faults.append(Fault(file, problem, "unpack it yourself, or save it without a password"))
    return faults


def _climbs(name: str) -> bool:
    """Tell whether a member's path leaves the folder it is unpacked into, on any system."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    outside = posix.is_absolute() or bool(windows.drive) or bool(windows.root)
    return outside or ".." in posix.parts or ".." in windows.parts or "\0" in name


def _size_faults(members: Sequence[zipfile.ZipInfo], file: str) -> list[Fault]:
    """Find archives that would fill the disk or the memory."""
    remedy = "do not open this file; ask who made it for the table alone, as CSV"
    most = int(sheet_rule("archive_members_most"))
    if len(members) > most:
        problem = f"the archive holds {len(members):,} files, more than {most:,}"
        return [Fault(file, problem, remedy)]
    total_mb = sum(m.file_size for m in members) / MEGABYTE
    most_mb = sheet_rule("archive_most_mb")
    if total_mb > most_mb:
        problem = f"the archive would unpack to {total_mb:,.0f} MB, more than {most_mb:,.0f} MB"
        return [Fault(file, problem, remedy)]
    ratio_most, from_mb = sheet_rule("archive_ratio_most"), sheet_rule("archive_ratio_from_mb")
    return [
        Fault(
            file,
            f"the archive's member {m.filename!r} would unpack to "
            f"{m.file_size / MEGABYTE:,.0f} MB, {m.file_size / max(m.compress_size, 1):,.0f} "
            "times its size: an archive bomb",
            remedy,
        )
        for m in members
        if m.file_size > from_mb * MEGABYTE and m.file_size > ratio_most * m.compress_size
    ]


def unpack(path: Path, folder: Path, *, file: str) -> tuple[Fault, ...]:
    """Unpack a zip file into a folder, after :func:`archive_faults` found nothing.

    Parameters
    ----------
    path
        The zip file.
    folder
        An empty folder; nothing is written outside it.
    file
        Its name for messages.

    Returns
    -------
    tuple of Fault
        What kept it from being unpacked; the folder may then hold some of its members.
    """
    faults = archive_faults(path, file=file)
    if faults:
        return faults
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                target = folder.joinpath(*PurePosixPath(member.filename).parts)
                if member.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed, target.open("wb") as out:
                    shutil.copyfileobj(packed, out)
    except BROKEN as error:
        return (_damaged(file, error),)
    return ()
