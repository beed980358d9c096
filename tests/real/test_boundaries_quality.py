"""Do the approximate polygons lie as near the real ones as ``data/README.md`` says?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = pytest.mark.real

DATA = Path(__file__).resolve().parents[2] / "data"
METRIC = 32648

Shapes = tuple["NDArray[np.object_]", "NDArray[np.object_]"]


@pytest.fixture(scope="module")
def shapes(shared: Path) -> Shapes:
    """Return the real polygons and ours, commune by commune, m."""
    real = gpd.read_parquet(shared / "data" / "communes-2025-148.parquet").set_index("code")
    ours = gpd.read_file(DATA / "boundaries" / "communes.geojson").set_index("code")
    assert set(ours.index) == set(real.index)
    ours = ours.loc[real.index]
    return real.to_crs(METRIC).geometry.to_numpy(), ours.to_crs(METRIC).geometry.to_numpy()


@pytest.fixture(scope="module")
def said() -> str:
    """Return the README's text in one line."""
    return " ".join((DATA / "README.md").read_text(encoding="utf-8").split())


def _figure(said: str, pattern: str) -> str:
    found = re.findall(pattern, said)
    assert len(found) == 1, f"the README says {pattern!r} {len(found)} times"
    return str(found[0])


def test_share_of_area_in_the_right_commune_is_as_said(shapes: Shapes, said: str) -> None:
    real, ours = shapes
    right_m2 = shapely.area(shapely.intersection(real, ours)).sum()
    whole, outline = shapely.union_all(real), shapely.union_all(ours)
    of_all = right_m2 / whole.area
    of_common = right_m2 / shapely.intersection(whole, outline).area
    assert _figure(said, r"(\d+) % of the real area") == f"{of_all:.0%}".removesuffix("%")
    assert _figure(said, r"(\d+) % of the area that both") == f"{of_common:.0%}".removesuffix("%")


def test_overlaps_are_as_said(shapes: Shapes, said: str) -> None:
    real, ours = shapes
    overlap = shapely.area(shapely.intersection(real, ours)) / shapely.area(
        shapely.union(real, ours)
    )
    whole, outline = shapely.union_all(real), shapely.union_all(ours)
    of_outlines = shapely.intersection(whole, outline).area / shapely.union(whole, outline).area
    assert _figure(said, r"\(intersection over union\) is ([\d.]+),") == f"{np.median(overlap):.2f}"
    assert _figure(said, r"the outline's is ([\d.]+\d)") == f"{of_outlines:.2f}"
