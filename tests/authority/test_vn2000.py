"""Does the way from VN-2000 to WGS 84 agree with the published formulas, written out here?

No published control point was found whose both coordinates can be trusted to a centimetre; so the
formulas of EPSG Guidance Note 7-2 (Geomatics Guidance Note 7, part 2) are written out below, held
to the worked examples of that note, and then compared with what infraplan does. Parameters:
Decision 05/2007/QĐ-BTNMT of 27 February 2007, Article 1.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from pyproj import Geod

from infraplan.geo.vn2000 import from_wgs84, tm3_zones, to_wgs84

WGS84 = (6378137.0, 1 / 298.257223563)
DECISION = {
    "shift_m": (-191.90441429, -39.30318279, -111.45032835),
    "turn_arcsec": (-0.00928836, 0.01975479, -0.00427372),
    "scale": 1.000000252906278,
}


def grid(
    lat_deg: float,
    lon_deg: float,
    *,
    ellipsoid: tuple[float, float],
    origin: tuple[float, float],
    scale: float,
    false: tuple[float, float],
) -> tuple[float, float]:
    """Return easting and northing by the JHS series of "Transverse Mercator", of 4th order."""
    a, f = ellipsoid
    n = f / (2 - f)
    e = math.sqrt(f * (2 - f))
    radius = a / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    h = (
        n / 2 - 2 / 3 * n**2 + 5 / 16 * n**3 + 41 / 180 * n**4,
        13 / 48 * n**2 - 3 / 5 * n**3 + 557 / 1440 * n**4,
        61 / 240 * n**3 - 103 / 140 * n**4,
        49561 / 161280 * n**4,
    )

    def sums(lat: float, dlon: float) -> tuple[float, float]:
        q = math.asinh(math.tan(lat)) - e * math.atanh(e * math.sin(lat))
        beta = math.atan(math.sinh(q))
        eta = math.atanh(math.cos(beta) * math.sin(dlon))
        xi = math.asin(min(1.0, max(-1.0, math.sin(beta) * math.cosh(eta))))
        terms = [(2 * k, c) for k, c in enumerate(h, 1)]
        return (
            xi + sum(c * math.sin(k * xi) * math.cosh(k * eta) for k, c in terms),
            eta + sum(c * math.cos(k * xi) * math.sinh(k * eta) for k, c in terms),
        )

    lat0, lon0 = (math.radians(v) for v in origin)
    xi, eta = sums(math.radians(lat_deg), math.radians(lon_deg) - lon0)
    xi0, _ = sums(lat0, 0.0)
    return false[0] + scale * radius * eta, false[1] + scale * radius * (xi - xi0)


def turned(
    point: tuple[float, float, float],
    *,
    shift_m: tuple[float, float, float],
    turn_arcsec: tuple[float, float, float],
    scale: float,
) -> tuple[float, float, float]:
    """Return a point after a coordinate frame rotation (method 9607)."""
    x, y, z = point
    rx, ry, rz = (math.radians(t / 3600) for t in turn_arcsec)
    return (
        scale * (x + rz * y - ry * z) + shift_m[0],
        scale * (-rz * x + y + rx * z) + shift_m[1],
        scale * (ry * x - rx * y + z) + shift_m[2],
    )


def cartesian(lat_deg: float, lon_deg: float) -> tuple[float, float, float]:
    a, f = WGS84
    lat, lon = math.radians(lat_deg), math.radians(lon_deg)
    e2 = f * (2 - f)
    nu = a / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    return (
        nu * math.cos(lat) * math.cos(lon),
        nu * math.cos(lat) * math.sin(lon),
        nu * (1 - e2) * math.sin(lat),
    )


def geographic(point: tuple[float, float, float]) -> tuple[float, float]:
    """Return latitude and longitude, by iteration."""
    x, y, z = point
    a, f = WGS84
    e2 = f * (2 - f)
    p = math.hypot(x, y)
    lat = math.atan2(z, p * (1 - e2))
    for _ in range(10):
        nu = a / math.sqrt(1 - e2 * math.sin(lat) ** 2)
        lat = math.atan2(z + e2 * nu * math.sin(lat), p)
    return math.degrees(lat), math.degrees(math.atan2(y, x))


def test_the_series_meets_the_worked_example_of_the_guidance_note() -> None:
    east, north = grid(
        50.5,
        0.5,
        ellipsoid=(6377563.396, 1 / 299.32496),
        origin=(49.0, -2.0),
        scale=0.9996012717,
        false=(400_000.0, -100_000.0),
    )
    assert east == pytest.approx(577_274.99, abs=0.015)
    assert north == pytest.approx(69_740.50, abs=0.015)


def test_the_rotation_meets_the_worked_example_of_the_guidance_note() -> None:
    found = turned(
        (3_657_660.66, 255_768.55, 5_201_382.11),
        shift_m=(0.0, 0.0, 4.5),
        turn_arcsec=(0.0, 0.0, -0.554),
        scale=1 + 0.219e-6,
    )
    assert found == pytest.approx((3_657_660.78, 255_778.43, 5_201_387.75), abs=0.006)


@pytest.mark.parametrize("zone", tm3_zones().to_dict("records"), ids=lambda z: str(z["epsg"]))
def test_each_zone_agrees_with_the_formulas_within_a_millimetre(zone: dict[str, object]) -> None:
    meridian = float(str(zone["central_meridian_deg"]))
    crs = f"EPSG:{zone['epsg']}"
    globe = Geod(ellps="WGS84")
    for lat in np.linspace(8.5, 23.3, 7):
        for lon in np.linspace(meridian - 1.5, meridian + 1.5, 5):
            east, north = grid(
                lat,
                lon,
                ellipsoid=WGS84,
                origin=(0.0, meridian),
                scale=0.9999,
                false=(500_000.0, 0.0),
            )
            true_lat, true_lon = geographic(turned(cartesian(lat, lon), **DECISION))
            found_lon, found_lat = to_wgs84([east], [north], crs=crs)
            assert globe.inv(true_lon, true_lat, found_lon[0], found_lat[0])[2] < 1e-3
            x, y = from_wgs84([true_lon], [true_lat], crs=crs)
            assert math.hypot(x[0] - east, y[0] - north) < 1e-3
