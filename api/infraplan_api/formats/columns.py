"""How is a table written as Parquet, and as GeoParquet where it has geometry?"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["parquet_bytes"]


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Return a table as Parquet; with geometry as GeoParquet (WKB, its CRS inside).

    Parameters
    ----------
    frame
        A table; its index is left out.
    """
    out = io.BytesIO()
    frame.reset_index(drop=True).to_parquet(out, index=False, compression="zstd")
    return out.getvalue()
