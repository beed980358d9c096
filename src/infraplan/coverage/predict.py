"""How strong is the signal of each operator in each cell, who serves it, who disturbs it?"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from infraplan.coverage.best_server import signal_of
from infraplan.coverage.scene import conditions, scene_of
from infraplan.coverage.tiles import predict_tiles
from infraplan.coverage.transmitters import group_cells
from infraplan.errors import ParameterError
from infraplan.radio.sweep import NETWORK_RAYS_PER_PIXEL
from infraplan.study.climate import climate_latitude_deg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from infraplan.coverage.scene import Clutter
    from infraplan.results import Signal
    from infraplan.study import Study

__all__ = ["operators_of", "predict", "signal_origin"]


def predict(
    study: Study,
    *,
    technology: str = "4G",
    operators: Sequence[str] | None = None,
    reach_m: float | None = None,
    load_share: float | None = None,
    floor_dbm: float | None = None,
    time_percent: float = 50.0,
    clutter: Clutter | None = None,
    tile_cells: int | None = None,
    prune: bool = False,
    rays_per_pixel: float = NETWORK_RAYS_PER_PIXEL,
    executor: Executor | None = None,
    most_tasks: Callable[[], int] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Signal:
    """Predict RSRP, best and second server and SINR per operator and for any of them.

    Parameters
    ----------
    study
        Terrain and cells; land cover, calibration and measured antennas where it has them.
    technology
        2G, 3G, 4G or 5G.
    operators
        Predict these only; all that have cells of the technology where None. Predictions of single
        operators are joined by :func:`infraplan.coverage.best_server`.
    reach_m
        Signals are followed this far from each mast, m; farther cells count as without signal.
        The catalogue's rule ``coverage_reach_m`` where None.
    load_share
        Share of time and frequency in which other cells transmit, 0 to 1; the rule ``load_share``
        where None.
    floor_dbm
        Cells received below this level count as absent, dBm; the rule ``level_floor_dbm`` where
        None.
    time_percent
        Share of the average year in which the levels are exceeded, %, 1 to 50.
    clutter
        "profile": trees and houses stand on the way and diffract; "terminal": each receiver stands
        among what its cell holds; "none". "profile" where None and the study has land cover.
    tile_cells
        Longest side of a tile, cells; a rule of the catalogue where None. Memory follows the tile,
        the result does not depend on it.
    prune
        Skip paths that cannot reach the floor. The result is the same; sooner where terrain is
        steep and the floor high.
    rays_per_pixel
        How finely the sweep looks: more rays, less error, more time (curve: docs/radio.md).
    executor
        Threads (the kernels release the GIL) run transmitters side by side; any other executor,
        of processes or of a Dask client, runs tiles. None runs all here. The result is the same.
    most_tasks
        Tells how many tiles may be with an executor of processes now; 16 where None.
    progress
        Called with (done, total) transmitters.

    Returns
    -------
    Signal
        RSRP in dBm to 0.1 dB (median of locations, outdoors, 1.5 m above ground; 2G: power of the
        whole carrier, 3G: RSCP of the pilot), best and second server, and the best server's SINR.

    Raises
    ------
    ParameterError
        If the study has no cell of this technology, or one of the operators has none, or a
        parameter is outside its range.

    Notes
    -----
    RSRP = EIRP per resource element + antenna pattern - basic loss of P.1812 (free space below
    250 m, with diffraction). Without land cover levels are optimistic in forest and in towns.

    The best server is the cell with the highest RSRP of all carriers. Its SINR = RSRP / (load ·
    sum of RSRP of all other cells of the operator on its frequency + thermal noise of one resource
    element, with the catalogue's noise figure). How 2G reuses its frequencies is not known: its
    SINR is NaN.

    References
    ----------
    Recommendations ITU-R P.1812-8, P.2108-1 (clutter "terminal"); 3GPP TR 36.814 V9.2.0, Table
    A.2.1.1-2 (default antenna); 3GPP TR 36.942 V17.0.0, section 4 (interference, noise figure).
    """
    wanted = _wanted(study, technology, operators)
    cells = study.cells[study.cells["technology"] == technology].reset_index(drop=True)
    scene = scene_of(
        study,
        [t for t in group_cells(cells, study.grid) if t.operator in wanted],
        conditions(
            reach_m=reach_m,
            load_share=load_share,
            floor_dbm=floor_dbm,
            time_percent=time_percent,
            latitude_deg=climate_latitude_deg(study),
            prune=prune,
            rays_per_pixel=rays_per_pixel,
        ),
        clutter=clutter,
        technology=technology,
    )
    found = predict_tiles(
        scene,
        side_cells=tile_cells,
        executor=executor,
        most_tasks=most_tasks,
        progress=progress,
    )
    return signal_of(
        found,
        technology=technology,
        grid=study.grid,
        origin=signal_origin(study),
        cells=cells,
        inputs=MappingProxyType(
            {"communes": study.communes, "villages": study.villages, "sites": study.sites}
        ),
        provenance=study.provenance,
        load_share=scene.conditions.load_share,
        clutter_model=scene.clutter_model,
    )


def operators_of(study: Study, *, technology: str = "4G") -> tuple[str, ...]:
    """Return the operators that have cells of a technology, sorted.

    Raises
    ------
    ParameterError
        If there is no cell of this technology.
    """
    of_it = study.cells.loc[study.cells["technology"] == technology, "operator"]
    if of_it.empty:
        there = ", ".join(sorted(set(study.cells["technology"])))
        raise ParameterError(
            f"The study has no cell of {technology!r}; it has {there or 'no cell at all'}. "
            f"Remedy: add cells of {technology!r} to the table of cells."
        )
    return tuple(sorted(set(of_it)))


def _wanted(study: Study, technology: str, operators: Sequence[str] | None) -> tuple[str, ...]:
    """Return the operators to predict, sorted."""
    there = operators_of(study, technology=technology)
    if operators is None:
        return there
    unknown = sorted(set(operators) - set(there))
    if unknown or not operators:
        raise ParameterError(
            f"operators is {list(operators)}; give some of those that have {technology} cells: "
            f"{', '.join(there)}."
        )
    return tuple(sorted(set(operators)))


def signal_origin(study: Study) -> str:
    """Return how the signal is known: simulated where terrain, masts or cells are."""
    used = study.provenance.origins
    rows = used[used["table"].isin(["elevation", "sites", "cells"])]
    return "simulated" if (rows["origin"] == "simulated").any() else "estimated"
