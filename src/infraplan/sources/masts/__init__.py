"""How do lists of towers become masts with tenants and cells?"""

from infraplan.sources.masts.assemble import Assembled, assemble
from infraplan.sources.masts.closeness import close_groups

__all__ = ["Assembled", "assemble", "close_groups"]
