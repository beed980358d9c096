"""Hand on the certified optimisers: which sites to choose, which tree to build."""

from infraplan.optim import maximal_cover

__all__ = ["maximal_cover", "steiner"]
