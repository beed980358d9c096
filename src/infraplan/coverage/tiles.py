"""How is a raster cut into tiles, each computed from its own surroundings, and put together again?

A tile travels with the terrain in reach of it and the transmitters in reach, nothing else: memory
follows the tile.
"""

from __future__ import annotations

import math
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan import catalog
from infraplan.coverage.block import BlockSignal
from infraplan.coverage.network import predict_block
from infraplan.coverage.transmitters import moved
from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Executor, Future

    from numpy.typing import NDArray

    from infraplan.coverage.block import Block, Conditions
    from infraplan.coverage.scene import Scene
    from infraplan.coverage.transmitters import Transmitter
    from infraplan.radio.pattern import Pattern
    from infraplan.study.correction import Correction

__all__ = ["Tile", "predict_tile", "predict_tiles", "tiles"]

_MOST_TASKS: Final = 16
"""Tiles that are with other processes at a time, where nobody says how many keep them busy."""

_MARGIN_CELLS: Final = 2
"""Terrain beyond the reach that travels along: rays look at the next post."""


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One tile with its surroundings, ready to travel.

    Attributes
    ----------
    top, left
        First row and column of the tile in the raster.
    block
        The tile in `height_m`.
    height_m, clutter_height_m
        Terrain within reach, and what stands on it, m, float32.
    cell_size_m
        Side of a cell.
    transmitters
        Those in reach, counted in `height_m`.
    patterns, corrections, conditions
        As in :class:`infraplan.coverage.scene.Scene`; offsets on the tile.
    """

    top: int
    left: int
    block: Block
    height_m: NDArray[np.float32]
    clutter_height_m: NDArray[np.float32] | None
    cell_size_m: float
    transmitters: tuple[Transmitter, ...]
    patterns: Mapping[str, Pattern]
    corrections: Mapping[str, Correction]
    conditions: Conditions


def tiles(scene: Scene, *, side_cells: int) -> Iterator[Tile]:
    """Cut a scene into tiles of at most so many cells a side, those without transmitters left out.

    Yields
    ------
    Tile
        From north-west to south-east.
    """
    for block in _blocks(scene.height_m.shape, side_cells):
        if _near(scene, block):
            yield _tile(scene, block)


def predict_tile(
    tile: Tile,
    executor: Executor | None = None,
    progress: Callable[[], None] | None = None,
) -> dict[str, BlockSignal]:
    """Compute a tile, operator by operator."""
    return predict_block(
        tile.height_m,
        tile.transmitters,
        cell_size_m=tile.cell_size_m,
        block=tile.block,
        conditions=tile.conditions,
        patterns=tile.patterns,
        clutter_height_m=tile.clutter_height_m,
        corrections=tile.corrections,
        executor=executor,
        progress=progress,
    )


def predict_tiles(
    scene: Scene,
    *,
    side_cells: int | None = None,
    executor: Executor | None = None,
    most_tasks: Callable[[], int] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, BlockSignal]:
    """Compute a whole scene tile by tile.

    Parameters
    ----------
    scene
        What is predicted.
    side_cells
        Longest side of a tile; the catalogue's rules ``tile_cells`` and, for other processes,
        ``task_cells`` where None. The result does not depend on it.
    executor
        Threads run the transmitters of one tile side by side; any other executor (processes, a
        Dask client's) gets one tile per task. None computes here.
    most_tasks
        Tells how many tiles may be with such an executor now; 16 where None.
    progress
        Called with (done, total) transmitters, counted in each tile they reach.

    Returns
    -------
    dict
        Operator to its signal on the whole raster, sorted.

    Raises
    ------
    ParameterError
        If a tile has no cells.
    """
    here = executor is None or isinstance(executor, ThreadPoolExecutor)
    if side_cells is None:
        side_cells = int(catalog.rule("tile_cells" if here else "task_cells"))
    if side_cells < 1:
        raise ParameterError(f"tile_cells is {side_cells}; give at least 1.")
    result = {
        operator: _nothing(scene.height_m.shape)
        for operator in sorted({t.operator for t in scene.transmitters})
    }
    told = _Told(progress, _work(scene, side_cells) if progress else 0)
    if executor is None or isinstance(executor, ThreadPoolExecutor):
        found = _here(scene, side_cells, executor, told)
    else:
        found = _there(scene, side_cells, executor, told, most_tasks or _usual_tasks)
    for tile, signals in found:
        for operator, signal in signals.items():
            _put(result[operator], signal, tile)
    return result


@dataclass(slots=True)
class _Told:
    """Counts what is done and says so."""

    progress: Callable[[int, int], None] | None
    total: int
    done: int = 0

    def add(self, count: int = 1) -> None:
        self.done += count
        if self.progress is not None:
            self.progress(self.done, self.total)


def _here(
    scene: Scene, side_cells: int, executor: Executor | None, told: _Told
) -> Iterator[tuple[Tile, dict[str, BlockSignal]]]:
    """Compute tiles one after another, their transmitters on threads."""
    for tile in tiles(scene, side_cells=side_cells):
        yield tile, predict_tile(tile, executor, told.add)


def _usual_tasks() -> int:
    return _MOST_TASKS


def _there(
    scene: Scene,
    side_cells: int,
    executor: Executor,
    told: _Told,
    most_tasks: Callable[[], int],
) -> Iterator[tuple[Tile, dict[str, BlockSignal]]]:
    """Send tiles to other processes, few at a time; they come back in their order."""
    waiting: deque[tuple[Tile, Future[dict[str, BlockSignal]]]] = deque()
    left = tiles(scene, side_cells=side_cells)
    try:
        while True:
            room = max(max(most_tasks(), 1) - len(waiting), 0)
            sent = islice(left, room)
            waiting.extend((tile, executor.submit(predict_tile, tile)) for tile in sent)
            if not waiting:
                return
            tile, future = waiting.popleft()
            yield tile, future.result()
            told.add(len(tile.transmitters))
    finally:
        for _, future in waiting:
            future.cancel()


def _tile(scene: Scene, block: Block) -> Tile:
    """Cut out one tile with its surroundings."""
    halo = math.floor(scene.conditions.reach_m / scene.cell_size_m) + _MARGIN_CELLS
    rows, columns = scene.height_m.shape
    top, bottom = max(block[0] - halo, 0), min(block[1] + halo, rows)
    left, right = max(block[2] - halo, 0), min(block[3] + halo, columns)
    near = np.s_[top:bottom, left:right]
    there = tuple(moved(t, rows=top, columns=left) for t in _near(scene, block))
    clutter = scene.clutter_height_m
    return Tile(
        top=block[0],
        left=block[2],
        block=(block[0] - top, block[1] - top, block[2] - left, block[3] - left),
        height_m=np.ascontiguousarray(scene.height_m[near]),
        clutter_height_m=None if clutter is None else np.ascontiguousarray(clutter[near]),
        cell_size_m=scene.cell_size_m,
        transmitters=there,
        patterns=scene.patterns,
        corrections={b: _cut(c, block) for b, c in scene.corrections.items()},
        conditions=scene.conditions,
    )


def _blocks(shape: tuple[int, ...], side_cells: int) -> Iterator[Block]:
    """Cut a raster into blocks, from north-west to south-east."""
    rows, columns = shape
    for top in range(0, rows, side_cells):
        for left in range(0, columns, side_cells):
            yield top, min(top + side_cells, rows), left, min(left + side_cells, columns)


def _near(scene: Scene, block: Block) -> list[Transmitter]:
    """Return the transmitters whose windows touch a block."""
    radius = math.floor(scene.conditions.reach_m / scene.cell_size_m)
    top, bottom, left, right = (
        block[0] - radius,
        block[1] + radius,
        block[2] - radius,
        block[3] + radius,
    )
    return [t for t in scene.transmitters if top <= t.row < bottom and left <= t.column < right]


def _work(scene: Scene, side_cells: int) -> int:
    """Count transmitters in each tile they reach."""
    return sum(len(_near(scene, b)) for b in _blocks(scene.height_m.shape, side_cells))


def _cut(correction: Correction, block: Block) -> Correction:
    """Return a correction on a block alone."""
    if correction.offset_db is None:
        return correction
    part = correction.offset_db[block[0] : block[1], block[2] : block[3]]
    return replace(correction, offset_db=np.ascontiguousarray(part))


def _nothing(shape: tuple[int, ...]) -> BlockSignal:
    """Return a raster without any signal."""
    return BlockSignal(
        rsrp_dbm=np.full(shape, np.nan, dtype=np.float32),
        server=np.full(shape, -1, dtype=np.int32),
        second_rsrp_dbm=np.full(shape, np.nan, dtype=np.float32),
        second_server=np.full(shape, -1, dtype=np.int32),
        sinr_db=np.full(shape, np.nan, dtype=np.float32),
    )


def _put(whole: BlockSignal, signal: BlockSignal, tile: Tile) -> None:
    """Write a tile into the whole raster."""
    rows, columns = signal.server.shape
    place = np.s_[tile.top : tile.top + rows, tile.left : tile.left + columns]
    for field in fields(BlockSignal):
        getattr(whole, field.name)[place] = getattr(signal, field.name)
