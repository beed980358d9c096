"""Which pairs of a cell and a pixel were measured, at which level, and what does the model say?

Samples of one cell in one pixel become one pair, so a parked car counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.calibration.candidates import SAID, candidates_of, directory
from infraplan.calibration.levels import trace
from infraplan.calibration.serving import best_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from infraplan.calibration.candidates import Candidates
    from infraplan.calibration.levels import Field
    from infraplan.sources.drive_tests import Samples
    from infraplan.study import Study

__all__ = ["Measured", "measured_pixels"]

_ROUND_DB = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Pairs of a cell and a pixel.

    Attributes
    ----------
    pixels
        One row per pair: cell (number), cell_id, band, technology, row, column, area (number of
        the block for cross-validation), matched_by, samples, measured_dbm (median), at_floor,
        loss_db, free_space_db, radiated_dbm, predicted_dbm, distance_km and clutter_class.
    matched
        "cell", "site", "pci" or "operator" → samples matched by it.
    unmatched
        Reason → samples that belong to no pair.
    floor_dbm
        The receiver's floor, where the samples pile up at one; NaN where they do not.
    """

    pixels: pd.DataFrame
    matched: Mapping[str, int]
    unmatched: Mapping[str, int]
    floor_dbm: float


def measured_pixels(
    study: Study,
    field: Field,
    samples: Samples,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Measured:
    """Match samples to cells, gather them per pixel, and predict their levels.

    Parameters
    ----------
    study
        Cells, terrain, land cover, boundaries.
    field
        What predictions share.
    samples
        As read.
    progress
        Called with (done, total) groups of samples.
    """
    placed, unmatched = _placed(study, samples)
    floor_dbm = _floor_dbm(placed["level_dbm"].to_numpy(dtype=np.float64))
    matched, missed = _matched(study, field, placed, progress)
    for reason, count in missed.items():
        unmatched[reason] = unmatched.get(reason, 0) + count
    pixels = _pairs(matched, floor_dbm)
    pixels, left_out = _predicted(study, field, pixels)
    for reason, count in left_out.items():
        unmatched[reason] = unmatched.get(reason, 0) + count
    counts = pixels.groupby("matched_by")["samples"].sum()
    return Measured(
        pixels=pixels,
        matched={str(how): int(count) for how, count in sorted(counts.items())},
        unmatched={reason: count for reason, count in sorted(unmatched.items()) if count},
        floor_dbm=floor_dbm,
    )


def _placed(study: Study, samples: Samples) -> tuple[pd.DataFrame, dict[str, int]]:
    """Give each sample its pixel, and count those outside the study or on unknown ground."""
    points = samples.frame.geometry.to_crs(study.crs)
    rows, columns = study.grid.index(points.x, points.y)
    on_grid = study.grid.inside(rows, columns)
    frame = pd.DataFrame(samples.frame.drop(columns="geometry")).assign(row=rows, column=columns)
    inside = frame[on_grid]
    height_m = study.elevation.values[inside["row"], inside["column"]]
    known = np.isfinite(height_m)
    counts = {"position_outside": int((~on_grid).sum()), "ground_unknown": int((~known).sum())}
    return inside[known].reset_index(drop=True), counts


def _floor_dbm(level_dbm: NDArray[np.float64]) -> float:
    """Return the level at which the receiver cut the samples off, NaN where it did not."""
    if not level_dbm.size:
        return float("nan")
    lowest = float(level_dbm.min())
    at = int((level_dbm < lowest + _ROUND_DB).sum())
    above = int(((level_dbm >= lowest + _ROUND_DB) & (level_dbm < lowest + 2 * _ROUND_DB)).sum())
    share = catalog.value("calibration_rules", "floor_share", "value")
    ratio = catalog.value("calibration_rules", "floor_pile_ratio", "value")
    cut = at >= share * level_dbm.size and at >= ratio * max(above, 1)
    return lowest + _ROUND_DB if cut else float("nan")


def _matched(
    study: Study,
    field: Field,
    placed: pd.DataFrame,
    progress: Callable[[int, int], None] | None,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Give each sample its cell; samples that say the same are looked up once."""
    said = placed[list(SAID)].astype(object).where(placed[list(SAID)].notna(), None)
    group, combinations = _groups(said)
    found = candidates_of(combinations, directory(study.cells))
    cell = np.full(len(placed), -1, dtype=np.int64)
    how = np.array([c.how for c in found], dtype=object)[group]
    reach_m = catalog.rule("coverage_reach_m")
    members = np.split(np.argsort(group, kind="stable"), np.cumsum(np.bincount(group))[:-1])
    members = members[: len(found)]  # splitting nothing gives one empty part
    for done, (choice, at) in enumerate(zip(found, members, strict=True), 1):
        cell[at] = _serving(field, choice, placed.iloc[at], reach_m)
        if progress is not None:
            progress(done, len(found))
    lost = cell < 0
    reasons = np.where(np.isin(how, ("cell", "site", "pci", "operator")), "out_of_reach", how)
    counts = pd.Series(reasons[lost]).value_counts()
    matched = placed[["row", "column", "level_dbm"]].assign(cell=cell, matched_by=how)
    return matched[~lost], {str(reason): int(count) for reason, count in counts.items()}


def _groups(said: pd.DataFrame) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """Return a number per row, equal for equal rows, and each different row once."""
    numbers = said.groupby(list(said.columns), dropna=False, sort=False).ngroup().to_numpy()
    _, first = np.unique(numbers, return_index=True)
    return numbers.astype(np.int64), said.iloc[first].reset_index(drop=True)


def _serving(
    field: Field, choice: Candidates, placed: pd.DataFrame, reach_m: float
) -> NDArray[np.int64]:
    """Return the cell of each sample of one combination, -1 where none is in reach."""
    if not choice.cells:
        return np.full(len(placed), -1, dtype=np.int64)
    at = placed[["row", "column"]].to_numpy(dtype=np.int64)
    pixels, back = np.unique(at, axis=0, return_inverse=True)
    cells = np.array(choice.cells, dtype=np.int64)
    if len(cells) == 1:
        of = field.cells
        south, east = pixels[:, 0] - of.row[cells[0]], pixels[:, 1] - of.column[cells[0]]
        near = np.hypot(south, east) * field.cell_size_m <= reach_m
        return np.where(near, cells[0], -1)[back.ravel()]
    return best_cells(field, cells, pixels[:, 0], pixels[:, 1], reach_m=reach_m)[back.ravel()]


def _pairs(matched: pd.DataFrame, floor_dbm: float) -> pd.DataFrame:
    """Gather the samples of each cell in each pixel."""
    at_floor = matched["level_dbm"] < floor_dbm
    together = matched.assign(at_floor=at_floor).groupby(["cell", "row", "column"], sort=True)
    pixels = together.agg(
        samples=("level_dbm", "size"),
        measured_dbm=("level_dbm", "median"),
        at_floor=("at_floor", "mean"),
        matched_by=("matched_by", "first"),
    ).reset_index()
    return pixels.assign(at_floor=pixels["at_floor"] >= 0.5)  # noqa: PLR2004 - half of them


def _predicted(
    study: Study, field: Field, pixels: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Add what the model says, and leave out what it cannot or what tells nothing."""
    cell, row, column = (pixels[c].to_numpy(dtype=np.int64) for c in ("cell", "row", "column"))
    paths = trace(field, cell, row, column)
    cells = study.cells.iloc[cell]
    band = cells["band"] if "band" in cells else pd.Series(None, index=cells.index)
    full = pixels.assign(
        cell_id=cells["cell_id"].to_numpy(),
        band=band.where(band.notna(), "").to_numpy(),
        technology=cells["technology"].to_numpy(),
        area=_areas(study, row, column),
        clutter_class=_classes(study, row, column),
        loss_db=paths.loss_db,
        free_space_db=paths.free_space_db,
        radiated_dbm=paths.radiated_dbm,
        predicted_dbm=paths.radiated_dbm - paths.loss_db,
        distance_km=paths.distance_km,
    )
    nearest_m = catalog.value("calibration_rules", "nearest_m", "value")
    reasons = {
        "profile_unknown": ~np.isfinite(paths.loss_db),
        "band_missing": (full["band"] == "").to_numpy(),
        "too_near": paths.distance_km * 1e3 < nearest_m,
    }
    keep = np.ones(len(full), dtype=np.bool_)
    counts = {}
    for reason, wrong in reasons.items():
        counts[reason] = int(full["samples"][keep & wrong].sum())
        keep &= ~wrong
    return full[keep].reset_index(drop=True), counts


def _areas(study: Study, row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the block that each pixel lies in."""
    side_m = catalog.value("calibration_rules", "block_m", "value")
    x_m, y_m = study.grid.centre(row, column)
    east = np.floor(x_m / side_m).astype(np.int64)
    north = np.floor(y_m / side_m).astype(np.int64)
    _, number = np.unique(np.column_stack([north, east]), axis=0, return_inverse=True)
    return number.ravel().astype(np.int64)


def _classes(
    study: Study, row: NDArray[np.int64], column: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Return the key of the land cover in each pixel, empty where it is unknown."""
    found = np.full(len(row), "", dtype=object)
    if study.clutter is not None:
        code = study.clutter.values[row, column]
        listed = catalog.table("clutter")
        for number, key in zip(listed["class"].astype(int), listed["key"], strict=True):
            found[code == number] = key
    return found
