"""How does the coverage of a whole country run, tile by tile, on one machine or on many?"""

from infraplan.workflow.country.model import Country, Tile
from infraplan.workflow.country.run import CountryResult, run_country
from infraplan.workflow.country.tile import Measure, TileResult

__all__ = ["Country", "CountryResult", "Measure", "Tile", "TileResult", "run_country"]
