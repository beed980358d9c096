"""How much do the trees and houses around a receiver take away?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan import catalog
from infraplan.radio.clutter_loss import height_gain_loss_db
from infraplan.units import GHZ_PER_MHZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.clutter_loss import ClutterType
    from infraplan.study import Study

__all__ = ["terminal_losses_db"]

_TYPES: Final[dict[str, ClutterType]] = {
    "water_sea": "water",
    "open_rural": "open",
    "suburban": "suburban",
    "urban_trees_forest": "urban",
    "dense_urban": "dense_urban",
}


def terminal_losses_db(study: Study, frequency_mhz: float) -> NDArray[np.float32]:
    """Return the loss of a receiver among what stands in its cell, dB, float32.

    Parameters
    ----------
    study
        With its land cover.
    frequency_mhz
        Frequency, MHz, 30 to 3000.

    Returns
    -------
    numpy.ndarray
        Losses, shape of the grid; 0 where nothing is higher than the receiver or the class is
        unknown.

    Raises
    ------
    ParameterError
        If the frequency is outside the model's range.

    References
    ----------
    Recommendation ITU-R P.2108-1, Annex 1, section 3.1, streets 27 m wide.
    """
    losses_db = np.zeros(study.grid.shape, dtype=np.float32)
    rx_height_m = catalog.rule("rx_height_m")
    for row in catalog.table("clutter").to_dict("records"):
        height_m = float(row["height_m"])
        if study.clutter is not None and height_m > rx_height_m:
            losses_db[study.clutter.values == int(row["class"])] = height_gain_loss_db(
                frequency_mhz * GHZ_PER_MHZ, rx_height_m, height_m, _TYPES[row["p2108_type"]]
            )
    return losses_db
