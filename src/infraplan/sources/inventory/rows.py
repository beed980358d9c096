"""What does each row of an inventory say, in the terms of the table ``towers``?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.errors import Fault
from infraplan.names import clean
from infraplan.sources.inventory import words
from infraplan.sources.inventory.columns import GENERATIONS
from infraplan.sources.numbers import plain_text, read_numbers
from infraplan.tables import spec
from infraplan.wording import phrase, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from infraplan.sources.inventory.columns import Columns
    from infraplan.wording import Text

__all__ = ["Rows", "read_rows"]

_TEXTS: Final = ("name", "mast_kind", "source_file")
_NUMBERS: Final = ("tilt_deg", "eirp_dbm", "antenna_height_m", "mast_height_m")
_NAMES_SHOWN = 10


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of an inventory as text, and what is said of them.

    Attributes
    ----------
    frame, columns
        Cells and the names of their columns.
    given
        Field → value for the rows that say nothing.
    file, numbers
        Name of the file, and the row of each row as a spreadsheet counts it.
    """

    frame: pd.DataFrame
    columns: Columns
    given: Mapping[str, str | float]
    file: str
    numbers: NDArray[np.int64]

    def texts(self, field: str) -> list[str]:
        """Return what the rows say of a field, empty where nothing."""
        otherwise = plain_text(self.given.get(field))
        name = self.columns.of.get(field)
        if name is None:
            return [otherwise] * len(self.frame)
        said = [plain_text(v if pd.notna(v) else None) for v in self.frame[name].tolist()]
        return [otherwise if words.is_blank(text) else text for text in said]

    def has(self, field: str) -> bool:
        """Tell whether the file or the study says anything of a field."""
        return field in self.columns.of or field in self.given

    def fault(self, i: int, field: str, problem: str, remedy: str) -> Fault:
        """Return a fault of one cell, under the name its column has in the file."""
        return Fault(self.file, problem, remedy, int(self.numbers[i]), self.columns.name(field))


def read_rows(rows: Rows) -> tuple[pd.DataFrame, list[Fault], list[Text]]:
    """Bring the rows to the columns of ``towers``, without positions and origins.

    Returns
    -------
    tuple
        The table with a fresh index, cells that cannot be understood, and notes. Numbers that
        are none stay as text, for the check against the dictionary to name.
    """
    table, faults, notes = pd.DataFrame(index=range(len(rows.frame))), [], []
    table["tower_id"], made = _identifiers(rows)
    notes += made
    operators, unknown = _operators(rows)
    table["operator"] = [o[0] if o else None for o in operators]
    table["sharing"] = [o[1:] for o in operators]
    notes += unknown
    table["owner"] = [_owner(text) for text in rows.texts("owner")]
    technologies, wrong = _technologies(rows)
    faults += wrong
    table["technologies"] = [words.joined(t) for t in technologies]
    pairs = zip(rows.texts("bands"), technologies, strict=True)
    table["bands"] = [words.joined(words.bands(text, of)) for text, of in pairs]
    table["azimuths_deg"], wrong = _azimuths(rows)
    faults += wrong
    for field in _NUMBERS:
        table[field] = pd.Series(_numbers(rows, field), dtype=object)
    masts = [words.mast(text) if text else (None, None) for text in rows.texts("mast_class")]
    table["mast_class"] = [known for known, _ in masts]
    table["mast_kind"] = [kind for _, kind in masts]
    for field in _TEXTS:
        if rows.has(field):
            table[field] = [clean(text) or None for text in rows.texts(field)]
    power = rows.texts("power_source")
    table["power_source"] = [words.power_source(text) if text else None for text in power]
    table["source_file"] = rows.file
    table["source_row"] = rows.numbers
    return table, faults, notes


def _identifiers(rows: Rows) -> tuple[list[str | None], list[Text]]:
    """Return identifiers; where there is no column of them they are made, and that is told."""
    if rows.has("tower_id"):
        return [clean(text) or None for text in rows.texts("tower_id")], []
    stem = PurePosixPath(rows.file.replace("\\", "/")).name.split(".")[0]
    made = [f"{stem}-{number}" for number in rows.numbers]
    return list(made), [phrase("inventory_ids_made", {"file": plain(rows.file)})]


def _operators(rows: Rows) -> tuple[list[tuple[str, ...]], list[Text]]:
    """Return the operators of each row, its own first, and the names nobody knows."""
    found, unknown = [], set()
    for text, with_whom in zip(rows.texts("operator"), rows.texts("tenants"), strict=True):
        own, understood = words.operators(text)
        others, others_understood = words.operators(with_whom, sharing=True)
        if not understood and text != plain_text(rows.given.get("operator")):
            unknown.add(text)
        if not others_understood:
            unknown.add(with_whom)
        found.append(tuple(dict.fromkeys((*own, *others))) if own else ())
    if not unknown:
        return found, []
    names = sorted(unknown)
    shown = "; ".join(names[:_NAMES_SHOWN]) + (" …" if len(names) > _NAMES_SHOWN else "")
    values = {"file": plain(rows.file), "list": plain(shown)}
    return found, [phrase("inventory_operator_unknown", values)]


def _owner(text: str) -> str | None:
    found, _ = words.operators(text)
    return found[0] if len(found) == 1 else clean(text) or None


def _technologies(rows: Rows) -> tuple[list[tuple[str, ...]], list[Fault]]:
    """Return the technologies of each row, from one column and from those of yes and no."""
    found: list[set[str]] = [set() for _ in rows.frame.index]
    faults = []
    for i, text in enumerate(rows.texts("technologies")):
        named = words.technologies(text) if text else ()
        if named is None:
            remedy = "write 2G, 3G, 4G or 5G, several as 3G, 4G"
            faults.append(rows.fault(i, "technologies", f"the technology is {text!r}", remedy))
        found[i] |= set(named or ())
    for generation in GENERATIONS:
        if generation not in rows.columns.of:
            continue
        for i, text in enumerate(rows.texts(generation)):
            said = words.yes(text)
            if said is None and generation in (words.technologies(text) or ()):
                said = True
            if said is None:
                remedy = "write x where the tower has it, and leave the cell empty where not"
                faults.append(rows.fault(i, generation, f"the value is {text!r}", remedy))
            if said:
                found[i].add(generation)
    return [tuple(sorted(f)) for f in found], faults


def _azimuths(rows: Rows) -> tuple[list[str | None], list[Fault]]:
    found, faults = [], []
    for i, text in enumerate(rows.texts("azimuths_deg")):
        said = words.azimuths(text) if text else ()
        if said is None:
            remedy = "write degrees from 0 to 360 clockwise from north, such as 0/120/240"
            faults.append(rows.fault(i, "azimuths_deg", f"the directions are {text!r}", remedy))
        found.append(words.joined(said or ()))
    return found, faults


def _numbers(rows: Rows, field: str) -> list[object]:
    """Return numbers; what is none stays as text, empty is None."""
    column = next(c for c in spec("towers").columns if c.name == field)
    texts = rows.texts(field)
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    read = read_numbers(texts, unit=column.unit, ranges=[(low, high)])
    pairs = zip(texts, read.values.tolist(), strict=True)
    return [(text or None) if np.isnan(value) else value for text, value in pairs]
