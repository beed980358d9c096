"""To which communes does each commune of a table go, by which part, and how is that known?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.sources.reform.merges import code_text
from infraplan.sources.reform.shares import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd

    from infraplan.geo import Raster

__all__ = ["AREA", "COLUMNS", "MAIN", "PEOPLE", "TABLE", "Ground", "Links", "backward", "forward"]

# How a share is known: from the table of mergers; from the table of its main successor, where a
# divided commune has no polygon; from the boundaries, by area or by people on them.
TABLE: Final = "table"
MAIN: Final = "main"
AREA: Final = "area"
PEOPLE: Final = "people"
COLUMNS: Final = ["from_code", "to_code", "share", "basis"]

_Row = tuple[str, str, float, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What boundaries say: the pieces of old communes in new ones, and by what they are sized.

    Attributes
    ----------
    pieces
        Columns old_code, new_code, size, share.
    basis
        ``"area"`` or ``"people"``.
    """

    pieces: pd.DataFrame
    basis: str

    @classmethod
    def of(
        cls,
        old: gpd.GeoDataFrame | None,
        new: gpd.GeoDataFrame | None,
        *,
        people: Raster | None,
        sliver_width_m: float | None,
    ) -> Ground:
        """Lay old boundaries over new ones; without either, no piece is known."""
        basis = AREA if people is None else PEOPLE
        if old is None or new is None:
            columns = ["old_code", "new_code", "size", "share"]
            return cls(pd.DataFrame(columns=columns), basis)
        found = pieces(_coded(old), _coded(new), people=people, sliver_width_m=sliver_width_m)
        return cls(found, basis)


def _coded(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return boundaries with codes of five digits; without any code they are refused later."""
    return frame.assign(code=frame["code"].map(code_text)) if "code" in frame else frame


@dataclass(frozen=True, slots=True)
class Links:
    """Where communes go.

    Attributes
    ----------
    frame
        Columns from_code, to_code, share (sums to 1 for each from_code), basis.
    unknown
        Codes that go nowhere: neither table nor boundaries know them.
    contrary
        Codes of which most lies elsewhere than the table of mergers says, by the boundaries.
    unsized
        Old codes that get nothing on the way back, since their size is not given.
    """

    frame: pd.DataFrame
    unknown: tuple[str, ...]
    contrary: tuple[str, ...]
    unsized: tuple[str, ...] = ()


def forward(codes: Iterable[str], merges: pd.DataFrame, ground: Ground) -> Links:
    """Find the new communes of old ones.

    Whole communes go by the table of mergers. Divided ones go to the successors it names by what
    the boundaries say, to the main one where there are no boundaries. Those that the table does
    not know go by the boundaries alone.

    Parameters
    ----------
    codes
        Old codes, five digits.
    merges
        Table of mergers, as :func:`read_merges` gives it.
    ground
        What boundaries say.
    """
    named = _successors(merges)
    seen: dict[str, dict[str, float]] = defaultdict(dict)
    on_ground = ground.pieces
    for old, new, share in zip(
        on_ground["old_code"], on_ground["new_code"], on_ground["share"], strict=True
    ):
        seen[old][new] = share
    rows: list[_Row] = []
    unknown, contrary = [], []
    for code in sorted(set(codes)):
        there = seen.get(code, {})
        if code in named:
            rows += _by_table(code, named[code], there, ground.basis)
            if there and sum(there.get(new, 0.0) for new, _ in named[code]) < _least():
                contrary.append(code)
        elif there:
            rows += [(code, new, share, ground.basis) for new, share in there.items()]
        else:
            unknown.append(code)
    return Links(pd.DataFrame(rows, columns=COLUMNS), tuple(unknown), tuple(contrary))


def _successors(merges: pd.DataFrame) -> dict[str, list[tuple[str, bool]]]:
    """Return the successors of each old commune, sorted, and whether each is the main one."""
    named: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for old, new, main in zip(merges["old_code"], merges["new_code"], merges["main"], strict=True):
        named[old].append((new, main == "yes"))
    return {old: sorted(found) for old, found in named.items()}


def _least() -> float:
    return catalog.value("reform_rules", "contrary_share", "value")


def _by_table(
    code: str, named: Sequence[tuple[str, bool]], there: Mapping[str, float], basis: str
) -> list[_Row]:
    """Share a commune that the table of mergers knows."""
    successors = [new for new, _ in named]
    if len(successors) == 1:
        return [(code, successors[0], 1.0, TABLE)]
    parts = np.array([there.get(successor, 0.0) for successor in successors])
    if parts.sum() > 0:
        shared = zip(successors, _to_one(parts), strict=True)
        return [(code, successor, share, basis) for successor, share in shared]
    main = next((new for new, is_main in named if is_main), successors[0])
    return [(code, main, 1.0, MAIN)]


def _to_one(parts: Sequence[float] | np.ndarray) -> list[float]:
    """Scale parts so that they sum to 1; equal parts where all are 0."""
    given = np.asarray(parts, dtype=np.float64)
    if given.sum() <= 0:
        given = np.ones_like(given)
    scaled = given / given.sum()
    most = int(np.argmax(scaled))
    scaled[most] = 1.0 - float(np.delete(scaled, most).sum())
    return [float(part) for part in scaled]


def backward(
    codes: Iterable[str],
    merges: pd.DataFrame,
    ground: Ground,
    *,
    sizes: Mapping[str, float] | None,
) -> Links:
    """Find the old communes of new ones: the same links the other way, sized by each old one.

    Parameters
    ----------
    codes
        New codes, five digits.
    merges, ground
        As for :func:`forward`.
    sizes
        Size of each old commune, such as its people of the last census. None takes it from the
        boundaries; without these only new communes made of one old one can go back.
    """
    known = sizes if sizes is not None else _sizes_on(ground)
    olds = known or set(merges["old_code"])
    there = forward(olds, merges, ground)
    by_new: dict[str, list[_Row]] = defaultdict(list)
    for row in there.frame.itertuples(index=False, name=None):
        by_new[row[1]].append(row)
    made_of: dict[str, list[str]] = defaultdict(list)
    for old, new in zip(merges["old_code"], merges["new_code"], strict=True):
        made_of[new].append(old)
    basis = PEOPLE if sizes is not None else ground.basis
    rows: list[_Row] = []
    unknown: list[str] = []
    unsized: list[str] = []
    for code in sorted(set(codes)):
        found = by_new.get(code, [])
        if found and (known or len(found) == 1):
            unsized += [old for old in made_of.get(code, []) if known and old not in known]
            parts = _to_one([known.get(old, 0.0) * share for old, _, share, _ in found])
            said = found[0][3] if len(found) == 1 else basis
            rows += [(code, row[0], part, said) for row, part in zip(found, parts, strict=True)]
        elif len(made_of.get(code, [])) == 1:
            rows.append((code, made_of[code][0], 1.0, TABLE))
        else:
            unknown.append(code)
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return Links(frame, tuple(unknown), there.contrary, tuple(sorted(set(unsized))))


def _sizes_on(ground: Ground) -> dict[str, float]:
    """Return the size of each old commune on the ground."""
    sums = ground.pieces.groupby("old_code")["size"].sum()
    return {str(code): float(size) for code, size in sums.items()}
