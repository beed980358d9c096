"""Which cells do telephones report to OpenCelliD, and which masts may they stand on?"""

from infraplan.sources.opencellid.group import group_sites
from infraplan.sources.opencellid.read import CellTable, read_cells
from infraplan.sources.opencellid.towers import CellTowers, read_towers

__all__ = ["CellTable", "CellTowers", "group_sites", "read_cells", "read_towers"]
