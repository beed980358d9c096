"""Where is there service: predicted signal, served shares per zone, white and weak spots."""

from infraplan.coverage.gaps import find_gaps
from infraplan.coverage.predict import predict, signal_origin
from infraplan.coverage.zonal import by_zone

__all__ = ["by_zone", "find_gaps", "predict", "signal_origin"]
