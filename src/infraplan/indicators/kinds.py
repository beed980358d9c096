"""Which indicators are there, what is aimed at, and what was published, by the catalogue?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from infraplan import catalog

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["OWN", "SHARE", "aims", "kinds_of", "published"]

SHARE: Final = "share"
OWN: Final = "own"
"""Topic of an indicator that a user's table adds."""
_ESTIMATED: Final = "estimated"
_DECLARED: Final = "declared"
_KINDS: Final = (
    *("indicator", "topic", "basis", "technology", "signal_level", "kind", "counts", "levels"),
)
_TITLES: Final = ("title_vi", "title_en")


def kinds_of(observations: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the indicators that are shares, those of a user's table last.

    Parameters
    ----------
    observations
        Table ``observations``; indicators that the catalogue lacks are taken from there.

    Returns
    -------
    pandas.DataFrame
        One row per indicator: indicator, topic, basis, technology, signal_level, kind, counts,
        levels, title_vi, title_en; all text.
    """
    table = catalog.table("indicator_kinds")
    known = table[table["unit"] == SHARE][[*_KINDS, *_TITLES]]
    if observations is None or observations.empty:
        return known.reset_index(drop=True)
    new = observations[~observations["indicator"].isin(known["indicator"])]
    own = pd.DataFrame(dict.fromkeys(_KINDS, ""), index=new.index)
    own = own.assign(indicator=new["indicator"], topic=OWN, basis="told", levels="all")
    for name in _TITLES:
        said = new[name] if name in new.columns else pd.Series(index=new.index, dtype=object)
        own[name] = said.where(said.notna(), new["indicator"])
    own = own.drop_duplicates("indicator").sort_values("indicator", kind="stable")
    return pd.concat([known, own], ignore_index=True)


def aims(scopes: Collection[str], targets: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what is aimed at, by indicator: the newest target, or the user's in its place.

    Parameters
    ----------
    scopes
        Countries and provinces whose targets hold, such as ``{"VN", "25"}``.
    targets
        Table ``targets`` of a user.

    Returns
    -------
    pandas.DataFrame
        Indexed by indicator: target_share, target_year (missing where nobody says), target_source,
        target_confidence (missing for a user's).
    """
    rows = _rows(scopes, "target")
    found = pd.DataFrame(
        {
            "indicator": rows["indicator"],
            "target_share": pd.to_numeric(rows["value"]),
            "target_year": pd.to_numeric(rows["year"]),
            "target_source": rows["source"],
            "target_confidence": rows["confidence"],
        }
    )
    found = found.sort_values(["indicator", "target_year"], na_position="first", kind="stable")
    found = found.drop_duplicates("indicator", keep="last").set_index("indicator")
    if targets is None or targets.empty:
        return found
    own = targets.drop_duplicates("indicator", keep="last").set_index("indicator")
    own = own.rename(columns={"source": "target_source"}).reindex(columns=found.columns)
    kept = found[~found.index.isin(own.index)]
    return pd.concat([part for part in (kept, own) if len(part)]).sort_index()


def published(scopes: Collection[str]) -> pd.DataFrame:
    """Return what was published of provinces, as rows of the table ``observations``.

    Returns
    -------
    pandas.DataFrame
        Columns level, indicator, value_share, reached, of, year, origin, source.
    """
    rows = _rows(scopes, "observation")
    reached, whole = pd.to_numeric(rows["reached"]), pd.to_numeric(rows["of"])
    counted = reached / whole
    is_estimate = rows["qualifier"] == _ESTIMATED
    said = rows["qualifier"].str.replace("_", " ").where(rows["qualifier"] != "", "")
    source = rows["source"] + ", " + rows["date"] + (": " + said).where(said != "", "")
    return pd.DataFrame(
        {
            "level": "province",
            "indicator": rows["indicator"],
            "value_share": counted.where(counted.notna(), pd.to_numeric(rows["value"])),
            "reached": reached,
            "of": whole,
            "year": pd.to_numeric(rows["year"]).astype(float),
            "origin": is_estimate.map({True: _ESTIMATED, False: _DECLARED}),
            "source": source,
        }
    ).reset_index(drop=True)


def _rows(scopes: Collection[str], kind: str) -> pd.DataFrame:
    table = catalog.table("targets")
    chosen = (table["kind"] == kind) & (table["unit"] == SHARE) & table["scope"].isin(scopes)
    return table[chosen]
