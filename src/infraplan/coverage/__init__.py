"""Where is there service: predicted signal, served shares per zone, white and weak spots."""

from infraplan.coverage.best_server import best_server
from infraplan.coverage.gaps import find_gaps
from infraplan.coverage.predict import operators_of, predict, signal_origin
from infraplan.coverage.zonal import by_zone

__all__ = ["best_server", "by_zone", "find_gaps", "operators_of", "predict", "signal_origin"]
