"""How does the loss vary from place to place around the predicted point?

Recommendation ITU-R P.1812-8, Annex 1, sections 4.7 to 4.10, and Attachment 2 to Annex 1.
"""

from __future__ import annotations

import math
from typing import Final

from infraplan.radio.jit import kernel

__all__ = [
    "FIELD_STRENGTH_CONSTANT_DB",
    "field_strength_dbuvm",
    "inverse_normal",
    "location_correction_db",
    "upper_tail",
]

SMALLEST_SHARE: Final = 1e-6
"""The approximation holds from here to one minus it (Attachment 2)."""

FIELD_STRENGTH_CONSTANT_DB: Final = 199.36
"""Field strength of 1 kW ERP, dB(uV/m), plus basic loss, at 1 GHz (P.1812-8, equation (70))."""


@kernel
def upper_tail(share: float) -> float:
    """Approximate the standard normal quantile exceeded with a probability up to one half."""
    root = math.sqrt(-2.0 * math.log(share))
    above = (0.010328 * root + 0.802853) * root + 2.515516698
    below = ((0.001308 * root + 0.189269) * root + 1.432788) * root + 1.0
    return root - above / below


@kernel
def inverse_normal(share: float) -> float:
    """Approximate the inverse of the complementary cumulative normal distribution.

    Parameters
    ----------
    share
        Probability of being exceeded, 0 to 1; held within 1e-6 of these.

    Returns
    -------
    float
        Quantile in standard deviations, within 4.54e-4 of the exact one.

    References
    ----------
    Recommendation ITU-R P.1812-8, Attachment 2 to Annex 1, equations (96) and (97).
    """
    share = min(max(share, SMALLEST_SHARE), 1.0 - SMALLEST_SHARE)
    if share <= 0.5:
        return upper_tail(share)
    return -upper_tail(1.0 - share)


@kernel
def location_correction_db(location_percent: float, location_sigma_db: float) -> float:
    """Compute what to add to the median loss for a share of locations outdoors, in dB.

    Parameters
    ----------
    location_percent
        Share of locations at which the loss is not exceeded, %, 1 to 99.
    location_sigma_db
        Standard deviation over locations, dB, not negative.

    Returns
    -------
    float
        L_loc, dB, positive above 50 % of locations. It is 0 for a receiver at sea (the caller's
        business).

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, sections 4.7 to 4.9, equations (67) to (69).
    """
    return -inverse_normal(0.01 * location_percent) * location_sigma_db


@kernel
def field_strength_dbuvm(basic_loss_db: float, frequency_ghz: float) -> float:
    """Compute the field strength of 1 kW ERP, in dB(uV/m), from the basic loss; equation (70)."""
    return FIELD_STRENGTH_CONSTANT_DB + 20.0 * math.log10(frequency_ghz) - basic_loss_db
