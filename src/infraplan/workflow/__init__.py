"""How does a study become a bundle in one go, here or on many machines?"""

from infraplan.workflow.pool import Pool, open_pool
from infraplan.workflow.run import Reporter, RunResult, run

__all__ = ["Pool", "Reporter", "RunResult", "open_pool", "run"]
