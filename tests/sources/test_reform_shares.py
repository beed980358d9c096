"""Are shares of old communes in new ones right, and slivers not taken for pieces?"""

from __future__ import annotations

import math
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from infraplan.errors import CrsError, ParameterError
from infraplan.geo import Grid, Raster
from infraplan.sources.reform import shares

CRS = 32648


def communes(**boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Return communes by code: west, south, east, north in km."""
    shapes = [shapely.box(*(1000 * side for side in box)) for box in boxes.values()]
    return gpd.GeoDataFrame({"code": list(boxes)}, geometry=shapes, crs=CRS)


def as_dict(found: object) -> dict[tuple[str, str], float]:
    rows = found.to_dict("records")  # type: ignore[attr-defined]
    return {(row["old_code"], row["new_code"]): row["share"] for row in rows}


def test_area_shares_a_divided_commune() -> None:
    found = shares(communes(a=(0, 0, 4, 4)), communes(x=(0, 0, 1, 4), y=(1, 0, 4, 4)))
    assert as_dict(found) == {("a", "x"): 0.25, ("a", "y"): 0.75}


def test_thin_seams_are_dropped_and_the_rest_scaled() -> None:
    new = communes(x=(0, 0, 3.9, 4), y=(3.9, 0, 9, 4), z=(0, 3.99, 4, 8))
    assert as_dict(shares(communes(a=(0, 0, 4, 4)), new)) == {("a", "x"): 1.0}
    thin = shares(communes(a=(0, 0, 4, 4)), new, sliver_width_m=0)
    assert as_dict(thin).keys() == {("a", "x"), ("a", "y")}


def test_largest_piece_is_kept_however_thin() -> None:
    found = shares(communes(a=(0, 0, 0.1, 4)), communes(x=(0, 0, 4, 4)))
    assert as_dict(found) == {("a", "x"): 1.0}


def test_old_commune_beyond_the_new_ones_has_no_row() -> None:
    found = shares(communes(a=(0, 0, 4, 4), b=(20, 0, 24, 4)), communes(x=(0, 0, 4, 4)))
    assert set(found["old_code"]) == {"a"}


def test_people_share_where_they_live_and_area_where_nobody_does() -> None:
    grid = Grid(f"EPSG:{CRS}", 0.0, 4000.0, 1000.0, 4, 8)
    values = np.zeros((4, 8))
    values[:, 0] = 30.0
    values[:, 3] = 10.0
    people = Raster("people", "persons", grid, values, "simulated")
    old = communes(a=(0, 0, 4, 4), b=(4, 0, 8, 4))
    new = communes(x=(0, 0, 1, 4), y=(1, 0, 6, 4), z=(6, 0, 8, 4))
    assert as_dict(shares(old, new, people=people)) == {
        ("a", "x"): 0.75,
        ("a", "y"): 0.25,
        ("b", "y"): 0.5,
        ("b", "z"): 0.5,
    }


def test_polygons_that_cross_themselves_are_mended() -> None:
    bow = shapely.Polygon([(0, 0), (4000, 4000), (4000, 0), (0, 4000)])
    old = gpd.GeoDataFrame({"code": ["a"]}, geometry=[bow], crs=CRS)
    assert as_dict(shares(old, communes(x=(0, 0, 4, 4)))) == {("a", "x"): 1.0}


@given(st.lists(st.floats(0.3, 9.7), max_size=6), st.lists(st.floats(0.3, 9.7), max_size=6))
def test_shares_of_each_old_commune_sum_to_one(
    old_cuts: list[float], new_cuts: list[float]
) -> None:
    def strips(cuts: list[float]) -> gpd.GeoDataFrame:
        edges = sorted({0.0, *(round(c, 2) for c in cuts), 10.0})
        return communes(
            **{f"s{n}": (west, 0, east, 5) for n, (west, east) in enumerate(pairwise(edges))}
        )

    found = shares(strips(old_cuts), strips(new_cuts))
    assert len(found["old_code"].unique()) == len(strips(old_cuts))
    for _, rows in found.groupby("old_code"):
        assert math.fsum(rows["share"]) == pytest.approx(1.0, abs=1e-15)
        assert (rows["share"] > 0).all()


def test_boundaries_that_do_not_go_together_are_refused() -> None:
    old, new = communes(a=(0, 0, 4, 4)), communes(x=(0, 0, 4, 4))
    with pytest.raises(CrsError, match="degrees"):
        shares(old.to_crs(4326), new)
    with pytest.raises(CrsError, match=r"32648.*32649"):
        shares(old, new.to_crs(32649))
    with pytest.raises(ParameterError, match="no column 'code'"):
        shares(old.rename(columns={"code": "ma"}), new)
    doubled = gpd.GeoDataFrame({"code": ["a", "a"]}, geometry=[*old.geometry] * 2, crs=CRS)
    with pytest.raises(ParameterError, match="codes a more than once"):
        shares(doubled, new)
