"""What do links assume, said in both languages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan.backhaul.microwave_points import microwave_note
from infraplan.backhaul.splices import spliceable
from infraplan.wording import Text, count, phrase

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.study import Study

__all__ = ["link_notes"]


def link_notes(
    study: Study, table: gpd.GeoDataFrame, components: int, *, radio: bool
) -> tuple[Text, ...]:
    """Return plain sentences about what the links rest on.

    Parameters
    ----------
    study
        Cables and works.
    table
        Table ``links``.
    components
        Parts of the roads that do not touch each other.
    radio
        Whether hops competed.
    """
    notes = [phrase("link_note_laying"), *_splice_notes(study)]
    if radio:
        notes.append(microwave_note())
    waiting = int(table["works_id"].notna().sum())
    if waiting:
        notes.append(phrase("link_note_works", {"links": count(waiting)}))
    if components > 1:
        notes.append(phrase("link_note_parts", {"parts": count(components)}))
    return tuple(notes)


def _splice_notes(study: Study) -> list[Text]:
    """Say which cables are taken to have free fibres."""
    fibre, joined = study.fibre, spliceable(study.fibre)
    if len(joined) == 0:
        return []
    said = {"cables": count(len(joined)), "all": count(len(fibre))}
    notes = [phrase("link_note_splices", said)]
    unknown = len(joined)
    if "capacity" in joined.columns:
        unknown = int(np.isnan(joined["capacity"].to_numpy(np.float64, na_value=np.nan)).sum())
    if unknown:
        notes.append(phrase("link_note_unknown_fibres", {"cables": count(unknown)}))
    return notes
