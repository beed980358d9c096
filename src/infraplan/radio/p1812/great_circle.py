"""Where is the middle of a path on the globe?

Recommendation ITU-R P.2001-5, Annex, Attachment H, which P.1812-8 shares.
"""

from __future__ import annotations

import math
from typing import Final

from infraplan.units import EARTH_RADIUS_KM

__all__ = ["middle_latitude_deg"]

SAME_PLACE: Final = 1e-9
"""Below it the two terminals stand at one place, and the bearing has no meaning (H.2)."""


def middle_latitude_deg(
    tx_latitude_deg: float,
    tx_longitude_deg: float,
    rx_latitude_deg: float,
    rx_longitude_deg: float,
    path_km: float,
) -> float:
    """Compute the latitude halfway along the great circle, in degrees.

    Parameters
    ----------
    tx_latitude_deg, tx_longitude_deg, rx_latitude_deg, rx_longitude_deg
        Places of the terminals, degrees, north and east positive.
    path_km
        Length of the path, km; half of it is walked from the transmitter towards the receiver.

    Returns
    -------
    float
        Latitude, degrees, north positive.

    References
    ----------
    Recommendation ITU-R P.2001-5, Attachment H, equations (H.2.1) to (H.3.3).

    Examples
    --------
    >>> round(middle_latitude_deg(0.0, 0.0, 2.0, 0.0, 222.39), 3)
    1.0
    """
    tx_latitude, rx_latitude = math.radians(tx_latitude_deg), math.radians(rx_latitude_deg)
    east = math.radians(rx_longitude_deg - tx_longitude_deg)
    cosine = math.sin(tx_latitude) * math.sin(rx_latitude)
    cosine += math.cos(tx_latitude) * math.cos(rx_latitude) * math.cos(east)
    north = math.sin(rx_latitude) - cosine * math.sin(tx_latitude)
    across = math.cos(tx_latitude) * math.cos(rx_latitude) * math.sin(east)
    if abs(north) < SAME_PLACE and abs(across) < SAME_PLACE:
        bearing = math.radians(rx_longitude_deg)
    else:
        bearing = math.atan2(across, north)
    turned = 0.5 * path_km / EARTH_RADIUS_KM
    sine = math.sin(tx_latitude) * math.cos(turned)
    sine += math.cos(tx_latitude) * math.sin(turned) * math.cos(bearing)
    return math.degrees(math.asin(min(1.0, max(-1.0, sine))))
