"""Which cell does a sample name, in whatever form its network or its tool writes it?

The same keys are made of the samples and of the table of cells, so a study may carry the numbers
of its network (ECI, eNB and sector, PCI …) in columns beyond the data dictionary.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraplan.sources.drive_tests import FIELDS, field_of_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["Key", "cell_keys", "named_columns", "site_keys"]

Key = tuple[str, str | int]

_SECTORS = 256
"""An E-UTRAN cell identity is the number of the base station times this, plus the sector (3GPP
TS 36.413 section 9.2.1.38)."""
_NUMBER_DIGITS, _PLMN_DIGITS = 11, 5
_EUTRAN_DIGITS = 9
"""An E-UTRAN cell identity has 28 bits: longer numbers are of 5G, or have the network in front."""
_BASE_AND_SECTOR = (
    r"\d{3}[-_:. ]?\d{2,3}[-_:. ](\d{1,8})[-_:. ](\d{1,3})",
    r"(\d{2,7})[-_/](\d{1,3})",
)
_PLMN_AND_CELL = r"\d{3}[-_:. ]?\d{2,3}[-_:. ](\d{1,11})"
_IDENTITIES = ("cell_id", "cell_name", "eci", "enodeb", "sector", "pci", "site_id")


def named_columns(frame: pd.DataFrame) -> dict[str, str]:
    """Return what identities a table of cells has, and in which column."""
    found: dict[str, str] = {}
    for column in frame.columns:
        field = field_of_name(str(column))
        if field in _IDENTITIES and field in FIELDS:
            found.setdefault(field, str(column))
    return found | {own: own for own in ("cell_id", "site_id") if own in frame.columns}


def cell_keys(row: Mapping[str, object]) -> list[Key]:
    """Return every key that names one cell, the most telling first.

    Parameters
    ----------
    row
        Identities by the names of the table ``samples``; missing ones may be absent, None or NaN.

    Examples
    --------
    >>> cell_keys({"eci": "452-04-4821-12"})
    [('eci', 1234188)]
    >>> cell_keys({"enodeb": "4821", "cell_id": "12"})
    [('eci', 1234188)]
    """
    cell, eci, enodeb = (_text(row.get(name)) for name in ("cell_id", "eci", "enodeb"))
    sector = _text(row.get("sector"))
    keys: list[Key] = []
    number = _eci(eci)
    if number is not None:
        keys.append(("eci", number))
    for local in (sector, cell):
        if enodeb.isdecimal() and local.isdecimal() and int(local) < _SECTORS:
            keys.append(("eci", int(enodeb) * _SECTORS + int(local)))
            break
    if cell and not (keys and cell.isdecimal() and int(cell) < _SECTORS):
        long = _eci(cell)
        if long is not None and long >= _SECTORS:
            keys.append(("eci", long))
        keys.append(("name", _plain(cell)))
    if eci and number is None:
        keys.append(("name", _plain(eci)))
    keys += [("eci", bare) for text in (eci, cell) for bare in _without_network(text)]
    if name := _text(row.get("cell_name")):
        keys.append(("name", _plain(name)))
    return list(dict.fromkeys(keys))


def site_keys(row: Mapping[str, object]) -> list[Key]:
    """Return every key that names the site of a cell."""
    site, enodeb = _text(row.get("site_id")), _text(row.get("enodeb"))
    keys: list[Key] = []
    if site:
        keys.append(("site", _plain(site)))
    if enodeb:
        keys += [("enodeb", _plain(enodeb)), ("site", _plain(enodeb))]
    return keys


def _text(value: object) -> str:
    """Return an identity as text; missing is empty."""
    if value is None or value != value:  # noqa: PLR0124 - NaN and NA are not themselves
        return ""
    return re.sub(r"^(\d+)\.0+$", r"\1", str(value).strip())


def _plain(text: str) -> str:
    return text.casefold().lstrip("0") or "0"


def _without_network(text: str) -> list[int]:
    """Return what is left of a number without the code of its network, where that may be one."""
    short = text.isdecimal() and _EUTRAN_DIGITS < len(text) <= _NUMBER_DIGITS
    return [int(text[_PLMN_DIGITS:])] if short else []


def _eci(text: str) -> int | None:
    """Return the cell identity in a number, in a cell global identity or in hexadecimal."""
    if text.isdecimal():
        return int(text[_PLMN_DIGITS:]) if len(text) > _NUMBER_DIGITS else int(text)
    if re.fullmatch(r"0x[0-9a-fA-F]{1,9}", text):
        return int(text, 16)
    for form in _BASE_AND_SECTOR:
        parts = re.fullmatch(form, text)
        if parts and int(parts[2]) < _SECTORS:
            return int(parts[1]) * _SECTORS + int(parts[2])
    parts = re.fullmatch(_PLMN_AND_CELL, text)
    return int(parts[1]) if parts else None
