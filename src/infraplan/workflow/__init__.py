"""How does a study become a bundle, here or on many machines, and how do bundles compare?

And what would a mast bring that is in no plan yet: :func:`preview`.
"""

from infraplan.results import Mast
from infraplan.workflow.pool import Pool, open_pool
from infraplan.workflow.run import Reporter, RunResult, run
from infraplan.workflow.scenarios import Comparison, compare, write_comparison
from infraplan.workflow.whatif import (
    BundleLevels,
    Preview,
    PreviewScene,
    SignalLevels,
    preview,
    preview_scene,
)

__all__ = [
    "BundleLevels",
    "Comparison",
    "Mast",
    "Pool",
    "Preview",
    "PreviewScene",
    "Reporter",
    "RunResult",
    "SignalLevels",
    "compare",
    "open_pool",
    "preview",
    "preview_scene",
    "run",
    "write_comparison",
]
