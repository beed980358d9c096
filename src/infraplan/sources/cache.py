"""What has been downloaded, is it still whole, and what may go?

Files lie at ``objects/<2>/<sha256>/<name>``; ``addresses/<sha256 of the address>.json`` says which
of them an address gave. Both are written beside and renamed, so each is there whole or not at
all; an entry that cannot be understood counts as absent.
"""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infraplan.errors import OutputError
from infraplan.sources.digest import sha256
from infraplan.sources.door.address import address_digest
from infraplan.sources.door.lock import is_held

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = [
    "PARTS",
    "Entry",
    "cannot_write",
    "listing",
    "lookup",
    "note_absent",
    "prune",
    "store",
    "verify",
    "write_whole",
]

_ADDRESSES: Final = "addresses"
_OBJECTS: Final = "objects"
_DAMAGED: Final = "damaged"
PARTS: Final = "parts"
"""Folder of the cache for files that are still coming."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the cache knows of one address.

    Attributes
    ----------
    address
        The address, with ``{key}`` where the user's key stands; empty for a file that no address
        points to any more.
    path
        The file; None where the host has no such file.
    sha256
        Digest of its bytes; empty where there is no file.
    bytes
        Its length.
    last_modified
        Date of its version as the host told it; empty where it told none.
    absent
        What it means that the host has no such file; empty where it has one.
    """

    address: str
    path: Path | None
    sha256: str
    bytes: int
    last_modified: str = ""
    absent: str = ""


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Return the error for a file or folder that cannot be written."""
    if error.errno in _FULL:
        problem = "The disk is full"
        remedy = "free some space, or use another folder (INFRAPLAN_CACHE, --save-mirror)"
    else:
        problem = f"It cannot be written ({error.strerror or type(error).__name__})"
        remedy = (
            "check the permissions of the folder, or use another one (INFRAPLAN_CACHE, "
            "--save-mirror)"
        )
    return OutputError(
        f"{path}: {problem[0].lower()}{problem[1:]}. Remedy: {remedy}. Nothing half-written was "
        "left under a final name."
    )


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file beside and rename it, so that it is there whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    beside = path.with_name(f".{path.name[:80]}.{secrets.token_hex(8)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def lookup(cache: Path, address: str) -> Entry | None:
    """Return what the cache has of an address, None where it has nothing whole.

    The file's length is compared; its digest is compared by :func:`verify`.
    """
    found = _read(cache, _index(cache, address))
    return found if found is not None and found.address == address else None


def _index(cache: Path, address: str) -> Path:
    return cache / _ADDRESSES / f"{address_digest(address)}.json"


def _read(cache: Path, index: Path) -> Entry | None:
    """Read an entry; None where it is missing, half, strange, or its file is not there whole."""
    entry = _noted(cache, index)
    return entry if entry is not None and _is_whole(entry) else None


def _is_whole(entry: Entry) -> bool:
    """Tell whether an entry needs no file, or has one of the right length."""
    try:
        return entry.path is None or entry.path.stat().st_size == entry.bytes
    except OSError:
        return False


def _noted(cache: Path, index: Path) -> Entry | None:
    """Read what an entry says, without looking at its file; None where that makes no sense."""
    try:
        told = json.loads(index.read_text(encoding="utf-8"))
        address, absent = str(told["address"]), str(told["absent"])
        digest, name, length = str(told["sha256"]), str(told["name"]), int(told["bytes"])
        last_modified = str(told["last_modified"])
        if absent:
            return Entry(address, None, "", 0, "", absent)
        if not _DIGEST.fullmatch(digest) or Path(name).name != name or name in ("", ".", ".."):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Entry(address, _object(cache, digest, name), digest, length, last_modified)


def _object(cache: Path, digest: str, name: str) -> Path:
    return cache / _OBJECTS / digest[:2] / digest / name


def store(
    cache: Path, part: Path, *, address: str, name: str, digest: str, last_modified: str = ""
) -> Entry:
    """Move a whole and checked file into the cache and say which address gave it.

    Parameters
    ----------
    cache
        Folder of the cache.
    part
        The file, on the same disk, already flushed to it.
    address, name
        The address and the file name that the file keeps.
    digest
        SHA-256 of its bytes.
    last_modified
        Date of its version as the host told it.

    Raises
    ------
    OutputError
        If the cache cannot be written.
    """
    path = _object(cache, digest, name)
    try:
        length = part.stat().st_size
        path.parent.mkdir(parents=True, exist_ok=True)
        part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    entry = Entry(address, path, digest, length, last_modified)
    _write(cache, entry, name)
    return entry


def note_absent(cache: Path, address: str, means: str) -> Entry:
    """Note that the host has no such file, and what that means.

    Raises
    ------
    OutputError
        If the cache cannot be written.
    """
    entry = Entry(address, None, "", 0, "", means)
    _write(cache, entry, "")
    return entry


def _write(cache: Path, entry: Entry, name: str) -> None:
    told = {
        "address": entry.address,
        "sha256": entry.sha256,
        "bytes": entry.bytes,
        "name": name,
        "last_modified": entry.last_modified,
        "absent": entry.absent,
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    write_whole(_index(cache, entry.address), text.encode())


def listing(cache: Path) -> tuple[Entry, ...]:
    """Return the whole entries of the cache, by address."""
    found = (_read(cache, index) for index in _indexes(cache))
    return tuple(sorted((e for e in found if e is not None), key=lambda e: e.address))


def _indexes(cache: Path) -> list[Path]:
    return sorted((cache / _ADDRESSES).glob("*.json"))


def _objects(cache: Path) -> Iterator[Path]:
    for path in sorted((cache / _OBJECTS).glob("*/*/*")):
        if path.is_file():
            yield path


def verify(cache: Path) -> tuple[Entry, ...]:
    """Read every file of the cache again; move away what is not what it was.

    Files whose digest changed go to the folder ``damaged`` of the cache, and entries that cannot
    be understood or point to no file are removed, so that the next fetch brings them again.

    Returns
    -------
    tuple of Entry
        The damaged files, by address; the path is where each of them lies now, None where the
        file is gone.

    Raises
    ------
    OutputError
        If a damaged file cannot be moved.
    """
    noted = {index: _noted(cache, index) for index in _indexes(cache)}
    addresses = {entry.path: entry.address for entry in noted.values() if entry is not None}
    damaged: list[Entry] = []
    for path in _objects(cache):
        found = _digest(path)
        if found != path.parent.name:
            moved = _move_away(cache, path)
            damaged.append(Entry(addresses.get(path, ""), moved, found, _length(moved)))
    told = {entry.address for entry in damaged}
    for index, entry in noted.items():
        if entry is None or not _is_whole(entry):
            _remove(index)
        if entry is not None and entry.address not in told and not _is_whole(entry):
            damaged.append(replace(entry, path=None))
    return tuple(sorted(damaged, key=lambda e: (e.address, str(e.path))))


def _digest(path: Path) -> str:
    """Return the digest of a file, empty where it cannot be read."""
    try:
        return sha256(path)
    except OSError:
        return ""


def _move_away(cache: Path, path: Path) -> Path:
    target = cache / _DAMAGED / f"{path.parent.name[:16]}-{path.name}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        path.parent.rmdir()
    except OSError as error:
        if path.exists():
            raise cannot_write(path, error) from error
    return target


def prune(
    cache: Path,
    *,
    keep: Collection[str] | None = None,
    unused: bool = True,
    dry_run: bool = False,
) -> tuple[Entry, ...]:
    """Remove what is not needed any more.

    Parameters
    ----------
    cache
        Folder of the cache.
    keep
        Addresses to keep; all others go. None keeps every address.
    unused
        Also remove what no address points to: older versions, damaged files, parts of downloads
        that were never finished.
    dry_run
        Only tell what would be removed.

    Returns
    -------
    tuple of Entry
        What was removed or would be, by address; files that no address pointed to have an empty
        one.

    Raises
    ------
    OutputError
        If a file cannot be removed.
    """
    there = listing(cache)
    going = [e for e in there if keep is not None and e.address not in keep]
    used = {entry.path for entry in there if keep is None or entry.address in keep}
    named = {entry.path for entry in going}
    files = [p for p in _objects(cache) if p not in used and (unused or p in named)]
    left = [Entry("", p, p.parent.name, _length(p)) for p in files if p not in named]
    parts = _left_over(cache) if unused else []
    left += [Entry("", p, "", _length(p)) for p in parts]
    if not dry_run:
        for path in (*(_index(cache, entry.address) for entry in going), *files, *parts):
            _remove(path)
        for path in files:
            with suppress(OSError):
                path.parent.rmdir()
    return tuple(sorted([*going, *left], key=lambda e: (e.address, str(e.path))))


def _left_over(cache: Path) -> list[Path]:
    """Return damaged files, and parts that no process is bringing just now."""
    parts = sorted((cache / PARTS).glob("*"))
    held = {p.stem for p in parts if p.suffix == ".lock" and is_held(p)}
    gone = [p for p in parts if p.name.partition(".")[0] not in held]
    return [*sorted((cache / _DAMAGED).glob("*")), *gone]


def _length(path: Path) -> int:
    """Return the length of a file, 0 where another process has just removed it."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
