"""What do measurements say about the predicted signal, and how are its losses set right?"""

from infraplan.calibration.calibrate import Calibration, calibrate
from infraplan.calibration.choose import BandFit
from infraplan.calibration.fit import Terms
from infraplan.calibration.write import write

__all__ = ["BandFit", "Calibration", "Terms", "calibrate", "write"]
