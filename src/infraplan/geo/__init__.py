"""Where things are: CRS, grids, rasters, zones, regions of equal class."""

from infraplan.geo.crs import GEOGRAPHIC, looks_like_degrees, metric_crs, require_metric
from infraplan.geo.grid import Grid
from infraplan.geo.raster import Raster
from infraplan.geo.vector import regions
from infraplan.geo.zones import people_weights, scale_to_zones, zone_weights

__all__ = [
    "GEOGRAPHIC",
    "Grid",
    "Raster",
    "looks_like_degrees",
    "metric_crs",
    "people_weights",
    "regions",
    "require_metric",
    "scale_to_zones",
    "zone_weights",
]
