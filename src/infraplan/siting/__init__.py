"""Where could masts stand or be shared, whom would each serve, and which are worth building?"""

from infraplan.siting.candidates import Survey, candidates, survey
from infraplan.siting.choose import choose
from infraplan.siting.planned_signal import planned_signals
from infraplan.siting.reach import Reach, reach_options
from infraplan.siting.robust import robustness

__all__ = [
    "Reach",
    "Survey",
    "candidates",
    "choose",
    "planned_signals",
    "reach_options",
    "robustness",
    "survey",
]
