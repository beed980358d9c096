"""How is a mast described that somebody wants to try out before it is planned?"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["MOST_REACH_M", "Mast"]

MOST_REACH_M: Final = 15_000.0
"""Farthest a mast that is tried out is followed, m."""


class Mast(BaseModel):
    """A mast with one base station; what is left out comes from the catalogue's rules.

    A mast of one's own stands at `lon`, `lat`. With `host_site_id` the antennas hang on an existing
    mast: they stand where it does, whatever `lon` and `lat` say.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )

    lon: Annotated[float, Field(strict=True, ge=-180.0, le=180.0)]
    """Longitude, degrees (WGS 84)."""

    lat: Annotated[float, Field(strict=True, ge=-90.0, le=90.0)]
    """Latitude, degrees (WGS 84)."""

    operator: Annotated[str, Field(min_length=1, max_length=64)]
    """Who uses it: an operator of the bundle."""

    band: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    """Band of the catalogue, of the bundle's technology, such as B8 or B3."""

    height_m: Annotated[float, Field(strict=True, ge=5.0, le=150.0)] | None = None
    """Height of a new mast above ground, m; the antennas hang a little below its top. On an
    existing mast it is left aside: the antennas hang as high as that mast allows."""

    host_site_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    """The existing mast that is shared; null for a new one."""

    eirp_dbm: Annotated[float, Field(strict=True, ge=20.0, le=80.0)] | None = None
    """Power radiated in the main direction of a sector, whole carrier, dBm."""

    azimuths_deg: (
        Annotated[
            tuple[Annotated[float, Field(strict=True, ge=0.0, lt=360.0)], ...],
            Field(min_length=1, max_length=6),
        ]
        | None
    ) = None
    """Directions of the sectors, degrees clockwise from true north."""

    tilt_deg: Annotated[float, Field(strict=True, ge=-10.0, le=20.0)] | None = None
    """Downtilt of the sectors, degrees."""

    reach_m: Annotated[float, Field(strict=True, ge=1_000.0, le=MOST_REACH_M)] = MOST_REACH_M
    """The signal is followed this far, m."""
