"""How does a study become a bundle, here or on many machines, and how do bundles compare?"""

from infraplan.workflow.pool import Pool, open_pool
from infraplan.workflow.run import Reporter, RunResult, run
from infraplan.workflow.scenarios import Comparison, compare, write_comparison

__all__ = [
    "Comparison",
    "Pool",
    "Reporter",
    "RunResult",
    "compare",
    "open_pool",
    "run",
    "write_comparison",
]
