"""Where data comes from: table files, OpenStreetMap extracts, terrain, settlements."""

from infraplan.sources.files import combined_digest, locate, sha256
from infraplan.sources.tabular import RawTable, read_tabular

__all__ = ["RawTable", "combined_digest", "locate", "read_tabular", "sha256"]
