"""How is a body compressed, and which way does the client take?"""

from __future__ import annotations

import gzip
from typing import Final

import zstandard

__all__ = ["LEAST_BYTES", "compressed", "encoding_for"]

LEAST_BYTES: Final = 600
"""Shorter bodies fit one packet anyway."""
_ZSTD_LEVEL, _GZIP_LEVEL = 6, 6
_OFFERED: Final = ("zstd", "gzip")


def encoding_for(accept_encoding: str) -> str | None:
    """Return the best encoding that a client takes, None for none.

    Parameters
    ----------
    accept_encoding
        Value of ``Accept-Encoding``; ``q=0`` refuses an encoding, ``*`` stands for all others.
    """
    taken: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, quality = part.partition(";")
        taken[name.strip()] = _quality(quality)
    others = taken.get("*", 0.0)
    wanted = [(taken.get(name, others), -i, name) for i, name in enumerate(_OFFERED)]
    best = max(wanted)
    return best[2] if best[0] > 0 else None


def _quality(text: str) -> float:
    _, found, value = text.partition("q=")
    try:
        return float(value) if found else 1.0
    except ValueError:
        return 0.0


def compressed(body: bytes, encoding: str) -> bytes:
    """Return a body compressed with ``zstd`` or ``gzip``: the same bytes for the same body."""
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)
