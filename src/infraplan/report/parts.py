"""Which parts does a report have, and what makes each of them?

Each part needs a package of its own (a workbook XlsxWriter, annexes python-docx, a plan Typst,
maps matplotlib), so a part is loaded when it is wanted, and only then.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from infraplan.errors import MissingExtraError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PARTS", "maker", "wanted_parts"]

PARTS: Final = ("xlsx", "docx", "pdf", "maps")
"""Parts of a report, in the order in which they are made."""

_MAKERS: Final = {
    "workbook": ("xlsx", "infraplan.report.xlsx"),
    "annexes": ("docx", "infraplan.report.docx"),
    "plan_pdf": ("pdf", "infraplan.report.pdf"),
    "sheet": ("maps", "infraplan.report.sheets"),
    "picture": ("maps", "infraplan.report.sheets"),
    "PICTURES_MM": ("pdf", "infraplan.report.pdf"),
    "SHEET_SUBJECTS": ("maps", "infraplan.report.sheets"),
}
"""Name → the part it belongs to, and the package that offers it."""


def maker(name: str) -> Any:  # noqa: ANN401 - functions, and subjects with their sizes
    """Return what a part of the report is made with.

    Raises
    ------
    MissingExtraError
        If the package that the part needs is not installed.
    """
    part, module = _MAKERS[name]
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"The part {part} of a report needs the package {error.name!r}, which is not "
            "installed. Remedy: pip install 'infraplan[report]'"
        ) from error


def wanted_parts(only: Iterable[str] | None) -> tuple[str, ...]:
    """Return the parts that are asked for, in their own order; all where none is named.

    Raises
    ------
    ParameterError
        If a name is not one of :data:`PARTS`.

    Examples
    --------
    >>> wanted_parts(["pdf", "xlsx"])
    ('xlsx', 'pdf')
    """
    asked = set(PARTS if only is None else only)
    unknown = sorted(asked.difference(PARTS))
    if unknown or not asked:
        raise ParameterError(
            f"A report has the parts {', '.join(PARTS)}, and not {', '.join(unknown) or 'none'}. "
            "Remedy: name some of these, or none for all."
        )
    return tuple(part for part in PARTS if part in asked)
