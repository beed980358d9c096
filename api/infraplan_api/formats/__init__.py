"""How does a table become bytes? One function per format, the same bytes for the same table."""

from infraplan_api.formats.columns import parquet_bytes
from infraplan_api.formats.features import feature_texts, geojson_bytes
from infraplan_api.formats.flat import flat
from infraplan_api.formats.text import csv_bytes
from infraplan_api.formats.workbook import workbook_bytes, xlsx_bytes

__all__ = [
    "csv_bytes",
    "feature_texts",
    "flat",
    "geojson_bytes",
    "parquet_bytes",
    "workbook_bytes",
    "xlsx_bytes",
]
