"""What is told of the rows of an OpenCelliD file that are no cells of the study?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.errors import Fault
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from infraplan.sources.opencellid.rows import Sieve
    from infraplan.sources.opencellid.stream import BlockReader

__all__ = ["no_cells", "notes_on"]

_REASONS: Final = {
    "number": Text(
        "Số dòng OpenCelliD bị bỏ vì có chữ ở chỗ phải là số",
        "OpenCelliD rows left out for text in the place of a number",
    ),
    "columns": Text(
        "Số dòng OpenCelliD bị bỏ vì sai số cột",
        "OpenCelliD rows left out for a wrong number of columns",
    ),
    "nowhere": Text(
        "Số dòng OpenCelliD bị bỏ vì tọa độ 0, 0 hoặc ngoài Trái Đất",
        "OpenCelliD rows left out for a position of 0, 0 or off the globe",
    ),
    "radio": Text(
        "Số dòng OpenCelliD bị bỏ vì công nghệ không dùng trong quy hoạch",
        "OpenCelliD rows left out for a radio that is not planned with",
    ),
    "range": Text(
        "Số cell OpenCelliD có bán kính bằng 0 hoặc âm, coi như không rõ",
        "OpenCelliD cells with a range of 0 or less, taken as unknown",
    ),
}
_SHOWN: Final = 5


def notes_on(sieve: Sieve, reader: BlockReader, *, repeated: tuple[int, int]) -> tuple[Text, ...]:
    """Say how many rows are left out for each reason, and where the first of them stands.

    Parameters
    ----------
    sieve, reader
        After the whole file was read.
    repeated
        Rows that list a cell again, in all and with another position.
    """
    counts = dict(sieve.counts)
    first = {
        reason: int(reader.lines(np.array([place], dtype=np.int64))[0])
        for reason, place in sieve.first.items()
    }
    if len(reader.odd):
        counts["columns"], first["columns"] = len(reader.odd), int(reader.odd_lines()[0])
    notes = [
        _note(said, counts[reason], first[reason])
        for reason, said in _REASONS.items()
        if reason in counts
    ]
    again, elsewhere = repeated
    if again:
        rows, other = count(again), count(elsewhere)
        notes.append(
            Text(
                f"Số dòng OpenCelliD lặp lại một cell: {rows.vi}, trong đó {other.vi} ở vị trí "
                "khác; giữ dòng có nhiều mẫu đo nhất.",
                f"OpenCelliD rows that list a cell again: {rows.en}, {other.en} of them at "
                "another position; the row with most samples is kept.",
            )
        )
    return tuple(notes)


def _note(said: Text, rows: int, first: int) -> Text:
    told = count(rows)
    return Text(
        f"{said.vi}: {told.vi}, dòng đầu tiên là {first}.",
        f"{said.en}: {told.en}, the first is row {first}.",
    )


def no_cells(file: str, sieve: Sieve, reader: BlockReader) -> Fault:
    """Say why a file has no cell of the country in the area."""
    rows = reader.read + len(reader.odd)
    outside = sieve.counts["outside"]
    west, south, east, north = sieve.bounds
    if outside:
        return Fault(
            file,
            f"its {outside:,} cells of MCC {sieve.mcc} all lie outside the study, longitude "
            f"{west:.2f} to {east:.2f} and latitude {south:.2f} to {north:.2f}",
            "check that the boundaries and this file are of the same country",
            column="lon",
        )
    met = [name for name, _ in sieve.others.most_common(_SHOWN) if name.startswith("MCC ")]
    if met:
        return Fault(
            file,
            f"none of its {rows:,} rows is of MCC {sieve.mcc}; it has {', '.join(met)}",
            "give the file of the study's country, or its code as `mcc`",
            column="mcc",
        )
    why = {**sieve.counts, "columns": len(reader.odd)}
    said = "; ".join(f"{_REASONS[r].en}: {why[r]:,}" for r in _REASONS if why.get(r))
    return Fault(
        file,
        f"none of its {rows:,} rows is a cell of MCC {sieve.mcc}" + (f" ({said})" if said else ""),
        "open the file: it should be as OpenCelliD hands it out, unedited",
    )
