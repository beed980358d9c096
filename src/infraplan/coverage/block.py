"""What goes into the signal of one block of a raster, and what comes out?

Plain data, so that it may travel to another process or machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan.errors import ParameterError
from infraplan.radio.sweep import NETWORK_RAYS_PER_PIXEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Block", "BlockSignal", "Conditions"]

Block = tuple[int, int, int, int]
"""First row, row after the last, first column, column after the last."""

_LOWEST_FLOOR_DBM = -170.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """What all transmitters share.

    Attributes
    ----------
    reach_m
        Signals are followed this far from each mast, m.
    rx_height_m
        Receiver above ground, m.
    floor_dbm
        Cells received below this level count as absent, -170 dBm or more. Against -160 dBm, a floor
        of -140 changes the SINR (where RSRP is -115 dBm or more) by 0.0005 dB on average and 0.2 at
        most in a dense network on hills, and by 0.007 and 0.4 in a thin one in the Pyrenees; -130
        by 0.003 and 1.3, and by 0.03 and 2.3.
    load_share
        Share of time and frequency in which other cells transmit, 0 to 1.
    time_percent, delta_n, n0, latitude_deg
        As in :func:`infraplan.radio.sweep.loss_block`.
    prune
        Skip paths that cannot reach the floor; changes nothing but the time. It pays where terrain
        is steep and the floor high; at the catalogue's floor looking for them takes longer.
    rays_per_pixel
        As in :func:`infraplan.radio.sweep.loss_block`: more rays, less error, more time.
    """

    reach_m: float
    rx_height_m: float
    floor_dbm: float
    load_share: float
    time_percent: float
    delta_n: float
    n0: float
    latitude_deg: float
    prune: bool = False
    rays_per_pixel: float = NETWORK_RAYS_PER_PIXEL

    def __post_init__(self) -> None:
        """Refuse what cannot be counted with.

        Raises
        ------
        ParameterError
            If load, floor or reach is outside its range; the message lists them all.
        """
        faults = []
        if not 0.0 <= self.load_share <= 1.0:
            faults.append(f"load_share is {self.load_share}; give a share from 0 to 1")
        if not _LOWEST_FLOOR_DBM <= self.floor_dbm < math.inf:
            faults.append(f"floor_dbm is {self.floor_dbm}; give dBm from {_LOWEST_FLOOR_DBM:g} up")
        if not 0.0 < self.reach_m < math.inf:
            faults.append(f"reach_m is {self.reach_m}; give m above 0")
        if faults:
            raise ParameterError("The signal cannot be predicted: " + "; ".join(faults) + ".")


@dataclass(frozen=True, slots=True, eq=False)
class BlockSignal:
    """One operator's signal in one block; arrays of the block's shape.

    Attributes
    ----------
    rsrp_dbm, second_rsrp_dbm
        Level of the best and of the second server, dBm to 0.1 dB, float32, NaN where none.
    server, second_server
        Row number of the cell, int32, -1 where none.
    sinr_db
        SINR of the best server, dB to 0.1 dB, float32, NaN where none.
    """

    rsrp_dbm: NDArray[np.float32]
    server: NDArray[np.int32]
    second_rsrp_dbm: NDArray[np.float32]
    second_server: NDArray[np.int32]
    sinr_db: NDArray[np.float32]
