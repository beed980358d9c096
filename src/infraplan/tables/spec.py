"""What columns does each table have?

Each table has one CSV data dictionary in the catalogue; nobody repeats it in Python.
"""

from __future__ import annotations

from dataclasses import dataclass

from infraplan.catalog import dictionary

__all__ = ["Column", "TableSpec", "spec"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, as its data dictionary says."""

    name: str
    type: str
    unit: str
    required: bool
    unique: bool
    minimum: float | None
    maximum: float | None
    allowed: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class TableSpec:
    """All columns of a table, in their order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(c.name for c in self.columns)

    @property
    def key(self) -> str:
        """Name of the identifying column: the first unique one."""
        return next(c.name for c in self.columns if c.unique)


def spec(name: str) -> TableSpec:
    """Return the specification of a table, read from its data dictionary.

    Examples
    --------
    >>> spec("villages").key
    'village_id'
    """
    columns = tuple(
        Column(
            name=r["column"],
            type=r["type"],
            unit=r["unit"],
            required=r["required"] == "yes",
            unique=r["unique"] == "yes",
            minimum=float(r["minimum"]) if r["minimum"] else None,
            maximum=float(r["maximum"]) if r["maximum"] else None,
            allowed=tuple(r["allowed"].split("|")) if r["allowed"] else (),
            meaning=r["meaning"],
        )
        for r in dictionary(name).to_dict("records")
    )
    return TableSpec(name=name, columns=columns)
