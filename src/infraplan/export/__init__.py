"""How does a plan leave infraplan: one folder for a GIS, a spreadsheet, a browser and programs?"""

from infraplan.export.bundle import bundle

__all__ = ["bundle"]
