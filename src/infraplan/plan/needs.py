"""What has to stand before a site works, and from which year on can that be?

Sites and links are numbered together as *pieces*: the sites in the order of their table, then the
links in the order of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from infraplan.results import Links

__all__ = ["HOP", "Needs", "needs"]

HOP: Final = "microwave"
"""Medium of a link that starts from the mast of a site."""
_NAMED = 5  # culprits that a message names


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """What each piece rests on.

    Attributes
    ----------
    direct
        Pieces that each piece rests on directly, ascending: a site on the links that end at it, a
        link on the link that feeds it, and a hop on the new site whose mast it starts from.
    whole
        Pieces without which each piece is of no use, ascending, itself included.
    earliest
        Row of the first year in which each piece can be built, the number of years where none is,
        shape (pieces,).
    """

    direct: tuple[tuple[int, ...], ...]
    whole: tuple[tuple[int, ...], ...]
    earliest: NDArray[np.int64]


def needs(
    site_ids: Sequence[str],
    links: Links,
    *,
    years: Sequence[int],
    works_years: Mapping[str, int] | None,
) -> Needs:
    """Find what each site and link rests on.

    Parameters
    ----------
    site_ids
        The sites, in the order of their table.
    links
        Their links. A site with two ways to the network has two rows in ``feeds``, or two links
        whose to_id it is, and needs both.
    years
        Years of the plan, ascending.
    works_years
        Year of each planned road or power works; a link with a works_id is not built before. None
        does not hold any link back.

    Returns
    -------
    Needs
        Every link is needed by some site.

    Raises
    ------
    ParameterError
        If a link is fed by an unknown link or by itself, leads to no site, or lies in works without
        a year; all faults are listed.
    """
    direct = _direct(site_ids, links)
    ids = [*site_ids, *links.table["link_id"].astype(str)]
    whole, circles = _whole(direct)
    used = set().union(*whole[: len(site_ids)])
    idle = [ids[piece] for piece in range(len(site_ids), len(ids)) if piece not in used]
    opening, without_year = _opening(links.table, works_years)
    faults = {
        "Links that rest on themselves through the links that feed them": [ids[p] for p in circles],
        "Links that lead to no chosen site, neither by feeds nor by parent_link_id": idle,
        "Works whose year is not given": without_year,
    }
    told = [f"{what}: {_names(found)}." for what, found in faults.items() if found]
    if told:
        raise ParameterError(
            "\n".join(
                [*told, "Remedy: make the links with backhaul.connect, and give each works a year."]
            )
        )
    wanted = np.full(len(ids), min(years))
    wanted[len(site_ids) :] = opening
    row_of_year = np.searchsorted(np.asarray(years), wanted)
    earliest = [max(int(row_of_year[piece]) for piece in pieces) for pieces in whole]
    return Needs(direct, whole, np.array(earliest, dtype=np.int64))


def _names(found: Sequence[str]) -> str:
    return ", ".join(found[:_NAMED]) + (" …" if len(found) > _NAMED else "")


def _direct(site_ids: Sequence[str], links: Links) -> tuple[tuple[int, ...], ...]:
    """Return what each piece rests on directly."""
    table = links.table
    site_at = {name: row for row, name in enumerate(site_ids)}
    link_at = {name: row for row, name in enumerate(table["link_id"], start=len(site_ids))}
    found: list[set[int]] = [set() for _ in range(len(site_ids) + len(table))]
    unknown = []
    for site, link in zip(links.feeds["site_id"], links.feeds["link_id"], strict=True):
        if pd.notna(link):
            found[site_at[site]].add(link_at.get(link, -1))
            unknown += [str(link)] if link not in link_at else []
    for link, parent in zip(table["link_id"], table["parent_link_id"], strict=True):
        if pd.notna(parent):
            found[link_at[link]].add(link_at.get(parent, -1))
            unknown += [str(parent)] if parent not in link_at else []
    if unknown:
        raise ParameterError(
            f"Links that are named in feeds or parent_link_id but are not in the table: "
            f"{_names(unknown)}. Remedy: make the links with backhaul.connect."
        )
    for link, start, end, medium in zip(
        table["link_id"], table["from_id"], table["to_id"], table["medium"], strict=True
    ):
        if end in site_at:
            found[site_at[end]].add(link_at[link])
        if medium == HOP and start in site_at:
            found[link_at[link]].add(site_at[start])
    return tuple(tuple(sorted(pieces)) for pieces in found)


def _whole(
    direct: tuple[tuple[int, ...], ...],
) -> tuple[tuple[tuple[int, ...], ...], list[int]]:
    """Follow every chain of needs to its end; also return the pieces that rest on themselves."""
    whole, circles = [], []
    for piece in range(len(direct)):
        seen: set[int] = {piece}
        ahead = list(direct[piece])
        while ahead:
            other = ahead.pop()
            if other == piece:
                circles.append(piece)
            if other not in seen:
                seen.add(other)
                ahead += direct[other]
        whole.append(tuple(sorted(seen)))
    return tuple(whole), list(dict.fromkeys(circles))


def _opening(
    table: pd.DataFrame, works_years: Mapping[str, int] | None
) -> tuple[NDArray[np.int64], list[str]]:
    """Return the first year of each link, 0 where any will do, and works without a year."""
    if works_years is None or "works_id" not in table:
        return np.zeros(len(table), dtype=np.int64), []
    names = [str(name) if pd.notna(name) and name != "" else None for name in table["works_id"]]
    without = sorted({name for name in names if name is not None and name not in works_years})
    years = [0 if name is None else works_years.get(name, 0) for name in names]
    return np.array(years, dtype=np.int64), without
