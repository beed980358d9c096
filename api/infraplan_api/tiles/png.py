"""How is a small picture with a palette written as PNG?

Few colours and few pixels: one filter, one pass of deflate. Written here because a tile must cost
about a millisecond.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["palette_png"]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PALETTE: Final = 3
_LEVEL: Final = 3


def palette_png(pixels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """Return the bytes of a PNG (W3C PNG, third edition, colour type 3).

    Parameters
    ----------
    pixels
        Numbers of colours, rows × columns.
    palette
        Red, green, blue and opacity of each colour, up to 256 × 4.
    """
    rows, columns = pixels.shape
    lines = _with_filter(pixels)
    head = struct.pack(">IIBBBBB", columns, rows, 8, _PALETTE, 0, 0, 0)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", head),
            _chunk(b"PLTE", palette[:, :3].tobytes()),
            _chunk(b"tRNS", palette[:, 3].tobytes()),
            _chunk(b"IDAT", zlib.compress(lines, _LEVEL)),
            _chunk(b"IEND", b""),
        )
    )


def _with_filter(pixels: NDArray[np.uint8]) -> bytes:
    """Put before each line the number of its filter: none."""
    lines = [b"\0" + line.tobytes() for line in pixels]
    return b"".join(lines)


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(content, zlib.crc32(name))
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
