"""Which communes of before July 2025 became which of today?"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from infraplan.sources.reform import CODE_DIGITS, read_merges
from infraplan_api.errors import UnknownCommuneError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan_api.bundle import Bundle

__all__ = ["became", "merges", "named", "old_communes", "unknown_commune"]


@cache
def merges() -> tuple[Mapping[str, str], ...]:
    """Return the embedded table of mergers, row by row."""
    rows = read_merges().to_dict("records")
    return tuple(MappingProxyType({str(k): str(v) for k, v in row.items()}) for row in rows)


@cache
def _by_new() -> Mapping[str, tuple[Mapping[str, str], ...]]:
    return _grouped("new_code")


@cache
def _by_old() -> Mapping[str, tuple[Mapping[str, str], ...]]:
    return _grouped("old_code")


def _grouped(column: str) -> Mapping[str, tuple[Mapping[str, str], ...]]:
    groups: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in merges():
        groups[row[column]].append(row)
    return MappingProxyType({code: tuple(rows) for code, rows in groups.items()})


def old_communes(code: str) -> list[dict[str, Any]]:
    """Return the communes that one of today was made of, as JSON of ``OldCommune``.

    Parameters
    ----------
    code
        Code of a commune of today; where the reform does not know it, there are none.
    """
    return [
        {
            "code": row["old_code"],
            "name": row["old_name"],
            "full_name": row["old_full_name"],
            "district": row["old_district"],
            "province": row["old_province"],
            "is_whole": row["part"] == "full",
        }
        for row in _by_new().get(code, ())
    ]


def became(code: str) -> list[str]:
    """Return the codes of what an old commune became, the one that took most of it first."""
    rows = sorted(_by_old().get(code, ()), key=lambda row: row["main"] != "yes")
    return [row["new_code"] for row in rows]


def named(code: str, *, old: bool) -> dict[str, str] | None:
    """Return a commune by code and name, as JSON of ``NamedCode``; None where it is not known.

    Parameters
    ----------
    code
        Its code.
    old
        Whether the code is one of before July 2025.
    """
    rows = (_by_old() if old else _by_new()).get(code)
    if not rows:
        return None
    when = "old" if old else "new"
    return {
        "code": code,
        "name": rows[0][f"{when}_name"],
        "full_name": rows[0][f"{when}_full_name"],
    }


def unknown_commune(bundle: Bundle, code: str) -> UnknownCommuneError:
    """Return the error for a code that the bundle has not; it names what an old one became."""
    there = set(bundle.table("communes")["code"].astype(str))
    became = [row for row in _by_old().get(code, ()) if row["new_code"] in there]
    if became:
        first = became[0]
        new = ", ".join(f"{row['new_full_name']} ({row['new_code']})" for row in became)
        return UnknownCommuneError(
            f"{code!r} is the code of before July 2025 of {first['old_full_name']}, "
            f"{first['old_district']}; its ground now belongs to {new}. Remedy: ask for "
            f"/v1/communes/{first['new_code']}/coverage, or see /v1/communes/resolve?q={code}."
        )
    whole = code.zfill(CODE_DIGITS)  # a spreadsheet drops the zeros in front
    hint = f" but {whole!r}" if whole in there else ""
    return UnknownCommuneError(
        f"The bundle of the study {bundle.study_id!r} has no commune {code!r}{hint}; it has "
        f"{len(there)}. Remedy: find its code with /v1/communes/resolve?q=NAME, or take one of "
        "/v1/collections/communes/items."
    )
