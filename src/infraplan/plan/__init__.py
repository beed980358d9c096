"""What is built in which year, at what cost, and for whom?"""

from infraplan.plan.arguments import budgets_by_year
from infraplan.plan.assemble import build
from infraplan.plan.plan import Plan, Totals

__all__ = ["Plan", "Totals", "budgets_by_year", "build"]
