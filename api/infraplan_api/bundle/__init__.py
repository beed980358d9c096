"""Which bundle is served? Its manifest, files and tables, opened once and watched."""

from infraplan_api.bundle.bundle import Bundle
from infraplan_api.bundle.holder import Holder
from infraplan_api.bundle.recent import Recent

__all__ = ["Bundle", "Holder", "Recent"]
