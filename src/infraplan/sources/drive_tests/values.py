"""What do the texts of a log mean: numbers, angles, operators, technologies, bands?"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.sources.drive_tests.columns import plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = [
    "angles",
    "by_value",
    "header_technology",
    "identifiers",
    "numbers",
    "operators",
    "roles",
    "technologies",
]

_NUMBER = r"[+\-−–]?\d+(?:[.,]\d+)?(?:[eE][+\-]?\d+)?"
_MINUS = str.maketrans("−–", "--")
_MCC_DIGITS, _MINUTES, _SECONDS = 3, 60.0, 3600.0


@cache
def _said(field: str) -> Mapping[str, str]:
    rows = catalog.table("sample_values")
    rows = rows[rows["field"] == field]
    return dict(zip(rows["said"], rows["value"], strict=True))


def by_value(texts: pd.Series, meaning: Callable[[str], object]) -> pd.Series:
    """Apply a function once to each different text."""
    known = {text: meaning(text) for text in texts.unique()}
    return texts.map(known)


def numbers(texts: pd.Series) -> NDArray[np.float64]:
    """Return numbers; a comma may be the decimal sign, and a unit may follow.

    What is no number, and what a telephone writes for "unknown", is NaN.
    """
    values = np.array(pd.to_numeric(texts, errors="coerce"), dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    other = np.isnan(values)
    if other.any():
        values[other] = by_value(texts[other], _number).to_numpy(dtype=np.float64)
    for unknown in _said("missing"):
        if unknown.isdecimal():
            values[values == float(unknown)] = np.nan
    return values


def _number(text: str) -> float:
    """Return one number that is not written plainly, NaN where it is none."""
    found = re.fullmatch(f"({_NUMBER})\\s*(?:dBm|MHz|m|°)?", text.strip(), flags=re.IGNORECASE)
    return float(found[1].replace(",", ".").translate(_MINUS)) if found else float("nan")


def angles(texts: pd.Series) -> NDArray[np.float64]:
    r"""Return degrees, from decimals or from degrees, minutes and seconds, with N, S, E, W or not.

    Examples
    --------
    >>> angles(pd.Series(["21,5", "21°30'00\"N", "105.25W"], dtype="str")).tolist()
    [21.5, 21.5, -105.25]
    """
    values = numbers(texts)
    other = np.isnan(values)
    if other.any():
        values[other] = by_value(texts[other], _angle).to_numpy(dtype=np.float64)
    return values


def _angle(text: str) -> float:
    """Return one angle that is more than a number, NaN where it is none."""
    parts = re.fullmatch(
        r"\s*([NSEW]?)\s*(-?\d+(?:[.,]\d+)?)\s*[°d: ]?\s*(?:(\d+(?:[.,]\d+)?)\s*['′m: ]?\s*)?"
        r"(?:(\d+(?:[.,]\d+)?)\s*(?:[\"″s]|'')?)?\s*([NSEW]?)\s*",
        text,
        flags=re.IGNORECASE,
    )
    if parts is None:
        return float("nan")
    before, *figures, after = parts.groups()
    degrees, minutes, seconds = (float((f or "0").replace(",", ".")) for f in figures)
    size = abs(degrees) + minutes / _MINUTES + seconds / _SECONDS
    south_or_west = (before or after).upper() in ("S", "W")
    return -size if south_or_west or (figures[0] or "").startswith("-") else size


def identifiers(texts: pd.Series) -> pd.Series:
    """Return identifiers without spaces around them; unknown is NA."""

    def meaning(text: str) -> str | None:
        bare = re.sub(r"^(\d+)\.0+$", r"\1", text.strip().strip("'"))
        unknown = not plain_name(bare) or plain_name(bare) in _said("missing") or bare == "-1"
        return None if unknown else bare

    return by_value(texts, meaning).astype(object)


def technologies(texts: pd.Series) -> pd.Series:
    """Return 2G, 3G, 4G or 5G, NA where a text names none."""

    def meaning(text: str) -> str | None:
        name = plain_name(text)
        known = _said("technology")
        if name in known:
            return known[name]
        inside = [t for t in ("5g", "4g", "lte", "3g", "2g") if t in name]
        return known[inside[0]] if inside else None

    return by_value(texts, meaning).astype(object)


def operators(texts: pd.Series) -> pd.Series:
    """Return keys of the catalogue of operators; other names stay as they are, unknown is NA."""
    listed = catalog.table("operators")
    networks = {(row["mcc"], int(row["mnc"])): row["operator"] for row in listed.to_dict("records")}

    def meaning(text: str) -> str | None:
        name = plain_name(text)
        if not name or name in _said("missing"):
            return None
        if name.isdigit() and len(name) > _MCC_DIGITS:
            code = name[:_MCC_DIGITS], int(name[_MCC_DIGITS:])
            return str(networks.get(code, f"{code[0]}-{code[1]:02d}"))
        known: str = _said("operator").get(name, text.strip())
        return known

    return by_value(texts, meaning).astype(object)


def header_technology(name: str) -> str | None:
    """Return the technology that the name of a column of levels or channels tells, if it does.

    Examples
    --------
    >>> header_technology("SS-RSRP (dBm)"), header_technology("RSRP")
    ('5G', None)
    """
    plain = plain_name(name)
    told = [said for said in _said("header_technology") if said in plain]
    return _said("header_technology")[max(told, key=len)] if told else None


def roles(texts: pd.Series, *, of_neighbours: bool = False) -> NDArray[np.bool_]:
    """Tell which rows are about a neighbour and not about the serving cell.

    Parameters
    ----------
    texts
        What the log says.
    of_neighbours
        Whether the column asks for neighbours, so that "yes" means one.
    """

    def meaning(text: str) -> bool:
        name = plain_name(text)
        said = _said("role").get(name, "neither")
        if of_neighbours and name in _said("flag"):
            return _said("flag")[name] == "yes"
        return said == "neighbour"

    return by_value(texts, meaning).to_numpy(dtype=np.bool_)
