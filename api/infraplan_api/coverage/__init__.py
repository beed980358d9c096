"""Who is served where, by technology, operator, environment, level and year, as it is asked for."""

from infraplan_api.coverage.answers import all_communes, one_commune
from infraplan_api.coverage.asked import PARAMETERS, Asked, asked_of, refuse_too_many
from infraplan_api.coverage.communes import is_said
from infraplan_api.coverage.figures import Figures, figures_of
from infraplan_api.coverage.frames import as_frame, as_map
from infraplan_api.coverage.point import point_of

__all__ = [
    "PARAMETERS",
    "Asked",
    "Figures",
    "all_communes",
    "as_frame",
    "as_map",
    "asked_of",
    "figures_of",
    "is_said",
    "one_commune",
    "point_of",
    "refuse_too_many",
]
