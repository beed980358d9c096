"""What can be handed to an office that has a finished bundle: workbook, annexes, plan, maps."""

from infraplan.report.facts import Facts, read
from infraplan.report.parts import PARTS
from infraplan.report.write import write

__all__ = ["PARTS", "Facts", "read", "write"]
