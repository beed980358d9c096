"""Which columns do the tables have, and is a given table right?"""

from infraplan.tables.check import Checked, check
from infraplan.tables.spec import Column, TableSpec, spec

__all__ = ["Checked", "Column", "TableSpec", "check", "spec"]
