"""What is asked of a process, and what became of it?"""

from infraplan_api.jobs.record import ENDED, STATES, Job
from infraplan_api.jobs.runner import Runner
from infraplan_api.jobs.store import JobStore

__all__ = ["ENDED", "STATES", "Job", "JobStore", "Runner"]
