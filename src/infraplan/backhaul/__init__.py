"""How are new sites linked to the network, by fibre along roads or by hops, and at what price?"""

from infraplan.backhaul.connect import connect
from infraplan.backhaul.graph_io import from_networkx, to_networkx
from infraplan.backhaul.homes import fibre_to_homes
from infraplan.backhaul.prices import link_prices
from infraplan.backhaul.ring import Ring, protect, second_ways
from infraplan.backhaul.roads import RoadGraph, road_graph

__all__ = [
    "Ring",
    "RoadGraph",
    "connect",
    "fibre_to_homes",
    "from_networkx",
    "link_prices",
    "protect",
    "road_graph",
    "second_ways",
    "to_networkx",
]
