"""Where does a province stand against its targets, and which communes come first?"""

from infraplan.indicators.furthest import furthest
from infraplan.indicators.progress import COMPUTED, progress
from infraplan.indicators.ranking import ranking, weights

__all__ = ["COMPUTED", "furthest", "progress", "ranking", "weights"]
