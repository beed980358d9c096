"""Which errors can infraplan raise, and what does each of them tell its reader?

Every error is an :class:`InfraplanError`, so one ``except`` catches all of them, and each also
inherits the built-in a caller would expect::

    InfraplanError
    ├── ParameterError     (ValueError)    an argument is outside its meaning or range
    ├── InputError         (ValueError)    data or a study file is wrong; lists every fault
    ├── CrsError           (ValueError)    degrees where metres are needed, or no CRS at all
    ├── InfeasibleError    (ValueError)    a model has no solution; names the culprits
    ├── MissingDataError   (FileNotFoundError)  a file that a study names is not there
    ├── OutputError        (OSError)       a result cannot be written
    ├── DownloadError      (ConnectionError)  a public host did not give the right bytes
    ├── ClusterError       (RuntimeError)  other machines cannot be reached, or do not fit
    └── MissingExtraError  (ImportError)   an optional package is not installed
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ClusterError",
    "CrsError",
    "DownloadError",
    "Fault",
    "InfeasibleError",
    "InfraplanError",
    "InputError",
    "MissingDataError",
    "MissingExtraError",
    "OutputError",
    "ParameterError",
]


class InfraplanError(Exception):
    """Any error that infraplan raises on purpose."""


class ParameterError(InfraplanError, ValueError):
    """An argument of a function is outside its meaning or its range."""


class CrsError(InfraplanError, ValueError):
    """A coordinate reference system is missing, or is in degrees where metres are needed."""


class InfeasibleError(InfraplanError, ValueError):
    """A model has no solution; the message names what makes it impossible."""


class MissingDataError(InfraplanError, FileNotFoundError):
    """A file that a study names is not there; the message says how to get it."""


class OutputError(InfraplanError, OSError):
    """A result cannot be written; nothing half-written is left behind."""


class DownloadError(InfraplanError, ConnectionError):
    """A host cannot be reached or did not give the right bytes; nothing wrong is kept."""


class ClusterError(InfraplanError, RuntimeError):
    """Machines that share the work cannot be reached, were lost, or run another infraplan."""


class MissingExtraError(InfraplanError, ImportError):
    """An optional package is not installed; the message says how to install it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the input.

    Attributes
    ----------
    file
        The file as the user named it, or the table's name.
    problem
        What is wrong, with the value found.
    remedy
        What to do about it.
    row
        Row as a spreadsheet counts it (the header is row 1), or None when the whole file is meant.
    column
        Column name, or None.
    """

    file: str
    problem: str
    remedy: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """Return the fault in one line: where, what, remedy."""
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column is not None:
            where += f", column {self.column!r}"
        return f"{where}: {self.problem}. Remedy: {self.remedy}"


class InputError(InfraplanError, ValueError):
    """The input is wrong; every fault found is listed, not only the first.

    Parameters
    ----------
    faults
        The faults, in the order of files and rows.
    """

    def __init__(self, faults: tuple[Fault, ...] | list[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        head = f"The input has {count} fault{'s' if count != 1 else ''}:"
        super().__init__("\n".join([head, *(f"  {i}. {f}" for i, f in enumerate(self.faults, 1))]))
