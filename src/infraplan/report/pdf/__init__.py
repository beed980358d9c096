"""What does the plan for leaders look like on paper? A tagged PDF, set by Typst."""

from infraplan.report.pdf.plan import PICTURES_MM, plan_pdf

__all__ = ["PICTURES_MM", "plan_pdf"]
