"""Which figures of a bundle's tables become cells, and how are they written?"""

from __future__ import annotations

import math
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from infraplan import catalog
from infraplan.report.docx.blocks import Align, Column
from infraplan.report.frame import to_tm3
from infraplan.wording import Text, count, decimal, percent, phrase, plain, word_or

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraplan.report.facts import Facts
    from infraplan.report.frame import Frame

__all__ = [
    "capital",
    "column",
    "commune_names",
    "confidence",
    "ends",
    "known_year",
    "metres",
    "millions",
    "number",
    "numbered",
    "operator_names",
    "origin",
    "plane_columns",
    "plane_texts",
    "records",
    "share",
    "year",
]

_MILLION: Final = 1e6
_Y_SHORTER_MM: Final = 2.5


def column(key: str, width: float, align: Align = Align.LEFT) -> Column:
    """Return a column headed by a phrase of ``words_docx.csv``, ``docx_col_<key>``."""
    return Column(phrase(f"docx_col_{key}"), width, align)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table by column names."""
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def number(value: object) -> float:
    """Return a number of a table; what is missing is NaN."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return math.nan
    return float(value)  # type: ignore[arg-type]


def numbered(rows: Iterable[list[Text]]) -> list[list[Text]]:
    """Put the number of each row before it, from 1."""
    return [[count(position), *row] for position, row in enumerate(rows, start=1)]


def year(value: object) -> Text:
    """Write a year; later than the plan where there is none."""
    found = number(value)
    return phrase("year_none") if math.isnan(found) else plain(int(found))


def millions(value_vnd: object) -> Text:
    """Write an amount in millions of đồng, with one decimal; the head names the unit.

    Examples
    --------
    >>> millions(1_230_000_000).vi
    '1.230,0'
    """
    return decimal(number(value_vnd) / _MILLION, 1)


def known_year(value: object) -> Text:
    """Write a year; a dash where it is not known."""
    found = number(value)
    return plain(None) if math.isnan(found) else plain(int(found))


def capital(text: Text) -> Text:
    """Begin a cell with a capital letter.

    Examples
    --------
    >>> capital(Text("vùng trắng", "white spot"))
    Text(vi='Vùng trắng', en='White spot')
    """
    return Text(text.vi[:1].upper() + text.vi[1:], text.en[:1].upper() + text.en[1:])


def metres(value_m: object, digits: int = 0) -> Text:
    """Write a length or height in metres; the head names the unit.

    Examples
    --------
    >>> metres(1742.94, 1).vi
    '1.742,9'
    """
    return decimal(number(value_m), digits)


def share(value: object) -> Text:
    """Write a share in percent; a dash where it is missing."""
    return percent(number(value))


def origin(value: object) -> Text:
    """Say how a value is known, such as "mô phỏng"."""
    return word_or(f"origin_{value}", str(value)) if isinstance(value, str) else plain(None)


def confidence(value: str) -> Text:
    """Say how sure a row of the catalogue is; some say instead how it is known."""
    key = f"confidence_{value}"
    return phrase(key) if key in catalog.phrases() else origin(value)


def operator_names(joined: object) -> Text:
    """Name operators, given as one or joined by "|", as the catalogue writes them."""
    if not isinstance(joined, str) or not joined:
        return plain(None)
    known = _operators()
    return plain(", ".join(known.get(one, one) for one in joined.split("|")))


@cache
def _operators() -> Mapping[str, str]:
    rows = catalog.table("operators")
    return MappingProxyType(dict(zip(rows["operator"], rows["name"], strict=True)))


def commune_names(facts: Facts) -> dict[str, Text]:
    """Return the full name of each commune by its code."""
    table = facts.communes
    full = table["full_name"] if "full_name" in table else table["name"]
    named = full.where(full.notna() & (full != ""), table["name"])
    return {str(code): plain(name) for code, name in zip(table["code"], named, strict=True)}


def plane_columns(prefix: str = "", *, width: float = 19) -> list[Column]:
    """Return the heads of the two columns that hold plane coordinates, X north first."""
    widths = {f"{prefix}x_north": width, f"{prefix}y_east": width - _Y_SHORTER_MM}
    return [column(key, wide, Align.RIGHT) for key, wide in widths.items()]


def plane_texts(points: gpd.GeoSeries, frame: Frame) -> list[list[Text]]:
    """Write the plane coordinates of points, X north first, to the centimetre."""
    found = to_tm3(points, frame)
    pairs = zip(found["x_north_m"], found["y_east_m"], strict=True)
    return [[decimal(x, 2), decimal(y, 2)] for x, y in pairs]


def ends(lines: gpd.GeoSeries) -> tuple[gpd.GeoSeries, gpd.GeoSeries]:
    """Return the first and the last point of each line."""
    first = [_end(line, 0) for line in lines]
    last = [_end(line, -1) for line in lines]
    made = (gpd.GeoSeries(points, index=lines.index, crs=lines.crs) for points in (first, last))
    start, stop = made
    return start, stop


def _end(line: shapely.Geometry, position: int) -> shapely.Point:
    parts = shapely.get_parts(line)
    return shapely.get_point(parts[position], position) if len(parts) else shapely.Point()
