"""How does a plan leave infraplan: one folder for a GIS, a spreadsheet, a browser and programs?"""

from infraplan.export.bundle import bundle
from infraplan.results.folder import check_target

__all__ = ["bundle", "check_target"]
