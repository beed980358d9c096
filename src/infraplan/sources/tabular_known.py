"""Which names of columns does a table know: those of its dictionary, aliases, the study's own?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan import catalog
from infraplan.names import clean
from infraplan.sources import aliases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Known", "known_to"]

_NO_TABLES: Final = {"any", "unit", "word"}
"""What the catalogue of aliases says of all tables, of units and of remarks."""


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a header may have.

    Attributes
    ----------
    tables
        Tables whose names count; the best of them for each header.
    own
        Clean name of a column as the study file gives it → column of the dictionary.
    """

    tables: tuple[str, ...]
    own: Mapping[str, str]

    def fields(self, header: Sequence[str]) -> dict[str, str]:
        """Return name in the header → column of the dictionary, for the names that are known."""
        return max((self._of(header, t) for t in self.tables), key=len, default={})

    def count(self, header: Sequence[str]) -> int:
        """Return how many names of a header are known."""
        return len(self.fields(header))

    def _of(self, header: Sequence[str], table: str) -> dict[str, str]:
        found = {n: self.own[clean(n)] for n in header if clean(n) in self.own}
        taken = set(found.values())
        rest = [n for n in header if n not in found]
        matched = aliases.match_columns(rest, table)
        return found | {n: field for n, field in matched.items() if field not in taken}


def known_to(table: str | None, *, columns: Mapping[str, str] | None = None) -> Known:
    """Return what a table knows; all tables together where None.

    Parameters
    ----------
    table
        Name of the table.
    columns
        Dictionary column → file column, as the study file says.
    """
    named = set(catalog.table("column_aliases")["table"]) - _NO_TABLES
    tables = (table,) if table else tuple(sorted(named))
    own = {clean(theirs): ours for ours, theirs in (columns or {}).items()}
    return Known(tables, own)
