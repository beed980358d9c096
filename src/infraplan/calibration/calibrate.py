"""How does a study's signal compare with measurements, and what brings it closer to them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from pyproj import Transformer

from infraplan import catalog
from infraplan.calibration.choose import choose
from infraplan.calibration.levels import field_of
from infraplan.calibration.pixels import measured_pixels
from infraplan.calibration.report import error_table, with_levels
from infraplan.errors import Fault, InputError
from infraplan.tables import spec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infraplan.calibration.choose import BandFit
    from infraplan.sources.drive_tests import Samples
    from infraplan.study import Study

__all__ = ["Calibration", "calibrate"]

_DECIMALS = 2
_NAMED_MOST = 6
"""So many different values are named in a message."""


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A calibration and what it rests on.

    Attributes
    ----------
    table
        Table ``calibration`` of the data dictionaries, what a study names under
        ``[calibration]``; no row for a band that nothing was found for.
    errors
        Errors before, after and on areas left out; see
        :func:`infraplan.calibration.report.error_table`.
    bands
        What was tried for each band, in the order of technology and band.
    pixels
        Pairs of a cell and a pixel with measured, predicted and calibrated levels; x_m and y_m in
        the CRS of the study.
    rows
        Rows of the file of samples.
    dropped, unmatched
        Reason → rows that are no samples, and samples that were not used.
    matched
        "cell", "site", "pci" or "operator" → samples used, by what they were matched. Those
        matched by operator count for the cell that the model says serves them.
    floor_dbm
        Level at which the receiver cut the samples off; NaN where it did not.
    above_free_space_share
        Share of the pairs measured clearly above free space: where they are many, the table of
        cells (power, antenna, position) is wrong, which no calibration mends.
    negated
        Whether the levels had no minus sign in the file.
    columns
        What a sample has → the column of the file that it was read from.
    file, sha256
        Name and digest of the file of samples.
    title_vi, title_en
        Title of the study.
    """

    table: pd.DataFrame
    errors: pd.DataFrame
    bands: tuple[BandFit, ...]
    pixels: pd.DataFrame
    rows: int
    dropped: Mapping[str, int]
    unmatched: Mapping[str, int]
    matched: Mapping[str, int]
    floor_dbm: float
    above_free_space_share: float
    negated: bool
    columns: Mapping[str, str]
    file: str
    sha256: str
    title_vi: str
    title_en: str


def calibrate(
    study: Study,
    samples: Samples,
    *,
    rx_height_m: float | None = None,
    origin: Literal["measured", "simulated"] = "measured",
    progress: Callable[[int, int], None] | None = None,
) -> Calibration:
    """Fit what must be added to a study's losses so that its levels meet the measured ones.

    Parameters
    ----------
    study
        Cells, terrain and land cover; a calibration that it names is not applied.
    samples
        From :func:`infraplan.sources.drive_tests.read_samples`.
    rx_height_m
        Receiver above the ground; the catalogue's where None. Levels taken in a vehicle without
        an antenna outside carry its loss into the bias.
    origin
        How the levels are known.
    progress
        Called with (done, total) groups of samples that say the same of their cell.

    Returns
    -------
    Calibration
        Per band the simplest of nothing, a bias, a slope and offsets per land-cover class that no
        richer model beats in cross-validation by areas. The calibrated loss is never below free
        space.

    Raises
    ------
    InputError
        If no sample belongs to a cell of the study; the message counts why.
    """
    height_m = catalog.rule("rx_height_m") if rx_height_m is None else rx_height_m
    field = field_of(study, rx_height_m=height_m)
    measured = measured_pixels(study, field, samples, progress=progress)
    if measured.pixels.empty:
        raise InputError([_no_pair(study, samples, measured.unmatched)])
    bands = tuple(
        choose(part.reset_index(drop=True))
        for _, part in measured.pixels.groupby(["technology", "band"])
    )
    pixels = with_levels(measured.pixels, bands)
    x_m, y_m = study.grid.centre(pixels["row"], pixels["column"])
    clear_db = catalog.value("calibration_rules", "above_free_space_db", "value")
    over_db = pixels["measured_dbm"] - (pixels["radiated_dbm"] - pixels["free_space_db"])
    return Calibration(
        table=_table(study, samples, pixels, bands, origin),
        errors=error_table(pixels),
        bands=bands,
        pixels=pixels.assign(x_m=x_m, y_m=y_m),
        rows=samples.rows,
        dropped=samples.dropped,
        unmatched=measured.unmatched,
        matched=measured.matched,
        floor_dbm=measured.floor_dbm,
        above_free_space_share=float((over_db > clear_db).mean()),
        negated=samples.negated,
        columns=samples.columns,
        file=samples.file,
        sha256=samples.sha256,
        title_vi=study.provenance.title_vi,
        title_en=study.provenance.title_en,
    )


