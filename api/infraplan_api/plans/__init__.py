"""What is planned, when, at what cost, and how far does it bring the province to its targets?"""

from infraplan_api.plans.commune import commune_plan
from infraplan_api.plans.indicators import indicators, ranking
from infraplan_api.plans.plan import plan, plans

__all__ = ["commune_plan", "indicators", "plan", "plans", "ranking"]
