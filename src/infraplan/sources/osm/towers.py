"""Which operators have something on which mapped mast?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np

from infraplan import catalog, names
from infraplan.sources.osm.extract import TAGS
from infraplan.sources.osm.masts import mast_notes, read_telecom_masts
from infraplan.sources.osm.table import OsmTable
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["UNKNOWN_OPERATOR", "read_masts_as_towers"]

UNKNOWN_OPERATOR: Final = "unknown"
"""Operator of a mast of which no tag and no option says any."""


def read_masts_as_towers(
    path: Path,
    *,
    operator: str | None = None,
    bounds: tuple[float, float, float, float] | None = None,
) -> OsmTable:
    """Read telecommunication masts as the table of towers: a row for each operator on a mast.

    Parameters
    ----------
    path
        The extract.
    operator
        Operator of masts whose tags name none; "unknown" where None.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    OsmTable
        Table towers in EPSG:4326, by OpenStreetMap id; which towers were not taken and why, and
        what was assumed.
    """
    masts, rejected = read_telecom_masts(path, bounds=bounds)
    rows = masts.drop(columns="geometry").to_dict("records")
    told = [_operators(row["owner"]) for row in rows]
    mast_of = [i for i, found in enumerate(told) for _ in found or [""]]
    operators = [name for found in told for name in found or [operator or UNKNOWN_OPERATOR]]
    named = np.array([bool(told[i]) for i in mast_of], dtype=bool)
    techs = [_technologies(rows[i][TAGS]) for i in mast_of]
    heights_m = masts["height_m"].to_numpy(dtype=np.float64)[mast_of]
    columns = {
        "tower_id": np.array(
            [
                _identifier(rows[i]["osm_id"], told[i], o)
                for i, o in zip(mast_of, operators, strict=True)
            ],
            dtype=object,
        ),
        "name": masts["name"].to_numpy(dtype=object)[mast_of],
        "operator": np.array(operators, dtype=object),
        "owner": np.array([_owner(rows[i][TAGS]) for i in mast_of], dtype=object),
        "technologies": np.array(techs, dtype=object),
        "mast_height_m": heights_m,
        "geometry_origin": "measured",
        "operator_origin": np.where(named, "declared", "assumed"),
        "technologies_origin": np.array(["declared" if t else None for t in techs], dtype=object),
        "mast_height_m_origin": np.array(
            ["declared" if known else None for known in np.isfinite(heights_m)], dtype=object
        ),
        "source_file": path.name,
    }
    geometry = masts.geometry.to_numpy()[mast_of]
    frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=masts.crs)
    nameless = sum(not found for found in told)
    notes = (*mast_notes(masts, rejected), *_nameless_notes(nameless, operator))
    return OsmTable(frame, notes)


def _operators(tag: object) -> list[str]:
    """Return the operators in the tag of a mast, in its order, each once."""
    parts = [part.strip() for part in str(tag).split(";")] if isinstance(tag, str) else []
    return list(dict.fromkeys(names.operator_key(p) or names.clean(p) for p in parts if p))


def _identifier(osm_id: object, told: list[str], operator: str) -> str:
    return f"osm-{osm_id}-{operator}" if len(told) > 1 else f"osm-{osm_id}"


def _owner(tags: Mapping[str, str]) -> str | None:
    said = tags.get("owner")
    return (names.operator_key(said) or names.clean(said)) if said else None


def _technologies(tags: Mapping[str, str]) -> str | None:
    """Return the technologies that tags speak of, joined by |, or None."""
    codes = catalog.table("osm_telecom")
    chosen = codes[codes["role"] == "technology"]
    found = {
        meaning
        for key, value, meaning in zip(
            chosen["key"], chosen["value"], chosen["meaning"], strict=True
        )
        if tags.get(key) == value
    }
    return "|".join(sorted(found)) or None


def _nameless_notes(nameless: int, operator: str | None) -> tuple[Text, ...]:
    if not nameless:
        return ()
    number, taken = count(nameless), operator or UNKNOWN_OPERATOR
    return (
        Text(
            f"Số cột trên bản đồ không ghi nhà mạng: {number.vi}; giả định {taken!r}.",
            f"Mapped masts whose tags name no operator: {number.en}; {taken!r} is assumed.",
        ),
    )
