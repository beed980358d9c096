"""Why is there no microwave hop between two points?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.backhaul.microwave import criteria, failing_least, hop_table, least_k
from infraplan.backhaul.microwave_options import Options, climate_of
from infraplan.backhaul.microwave_pairs import make_pairs, positions
from infraplan.radio.microwave_clearance import (
    profile_points,
    required_levels_m,
    sample_surface,
)
from infraplan.study.surface import clutter_height_m
from infraplan.units import KM_PER_M, M_PER_KM
from infraplan.wording import Text, decimal, height, length, percent, phrase, plain

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.backhaul.microwave_options import Climate
    from infraplan.backhaul.microwave_pairs import Pairs
    from infraplan.study import Study

__all__ = ["why_not"]

_SHARE_DIGITS = 4


def why_not(
    study: Study,
    points: pd.DataFrame,
    *,
    capacity_mbps: float | None = None,
    availability_share: float | None = None,
    climate: Climate | None = None,
) -> Text:
    """Say why no microwave hop joins two points, or which one does.

    Parameters
    ----------
    study
        Terrain, land cover and prices.
    points
        Two rows; see :func:`infraplan.backhaul.microwave.hop_table`.
    capacity_mbps, availability_share, climate
        As there.

    Returns
    -------
    Text
        One sentence: too long or too short, unknown terrain, too little availability with the best
        radio, or where the terrain blocks it and by how much.

    Raises
    ------
    ParameterError
        If the points are wrong.
    """
    pair = make_pairs(points, [[0, 1]])
    ends = {"from": plain(pair.ids[0][0]), "to": plain(pair.ids[0][1])}
    ends["length"] = length(float(pair.length_m[0]))
    found = hop_table(
        study, points, [[0, 1]], capacity_mbps=capacity_mbps,
        availability_share=availability_share, climate=climate,
    )  # fmt: skip
    if len(found):
        hop = found.iloc[0]
        return phrase(
            "hop_possible",
            ends
            | _radio(str(hop["mode"]), float(hop["dish_m"]))
            | {
                "heights": _heights(float(hop["from_height_m"]), float(hop["to_height_m"])),
                "share": percent(float(hop["availability_share"]), _SHARE_DIGITS),
            },
        )
    wanted = catalog.rule("microwave_capacity_mbps") if capacity_mbps is None else capacity_mbps
    target = catalog.rule("microwave_availability_share")
    target = target if availability_share is None else availability_share
    options = Options.of(wanted, study.prices)
    air = climate_of(study) if climate is None else climate
    return _fault(study, pair, options, failing_least(options, pair, air)[0], target, ends)


def _fault(
    study: Study,
    pair: Pairs,
    options: Options,
    failing: NDArray[np.float64],
    target: float,
    ends: dict[str, Text],
) -> Text:
    """Name the first thing that stands in the way of the only pair."""
    length_m = float(pair.length_m[0])
    least_m = catalog.rule("microwave_shortest_m")
    if length_m < least_m:
        return phrase("hop_near", ends | {"least": length(least_m)})
    in_range = np.flatnonzero(length_m <= options.longest_km * M_PER_KM)
    if in_range.size == 0:
        longest_m = float(options.longest_km.max()) * M_PER_KM
        return phrase("hop_far", ends | {"most": length(longest_m)})
    best = int(in_range[np.argmin(failing[in_range])])
    if 1.0 - failing[best] < target:
        said = {
            "share": percent(1.0 - float(failing[best]), _SHARE_DIGITS),
            "target": percent(target, _SHARE_DIGITS),
        }
        radio = _radio(str(options.mode[best]), float(options.dish_m[best]))
        return phrase("hop_fades", ends | radio | said)
    works = in_range[1.0 - failing[in_range] >= target]
    return _blocked(study, pair, float(options.frequency_ghz[works].max()), ends)


def _blocked(study: Study, pair: Pairs, frequency_ghz: float, ends: dict[str, Text]) -> Text:
    """Say where the terrain comes nearest to the ray between the highest antennas."""
    row, column, to_row, to_column = (float(v) for v in positions(pair, study.grid)[0])
    count = profile_points(float(np.hypot(to_row - row, to_column - column)))
    surface_m, bare_m, level_m = np.empty(count), np.empty(count), np.empty(count)
    terrain = np.ascontiguousarray(study.elevation.values, dtype=np.float32)
    clutter = clutter_height_m(study)
    bare = np.zeros((0, 0), dtype=np.float32) if clutter is None else clutter
    if not sample_surface(terrain, bare, (row, column, to_row, to_column), surface_m, bare_m):
        return phrase("hop_unknown", ends)
    length_km = float(pair.length_m[0]) * KM_PER_M
    least = float(least_k(pair.length_m)[0])
    asked = criteria()
    ks, radii = (asked.median_k, least), (asked.median_radii, asked.least_radii)
    required_levels_m(surface_m, length_km, frequency_ghz, ks, radii, asked.spare_m, level_m)
    top_m = pair.ground_m[0] + pair.highest_m[0]
    ray_m = np.linspace(top_m[0], top_m[1], count)
    worst = int(np.argmax(level_m - ray_m))
    return phrase(
        "hop_blocked",
        ends
        | {
            "at": length(float(pair.length_m[0]) * worst / (count - 1)),
            "heights": _heights(float(pair.highest_m[0, 0]), float(pair.highest_m[0, 1])),
            "band": _with("GHz", frequency_ghz),
            "missing": height(float(level_m[worst] - ray_m[worst])),
        },
    )


def _radio(mode: str, dish_m: float) -> dict[str, Text]:
    """Return the blanks that name a radio and its antennas."""
    return {"mode": plain(mode), "dish": _with("m", dish_m)}


def _heights(from_m: float, to_m: float) -> Text:
    """Write two antenna heights."""
    return height(from_m) + plain(" / ") + height(to_m)


def _with(unit: str, value: float) -> Text:
    """Write a number with one decimal and its unit."""
    return decimal(value, 1) + plain(f" {unit}")
