"""How are new sites linked to the fibre network, along which roads and at what price?"""

from infraplan.backhaul.connect import connect
from infraplan.backhaul.prices import link_prices
from infraplan.backhaul.roads import RoadGraph, road_graph

__all__ = ["RoadGraph", "connect", "link_prices", "road_graph"]
