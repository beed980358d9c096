"""What may a study file say, and how is it read?"""

from infraplan.study_file.base import NotePart
from infraplan.study_file.parts import (
    AntennasPart,
    CalibrationPart,
    DemandPart,
    PlanPart,
    SimulatedMastsPart,
    StudyFile,
    StudyPart,
)
from infraplan.study_file.raster_parts import ClutterPart, ElevationPart, GridPart, PeoplePart
from infraplan.study_file.read import parse, read_study_file
from infraplan.study_file.schema import json_schema
from infraplan.study_file.table_parts import (
    CommunesPart,
    MastsPart,
    OsmPart,
    TablePart,
    TowersPart,
)
from infraplan.study_file.template_text import template
from infraplan.study_file.together import table_parts

__all__ = [
    "AntennasPart",
    "CalibrationPart",
    "ClutterPart",
    "CommunesPart",
    "DemandPart",
    "ElevationPart",
    "GridPart",
    "MastsPart",
    "NotePart",
    "OsmPart",
    "PeoplePart",
    "PlanPart",
    "SimulatedMastsPart",
    "StudyFile",
    "StudyPart",
    "TablePart",
    "TowersPart",
    "json_schema",
    "parse",
    "read_study_file",
    "table_parts",
    "template",
]
