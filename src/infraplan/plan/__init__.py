"""What is built in which year, at what cost, and for whom?"""

from infraplan.plan.plan import Plan, Totals, build

__all__ = ["Plan", "Totals", "build"]
