"""Where is a mast received, and where does it bring service that was not there?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from infraplan.coverage.classes import (
    ENVIRONMENTS,
    classes_of_level,
    level_limits_dbm,
    median_loss_db,
)
from infraplan.coverage.network import predict_block
from infraplan.geo import Grid
from infraplan.results import ANY_OPERATOR
from infraplan.workflow.whatif.result import PreviewPicture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.coverage.block import Block
    from infraplan.coverage.transmitters import Transmitter
    from infraplan.workflow.whatif.scene import PreviewScene

__all__ = ["Cover", "cells_of", "cover_of", "mast_levels"]


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Marked cells of a block.

    Attributes
    ----------
    block
        Rows and columns of the grid.
    served
        Environment to cells that the mast serves.
    gained
        Environment and operator (or "any") to cells that had no such service before.
    picture
        Where it is received in the environment asked for.
    """

    block: Block
    served: dict[str, NDArray[np.bool_]]
    gained: dict[tuple[str, str], NDArray[np.bool_]]
    picture: PreviewPicture


def mast_levels(
    scene: PreviewScene, transmitter: Transmitter, reach_m: float
) -> tuple[Block, NDArray[np.float32]]:
    """Predict the level of a mast around it.

    Parameters
    ----------
    scene
        The prepared study.
    transmitter
        The mast.
    reach_m
        How far.

    Returns
    -------
    tuple of Block and numpy.ndarray
        Rows and columns of the grid, and the levels there, dBm to 0.1 dB, NaN where absent: those
        that :func:`infraplan.coverage.predict` gives a network of this mast alone.
    """
    radio = scene.radio
    radius = math.floor(reach_m / radio.cell_size_m)
    rows, columns = scene.study.grid.shape
    block = (
        max(transmitter.row - radius, 0),
        min(transmitter.row + radius + 1, rows),
        max(transmitter.column - radius, 0),
        min(transmitter.column + radius + 1, columns),
    )
    change = radio.corrections.get(transmitter.band)
    if change is not None and change.offset_db is not None:
        part = change.offset_db[block[0] : block[1], block[2] : block[3]]
        change = replace(change, offset_db=np.ascontiguousarray(part))
    found = predict_block(
        radio.height_m,
        [transmitter],
        cell_size_m=radio.cell_size_m,
        block=block,
        conditions=replace(radio.conditions, reach_m=reach_m),
        patterns=radio.patterns,
        clutter_height_m=radio.clutter_height_m,
        corrections={} if change is None else {transmitter.band: change},
    )
    return block, found[transmitter.operator].rsrp_dbm


def cover_of(
    scene: PreviewScene,
    transmitter: Transmitter,
    reach_m: float,
    *,
    environment: str,
    level: str,
    year: int,
) -> Cover:
    """Compare a mast with what is there already.

    Parameters
    ----------
    scene
        The prepared study.
    transmitter
        The mast.
    reach_m
        How far.
    environment
        Of the picture.
    level
        Level of service that counts, a key of the catalogue.
    year
        Of what is there already.
    """
    limits_dbm = level_limits_dbm(scene.levels.technology)
    least = list(limits_dbm).index(level) + 1
    block, level_dbm = mast_levels(scene, transmitter, reach_m)
    served: dict[str, NDArray[np.bool_]] = {}
    gained: dict[tuple[str, str], NDArray[np.bool_]] = {}
    shown: tuple[NDArray[np.uint8], NDArray[np.bool_]] | None = None
    for name in ENVIRONMENTS:
        loss_db = np.float32(median_loss_db(name, transmitter.frequency_mhz))
        classes = classes_of_level(level_dbm - loss_db, limits_dbm)
        serves = classes >= least
        served[name] = serves
        for who in (ANY_OPERATOR, transmitter.operator):
            new = serves & (scene.levels.read(who, name, year, block) < least)
            gained[name, who] = new
            if name == environment and who == ANY_OPERATOR:
                shown = classes, new
    if shown is None:
        raise KeyError(environment)
    return Cover(block, served, gained, PreviewPicture(_window(scene.study.grid, block), *shown))


def cells_of(mask: NDArray[np.bool_], block: Block, grid: Grid) -> NDArray[np.int64]:
    """Return the numbers of marked cells in row-major order of the grid, ascending."""
    rows, columns = np.nonzero(mask)
    return (rows + block[0]) * grid.columns + columns + block[2]


def _window(grid: Grid, block: Block) -> Grid:
    top, bottom, left, right = block
    return Grid(
        grid.crs,
        grid.x_min_m + left * grid.cell_size_m,
        grid.y_max_m - top * grid.cell_size_m,
        grid.cell_size_m,
        bottom - top,
        right - left,
    )
