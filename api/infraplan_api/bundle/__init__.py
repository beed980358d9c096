"""Which bundle is served? Its manifest, files and tables, opened once and watched."""

from infraplan_api.bundle.bundle import Bundle
from infraplan_api.bundle.holder import Holder

__all__ = ["Bundle", "Holder"]
