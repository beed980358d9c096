"""Are positions, boxes and moments read in the system and the order that they are written in?"""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan_api.errors import InvalidRequestError
from infraplan_api.features.crs import CRS84, box_in, crs_of, from_crs84, named, offered, to_crs84
from infraplan_api.features.interval import years_of

_PHU_THO = (104.8, 20.3, 105.8, 21.7)


def test_a_study_in_viet_nam_offers_its_own_system_and_all_of_vn_2000() -> None:
    systems = offered("EPSG:32648", _PHU_THO)
    assert systems[0].address == CRS84
    assert {0, 4326, 32648, 9208, 5897, 9211, 3405} <= {c.epsg for c in systems}


def test_a_study_elsewhere_offers_no_vn_2000() -> None:
    assert [c.epsg for c in offered("EPSG:32631", (1.4, 42.4, 1.8, 42.7))] == [0, 4326, 32631]


def test_systems_are_found_by_address_and_by_short_name() -> None:
    systems = offered("EPSG:32648", _PHU_THO)
    address = "http://www.opengis.net/def/crs/EPSG/0/9208"
    assert named(address, systems) == named("EPSG:9208", systems) == named("[EPSG:9208]", systems)
    assert named("EPSG:3857", systems) is None
    assert named("OGC:CRS84", systems) == systems[0]


@settings(deadline=None)
@given(st.floats(104.9, 105.7), st.floats(20.4, 21.6), st.sampled_from([9208, 5897, 32648, 4326]))
def test_positions_come_back_from_another_system(lon: float, lat: float, epsg: int) -> None:
    crs = crs_of(epsg)
    there = from_crs84(np.array([shapely.Point(lon, lat)]), crs)[0]
    written = shapely.Point(there.y, there.x) if crs.north_first else there
    back = to_crs84(written, crs)
    assert abs(back.x - lon) < 2e-8 * 10
    assert abs(back.y - lat) < 2e-8 * 10


def test_a_projected_position_is_that_of_proj() -> None:
    change = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:9208", always_xy=True)
    found = from_crs84(np.array([shapely.Point(105.2, 21.3)]), crs_of(9208))[0]
    assert (found.x, found.y) == pytest.approx(change.transform(105.2, 21.3), abs=1e-3)


def test_a_box_reads_its_numbers_in_the_order_of_the_axes() -> None:
    assert box_in([105, 21, 106, 22], crs_of(0)).bounds == (105, 21, 106, 22)
    assert box_in([21, 105, 22, 106], crs_of(4326)).bounds == (105, 21, 106, 22)
    assert box_in([105, 21, -10, 106, 22, 500], crs_of(0)).bounds == (105, 21, 106, 22)


def test_a_box_over_the_antimeridian_is_two() -> None:
    box = box_in([170, -10, -170, 10], crs_of(0))
    assert shapely.intersects(box, shapely.points([(175, 0), (-175, 0), (0, 0)])).tolist() == [
        True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "numbers", [[105, 21, 105, 21], [105, 21, 106, 21], [105, 21, 105, 22], [180, 0, -180, 0]]
)
def test_a_box_without_area_still_meets_what_lies_on_it(numbers: list[float]) -> None:
    corner = shapely.Point(numbers[0], numbers[1])
    assert shapely.intersects(box_in(numbers, crs_of(0)), corner)


def test_a_box_in_metres_has_bent_edges_and_the_same_corners() -> None:
    change = pyproj.Transformer.from_crs("EPSG:32648", "EPSG:4326", always_xy=True)
    box = box_in([500_000, 2_300_000, 560_000, 2_340_000], crs_of(32648))
    for x, y in ((500_000, 2_300_000), (560_000, 2_340_000), (560_000, 2_300_000)):
        assert box.distance(shapely.Point(change.transform(x, y))) < 1e-9


@pytest.mark.parametrize(
    ("numbers", "epsg", "told"),
    [
        ([1, 2, 3], 0, "3 numbers"),
        ([1, 2, 3, 4, 5], 0, "5 numbers"),
        ([1, float("nan"), 3, 4], 0, "not finite"),
        ([1, 2, float("inf"), 4], 0, "not finite"),
        ([105, 22, 106, 21], 0, "north of the north edge"),
        ([105, 21, 9, 106, 22, 1], 0, "height"),
        ([181, 0, 190, 1], 0, "off the globe"),
        ([105, 21, 106, 92], 0, "off the globe"),
        ([105, 21, 106, 22], 4326, "off the globe"),
        ([560_000, 2_300_000, 500_000, 2_340_000], 32648, "west edge"),
        ([1e300, 1e300, 1e301, 1e301], 32648, "off the globe"),
    ],
)
def test_a_box_that_is_none_is_refused(numbers: list[float], epsg: int, told: str) -> None:
    with pytest.raises(InvalidRequestError, match=told):
        box_in(numbers, crs_of(epsg))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2026-05-01", (2026, 2026)),
        ("2026-05-01T10:00:00Z", (2026, 2026)),
        ("2026-01-01T03:00:00+07:00", (2025, 2025)),
        ("2026-12-31/2028-01-01", (2026, 2028)),
        ("../2027-12-31", (1, 2027)),
        ("/2027-12-31", (1, 2027)),
        ("2027-01-01/..", (2027, 9999)),
        ("2027-01-01/", (2027, 9999)),
        ("2027-01-01t00:00:00.123z", (2027, 2027)),
    ],
)
def test_moments_and_spans_meet_their_years(text: str, years: tuple[int, int]) -> None:
    assert years_of(text) == years


@pytest.mark.parametrize(
    "text",
    ["", "..", "/", "../..", "2026", "2026-13-01", "2026-02-30", "2028-01-01/2026-01-01", "now",
     "2026-01-01/2027-01-01/2028-01-01", "2026-01-01T25:00:00Z", "２０２６-01-01", "2026-01-01\n",
     "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        years_of(text)
