"""What does radio physics say, in arrays: losses, antenna patterns, best servers?

Arrays in, arrays out; heights in m, frequencies in MHz, losses in dB, powers in dBm.
"""

from infraplan.radio.antenna import sector_gain_db
from infraplan.radio.diffraction import delta_bullington_loss_db
from infraplan.radio.sectors import best_sector, merge_best
from infraplan.radio.sweep import loss_at, loss_window

__all__ = [
    "best_sector",
    "delta_bullington_loss_db",
    "loss_at",
    "loss_window",
    "merge_best",
    "sector_gain_db",
]
