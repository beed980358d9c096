"""Which finding stands over each sheet?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from infraplan.report.palette import SHARE_CLASSES, share_class
from infraplan.results import ANY_OPERATOR
from infraplan.wording import Text, count, money, percent, phrase, plain, years

if TYPE_CHECKING:
    from infraplan.report.facts import Facts

__all__ = [
    "SHARE_COLUMN",
    "communes_title",
    "end_title",
    "gaps_title",
    "last_year",
    "plan_title",
    "today_title",
]

SHARE_COLUMN = f"people_served_share_of_commune_people_{ANY_OPERATOR}"


def communes_title(facts: Facts) -> Text:
    """Say how many communes have reached the highest class."""
    found = [share_class(float(s)) for s in facts.communes[SHARE_COLUMN].astype(float)]
    values = {
        "reached": count(sum(c is SHARE_CLASSES[-1] for c in found)),
        "communes": count(len(found)),
        "technology": plain(facts.technology),
    }
    return phrase("map_title", values)


def today_title(facts: Facts) -> Text:
    """Say for how many of the people, and on how much of the area, there is service today."""
    people, area = _served(facts, facts.base_year)
    values = {
        "year": plain(facts.base_year),
        "people": percent(people),
        "area": percent(area),
        "technology": plain(facts.technology),
    }
    return phrase("sheets_title_coverage", values)


def end_title(facts: Facts) -> Text:
    """Say for how many people there will be service in the last year, and for how many today."""
    values = {
        "year": plain(last_year(facts)),
        "base": plain(facts.base_year),
        "people": percent(_served(facts, last_year(facts))[0]),
        "before": percent(_served(facts, facts.base_year)[0]),
        "technology": plain(facts.technology),
    }
    return phrase("sheets_title_coverage_end", values)


def gaps_title(facts: Facts) -> Text:
    """Say how many people live where there is no usable service."""
    totals = facts.manifest["totals"]
    white, weak = int(totals["white_spots"]), int(totals["weak_spots"])
    values = {"technology": plain(facts.technology)}
    if white + weak == 0:
        return phrase("sheets_title_gaps_none", values)
    people = count(float(totals["people_in_gaps"]))
    values |= {"people": people, "white": count(white), "weak": count(weak)}
    return phrase("sheets_title_gaps", values)


def plan_title(facts: Facts) -> Text:
    """Say what is built, for whom, and at what cost; what no year has money for is not counted."""
    sites = facts.new_sites
    built = sites[pd.to_numeric(sites["year"]).notna()] if len(sites) else sites
    if built.empty:
        return phrase("sheets_title_plan_none")
    shared = int((built["kind"] == "shared_mast").sum())
    totals = facts.manifest["totals"]
    values = {
        "new": count(len(built) - shared),
        "shared": count(shared),
        "years": years(int(built["year"].min()), int(built["year"].max())),
        "people": count(float(totals["people_gained"])),
        "capex": money(float(totals["capex_vnd"])),
        "technology": plain(facts.technology),
    }
    return phrase("sheets_title_plan", values)


def last_year(facts: Facts) -> int | None:
    """Return the last year that the planned technology is forecast for."""
    known = facts.manifest["class_years"].get(facts.technology, [])
    return int(known[-1]) if known else facts.base_year


def _served(facts: Facts, year: int | None) -> tuple[float, float]:
    """Return the shares of people and of area with usable service outdoors in a year."""
    table = facts.outlook
    rows = table[
        (table["technology"] == facts.technology)
        & (table["operator"] == ANY_OPERATOR)
        & (table["environment"] == "outdoors")
        & (table["level"] == "served")
        & (table["year"] == year)
    ]
    people, area = rows["people"].sum(), rows["area_m2"].sum()
    return (
        float(rows["people_served"].sum() / people) if people else float("nan"),
        float(rows["area_served_m2"].sum() / area) if area else float("nan"),
    )
