"""What does each finished bundle reach, at what cost, beside the others?"""

from infraplan.workflow.scenarios.compare import Comparison, compare
from infraplan.workflow.scenarios.write import write_comparison

__all__ = ["Comparison", "compare", "write_comparison"]
