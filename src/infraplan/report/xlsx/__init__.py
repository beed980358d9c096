"""How does a bundle become a workbook whose totals are formulas?"""

from infraplan.report.xlsx.workbook import SHEETS, workbook

__all__ = ["SHEETS", "workbook"]
