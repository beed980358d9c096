"""What is the digest of a file's bytes?"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["combined_digest", "sha256"]


def sha256(path: Path) -> str:
    """Return the digest of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def combined_digest(paths: Iterable[Path]) -> str:
    """Return one digest for several files, in their order."""
    return hashlib.sha256("".join(sha256(p) for p in paths).encode()).hexdigest()
