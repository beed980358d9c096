"""What does an OpenStreetMap extract hold of communes, places, masts and roads?"""

from infraplan.sources.osm.boundaries import read_communes
from infraplan.sources.osm.masts import read_telecom_masts
from infraplan.sources.osm.places import (
    read_fibre_nodes,
    read_people_total,
    read_residential,
    read_settlements,
)
from infraplan.sources.osm.roads import read_roads
from infraplan.sources.osm.table import OsmTable, read_table

__all__ = [
    "OsmTable",
    "read_communes",
    "read_fibre_nodes",
    "read_people_total",
    "read_residential",
    "read_roads",
    "read_settlements",
    "read_table",
    "read_telecom_masts",
]
