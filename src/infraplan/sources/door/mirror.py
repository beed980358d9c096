"""How are files taken out of a mirror folder, and how are they put into one?"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from infraplan.errors import OutputError
from infraplan.sources.cache import PARTS, cannot_write, write_whole
from infraplan.sources.digest import sha256
from infraplan.sources.door.address import address_digest, place_of
from infraplan.sources.door.content import check_file, too_large
from infraplan.sources.door.failure import HostError
from infraplan.sources.door.finish import Ready
from infraplan.sources.shelf import ABSENT_MARK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infraplan.sources.door.rules import Rules
    from infraplan.sources.door.transfer import Watch
    from infraplan.sources.wanted import Wanted

__all__ = ["save", "save_absent", "taken"]

_BLOCK: Final = 1 << 20


def taken(path: Path, wanted: Wanted, cache: Path, *, rules: Rules, watch: Watch) -> Ready:
    """Copy a file of a mirror folder beside the cache's files, with the checks of a download.

    Parameters
    ----------
    path
        The mirror's file.
    wanted
        What it must be.
    cache
        Folder of the cache.
    rules
        How far a gzip file may unpack.
    watch
        Who looks on.

    Raises
    ------
    HostError
        If it is not what was wanted, or cannot be read.
    OutputError
        If the cache cannot be written.
    """
    size = path.stat().st_size
    if size > wanted.most_bytes:
        raise too_large(wanted, size)
    name = f"{address_digest(wanted.address)}.{secrets.token_hex(8)}.copy"
    target = cache / PARTS / name
    progress = watch.started(size)

    def seen(there: int) -> None:
        watch.check()
        if there > wanted.most_bytes:
            raise too_large(wanted)
        progress(there)

    kept = False
    try:
        _copy(path, target, seen)
        digest = check_file(target, wanted, unpacked_most=rules.unpacked_most)
        kept = True
    finally:
        if not kept:
            with suppress(OSError):
                target.unlink(missing_ok=True)
    return Ready(target, digest, "")


def _copy(source: Path, target: Path, seen: Callable[[int], None]) -> None:
    """Copy a file to the disk; `seen` takes the bytes that are there."""
    try:
        stream = source.open("rb")
    except OSError as error:
        raise HostError(
            f"the mirror's file {source} cannot be read ({error.strerror})",
            "check the permissions of the mirror folder",
        ) from None
    with stream:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            out = target.open("xb")
        except OSError as error:
            raise cannot_write(target, error) from error
        with out:
            there = 0
            while block := stream.read(_BLOCK):
                there += len(block)
                seen(there)
                try:
                    out.write(block)
                except OSError as error:
                    raise cannot_write(target, error) from error
            try:
                out.flush()
                os.fsync(out.fileno())
            except OSError as error:
                raise cannot_write(target, error) from error


def save(mirror: Path, address: str, path: Path, *, digest: str) -> None:
    """Put a file into its place in a mirror folder, whole or not at all.

    A file that is there already with the same bytes is left alone.

    Raises
    ------
    OutputError
        If the mirror cannot be written, or its place is a link that leads out of it.
    """
    target = _target(mirror, address)
    if target.is_file() and sha256(target) == digest:
        return
    beside = target.with_name(f".{target.name[:80]}.{secrets.token_hex(8)}.new")
    try:
        _copy(path, beside, lambda _: None)
        try:
            beside.replace(target)
        except OSError as error:
            raise cannot_write(target, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def save_absent(mirror: Path, address: str, means: str) -> None:
    """Mark in a mirror folder that the host has no such file, and what that means.

    Raises
    ------
    OutputError
        If the mirror cannot be written, or its place is a link that leads out of it.
    """
    target = _target(mirror, address)
    write_whole(target.with_name(target.name + ABSENT_MARK), f"{means}\n".encode())


def _target(mirror: Path, address: str) -> Path:
    target = mirror.joinpath(*place_of(address).parts)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        inside = target.parent.resolve().is_relative_to(mirror.resolve())
    except OSError as error:
        raise cannot_write(target, error) from error
    if not inside:
        raise OutputError(
            f"{target}: its folder is a link that leads out of the mirror {mirror}. Remedy: name "
            "another folder with --save-mirror."
        )
    return target
