"""What do the certified optimisers return?

Call :func:`infraplan.optim.maximal_cover.solve` to choose sites and
:func:`infraplan.optim.steiner.solve` to connect them. Sparse arrays in, arrays out.
"""

from infraplan.optim.maximal_cover import Solution
from infraplan.optim.steiner import Tree

__all__ = ["Solution", "Tree"]
