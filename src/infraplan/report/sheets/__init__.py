"""Map sheets to print, A3 and A4, and the same maps for the pages of documents."""

from infraplan.report.sheets.sheet import picture, sheet
from infraplan.report.sheets.subjects import SHEET_SUBJECTS

__all__ = ["SHEET_SUBJECTS", "picture", "sheet"]
