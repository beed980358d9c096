"""Are people spread over settled land and villages without losing anybody?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from infraplan.errors import InputError
from infraplan.geo import Grid, Raster
from infraplan.sources.settlements import people_by_nearest, spread_evenly, spread_villages

CRS = "EPSG:32648"
GRID = Grid(CRS, 500_000, 2_350_000, 100.0, 60, 60)
COMMUNES = gpd.GeoDataFrame(geometry=[box(500_000, 2_344_000, 506_000, 2_350_000)], crs=CRS)
NO_LAND = gpd.GeoSeries([], crs=CRS)

inside = st.tuples(st.floats(500_000.5, 505_999.5), st.floats(2_344_000.5, 2_349_999.5))


def settlements(*places: tuple[float, float], kind: str = "village") -> gpd.GeoDataFrame:
    points = [Point(x, y) for x, y in places]
    columns = {"place": [kind] * len(points), "people": [np.nan] * len(points)}
    return gpd.GeoDataFrame(columns, geometry=points, crs=CRS)


@settings(max_examples=20, deadline=None)
@given(st.lists(inside, min_size=1, max_size=4), st.floats(1, 1e7))
def test_even_spread_keeps_the_total(places: list[tuple[float, float]], total: float) -> None:
    people = spread_evenly(
        settlements(*places), NO_LAND, GRID, total_people=total, communes=COMMUNES
    )
    assert people.values.min() >= 0
    assert people.values.sum() == pytest.approx(total, rel=1e-12)
    assert people.origin == "estimated"


def test_even_spread_has_one_density_over_land_and_disc() -> None:
    land = gpd.GeoSeries([box(504_000, 2_345_000, 504_500, 2_345_500)], crs=CRS)
    village = settlements((501_000, 2_348_000))
    people = spread_evenly(village, land, GRID, total_people=1000.0, communes=COMMUNES)
    disc_m2 = village.buffer(300).area.iloc[0]
    density = 1000.0 / (250_000 + disc_m2) * GRID.cell_area_m2
    assert people.at([504_250], [2_345_250])[0] == pytest.approx(density, rel=1e-6)
    assert people.at([501_050], [2_348_050])[0] == pytest.approx(density, rel=1e-6)
    assert people.at([503_000], [2_349_000])[0] == 0


def test_nobody_lives_outside_the_communes() -> None:
    west = gpd.GeoDataFrame(geometry=[box(500_000, 2_344_000, 503_000, 2_350_000)], crs=CRS)
    village = settlements((503_000, 2_347_000))
    people = spread_evenly(village, NO_LAND, GRID, total_people=10.0, communes=west)
    assert people.values[:, :30].sum() == pytest.approx(10.0)
    assert people.values[:, 30:].max() == 0


def test_place_without_radius_and_unsettled_country_are_refused() -> None:
    with pytest.raises(InputError, match="the place 'city' has no radius"):
        spread_evenly(
            settlements((501_000, 2_348_000), kind="city"),
            NO_LAND, GRID, total_people=1.0, communes=COMMUNES,
        )  # fmt: skip
    with pytest.raises(InputError, match="no settlement and no residential land"):
        spread_evenly(
            settlements((700_000, 2_348_000)), NO_LAND, GRID, total_people=1.0, communes=COMMUNES
        )


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(inside, st.floats(0, 5000)), min_size=1, max_size=6),
    st.floats(5, 900),
)
def test_villages_keep_their_people(
    rows: list[tuple[tuple[float, float], float]], radius_m: float
) -> None:
    villages = settlements(*(place for place, _ in rows))
    villages["people"] = [count for _, count in rows]
    cells = spread_villages(villages, GRID, radius_m=radius_m)
    assert cells.shape == (GRID.size,)
    assert cells.min() >= 0
    assert cells.sum() == pytest.approx(villages["people"].sum(), rel=1e-12, abs=1e-9)


def test_village_thins_out_with_distance_and_ends_at_the_radius() -> None:
    villages = settlements((503_050, 2_347_050))
    villages["people"] = 100.0
    cells = spread_villages(villages, GRID, radius_m=350).reshape(GRID.shape)
    row, column = (int(v) for v in GRID.index(503_050, 2_347_050))
    line = cells[row, column : column + 6]
    assert (np.diff(line[:4]) < 0).all()
    assert line[4] == line[5] == 0


def test_village_smaller_than_a_cell_stays_in_it() -> None:
    villages = settlements((503_001, 2_347_001))
    villages["people"] = 80.0
    cells = spread_villages(villages, GRID, radius_m=5).reshape(GRID.shape)
    assert cells[GRID.index(503_001, 2_347_001)] == 80.0


def test_village_of_unknown_size_counts_as_the_median() -> None:
    villages = settlements((501_050, 2_347_050), (503_050, 2_347_050), (505_050, 2_347_050))
    villages["people"] = [100.0, np.nan, 300.0]
    assert spread_villages(villages, GRID, radius_m=200).sum() == pytest.approx(600.0)
    villages["people"] = np.nan
    assert spread_villages(villages, GRID, radius_m=200).sum() == pytest.approx(3.0)


def test_village_off_the_grid_gives_nothing() -> None:
    villages = settlements((400_000, 2_347_050))
    villages["people"] = 100.0
    assert spread_villages(villages, GRID, radius_m=200).sum() == 0


def test_people_go_to_the_nearest_settlement() -> None:
    villages = settlements((501_050, 2_347_050), (505_050, 2_347_050))
    villages.index = [7, 9]
    values = np.zeros(GRID.shape)
    values[GRID.index([501_050, 502_950, 504_050], [2_347_050] * 3)] = [1.0, 2.0, 4.0]
    found = people_by_nearest(Raster("people", "persons per cell", GRID, values, "x"), villages)
    assert found.to_dict() == {7: 3.0, 9: 4.0}
