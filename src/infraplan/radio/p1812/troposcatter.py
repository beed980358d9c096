"""What would the loss be by scattering in the troposphere?

Recommendation ITU-R P.1812-8, Annex 1, section 4.4: the model of P.1812-6 again. (Users were
advised against that of P.1812-7; the published cases are those of the older one.)
"""

from __future__ import annotations

import math

from infraplan.radio.jit import kernel

__all__ = ["troposcatter_loss_db"]


@kernel
def troposcatter_loss_db(
    path_km: float, path_angle_mrad: float, frequency_ghz: float, time_percent: float, n0: float
) -> float:
    """Compute the basic loss by troposcatter (L_bs), in dB.

    Parameters
    ----------
    path_km
        Length of the path, km.
    path_angle_mrad
        Angular distance of the path, mrad.
    frequency_ghz
        Frequency, GHz.
    time_percent
        Time for which the loss is not exceeded, %, 1 to 50.
    n0
        Sea-level surface refractivity in the middle of the path, N-units.

    Returns
    -------
    float
        Loss, dB.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 4.4, equations (44) and (45).
    """
    octaves = math.log10(0.5 * frequency_ghz)
    frequency_db = 25.0 * math.log10(frequency_ghz) - 2.5 * octaves * octaves
    time_db = 10.125 * max(math.log10(50.0 / time_percent), 0.0) ** 0.7
    distance_db = 20.0 * math.log10(path_km)
    angle_db = 0.573 * path_angle_mrad
    return float(190.1 + frequency_db + distance_db + angle_db - 0.15 * n0 - time_db)
