"""Where do communes overlap, where do they leave gaps, and how much land is that?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from infraplan import catalog
from infraplan.geo import require_metric
from infraplan.wording import Text, count, decimal, percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Quality", "measure"]

_M2_PER_HA: Final = 1e4
_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Quality:
    """How well boundaries fit together.

    Attributes
    ----------
    area_m2
        Sum of the communes' areas, m².
    overlap_m2
        Sum of what each pair of communes shares, m².
    gap_m2
        Area of the holes that no commune covers, m². A channel that is open to the outside is no
        hole.
    overlaps
        Columns code, other_code, name, other_name, overlap_m2, share (of the smaller commune);
        the largest first. Specks below the rule ``boundary_speck_m2`` are not listed.
    gaps
        Columns area_m2, codes (of the communes around it, joined by |) and geometry; the largest
        first, without specks.
    notes
        The figures in words.
    """

    area_m2: float
    overlap_m2: float
    gap_m2: float
    overlaps: pd.DataFrame
    gaps: gpd.GeoDataFrame
    notes: tuple[Text, ...]


def measure(communes: gpd.GeoDataFrame) -> Quality:
    """Measure overlaps and gaps between communes, and compare their official areas.

    Parameters
    ----------
    communes
        Table communes with valid polygons in a metric CRS.

    Raises
    ------
    CrsError
        If the CRS is missing or not in metres.
    """
    require_metric(communes.crs, what="The table of boundaries")
    shapes: NDArray[np.object_] = communes.geometry.to_numpy()
    overlaps, overlap_m2 = _overlaps(communes, shapes)
    gaps, gap_m2 = _gaps(communes, shapes)
    area_m2 = float(shapely.area(shapes).sum())
    notes = (
        _area_note(len(communes), area_m2),
        *_overlap_notes(overlaps, overlap_m2),
        *_gap_notes(gaps, gap_m2),
        *_official_notes(communes, shapely.area(shapes)),
    )
    return Quality(area_m2, overlap_m2, gap_m2, overlaps, gaps, notes)


def _overlaps(
    communes: gpd.GeoDataFrame, shapes: NDArray[np.object_]
) -> tuple[pd.DataFrame, float]:
    first, second = communes.sindex.query(shapes, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    shared_m2 = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    smaller_m2 = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    codes = communes["code"].to_numpy(dtype=object)
    names = communes["name"].to_numpy(dtype=object)
    found = pd.DataFrame(
        {
            "code": codes[first],
            "other_code": codes[second],
            "name": names[first],
            "other_name": names[second],
            "overlap_m2": shared_m2,
            "share": shared_m2 / smaller_m2,
        }
    )
    large = found[found["overlap_m2"] >= catalog.rule("boundary_speck_m2")]
    order = ["overlap_m2", "code", "other_code"]
    large = large.sort_values(order, ascending=[False, True, True], ignore_index=True)
    return large, float(shared_m2.sum())


def _gaps(
    communes: gpd.GeoDataFrame, shapes: NDArray[np.object_]
) -> tuple[gpd.GeoDataFrame, float]:
    """Find the holes inside the union; what lies in a hole is taken out of it."""
    parts = shapely.get_parts(shapely.union_all(shapes))
    holes = [ring for part in parts for ring in shapely.get_rings(part)[1:]]
    found = np.array([shapely.Polygon(hole) for hole in holes], dtype=object)
    tree = shapely.STRtree(parts)
    for i, hole in enumerate(found):
        inside = tree.query(hole, predicate="contains")
        if len(inside):
            found[i] = shapely.difference(hole, shapely.union_all(parts[inside]))
    area_m2 = shapely.area(found)
    total_m2 = float(area_m2.sum())
    large = area_m2 >= catalog.rule("boundary_speck_m2")
    found, area_m2 = found[large], area_m2[large]
    corners = shapely.bounds(found).reshape(-1, 4)
    order = np.lexsort((corners[:, 1], corners[:, 0], -area_m2))
    found = found[order]
    codes = communes["code"].astype(str).to_numpy(dtype=object)
    around: list[set[str]] = [set() for _ in found]
    for hole, commune in communes.sindex.query(found, predicate="intersects").T:
        around[hole].add(codes[commune])
    columns = {
        "area_m2": area_m2[order],
        "codes": np.array(["|".join(sorted(c)) for c in around], dtype=object),
    }
    return gpd.GeoDataFrame(columns, geometry=found, crs=communes.crs), total_m2


def _area_note(communes: int, area_m2: float) -> Text:
    total, number = decimal(area_m2 / 1e6, 1), count(communes)
    return Text(
        f"Ranh giới: {number.vi} xã, phường, tổng diện tích {total.vi} km².",
        f"Boundaries: {number.en} communes, {total.en} km² in total.",
    )


def _hectares(area_m2: float) -> Text:
    """Write an area in hectares, or in m² where it is less than one hundredth of a hectare."""
    if area_m2 < _M2_PER_HA / 100:
        return count(area_m2) + Text(" m²", " m²")
    return decimal(area_m2 / _M2_PER_HA, 2) + Text(" ha", " ha")


def _overlap_notes(overlaps: pd.DataFrame, total_m2: float) -> tuple[Text, ...]:
    if overlaps.empty:
        return ()
    total, pairs = _hectares(total_m2), count(len(overlaps))
    first = overlaps.head(_TOLD)
    largest = [
        Text(f"{one} – {other} ", f"{one} – {other} ") + _hectares(float(shared_m2))
        for one, other, shared_m2 in zip(
            first["name"], first["other_name"], first["overlap_m2"].to_numpy(), strict=True
        )
    ]
    return (
        Text(
            f"Chồng lấn giữa các xã: {pairs.vi} cặp, tổng {total.vi}; lớn nhất: "
            f"{'; '.join(t.vi for t in largest)}.",
            f"Overlaps between communes: {pairs.en} pairs, {total.en} in all; the largest: "
            f"{'; '.join(t.en for t in largest)}.",
        ),
    )


def _gap_notes(gaps: gpd.GeoDataFrame, total_m2: float) -> tuple[Text, ...]:
    if gaps.empty:
        return ()
    total, number, most = _hectares(total_m2), count(len(gaps)), _hectares(gaps["area_m2"].iloc[0])
    codes = str(gaps["codes"].iloc[0]).replace("|", ", ")
    return (
        Text(
            f"Khe hở không thuộc xã nào: {number.vi} chỗ, tổng {total.vi}; lớn nhất {most.vi}, "
            f"giữa các xã {codes}.",
            f"Gaps that belong to no commune: {number.en}, {total.en} in all; the largest, "
            f"{most.en}, lies between {codes}.",
        ),
    )


def _official_notes(communes: gpd.GeoDataFrame, area_m2: NDArray[np.float64]) -> tuple[Text, ...]:
    """Compare polygons with official areas where the table has them."""
    if "official_area_km2" not in communes.columns:
        return ()
    official_km2 = communes["official_area_km2"].to_numpy(dtype=np.float64)
    known = np.isfinite(official_km2) & (official_km2 > 0)
    if not known.any():
        return ()
    off = np.abs(area_m2[known] / 1e6 - official_km2[known]) / official_km2[known]
    far = off > catalog.rule("boundary_official_share")
    total_km2 = float(official_km2[known].sum())
    difference = abs(float(area_m2[known].sum()) / 1e6 - total_km2) / total_km2
    total, apart = decimal(total_km2, 1), percent(difference, 2)
    notes = [
        Text(
            f"Diện tích công bố của {count(int(known.sum())).vi} xã: {total.vi} km²; ranh giới "
            f"lệch {apart.vi}.",
            f"Official area of {count(int(known.sum())).en} communes: {total.en} km²; the "
            f"boundaries differ from it by {apart.en}.",
        )
    ]
    if far.any():
        names = communes["name"].to_numpy(dtype=object)[known]
        order = np.argsort(-off, kind="stable")[: min(_TOLD, int(far.sum()))]
        worst = [Text(f"{names[i]} ", f"{names[i]} ") + percent(float(off[i])) for i in order]
        number = count(int(far.sum()))
        most = percent(catalog.rule("boundary_official_share"), 0)
        notes.append(
            Text(
                f"Số xã có ranh giới lệch diện tích công bố hơn {most.vi}: {number.vi}; nhiều "
                f"nhất: {'; '.join(t.vi for t in worst)}.",
                f"Communes whose boundary differs from the official area by more than {most.en}: "
                f"{number.en}; the most: {'; '.join(t.en for t in worst)}.",
            )
        )
    return tuple(notes)
