"""Where does the province, an old district or a commune stand against its targets?

The figures are those of the bundle's ``indicators.csv``, to the last digit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from infraplan.errors import InfraplanError
from infraplan.indicators import COMPUTED, progress
from infraplan.indicators import ranking as ranked
from infraplan_api.coverage.simple import base_year
from infraplan_api.errors import NotFoundError
from infraplan_api.places import communes_of, unknown_commune
from infraplan_api.places.rows import number, records, said_or, whole_number
from infraplan_api.places.whole import once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan_api.bundle import Bundle

__all__ = ["indicators", "ranking"]

_TABLE: Final = "indicators"
_RANKING: Final = "ranking"
_TEXT: Final = {"code": "string"}
_BETWEEN: Final = ";"
_VIET_NAM: Final = "VN"
_SHARE: Final = "_share"
_KNOWN_WEIGHT: Final = "known_weight_share"


def indicators(bundle: Bundle, commune: str | None, district: str | None = None) -> dict[str, Any]:
    """Return targets and progress of one place, as JSON of ``Indicators``.

    Parameters
    ----------
    bundle
        The bundle.
    commune
        Code of a commune.
    district
        Code of an old district; of both, the commune is told if it lay there. All communes
        together where both are None.

    Raises
    ------
    UnknownCommuneError, NotFoundError
        If the bundle has no such commune or old district, or the one did not lie in the other.
    """
    rows = _rows_of(bundle, commune, district)
    first = rows[0] if rows else {}
    found: dict[str, list[dict[str, Any]]] = {}
    unknown = [str(row["indicator"]) for row in rows if row["state"] == "unknown"]
    for row in rows:
        if str(row["indicator"]) not in unknown:
            found.setdefault(str(row["indicator"]), []).append(row)
    return {
        "level": "commune" if commune else "old_district" if district else "province",
        "code": commune or district,
        "name": said_or(first.get("name"), None),
        "indicators": [_indicator(key, of) for key, of in found.items()],
        "unknown": unknown,
        "data_basis": str(bundle.manifest["data_basis"]),
        "study_id": bundle.study_id,
        "bundle_sha256": bundle.sha256,
    }


def ranking(bundle: Bundle) -> dict[str, Any]:
    """Return the communes in the order of their scores, as JSON of ``Ranking``."""
    table = once(bundle, "ranking rows", _ranked)
    components = [
        name.removesuffix(_SHARE)
        for name in map(str, table.columns)
        if name.endswith(_SHARE) and name != _KNOWN_WEIGHT
    ]
    return {
        "communes": [_place(row, components) for row in records(table)],
        "data_basis": str(bundle.manifest["data_basis"]),
        "study_id": bundle.study_id,
        "bundle_sha256": bundle.sha256,
    }


def _rows_of(bundle: Bundle, commune: str | None, district: str | None) -> list[dict[str, Any]]:
    """Return the rows of one place, in their order."""
    if commune is not None and commune not in communes_of(bundle):
        raise unknown_commune(bundle, commune)
    places = once(bundle, "indicators by place", _by_place)
    if commune is None and district is None:
        return next((rows for (level, _), rows in places.items() if level == "province"), [])
    if district is not None and ("old_district", district) not in places:
        known = sorted(code for level, code in places if level == "old_district")
        listed = ", ".join(known) or "none"
        raise NotFoundError(
            f"The bundle of the study {bundle.study_id!r} has no old district {district!r}. "
            f"Remedy: take one of {listed}."
        )
    if commune is None:
        return places["old_district", str(district)]
    rows = places.get(("commune", commune), [])
    if district is not None:
        name = places["old_district", district][0]["name"]
        if not rows or rows[0]["old_district"] != name:
            raise NotFoundError(
                f"The commune {commune!r} did not lie in the old district {district!r}. Remedy: "
                "ask for one of them alone."
            )
    return rows


def _by_place(bundle: Bundle) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the rows of the table by level and code."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in records(_indicator_table(bundle)):
        found.setdefault((str(row["level"]), said_or(row["code"], "") or ""), []).append(row)
    return found


def _indicator_table(bundle: Bundle) -> pd.DataFrame:
    """Return the table of the bundle; one made without it has what its other tables say."""
    if bundle.has(f"{_TABLE}.csv"):
        return _read(bundle, _TABLE)
    study = bundle.manifest.get("parameters", {}).get("study", {})
    tables = {
        name: bundle.table(name) if bundle.has(f"{name}.csv") else None
        for name in ("new_sites", "explanations")
    }
    try:
        return progress(
            bundle.table("communes"),
            bundle.table("villages"),
            coverage=bundle.table("coverage") if bundle.has("coverage.parquet") else None,
            **tables,
            technology=bundle.technology,
            base_year=base_year(bundle),
            country=study.get("country") or _VIET_NAM,
            province_name=str(bundle.manifest["study"].get("title_vi", bundle.study_id)),
        )
    except InfraplanError as error:
        raise ValueError(str(error)) from error


def _ranked(bundle: Bundle) -> pd.DataFrame:
    if bundle.has(f"{_RANKING}.csv"):
        return _read(bundle, _RANKING)
    return ranked(_indicator_table(bundle))


def _read(bundle: Bundle, name: str) -> pd.DataFrame:
    """Read a table whose codes are text and whose empty fields are missing."""
    return pd.read_csv(bundle.path(f"{name}.csv"), dtype=_TEXT, encoding="utf-8-sig")


def _indicator(key: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return an indicator, as JSON of ``Indicator``."""
    now = next(row for row in rows if row["state"] == "current")
    told = [row for row in rows if row["source"] != COMPUTED]
    published = told[-1] if told else {}
    target = number(now["target_share"])
    values = [row for row in rows if row["state"] != "past"]
    return {
        "id": key,
        "topic": str(now["topic"]),
        "title": {"vi": str(now["title_vi"]), "en": str(now["title_en"])},
        "counts": said_or(now["counts"], None),
        "target_share": target,
        "target_year": whole_number(now["target_year"]),
        "target_source": said_or(now["target_source"], None),
        "confidence": said_or(now.get("target_confidence"), None),
        "published_share": number(published.get("value_share")),
        "published_year": whole_number(published.get("year")),
        "values": [_value(row) for row in values],
        "past": [_value(row) for row in rows if row["state"] == "past"],
        "gap_share": number(now["gap_share"]),
        "trend_share_per_year": number(now["trend_share_per_year"]),
        "reached_in": _reached_in(values, target),
        "origin": str(now["value_origin"]),
        "source": said_or(now["source"], None),
        "closing": _closing(now),
    }


