"""How are the annexes of a provincial decision laid out as an editable Word document?"""

from infraplan.report.docx.annexes import annexes

__all__ = ["annexes"]
