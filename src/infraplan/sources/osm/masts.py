"""Which mapped towers carry telecommunication, and what are the others?

A tower on a map may hold up antennas, a power line, a chair lift or tourists. Tags decide where
they speak; where they are silent, a tower that stands on a lift or a power line belongs to it.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.geo import metric_crs
from infraplan.sources.osm.extract import TAGS, read_layer
from infraplan.wording import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["height_m_of", "mast_notes", "read_telecom_masts"]

_KINDS: Final = ("mast", "antenna", "communications_tower", "tower")
_TELECOM_TYPES: Final = ("communication", "telecommunication", "telecom")
_PYLONS: Final = ("tower", "pole", "portal", "catenary_mast")
_NO: Final = ("no", "")
_HEIGHT: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:m|metres|meters)?")


def read_telecom_masts(
    path: Path,
    *,
    pylon_within_m: float = 5.0,
    bounds: tuple[float, float, float, float] | None = None,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Read the telecommunication masts, and say of every other tower why it is none.

    Parameters
    ----------
    path
        The extract.
    pylon_within_m
        A tower without a tag that speaks of telecommunication, this close to an aerialway or a
        power line, is a pylon of it.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns osm_id, name, owner (tag operator), height_m (NaN where no tag says it), tags (of
        which GDAL makes no columns) and geometry in EPSG:4326; by id.
    pandas.DataFrame
        Columns osm_id, reason of every rejected tower; by id.
    """
    points = read_layer(
        path,
        "points",
        tags=("name", "operator", "height", "man_made", "power", "tower:type", "tourism"),
        where="man_made IS NOT NULL OR other_tags LIKE '%communication%' "
        "OR other_tags LIKE '%telecom%'",
        bounds=bounds,
    )
    candidate = [_is_candidate(row) for row in points.to_dict("records")]
    points = points[np.array(candidate, dtype=bool)]
    points = points.iloc[np.argsort(points["osm_id"].astype(np.int64), kind="stable")]
    carriers = _carriers(path, points, within_m=pylon_within_m, bounds=bounds)
    rows = points.drop(columns="geometry").to_dict("records")
    reasons = [_reason(row, carrier) for row, carrier in zip(rows, carriers, strict=True)]
    kept = np.array([reason is None for reason in reasons], dtype=bool)
    masts = gpd.GeoDataFrame(
        {
            "osm_id": points["osm_id"].to_numpy(),
            "name": points["name"].to_numpy(),
            "owner": points["operator"].to_numpy(),
            "height_m": np.array([height_m_of(row["height"]) for row in rows], dtype=np.float64),
            TAGS: points[TAGS].to_numpy(),
        },
        geometry=points.geometry.to_numpy(),
        crs=points.crs,
    )
    rejected = pd.DataFrame(
        {"osm_id": points["osm_id"].to_numpy(), "reason": np.array(reasons, dtype=object)}
    )
    return (
        gpd.GeoDataFrame(masts[kept].reset_index(drop=True)),
        rejected[~kept].reset_index(drop=True),
    )


def mast_notes(masts: gpd.GeoDataFrame, rejected: pd.DataFrame) -> list[Text]:
    """Tell how many towers are telecommunication masts, and why the others are not."""
    mapped = len(masts) + len(rejected)
    notes = [
        Text(
            f"{len(masts)} trong {mapped} cột trên bản đồ là cột viễn thông.",
            f"{len(masts)} of {mapped} mapped towers are telecom masts.",
        )
    ]
    for reason, group in rejected.groupby("reason", sort=True):
        listed = ", ".join(group["osm_id"])
        notes.append(
            Text(
                f"Không coi là cột viễn thông ({len(group)}): {reason} ({listed}).",
                f"Not taken as telecom masts ({len(group)}): {reason} ({listed}).",
            )
        )
    return notes


def _is_candidate(row: Mapping[str, object]) -> bool:
    return row["man_made"] in _KINDS or _telecom_tag(row) is not None


def _telecom_tag(row: Mapping[str, object]) -> str | None:
    """Return the tag that says telecommunication outright, or None."""
    if row["man_made"] == "communications_tower":
        return "man_made=communications_tower"
    if row["tower:type"] in _TELECOM_TYPES:
        return f"tower:type={row['tower:type']}"
    tags = row[TAGS]
    if not isinstance(tags, dict) or row["man_made"] not in (*_KINDS, None):
        return None
    for key in sorted(tags):
        speaks = key.startswith("communication:") or (
            key == "telecom" and tags[key] in ("mast", "antenna", "tower")
        )
        if speaks and tags[key] not in _NO:
            return f"{key}={tags[key]}"
    return None


def _reason(row: Mapping[str, object], carrier: str | None) -> str | None:
    """Say why a tower is no telecommunication mast, or None where it is one."""
    if _telecom_tag(row) is not None:
        return None
    if row["power"] in _PYLONS:
        return f"power={row['power']}: a pylon of a power line"
    if row["tower:type"] is not None:
        return f"tower:type={row['tower:type']}: not for telecommunication"
    if row["tourism"] is not None:
        return f"tourism={row['tourism']}: a tower for visitors"
    return _silent_reason(str(row["man_made"]), carrier)


def _silent_reason(kind: str, carrier: str | None) -> str | None:
    """Judge a tower whose tags say nothing of its use by what it stands on."""
    if carrier is not None:
        return f"man_made={kind} on {carrier}: a pylon of it"
    if kind == "tower":
        return "man_made=tower without a tag that speaks of telecommunication"
    return None


def _carriers(
    path: Path,
    points: gpd.GeoDataFrame,
    *,
    within_m: float,
    bounds: tuple[float, float, float, float] | None,
) -> list[str | None]:
    """Return the aerialway or power line that each point stands on, such as aerialway=gondola."""
    lines = read_layer(
        path,
        "lines",
        tags=("aerialway", "power"),
        where="aerialway IS NOT NULL OR other_tags LIKE '%power%'",
        bounds=bounds,
    )
    lines = lines[lines["aerialway"].notna() | lines["power"].notna()]
    if points.empty or lines.empty:
        return [None] * len(points)
    metric = metric_crs(points)
    near, on = lines.to_crs(metric).sindex.nearest(
        points.to_crs(metric).geometry, return_all=False, max_distance=within_m
    )
    found: list[str | None] = [None] * len(points)
    for point, line in zip(near, on, strict=True):
        row = lines.iloc[line]
        lift = row["aerialway"]
        found[point] = f"aerialway={lift}" if lift is not None else f"power={row['power']}"
    return found


def height_m_of(text: object) -> float:
    """Read the tag height, in metres where it names no unit; NaN where it is no such number."""
    match = _HEIGHT.fullmatch(str(text).strip().lower()) if text is not None else None
    return float(match[1].replace(",", ".")) if match else math.nan
