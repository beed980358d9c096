"""What a province knows, checked, complete and in one metric CRS."""

from infraplan.study.model import Study

__all__ = ["Study"]
