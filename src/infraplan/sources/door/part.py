"""What is already there of a file that is still coming, and of which version?

Beside each part lies a note of its address and version. A part is gone on with only where the
host says that its file is still that version, so two versions never mix.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from infraplan.sources.cache import PARTS, cannot_write, write_whole
from infraplan.sources.door.address import address_digest
from infraplan.sources.door.lock import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["Part", "Version", "holding_part"]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a host's file.

    Attributes
    ----------
    etag, last_modified
        What the host names it by; empty where it does not.
    length
        Its length in bytes as it is sent; None where the host does not say.
    encoding
        Coding in which it is sent, such as ``"gzip"``; empty for none.
    """

    etag: str = ""
    last_modified: str = ""
    length: int | None = None
    encoding: str = ""

    @classmethod
    def of_headers(cls, headers: Mapping[str, str]) -> Version:
        """Return the version that an answer with the whole file tells of."""
        told = headers.get("content-length", "").strip()
        coding = headers.get("content-encoding", "").strip().lower()
        return cls(
            etag=headers.get("etag", "").strip(),
            last_modified=headers.get("last-modified", "").strip(),
            length=int(told) if told.isascii() and told.isdigit() else None,
            encoding="" if coding == "identity" else coding.replace("x-gzip", "gzip"),
        )

    def validator(self) -> str:
        """Return what goes into ``If-Range``: a strong tag, else a date, else nothing.

        References
        ----------
        RFC 9110 section 13.1.5.
        """
        return self.last_modified if not self.etag or self.etag.startswith("W/") else self.etag


@dataclass(frozen=True, slots=True)
class Part:
    """A file that is still coming.

    Attributes
    ----------
    path
        Where its bytes lie.
    address
        The address it comes from.
    """

    path: Path
    address: str

    @property
    def note(self) -> Path:
        """Return where address and version are noted."""
        return self.path.with_suffix(".json")

    def state(self) -> tuple[int, Version]:
        """Return how many bytes are there, and of which version; nothing where that is unclear."""
        try:
            told = json.loads(self.note.read_text(encoding="utf-8"))
            version = _version(told["version"])
            size = self.path.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return 0, Version()
        fits = version.length is None or size <= version.length
        if told.get("address") != self.address or not fits or not version.validator():
            return 0, Version()
        return size, version

    def restart(self, version: Version) -> None:
        """Forget what is there and note the version that comes now.

        Raises
        ------
        OutputError
            If the cache cannot be written.
        """
        self.drop()
        told = {"address": self.address, "version": asdict(version)}
        write_whole(self.note, json.dumps(told, sort_keys=True).encode())

    def drop(self) -> None:
        """Forget what is there."""
        try:
            self.path.unlink(missing_ok=True)  # before the note, which would lie about it
            self.note.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    @contextmanager
    def written(self) -> Iterator[Callable[[bytes], None]]:
        """Give a function that adds bytes to the part; they are on the disk at the end.

        Raises
        ------
        OutputError
            If the disk is full or the cache cannot be written.
        """
        try:
            stream = self.path.open("ab")
        except OSError as error:
            raise cannot_write(self.path, error) from error

        def write(data: bytes) -> None:
            try:
                stream.write(data)
            except OSError as error:
                raise cannot_write(self.path, error) from error

        try:
            yield write
        finally:
            _close(stream, self.path)


def _version(told: Mapping[str, object]) -> Version:
    length = told["length"]
    return Version(
        etag=str(told["etag"]),
        last_modified=str(told["last_modified"]),
        length=None if length is None else int(str(length)),
        encoding=str(told["encoding"]),
    )


def _close(stream: BinaryIO, path: Path) -> None:
    try:
        with stream:
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise cannot_write(path, error) from error


@contextmanager
def holding_part(cache: Path, address: str, *, pause: Callable[[], None]) -> Iterator[Part]:
    """Give the part of an address to one process at a time.

    Parameters
    ----------
    cache
        Folder of the cache.
    address
        The address.
    pause
        Called while another process holds the part; waits a moment, and may raise.

    Raises
    ------
    OutputError
        If the cache cannot be written.
    """
    folder = cache / PARTS
    name = address_digest(address)
    lock = folder / f"{name}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.touch()
    except OSError as error:
        raise cannot_write(lock, error) from error
    stream = locked(lock, pause)
    if stream is None:  # the file system has no locks: go on without what others began
        part = Part(folder / f"{name}.{secrets.token_hex(8)}.part", address)
        try:
            yield part
        finally:
            part.drop()
        return
    with stream:
        try:
            yield Part(folder / f"{name}.part", address)
        finally:
            with suppress(OSError):
                lock.unlink()
