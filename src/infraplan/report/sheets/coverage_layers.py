"""What do the sheets of coverage show, today and after the plan?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.report.palette import level_colours
from infraplan.report.sheets.legend import Row
from infraplan.report.sheets.scene import borders, classes, names
from infraplan.report.sheets.titles import last_year
from infraplan.results import ANY_OPERATOR, CLASS_UNKNOWN
from infraplan.wording import Text, count, phrase, plain

if TYPE_CHECKING:
    from infraplan.report.facts import Facts
    from infraplan.report.sheets.scene import Scene

__all__ = ["draw_end", "draw_today", "end_rows", "today_rows"]

_BORDER = "#ffffff"


def draw_today(scene: Scene) -> int:
    """Draw the classes of service of the base year."""
    return _draw(scene, 1)


def draw_end(scene: Scene) -> int:
    """Draw the classes of service of the last year of the plan."""
    return _draw(scene, max(1, len(_years(scene.facts))))


def today_rows(facts: Facts) -> list[Row]:
    """Return the legend for the base year."""
    return _rows(facts, facts.base_year)


def end_rows(facts: Facts) -> list[Row]:
    """Return the legend for the last year."""
    return _rows(facts, last_year(facts))


def _draw(scene: Scene, band: int) -> int:
    name = f"service_class_{scene.facts.technology}_outdoors_{ANY_OPERATOR}"
    raster = scene.facts.raster(name, band=band)
    colours = dict(enumerate(level_colours(scene.facts.technology).values()))
    classes(scene, raster, colours, outside=CLASS_UNKNOWN)
    borders(scene, colour=_BORDER, width_mm=0.18)
    return names(scene)


def _years(facts: Facts) -> list[int]:
    return [int(y) for y in facts.manifest["class_years"].get(facts.technology, [])]


def _rows(facts: Facts, year: int | None) -> list[Row]:
    """Return a legend in words, with the levels in dBm."""
    values = {"technology": plain(facts.technology), "year": plain(year)}
    rows = [Row("head", phrase("sheets_levels", values))]
    table = catalog.table("service_levels")
    above = ""
    for level in table[table["technology"] == facts.technology].to_dict("records"):
        limit = str(level["minimum_rsrp_dbm"])
        key, dbm = ("sheets_level_from", limit) if limit else ("sheets_level_below", above)
        small = phrase(key, {"dbm": count(float(dbm))}) if dbm else Text("", "")
        named = Text(str(level["name_vi"]), str(level["name_en"])) + Text(": ", ": ") + small
        rows.append(Row("area", named, fill=str(level["colour"])))
        above = limit
    return rows
