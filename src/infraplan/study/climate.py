"""At which latitude is the climate of a study taken, so that a part has that of its whole?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyproj import Transformer

from infraplan.geo import GEOGRAPHIC

if TYPE_CHECKING:
    from infraplan.study.model import Study

__all__ = ["climate_latitude_deg"]


def climate_latitude_deg(study: Study) -> float:
    """Return the latitude at which predictions take the climate, degrees.

    Parameters
    ----------
    study
        A study; one that is a part of another has the latitude of the whole.

    Returns
    -------
    float
        That which the study states, else the latitude of the middle of its grid.
    """
    if study.climate_latitude_deg is not None:
        return study.climate_latitude_deg
    west, south, east, north = study.grid.bounds
    turn = Transformer.from_crs(study.crs, GEOGRAPHIC, always_xy=True)
    return float(turn.transform((west + east) / 2, (south + north) / 2)[1])