def _value(row: dict[str, Any]) -> dict[str, Any]:
    """Return where an indicator stands in a year, as JSON of ``IndicatorValue``."""
    names = ("value_share", "reached", "of")
    return {"year": whole_number(row["year"]), **{name: number(row[name]) for name in names}}


def _closing(row: dict[str, Any]) -> dict[str, Any]:
    """Return what would close a gap, as JSON of ``Closing``."""
    sites = said_or(row["closing_sites"], "") or ""
    return {
        "sites": sites.split(_BETWEEN) if sites else [],
        "cost_vnd": number(row["closing_vnd"]),
        "gain": number(row["closing_gain"]),
        "text": {
            "vi": said_or(row["closes_vi"], "") or "",
            "en": said_or(row["closes_en"], "") or "",
        },
    }


def _reached_in(values: Sequence[dict[str, Any]], target: float | None) -> int | None:
    """Return the first year in which a target is reached."""
    if target is None:
        return None
    shares = ((whole_number(row["year"]), number(row["value_share"])) for row in values)
    return next((year for year, share in shares if share is not None and share >= target), None)


def _place(row: dict[str, Any], components: Sequence[str]) -> dict[str, Any]:
    """Return one commune of the ranking, as JSON of ``RankedCommune``."""
    unknown = said_or(row["unknown_components"], "") or ""
    return {
        "code": str(row["code"]),
        "name": str(row["name"]),
        "old_district": said_or(row["old_district"], None),
        **{name: number(row[name]) for name in ("score", "score_least", "score_most")},
        **{name: whole_number(row[name]) for name in ("rank", "rank_best", "rank_worst")},
        _KNOWN_WEIGHT: number(row[_KNOWN_WEIGHT]),
        "unknown_components": unknown.split(_BETWEEN) if unknown else [],
        "components": {name: number(row[f"{name}{_SHARE}"]) for name in components},
    }
