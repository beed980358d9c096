"""What a province knows, checked, complete and in one metric CRS."""

from infraplan.study.checking import CheckReport, check
from infraplan.study.folder import facts_of, is_study_folder, load, save
from infraplan.study.model import Study
from infraplan.study.wanted import wanted_files

__all__ = [
    "CheckReport",
    "Study",
    "check",
    "facts_of",
    "is_study_folder",
    "load",
    "save",
    "wanted_files",
]
