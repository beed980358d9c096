"""What of a study does the prediction of its network need?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from infraplan import catalog
from infraplan.coverage.antennas import antenna_patterns
from infraplan.coverage.block import Conditions
from infraplan.coverage.clutter import terminal_losses_db
from infraplan.errors import ParameterError
from infraplan.radio.sweep import NETWORK_RAYS_PER_PIXEL
from infraplan.study.correction import Correction, loss_correction
from infraplan.study.surface import clutter_height_m

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from infraplan.coverage.transmitters import Transmitter
    from infraplan.radio.pattern import Pattern
    from infraplan.study import Study

__all__ = ["Clutter", "Scene", "conditions", "scene_of"]

Clutter = Literal["profile", "terminal", "none"]

_CLUTTER = ("profile", "terminal", "none")
_LATITUDE_DEG = 45.0
_TIME_PERCENT = 50.0
_DELTA_N = 45.0
_N0 = 325.0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Terrain, transmitters and corrections on one grid.

    Attributes
    ----------
    height_m, clutter_height_m
        Terrain, and what stands on it where it counts on the way, m, float32.
    cell_size_m
        Side of a cell.
    transmitters
        All of one technology that are predicted.
    patterns
        Antennas by name.
    corrections
        Corrections of losses by band, where there are any.
    conditions
        What all transmitters share.
    clutter_model
        Where land cover counts.
    """

    height_m: NDArray[np.float32]
    clutter_height_m: NDArray[np.float32] | None
    cell_size_m: float
    transmitters: tuple[Transmitter, ...]
    patterns: Mapping[str, Pattern]
    corrections: Mapping[str, Correction]
    conditions: Conditions
    clutter_model: Clutter = "none"


def conditions(
    *,
    reach_m: float | None = None,
    load_share: float | None = None,
    floor_dbm: float | None = None,
    time_percent: float = _TIME_PERCENT,
    latitude_deg: float = _LATITUDE_DEG,
    prune: bool = False,
    rays_per_pixel: float = NETWORK_RAYS_PER_PIXEL,
) -> Conditions:
    """Return what all transmitters share, from the catalogue's rules where not given.

    Parameters
    ----------
    reach_m, load_share, floor_dbm
        The rules ``coverage_reach_m``, ``load_share`` and ``level_floor_dbm`` where None.
    time_percent, latitude_deg, prune, rays_per_pixel
        See :class:`Conditions`.

    Raises
    ------
    ParameterError
        If a value is outside its range.
    """
    return Conditions(
        reach_m=catalog.rule("coverage_reach_m") if reach_m is None else reach_m,
        rx_height_m=catalog.rule("rx_height_m"),
        floor_dbm=catalog.rule("level_floor_dbm") if floor_dbm is None else floor_dbm,
        load_share=catalog.rule("load_share") if load_share is None else load_share,
        time_percent=time_percent,
        delta_n=_DELTA_N,
        n0=_N0,
        latitude_deg=latitude_deg,
        prune=prune,
        rays_per_pixel=rays_per_pixel,
    )


def scene_of(
    study: Study,
    transmitters: Sequence[Transmitter],
    shared: Conditions,
    *,
    clutter: Clutter | None = None,
    technology: str | None = None,
) -> Scene:
    """Gather what the prediction of some transmitters needs.

    Parameters
    ----------
    study
        Terrain, land cover, calibration and antennas.
    transmitters
        What is predicted.
    shared
        Conditions.
    clutter
        "profile": trees and houses stand on the way and diffract; "terminal": each receiver
        stands among what its cell holds (P.2108); "none". "profile" where None and the study has
        land cover.
    technology
        Of all transmitters; needed where the calibration names a band of two technologies alike.

    Raises
    ------
    ParameterError
        If `clutter` is none of these, needs land cover that the study has not, or differs from
        what the calibration was fitted with.
    """
    model: Clutter = (
        ("none" if study.clutter is None else "profile") if clutter is None else clutter
    )
    if model not in _CLUTTER:
        raise ParameterError(f"clutter is {clutter!r}; give one of {', '.join(_CLUTTER)}.")
    if model != "none" and study.clutter is None:
        raise ParameterError(
            f"clutter is {model!r}, but the study has no land cover. Remedy: add a part [clutter] "
            "to the study file."
        )
    bands = {t.band: t.frequency_mhz for t in transmitters}
    corrections = {b: _correction(study, b, f, model, technology) for b, f in sorted(bands.items())}
    return Scene(
        height_m=np.ascontiguousarray(study.elevation.values, dtype=np.float32),
        clutter_height_m=clutter_height_m(study) if model == "profile" else None,
        cell_size_m=study.grid.cell_size_m,
        transmitters=tuple(transmitters),
        patterns=antenna_patterns([a for t in transmitters for a in t.antennas], study.antennas),
        corrections={b: c for b, c in corrections.items() if c is not None},
        conditions=shared,
        clutter_model=model,
    )


def _correction(
    study: Study, band: str, frequency_mhz: float, model: str, technology: str | None
) -> Correction | None:
    """Return what is added to the losses of a band: calibration, clutter around the receiver."""
    fitted = loss_correction(study, band, technology=technology)
    if fitted is not None and fitted.clutter_model != model:
        raise ParameterError(
            f"The calibration of band {band} was fitted with clutter {fitted.clutter_model!r}, the "
            f"prediction uses {model!r}. Remedy: predict with clutter={fitted.clutter_model!r}, or "
            "calibrate again."
        )
    if model != "terminal":
        return fitted
    losses_db = terminal_losses_db(study, frequency_mhz)
    if fitted is None:
        return Correction(0.0, 0.0, losses_db, model)
    offset_db = losses_db if fitted.offset_db is None else losses_db + fitted.offset_db
    return replace(fitted, offset_db=offset_db)
