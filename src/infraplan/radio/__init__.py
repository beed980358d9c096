"""What does radio physics say, in arrays: losses, antenna patterns, networks?

Arrays in, arrays out; heights in m, frequencies in MHz, losses in dB, powers in dBm.
"""

from infraplan.radio.antenna import sector_gain_db
from infraplan.radio.diffraction import delta_bullington_loss_db
from infraplan.radio.sweep import loss_at, loss_block, loss_window, loss_windows

__all__ = [
    "delta_bullington_loss_db",
    "loss_at",
    "loss_block",
    "loss_window",
    "loss_windows",
    "sector_gain_db",
]
