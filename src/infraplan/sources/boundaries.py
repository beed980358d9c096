"""Which boundaries can be mended without guessing, and how well do they fit together?

:func:`mend` makes valid polygons of what a file holds and tells what changed; :func:`measure` says
where communes overlap and where they leave gaps.
"""

from infraplan.sources.boundaries_measure import Quality, measure
from infraplan.sources.boundaries_mend import Mended, mend

__all__ = ["Mended", "Quality", "measure", "mend"]
