"""What would a mast anywhere bring and cost, before anybody plans it?"""

from infraplan.results import Mast
from infraplan.workflow.whatif.levels import BundleLevels, SignalLevels
from infraplan.workflow.whatif.result import Gains, MastPreview, Preview, PreviewPicture, Together
from infraplan.workflow.whatif.run import preview
from infraplan.workflow.whatif.scene import PreviewScene, preview_scene

__all__ = [
    "BundleLevels",
    "Gains",
    "Mast",
    "MastPreview",
    "Preview",
    "PreviewPicture",
    "PreviewScene",
    "SignalLevels",
    "Together",
    "preview",
    "preview_scene",
]
