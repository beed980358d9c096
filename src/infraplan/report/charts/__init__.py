"""Which charts does a report have? Vector drawings whose titles state the finding."""

from infraplan.report.charts.draw import CHART_SUBJECTS, chart

__all__ = ["CHART_SUBJECTS", "chart"]
