"""How many people, villages and facilities of each commune has an indicator reached?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.results import ANY_OPERATOR, ORIGINS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COUNT_COLUMNS", "counts_of", "outlook_or_today"]

COUNT_COLUMNS: Final = ("indicator", "commune", "year", "reached", "of", "origin")
_OUTDOORS: Final = "outdoors"
_SERVED: Final = "served"
_LEVEL: Final = f"rsrp_dbm_{ANY_OPERATOR}"
_PARTS: Final = {"people": ("people_served", "people"), "villages": ("villages_served", "villages")}
_CONNECTED: Final = {"yes": 1.0, "no": 0.0}


def counts_of(
    kinds: pd.DataFrame,
    coverage: pd.DataFrame,
    villages: pd.DataFrame,
    facilities: pd.DataFrame | None,
    *,
    technology: str,
    base_year: int,
) -> pd.DataFrame:
    """Count what the tables say of each commune.

    Parameters
    ----------
    kinds
        Of :func:`infraplan.indicators.kinds.kinds_of`.
    coverage
        Table ``coverage``, of all its years.
    villages
        Table ``villages`` with ``rsrp_dbm_any`` of `technology`, dBm.
    facilities
        Table ``facilities``, also with ``rsrp_dbm_any`` where the signal there is known.
    technology
        That of ``rsrp_dbm_any``.
    base_year
        Of what is counted in villages and facilities.

    Returns
    -------
    pandas.DataFrame
        One row per indicator, commune and year of which both counts are known: indicator, commune,
        year, reached, of, origin. What no table tells has no row.
    """
    found = []
    for row in kinds.to_dict("records"):
        kind = {str(name): str(value) for name, value in row.items()}
        if kind["basis"] == "coverage":
            part = _from_coverage(kind, coverage)
        elif kind["basis"] == "villages" and kind["technology"] == technology:
            part = _from_villages(kind, villages, base_year)
        elif kind["basis"] == "facilities" and kind["technology"] in ("", technology):
            part = _from_facilities(kind, facilities, base_year)
        else:
            continue
        found.append(part.assign(indicator=kind["indicator"])[list(COUNT_COLUMNS)])
    parts = [part for part in found if len(part)]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COUNT_COLUMNS})
    return pd.concat(parts, ignore_index=True)


def outlook_or_today(
    coverage: pd.DataFrame | None,
    communes: pd.DataFrame,
    villages: pd.DataFrame,
    *,
    technology: str,
    base_year: int,
) -> pd.DataFrame:
    """Return the table of coverage, or what communes and villages say of it for today alone.

    Parameters
    ----------
    coverage
        Table ``coverage``; where None it is made of ``people_served_any`` of `communes` and
        ``rsrp_dbm_any`` of `villages`.
    communes, villages, technology, base_year
        As for :func:`infraplan.indicators.progress`.
    """
    if coverage is not None:
        return coverage
    codes = communes["code"].astype(str)
    threshold_dbm = catalog.level_dbm(technology, _SERVED)
    there = villages[_LEVEL] if _LEVEL in villages.columns else _nothing(villages)
    of_commune = villages["commune_code"].astype(object)
    reached = (there >= threshold_dbm).groupby(of_commune).sum()
    known = there.notna().groupby(of_commune).sum() if _LEVEL in villages.columns else reached * 0
    people = f"people_served_{ANY_OPERATOR}"
    return pd.DataFrame(
        {
            "commune_code": codes.to_numpy(dtype=object),
            "technology": technology,
            "operator": ANY_OPERATOR,
            "environment": _OUTDOORS,
            "level": _SERVED,
            "year": base_year,
            "people_served": _column(communes, people).to_numpy(dtype=float),
            "people": _column(communes, "people").to_numpy(dtype=float),
            "villages_served": reached.reindex(codes).fillna(0).to_numpy(dtype=float),
            "villages": known.reindex(codes).fillna(0).to_numpy(dtype=float),
            "people_served_origin": _column(communes, "people_served_origin").to_numpy(object),
        }
    )


def _nothing(table: pd.DataFrame) -> pd.Series:
    return pd.Series(np.nan, index=table.index, dtype=float)


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name] if name in table.columns else _nothing(table)


def _from_coverage(kind: Mapping[str, str], coverage: pd.DataFrame) -> pd.DataFrame:
    """Take the rows of any operator outdoors."""
    served, whole = _PARTS[kind["counts"]]
    chosen = (
        (coverage["technology"] == kind["technology"])
        & (coverage["level"] == kind["signal_level"])
        & (coverage["environment"] == _OUTDOORS)
        & (coverage["operator"] == ANY_OPERATOR)
        & coverage[served].notna()
        & coverage[whole].notna()
    )
    rows = coverage[chosen]
    return pd.DataFrame(
        {
            "commune": rows["commune_code"].astype(str),
            "year": rows["year"].astype(float),
            "reached": rows[served].astype(float),
            "of": rows[whole].astype(float),
            "origin": rows["people_served_origin"].astype(object),
        }
    )


def _from_villages(kind: Mapping[str, str], villages: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Count villages of a class of difficulty whose centre has the level."""
    if _LEVEL not in villages.columns or "difficulty" not in villages.columns:
        return pd.DataFrame(columns=list(COUNT_COLUMNS))
    chosen = (villages["difficulty"] == kind["kind"]) & villages[_LEVEL].notna()
    rows = villages[chosen]
    least_dbm = catalog.level_dbm(kind["technology"], kind["signal_level"])
    reached = (rows[_LEVEL] >= least_dbm).astype(float)
    origin = _column(rows, "people_served_origin")
    return _counted(rows["commune_code"], reached, origin, base_year)


def _from_facilities(
    kind: Mapping[str, str], facilities: pd.DataFrame | None, base_year: int
) -> pd.DataFrame:
    """Count facilities of a kind that fibre reaches, or where the signal has the level."""
    none = pd.DataFrame(columns=list(COUNT_COLUMNS))
    if facilities is None or facilities.empty:
        return none
    rows = facilities[facilities["kind"] == kind["kind"]]
    if kind["signal_level"] == "connected":
        reached = _column(rows, "connected").map(_CONNECTED).astype(float)
        origin = _column(rows, "connected_origin")
    else:
        level_dbm = _column(rows, _LEVEL).astype(float)
        least_dbm = catalog.level_dbm(kind["technology"], kind["signal_level"])
        reached = (level_dbm >= least_dbm).astype(float).where(level_dbm.notna())
        origin = _column(rows, f"{_LEVEL}_origin")
    known = reached.notna() & rows["commune_code"].notna()
    if not known.any():
        return none
    return _counted(rows.loc[known, "commune_code"], reached[known], origin[known], base_year)


def _counted(
    commune: pd.Series, reached: pd.Series, origin: pd.Series, base_year: int
) -> pd.DataFrame:
    """Add up, by commune, what has been reached; what nobody says an origin of is declared."""
    said = origin.astype(object).where(origin.notna(), "declared")
    table = pd.DataFrame(
        {
            "commune": commune.astype(str).to_numpy(dtype=object),
            "reached": reached.to_numpy(dtype=float),
            "of": 1.0,
            "rank": said.map(ORIGINS.index).to_numpy(dtype=float),
        }
    )
    sums = table.groupby("commune", sort=True).agg({"reached": "sum", "of": "sum", "rank": "min"})
    origins = sums["rank"].astype(int).map(dict(enumerate(ORIGINS)))
    return sums.drop(columns="rank").assign(origin=origins, year=float(base_year)).reset_index()
