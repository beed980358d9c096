"""Are the real boundaries valid after mending, of the right area, and how well do they fit?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from infraplan.sources import boundaries

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

METRIC = 32648
OFFICIAL_KM2 = 9361


@pytest.fixture(scope="module")
def communes(shared: Path) -> gpd.GeoDataFrame:
    """Return the 148 communes of 2025 from their files, in metres."""
    files = sorted((shared / "mirror").glob("raw.githubusercontent.com/**/wards/*.geojson"))
    read = pd.concat([gpd.read_file(file) for file in files], ignore_index=True)
    return (
        gpd.GeoDataFrame(read)
        .rename(columns={"areaKm2": "official_area_km2"})
        .to_crs(METRIC)
        .sort_values("code", ignore_index=True)
    )


def test_all_148_are_valid_without_mending(communes: gpd.GeoDataFrame) -> None:
    found = boundaries.mend(communes, file="wards", rows=np.arange(1, 149, dtype=np.int64))
    assert (len(found.frame), found.faults, found.notes) == (148, (), ())
    assert found.frame.geometry.is_valid.all()


def test_area_overlaps_and_gaps_are_as_measured(communes: gpd.GeoDataFrame) -> None:
    found = boundaries.measure(communes)
    assert found.area_m2 / 1e6 == pytest.approx(9346.06, abs=0.01)
    assert found.area_m2 / 1e6 == pytest.approx(OFFICIAL_KM2, rel=0.005)
    assert found.overlap_m2 == pytest.approx(16_294, abs=2)
    assert found.overlaps["overlap_m2"].iloc[0] == pytest.approx(16_015, abs=2)
    assert found.overlaps.loc[0, ["name", "other_name"]].tolist() == ["Đức Nhàn", "Tân Pheo"]
    assert found.gap_m2 == pytest.approx(10.3, abs=0.5)
    notes = [n.en for n in found.notes]
    assert notes[0] == "Boundaries: 148 communes, 9,346.1 km² in total."
    assert notes[3].startswith("Official area of 148 communes: 9,361.4 km²")


def test_the_whole_is_the_sum_but_for_the_overlaps(communes: gpd.GeoDataFrame) -> None:
    found = boundaries.measure(communes)
    union_m2 = communes.union_all().area
    assert union_m2 == pytest.approx(found.area_m2 - found.overlap_m2, abs=1)


def test_the_225_of_before_cover_3533_km2_without_overlap_or_gap(shared: Path) -> None:
    old = gpd.read_parquet(shared / "data/communes-2023-225.parquet").to_crs(METRIC)
    found = boundaries.mend(old, file="old", rows=np.arange(1, 226, dtype=np.int64))
    assert (len(found.frame), found.faults) == (225, ())
    measured = boundaries.measure(found.frame)
    assert measured.area_m2 / 1e6 == pytest.approx(3533.5, abs=0.05)
    assert measured.overlap_m2 < 1
    assert measured.gap_m2 < 1
