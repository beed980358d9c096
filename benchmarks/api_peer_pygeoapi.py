"""How is pygeoapi set up to serve the communes of a bundle as GeoJSON?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import geopandas as gpd

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_pygeoapi"]

_CONFIG: Final = """\
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 10, max_items: 1000}}
  map: {{url: "", attribution: ""}}
logging: {{level: ERROR}}
metadata:
  identification:
    title: communes
    description: communes
    keywords: [communes]
    terms_of_service: none
    url: http://127.0.0.1:{port}
  license: {{name: none, url: http://127.0.0.1:{port}}}
  provider: {{name: none, url: http://127.0.0.1:{port}}}
  contact: {{name: none}}
resources:
  communes:
    type: collection
    title: communes
    description: communes with served shares
    keywords: [communes]
    extents:
      spatial: {{bbox: [-180, -90, 180, 90], crs: http://www.opengis.net/def/crs/OGC/1.3/CRS84}}
    providers:
      - {{type: feature, name: GeoJSON, data: {data}, id_field: code}}
"""


def write_pygeoapi(bundle: Path, folder: Path, *, port: int) -> dict[str, str]:
    """Write its configuration and data; return the variables that it reads at its start."""
    data = folder / "communes.geojson"
    communes = gpd.read_parquet(bundle / "collections" / "communes.parquet")
    told = json.loads(communes.to_json())
    for feature in told["features"]:
        feature["id"] = feature["properties"]["code"]
    data.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    config = folder / "pygeoapi.yml"
    config.write_text(_CONFIG.format(port=port, data=data), encoding="utf-8")
    openapi = folder / "openapi.yml"
    openapi.write_text("openapi: 3.0.2\ninfo: {title: x, version: '1'}\npaths: {}\n", "utf-8")
    return {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
