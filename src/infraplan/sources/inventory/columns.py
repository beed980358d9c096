"""Which columns of an inventory hold what, and which coordinates of it count?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.errors import Fault
from infraplan.sources.aliases import POSITION_FIELDS, doubled_columns, match_columns
from infraplan.sources.tabular_columns import mapped_faults
from infraplan.tables import spec
from infraplan.wording import phrase, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from infraplan.wording import Text

__all__ = [
    "EXTRA_FIELDS",
    "GENERATIONS",
    "Columns",
    "coordinate_pair",
    "find_columns",
    "other_pair_notes",
]

GENERATIONS: Final = ("2G", "3G", "4G", "5G")
EXTRA_FIELDS: Final = (*POSITION_FIELDS, *GENERATIONS, "status", "tenants")
"""What an inventory may hold beyond the dictionary ``towers``."""
_PAIRS: Final = (("lon", "lat"), ("x", "y"), ("position", "position"))
_HARMLESS: Final = ("name", "owner")
"""Fields of which the first of several columns is taken."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of an inventory.

    Attributes
    ----------
    of
        Field → name of its column.
    faults, notes
        Names that cannot be used, and names that were left out.
    """

    of: Mapping[str, str]
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]

    def name(self, field: str) -> str:
        """Return the file's name of a field's column, the field's own where it has none."""
        return self.of.get(field, field)


def find_columns(there: Sequence[str], *, file: str, columns: Mapping[str, str]) -> Columns:
    """Find the columns of an inventory by their names.

    Parameters
    ----------
    there
        Names in the file.
    file
        Its name for messages.
    columns
        Field → name of its column, as the study file says; goes before the aliases.
    """
    faults = mapped_faults(there, file, columns)
    known = {*spec("towers").names, *EXTRA_FIELDS}
    faults += [
        Fault(
            file,
            f"{field!r} is nothing that a tower has",
            f"under `columns` name one of {', '.join(sorted(known))}",
            column=field,
        )
        for field in columns
        if field not in known
    ]
    rest = [name for name in there if name not in set(columns.values())]
    matched = {field: name for name, field in match_columns(rest, "towers").items()}
    found = {**matched, **columns}
    doubled = {f: n for f, n in doubled_columns(rest, "towers").items() if f not in columns}
    faults += [
        Fault(
            file,
            f"these columns could all be {field}: {', '.join(names)}",
            f'say which under `columns` in the study file: {field} = "{names[0]}"',
            column=names[1],
        )
        for field, names in doubled.items()
        if field not in _HARMLESS and names[0] != field
    ]
    return Columns(found, tuple(faults), _notes(there, found, doubled, file))


def _notes(
    there: Sequence[str],
    found: Mapping[str, str],
    doubled: Mapping[str, Sequence[str]],
    file: str,
) -> tuple[Text, ...]:
    """Tell which columns are left out."""
    said = []
    harmless = [" = ".join(names) for field, names in doubled.items() if field in _HARMLESS]
    if harmless:
        values = {"file": plain(file), "list": plain("; ".join(harmless))}
        said.append(phrase("inventory_columns_double", values))
    used = {*found.values(), *(name for names in doubled.values() for name in names), "geometry"}
    unused = [name for name in there if name not in used]
    if unused:
        values = {"file": plain(file), "list": plain("; ".join(unused))}
        said.append(phrase("inventory_columns_unused", values))
    return tuple(said)


def coordinate_pair(frame: pd.DataFrame, columns: Columns) -> tuple[str, str] | None:
    """Return the two columns of coordinates that most rows fill, None where there are none.

    Longitude and latitude go before x and y, both before one column for the two.
    """
    pairs = [
        (columns.of[one], columns.of[other])
        for one, other in _PAIRS
        if one in columns.of and other in columns.of
    ]
    if not pairs:
        return None
    return max(pairs, key=lambda p: int((_filled(frame[p[0]]) & _filled(frame[p[1]])).sum()))


def other_pair_notes(columns: Columns, pair: tuple[str, str] | None, file: str) -> list[Text]:
    """Tell which columns of coordinates are left out, as only one pair counts."""
    if pair is None:
        return []
    others = [columns.of[f] for f in POSITION_FIELDS if f in columns.of]
    unused = [name for name in others if name not in pair]
    if not unused:
        return []
    values = {"file": plain(file), "list": plain("; ".join(unused))}
    taken = plain("; ".join(dict.fromkeys(pair)))
    return [phrase("inventory_other_coordinates", {**values, "taken": taken})]


def _filled(values: pd.Series) -> pd.Series:
    return values.notna() & (values.astype("string").str.strip() != "").fillna(value=False)
