"""Where does each commune, old district and the province stand against its targets?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.errors import ParameterError
from infraplan.indicators.closing import with_closing
from infraplan.indicators.counted import counts_of, outlook_or_today
from infraplan.indicators.given import check_given
from infraplan.indicators.kinds import aims, kinds_of, published
from infraplan.indicators.places import LEVELS, PROVINCE, places_of
from infraplan.indicators.sums import SHARE_DIGITS, summed
from infraplan.indicators.told import TOLD_COLUMNS, from_publications, from_users, with_told
from infraplan.tables import spec

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["COMPUTED", "progress"]

COMPUTED: Final = "tables of the study"
"""Source of what is counted here, and neither published nor told by a user's table."""
_VIET_NAM: Final = "VN"
_KEY: Final = ["level", "code", "indicator"]
_TABLE: Final = "indicators"


def progress(
    communes: pd.DataFrame,
    villages: pd.DataFrame,
    facilities: pd.DataFrame | None = None,
    targets: pd.DataFrame | None = None,
    *,
    coverage: pd.DataFrame | None = None,
    new_sites: pd.DataFrame | None = None,
    explanations: pd.DataFrame | None = None,
    observations: pd.DataFrame | None = None,
    districts: pd.DataFrame | None = None,
    technology: str = "4G",
    base_year: int | None = None,
    country: str = _VIET_NAM,
    province_name: str = "",
) -> pd.DataFrame:
    """Say of every place how far each indicator is, what is missing, and what would close it.

    Parameters
    ----------
    communes
        Table ``communes`` with ``people_served_any``.
    villages
        Table ``villages`` with ``rsrp_dbm_any``, dBm.
    facilities
        Table ``facilities``; with ``rsrp_dbm_any`` where the signal there is known.
    targets
        Table ``targets`` of the user, whose rows replace those of ``catalog/targets.csv``.
    coverage
        Table ``coverage``, for all technologies and years; where None only today's service of
        `technology` is known.
    new_sites, explanations
        Tables of the plan; no action is named without them.
    observations
        Table ``observations`` of the user, whose rows add indicators and replace what is computed
        or was published of the same place and indicator.
    districts
        Where communes lay before districts ended (see
        :func:`infraplan.indicators.places.places_of`).
    technology
        What the plan builds, and what ``rsrp_dbm_any`` is of.
    base_year
        Year before the plan; the first of `coverage` where None.
    country
        Two letters; national aims and publications are taken for Viet Nam alone.
    province_name
        Name of all communes together.

    Returns
    -------
    pandas.DataFrame
        Table ``indicators``: one row per place, indicator and year, from the province to the
        communes. ``state`` is current in exactly one row of each place and indicator, or unknown;
        others are past or planned. What nobody knows is missing, never 0.

    Raises
    ------
    ParameterError
        If neither `base_year` nor a table tells the year of today's figures, or `coverage` has
        no row of that year.
    InputError
        If `observations` or `targets` hold what is no share, or places that are not there; every
        fault is listed.
    """
    year = _base_year(coverage, new_sites, base_year)
    places = places_of(communes, districts, province_name=province_name)
    check_given(places, observations, targets)
    scopes = _scopes(country, communes)
    kinds = kinds_of(observations)
    table = outlook_or_today(coverage, communes, villages, technology=technology, base_year=year)
    counts = counts_of(kinds, table, villages, facilities, technology=technology, base_year=year)
    computed = summed(counts, places).assign(source=COMPUTED)[list(TOLD_COLUMNS)]
    own = from_users(observations, places)
    rows = with_told(computed, from_publications(published(scopes), places), own)
    rows = _with_unknown(_with_states(rows, year), kinds, places)
    rows = _with_gaps(rows.merge(kinds, on="indicator"), aims(scopes, targets))
    rows = with_closing(rows, places, new_sites, explanations, technology=technology)
    return _ordered(rows, places, kinds)


def _base_year(
    coverage: pd.DataFrame | None, new_sites: pd.DataFrame | None, given: int | None
) -> int:
    """Return the year of today's figures: the one given, the outlook's, or that before the plan."""
    if given is not None:
        if coverage is not None and len(coverage) and given not in set(coverage["year"]):
            raise ParameterError(
                f"The table coverage has no row of {given}, the year of today's figures. Remedy: "
                "leave base_year out, or give a year of the table."
            )
        return given
    if coverage is not None and len(coverage):
        return int(coverage["year"].min())
    if new_sites is not None and new_sites["year"].notna().any():
        return int(new_sites["year"].min()) - 1
    raise ParameterError(
        "The year of communes and villages is not known. Remedy: give base_year, or the table "
        "coverage."
    )


