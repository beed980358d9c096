"""How is a file of any size read block by block, with the number of each row kept?"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from pyarrow import csv

from infraplan.sources.opencellid.layout import NEEDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.sources.opencellid.layout import Layout

__all__ = ["BlockReader"]

_BLOCK_BYTES: Final = 4 << 20


@dataclass(slots=True)
class BlockReader:
    """Reads a file of cells once, from start to end.

    Attributes
    ----------
    path
        The file.
    layout
        How it is written.
    progress
        Called with the bytes of the file read so far, and all of them.
    read
        Rows read so far, those of a wrong number of columns left out.
    odd
        Lines with a wrong number of columns, counted without the header.
    """

    path: Path
    layout: Layout
    progress: Callable[[int, int], None] | None = None
    read: int = 0
    odd: array[int] = field(default_factory=lambda: array("q"))

    def blocks(self) -> Iterator[Any]:
        """Yield record batches of the needed columns, all of them text.

        Raises
        ------
        OSError
            If the packed file is cut short or damaged.
        pyarrow.ArrowInvalid
            If a line is longer than a block.
        """
        total = self.path.stat().st_size
        with pa.OSFile(str(self.path)) as raw:
            stream = pa.CompressedInputStream(raw, "gzip") if self.layout.packed else raw
            reader = csv.open_csv(stream, **self._options())
            for batch in reader:
                self.read += batch.num_rows
                yield batch
                if self.progress is not None:
                    self.progress(raw.tell(), total)

    def lines(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the lines of rows as a spreadsheet counts them.

        Parameters
        ----------
        places
            Places of the rows among those read, from 0 on.
        """
        odd = np.frombuffer(self.odd, dtype=np.int64) if self.odd else np.empty(0, np.int64)
        before_odd = odd - 1 - np.arange(odd.size)
        skipped = np.searchsorted(before_odd, places, side="right")
        return np.asarray(places + skipped + 1 + int(self.layout.has_header), dtype=np.int64)

    def odd_lines(self) -> NDArray[np.int64]:
        """Return the lines of a wrong number of columns, as a spreadsheet counts them."""
        return np.array(self.odd, dtype=np.int64) + int(self.layout.has_header)

    def _skip(self, row: Any) -> str:  # noqa: ANN401 - pyarrow has no types
        self.odd.append(int(row.number) - int(self.layout.has_header))
        return "skip"

    def _options(self) -> dict[str, Any]:
        return {
            "read_options": csv.ReadOptions(
                column_names=list(self.layout.columns),
                skip_rows=int(self.layout.has_header),
                block_size=_BLOCK_BYTES,
                use_threads=False,  # only so are odd lines numbered
            ),
            "parse_options": csv.ParseOptions(
                quote_char='"' if self.layout.quoted else False,
                ignore_empty_lines=False,  # they have numbers as well
                invalid_row_handler=self._skip,
            ),
            "convert_options": csv.ConvertOptions(
                include_columns=list(NEEDED),
                column_types=dict.fromkeys(NEEDED, pa.string()),
                check_utf8=False,  # what is no number is told as such
                strings_can_be_null=False,
            ),
        }
