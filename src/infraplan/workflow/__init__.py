"""How does a study become a bundle in one go?"""

from infraplan.workflow.run import Reporter, RunResult, run

__all__ = ["Reporter", "RunResult", "run"]