def _scopes(country: str, communes: pd.DataFrame) -> Collection[str]:
    """Return the country and provinces whose targets hold."""
    if country != _VIET_NAM:
        return {country}
    parents = communes.get("parent_code", pd.Series(dtype=object)).dropna()
    return {country, *map(str, parents)}


def _with_unknown(rows: pd.DataFrame, kinds: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Add a row without value where nothing is known of a place and indicator up to today."""
    where = places[["level", "code"]].drop_duplicates()
    every = where.merge(kinds[["indicator", "levels"]], how="cross")
    every = every[(every["levels"] == "all") | (every["level"] == PROVINCE)][_KEY]
    known = rows.loc[rows["state"] != "planned", _KEY].drop_duplicates()
    missing = every.merge(known, on=_KEY, how="left", indicator=True)
    missing = missing.loc[missing["_merge"] == "left_only", _KEY]
    if missing.empty:
        return rows
    return pd.concat([rows, missing.assign(told=False, state="unknown")], ignore_index=True)


def _with_states(rows: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Tell which row is of today: the newest told, or counted before the plan."""
    year = rows["year"].astype(float)
    planned = ~rows["told"].astype(bool) & (year > base_year)
    newest = year.where(~planned).groupby([rows[k] for k in _KEY]).transform("max")
    state = np.where(year == newest, "current", "past")
    state = np.where(planned, "planned", state)
    return rows.assign(year=year, state=state)


def _with_gaps(rows: pd.DataFrame, aimed: pd.DataFrame) -> pd.DataFrame:
    """Add targets, what is missing to them, and the change of a year."""
    rows = rows.join(aimed, on="indicator")
    for name in ("value_share", "reached", "of", "target_share", "target_year"):
        rows[name] = pd.to_numeric(rows[name]).astype(float)
    rows["value_share"] = rows["value_share"].round(SHARE_DIGITS)
    gap = (rows["target_share"] - rows["value_share"]).clip(lower=0).round(SHARE_DIGITS)
    return rows.assign(gap_share=gap, trend_share_per_year=_trends(rows))


def _trends(rows: pd.DataFrame) -> pd.Series:
    """Return the change of a share in a year: between the last two told, or over the plan."""
    known = rows[rows["value_share"].notna()].sort_values("year", kind="stable")
    groups = known.groupby([*_KEY, "told"], sort=False)
    ends = known.assign(
        before=groups["value_share"].shift().where(known["told"].astype(bool)),
        year_before=groups["year"].shift().where(known["told"].astype(bool)),
        first=groups["value_share"].transform("first").where(~known["told"].astype(bool)),
        first_year=groups["year"].transform("first").where(~known["told"].astype(bool)),
    )
    change = ends["value_share"] - ends["before"].fillna(ends["first"])
    years = ends["year"] - ends["year_before"].fillna(ends["first_year"])
    trend = (change / years.where(years > 0)).astype(float)
    last = trend.groupby([known[name] for name in [*_KEY, "told"]], sort=False).transform("last")
    return last.round(SHARE_DIGITS).reindex(rows.index)


def _ordered(rows: pd.DataFrame, places: pd.DataFrame, kinds: pd.DataFrame) -> pd.DataFrame:
    """Name the places and bring rows and columns to the order of the data dictionary."""
    named = places.drop_duplicates(["level", "code"])[["level", "code", "name", "old_district"]]
    rows = rows.merge(named, on=["level", "code"]).assign(unit="share")
    level = rows["level"].map({name: i for i, name in enumerate(LEVELS)})
    place = rows["indicator"].map({name: i for i, name in enumerate(kinds["indicator"])})
    rows = rows.assign(_level=level, _place=place)
    rows = rows.sort_values(["_level", "code", "_place", "year"], kind="stable")
    columns = [c for c in spec(_TABLE).names if c != "data_basis"]
    rows = rows.reindex(columns=columns).reset_index(drop=True)
    for column in spec(_TABLE).columns:
        if column.name == "data_basis":
            continue
        if column.type == "integer":
            rows[column.name] = pd.to_numeric(rows[column.name]).astype("Int64")
        elif column.type == "string":
            values = rows[column.name].astype(object)
            rows[column.name] = values.where(values.notna() & (values != ""), None)
    return rows
