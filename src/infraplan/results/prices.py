"""What does each item cost, on whose word, and which prices has the user replaced?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.results.provenance import weakest

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["BOUNDS", "Bound", "Prices"]

Bound = Literal["low", "likely", "high"]
BOUNDS: tuple[Bound, ...] = ("low", "likely", "high")

_NUMBERS = ("life_years", *(f"{bound}_vnd" for bound in BOUNDS))


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """A price list: the catalogue's, with the rows that a user replaced.

    Attributes
    ----------
    table
        Indexed by item: unit, kind ("capex" or "opex"), life_years, low_vnd, likely_vnd, high_vnd
        (per unit; of opex per unit and year), meaning, source, year, confidence, origin.
    """

    table: pd.DataFrame

    @classmethod
    def catalogue(cls) -> Prices:
        """Return the prices of ``costs.csv``."""
        table = catalog.table("costs").set_index("item")
        numbers = {name: table[name].astype(float) for name in _NUMBERS}
        return cls(table.assign(**numbers, year=table["year"].astype(int)))

    def replaced(self, rows: pd.DataFrame) -> Prices:
        """Return the list with some rows replaced; what a row leaves empty stays.

        Parameters
        ----------
        rows
            Column item, and any columns of the list.

        Raises
        ------
        ParameterError
            If an item is not in the list; the message names all such items.
        """
        given = rows.set_index("item")
        unknown = [str(item) for item in given.index if item not in self.table.index]
        if unknown:
            raise ParameterError(
                f"There is no price item {', '.join(unknown)}; the items are "
                f"{', '.join(self.table.index)}."
            )
        table = self.table.copy()
        for name in given.columns.intersection(table.columns):
            there = given[name].dropna()
            table.loc[there.index, name] = there
        return Prices(table)

    def vnd(self, item: str, bound: Bound = "likely") -> float:
        """Return the price of one unit, VND.

        Examples
        --------
        >>> Prices.catalogue().vnd("fibre_aerial")
        70000.0
        """
        self._require(item)
        return float(self.table[f"{bound}_vnd"].loc[item])

    def origin(self, *items: str) -> str:
        """Return the least certain origin of some prices."""
        for item in items:
            self._require(item)
        return weakest(str(self.table["origin"].loc[item]) for item in items)

    def is_capex(self, items: Iterable[str]) -> list[bool]:
        """Tell of each item whether it is bought once."""
        return [str(self.table["kind"].loc[item]) == "capex" for item in items]

    def _require(self, item: str) -> None:
        if item not in self.table.index:
            raise ParameterError(
                f"There is no price of {item!r}; there are {', '.join(self.table.index)}."
            )
