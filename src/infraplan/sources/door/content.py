"""Is what came the file that was wanted, and not a login page or a part of it?"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from infraplan.catalog import row
from infraplan.sources.digest import sha256
from infraplan.sources.door.failure import HostError
from infraplan.sources.door.whole import CHECKS, BrokenError
from infraplan.sources.wanted import KEY_FIELD

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.sources.wanted import Wanted

__all__ = ["HEAD_BYTES", "check_file", "check_head", "is_of_kind", "shows_its_end", "too_large"]

HEAD_BYTES: Final = 65_536
"""The first bytes of a file, which its kind is told by."""
_ENOUGH_BYTES: Final = 64
_SHOWN_BYTES: Final = 60
_BOM: Final = b"\xef\xbb\xbf"
_PAGE = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<script[\s>]", re.IGNORECASE
)
_MARKUP: Final = (b"<?xml", b"<!--")
_POINTER: Final = b"version https://git-lfs.github.com/"


@cache
def _signatures(kind: str) -> tuple[tuple[int, bytes], ...]:
    """Return the places and bytes by which a kind is known; ``*4:`` stands for place 4."""
    found = []
    for text in row("content_kinds", kind)["magic_hex"].split("|"):
        place, colon, digits = text.partition(":")
        if digits or place:
            at = int(place.removeprefix("*")) if colon else 0
            found.append((at, bytes.fromhex(digits if colon else place)))
    return tuple(found)


def shows_its_end(kind: str) -> bool:
    """Tell whether a part of a file of this kind can be told from the whole."""
    return bool(row("content_kinds", kind)["whole"])


def check_head(
    head: bytes, kind: str, *, enough: int = _ENOUGH_BYTES, secret: bool = False
) -> None:
    """Refuse a file by its first bytes, as soon as there are enough of them.

    Parameters
    ----------
    head
        The first bytes; fewer than `enough` are not judged.
    kind
        Kind of ``catalog/content_kinds.csv``.
    enough
        Bytes from which on a judgement is made.
    secret
        Whether a key was sent, which the host may have sent back; then the error shows no bytes.

    Raises
    ------
    HostError
        If they are a web page, a pointer to the file, or of another kind.
    """
    if len(head) < enough:
        return
    told = row("content_kinds", kind)
    start = head[:HEAD_BYTES].removeprefix(_BOM).lstrip()
    if _PAGE.match(start) or (start.startswith(_MARKUP) and _PAGE.search(start)):
        raise HostError(
            f"the host answered with a web page (HTML) where a {told['title']} file was wanted, as "
            "login pages, consent pages and captive networks do",
            "open the address in a browser; log in to the network, or set the key that the source "
            "asks for",
        )
    if start.startswith(_POINTER):
        raise HostError(
            "the host answered with a pointer of Git LFS, not with the file itself",
            "use the address that the repository's page gives for downloading the file",
        )
    signatures = _signatures(kind)
    first = tuple(text.encode() for text in told["first_text"].split("|") if text)
    if signatures and not any(head.startswith(b, at) for at, b in signatures):
        raise _other(head, told["title"], secret=secret)
    if first and not start.startswith(first):
        raise _other(head, told["title"], secret=secret)


def is_of_kind(path: Path, kind: str) -> bool:
    """Tell whether a file begins like its kind; False where it cannot be read."""
    try:
        with path.open("rb") as stream:
            check_head(stream.read(HEAD_BYTES), kind, enough=0)
    except OSError:  # also what `check_head` raises
        return False
    return True


def _other(head: bytes, title: str, *, secret: bool) -> HostError:
    if secret:
        return HostError(
            f"what came is no {title} file; hosts answer so where a key is wrong or used up",
            "check your key, or try again tomorrow",
        )
    shown = head[:_SHOWN_BYTES].decode("utf-8", errors="replace")
    return HostError(f"the file is no {title} file: it begins with {shown!r}", "check the address")


def too_large(wanted: Wanted, told: int | None = None) -> HostError:
    """Return the failure for a file that is longer than it may be."""
    size = f" ({told / 1e6:,.1f} MB)" if told is not None else ""
    return HostError(
        f"the file{size} is larger than the {wanted.most_bytes / 1e6:,.1f} MB that it may have",
        "check the address; if the file is right, raise the limit in the catalogue of public "
        "sources",
    )


def check_file(path: Path, wanted: Wanted, *, unpacked_most: float) -> str:
    """Check a file that is there to its end, and return its digest.

    Parameters
    ----------
    path
        The file.
    wanted
        What it must be.
    unpacked_most
        A gzip file may unpack to this many times the limit of `wanted`.

    Raises
    ------
    HostError
        If it is empty, too large, of another kind, breaks off, or has another digest.
    """
    told = row("content_kinds", wanted.kind)
    size = path.stat().st_size
    if size > wanted.most_bytes:
        raise too_large(wanted, size)
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        raise HostError("the file is empty", "try again later, or check the address", again=True)
    secret = KEY_FIELD in wanted.address
    check_head(head, wanted.kind, enough=0, secret=secret)
    if told["holds"].encode() not in head:
        raise _other(head, told["title"], secret=secret)
    if told["whole"]:
        _check_whole(path, told["whole"], int(unpacked_most * wanted.most_bytes))
    digest = sha256(path)
    if wanted.sha256 and digest != wanted.sha256.lower():
        raise HostError(
            f"the file is not the one that is known: its SHA-256 is {digest}, and {wanted.sha256} "
            "was expected",
            "check the address; if the host has a new version, update the digest beside it",
        )
    return digest


def _check_whole(path: Path, check: str, most_bytes: int) -> None:
    problem = ""
    try:
        CHECKS[check](path, most_bytes)
    except BrokenError as broken:
        problem = str(broken)
    if problem:
        raise HostError(f"the file {problem}", "try again later", again=True)
