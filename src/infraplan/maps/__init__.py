"""What does a plan look like on an interactive map, in a notebook or as a page of its own?"""

from infraplan.maps.compare import compare
from infraplan.maps.leaf import DrawnMap
from infraplan.maps.page import save_html
from infraplan.maps.plan_views import plan, show
from infraplan.maps.views import coverage, gaps, province

__all__ = ["DrawnMap", "compare", "coverage", "gaps", "plan", "province", "save_html", "show"]
