"""Is a file that has come to its end one that may be kept?"""

from __future__ import annotations

import gzip
import os
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.sources.cache import cannot_write
from infraplan.sources.door.content import check_file, too_large
from infraplan.sources.door.failure import HostError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from infraplan.sources.door.part import Part, Version
    from infraplan.sources.door.rules import Rules
    from infraplan.sources.wanted import Wanted

__all__ = ["Ready", "finished"]

_BLOCK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that is whole and checked, but not yet in its place.

    Attributes
    ----------
    path
        Where it lies, on the disk of the cache.
    digest
        SHA-256 of its bytes.
    last_modified
        Date of its version as the host told it; empty where it told none.
    """

    path: Path
    digest: str
    last_modified: str


def finished(part: Part, wanted: Wanted, version: Version, *, rules: Rules) -> Ready:
    """Undo the coding a file was sent in, check it, and say where it lies.

    Raises
    ------
    HostError
        If it is not what was wanted; the part is gone then.
    OutputError
        If the cache cannot be written.
    """
    plain = part.path.with_suffix(".plain")
    path, digest, vanished = part.path, "", False
    try:
        if version.encoding == "gzip" and _is_coded(part.path, wanted):
            _write(plain, _decoded(part.path, wanted))
            path = plain
        digest = check_file(path, wanted, unpacked_most=rules.unpacked_most)
    except HostError:
        plain.unlink(missing_ok=True)
        part.drop()
        raise
    except FileNotFoundError:
        vanished = True
    if vanished:
        raise HostError(
            "its part vanished from the cache", "do not empty the cache meanwhile", again=True
        )
    return Ready(path, digest, version.last_modified)


def _is_coded(path: Path, wanted: Wanted) -> bool:
    """Tell whether gzip is a coding of the way here, rather than what was wanted.

    Some hosts call a ``.gz`` file itself a coding; then only its inside tells.
    """
    with path.open("rb") as stream:
        if stream.read(2) != _GZIP:
            return False
    if wanted.kind != "gzip" and not wanted.address.lower().partition("?")[0].endswith(".gz"):
        return True
    try:
        with gzip.open(path, "rb") as inner:
            return inner.read(2) == _GZIP
    except (OSError, EOFError, zlib.error):
        return False


def _decoded(path: Path, wanted: Wanted) -> Iterator[bytes]:
    """Give the decoded bytes, up to the file's limit."""
    there = 0
    problem = ""
    try:
        with gzip.open(path, "rb") as stream:
            while block := stream.read(_BLOCK):
                there += len(block)
                if there > wanted.most_bytes:
                    break
                yield block
    except (EOFError, gzip.BadGzipFile, zlib.error):
        problem = "the coding in which the host sent the file is damaged"
    if problem:
        raise HostError(problem, "run the same command again", again=True)
    if there > wanted.most_bytes:
        raise too_large(wanted)


def _write(path: Path, blocks: Iterator[bytes]) -> None:
    """Write blocks to the disk; what goes wrong in giving them passes through."""
    try:
        stream = path.open("wb")
    except OSError as error:
        raise cannot_write(path, error) from error
    with stream:
        for block in blocks:
            _done(path, stream, block)
        _done(path, stream, b"")


def _done(path: Path, stream: BinaryIO, block: bytes) -> None:
    """Write a block; an empty one means that all must be on the disk."""
    try:
        stream.write(block)
        if not block:
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise cannot_write(path, error) from error