def _no_pair(study: Study, samples: Samples, unmatched: Mapping[str, int]) -> Fault:
    """Say why no sample belongs to a cell, and what both sides have."""
    why = ", ".join(f"{reason} {count}" for reason, count in unmatched.items())
    problem = f"none of the {len(samples.frame)} samples belongs to a cell of the study ({why})"
    remedy = "look at operator, technology, band and position of the samples; say --operator and "
    remedy += "--technology where the file does not"
    for field in ("operator", "technology", "band"):
        said = _listed(samples.frame[field])
        there = _listed(study.cells[field]) if field in study.cells else "none"
        problem += f"; {field}: the samples say {said}, the study has {there}"
    if unmatched.get("position_outside"):
        x, y = samples.frame.geometry.x, samples.frame.geometry.y
        to_theirs = Transformer.from_crs(study.crs, samples.frame.crs, always_xy=True)
        west, south, east, north = to_theirs.transform_bounds(*study.grid.bounds)
        problem += f"; the samples lie within x {x.min():.6g} to {x.max():.6g} and y "
        problem += f"{y.min():.6g} to {y.max():.6g}, the study within x {west:.6g} to {east:.6g} "
        problem += f"and y {south:.6g} to {north:.6g}"
    if unmatched.get("operator_unknown"):
        remedy += "; --column operator= --operator NAME replaces what the file says"
    return Fault(samples.file, problem, remedy)


def _listed(values: pd.Series) -> str:
    """Return the different values of a column, and only so many of them."""
    different = sorted({str(v) for v in values.dropna()})
    shown = ", ".join(different[:_NAMED_MOST])
    more = f" and {len(different) - _NAMED_MOST} more" if len(different) > _NAMED_MOST else ""
    return shown + more if different else "none"


def _table(
    study: Study,
    samples: Samples,
    pixels: pd.DataFrame,
    bands: tuple[BandFit, ...],
    origin: str,
) -> pd.DataFrame:
    """Return the calibrated values by the data dictionary."""
    times = samples.frame["time"].dropna()
    shared = {
        "clutter_model": "none" if study.clutter is None else "profile",
        "origin": origin,
        "samples_sha256": samples.sha256,
        "first_time": times.min() if len(times) else None,
        "last_time": times.max() if len(times) else None,
    }
    rows = []
    for one in bands:
        if one.model == "none":
            continue
        mine = pixels[(pixels["band"] == one.band) & (pixels["technology"] == one.technology)]
        values = {
            "bias_db": one.terms.bias_db,
            "slope_db_per_decade": one.terms.slope_db_per_decade,
        }
        rows.append(_term(one, "", mine, values) | shared)
        for name, offset_db in one.terms.offset_db.items():
            of_class = mine[mine["clutter_class"] == name]
            rows.append(_term(one, name, of_class, {"offset_db": offset_db}) | shared)
    return pd.DataFrame(rows, columns=[c.name for c in spec("calibration").columns])


def _term(
    one: BandFit, name: str, pixels: pd.DataFrame, values: dict[str, float]
) -> dict[str, object]:
    """Return one row of the table."""
    used = pixels[~pixels["at_floor"] & pixels["heard"]]

    def rmse_db(column: str) -> float:
        error_db = used["measured_dbm"] - (used["radiated_dbm"] - used[column])
        return round(float(np.sqrt((error_db**2).mean())), _DECIMALS)

    numbers = {"bias_db": 0.0, "slope_db_per_decade": 0.0, "offset_db": 0.0} | values
    return {
        "term_id": "/".join(part for part in (one.technology, one.band, name) if part),
        "band": one.band,
        "technology": one.technology,
        "clutter_class": name or None,
        **{key: round(value, _DECIMALS) + 0.0 for key, value in numbers.items()},
        "samples": int(pixels["samples"].sum()),
        "pixels": len(pixels),
        "rmse_before_db": rmse_db("loss_db"),
        "rmse_after_db": rmse_db("crossed_loss_db"),
    }
