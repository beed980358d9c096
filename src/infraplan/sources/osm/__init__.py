"""What does an OpenStreetMap extract hold of the tables that a study needs?"""

from infraplan.sources.osm.boundaries import read_communes
from infraplan.sources.osm.facilities import read_facilities
from infraplan.sources.osm.fibre import read_fibre, read_fibre_nodes
from infraplan.sources.osm.masts import read_telecom_masts
from infraplan.sources.osm.places import (
    read_people_total,
    read_residential,
    read_settlements,
)
from infraplan.sources.osm.power import read_power
from infraplan.sources.osm.protected import read_protected
from infraplan.sources.osm.roads import read_roads
from infraplan.sources.osm.structures import read_structures
from infraplan.sources.osm.table import OsmTable, read_table
from infraplan.sources.osm.towers import read_masts_as_towers
from infraplan.sources.osm.water import read_water

__all__ = [
    "OsmTable",
    "read_communes",
    "read_facilities",
    "read_fibre",
    "read_fibre_nodes",
    "read_masts_as_towers",
    "read_people_total",
    "read_power",
    "read_protected",
    "read_residential",
    "read_roads",
    "read_settlements",
    "read_structures",
    "read_table",
    "read_telecom_masts",
    "read_water",
]
