"""Which operators are on each mast, and which of them or of the others could begin 4G there?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.siting.rules import Rules
    from infraplan.study import Study

__all__ = ["Tenants", "tenants_of"]

_BETWEEN = "|"


@dataclass(frozen=True, slots=True, eq=False)
class Tenants:
    """Who is on each mast, in the order of the masts.

    Attributes
    ----------
    joining
        Operators that have no 4G there and could begin it, sorted.
    count
        Operators that are there, shape (masts,).
    full
        Whether nobody may join who is not there, shape (masts,).
    anyone
        Whether operators are not known at all and nobody has 4G there, shape (masts,).
    state
        What stands there, such as "without 4G" or "with 4G of viettel".
    """

    joining: list[tuple[str, ...]]
    count: NDArray[np.int64]
    full: NDArray[np.bool_]
    anyone: NDArray[np.bool_]
    state: list[str]

    def take(self, chosen: NDArray[np.bool_]) -> Tenants:
        """Return the tenants of some of the masts."""
        rows = np.flatnonzero(chosen)
        return Tenants(
            [self.joining[i] for i in rows],
            self.count[rows],
            self.full[rows],
            self.anyone[rows],
            [self.state[i] for i in rows],
        )


def tenants_of(study: Study, masts: gpd.GeoDataFrame, rule: Rules, *, technology: str) -> Tenants:
    """Tell who is on each mast and who could begin a technology there.

    Parameters
    ----------
    study
        Its cells say who transmits where.
    masts
        Columns site_id and, where known, tenants (operators joined by "|").
    rule
        How many operators a mast carries at most.
    technology
        Such as "4G".

    Returns
    -------
    Tenants
        An operator that is on a mast may always begin there; others only where there is room.
    """
    cells = study.cells
    named = "operator" in cells.columns
    own = cells[cells["technology"] == technology]
    users = _by_site(own) if named else {}
    there = _by_site(cells) if named else {}
    has = set(own["site_id"])
    everyone = sorted({str(name) for name in cells["operator"].dropna()}) if named else []
    said = masts["tenants"] if "tenants" in masts else pd.Series(None, index=masts.index)
    joining, count, full, state = [], [], [], []
    for site, tenants in zip(masts["site_id"], said, strict=True):
        listed = str(tenants).split(_BETWEEN) if isinstance(tenants, str) else []
        on_it = {name.strip() for name in listed if name.strip()} | there.get(site, set())
        using = users.get(site, set())
        is_full = len(on_it) >= rule.tenants_most
        could = on_it & set(everyone) if is_full else set(everyone)
        joining.append(tuple(sorted(could - using)))
        count.append(len(on_it))
        full.append(is_full)
        of = f" of {', '.join(sorted(using))}" if using else ""
        state.append(f"with {technology}{of}" if site in has else f"without {technology}")
    unknown = [not everyone and site not in has for site in masts["site_id"]]
    return Tenants(
        joining,
        np.array(count, dtype=np.int64),
        np.array(full, dtype=np.bool_),
        np.array(unknown, dtype=np.bool_),
        state,
    )


def _by_site(cells: pd.DataFrame) -> dict[str, set[str]]:
    """Return the operators of each site."""
    pairs = cells[["site_id", "operator"]].dropna().drop_duplicates()
    found: dict[str, set[str]] = {}
    for site, operator in zip(pairs["site_id"], pairs["operator"], strict=True):
        found.setdefault(str(site), set()).add(str(operator))
    return found
