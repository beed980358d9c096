"""How is a country predicted tile by tile, going on where an earlier run stopped?"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from infraplan.sources.door.only import only_run
from infraplan.workflow.country.files import TileFiles
from infraplan.workflow.country.tile import predict_tile
from infraplan.workflow.pool import open_pool
from infraplan.workflow.stream import as_done

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infraplan.workflow.country.model import Country, Tile
    from infraplan.workflow.country.tile import TileResult

__all__ = ["CountryResult", "run_country"]


@dataclass(frozen=True, slots=True)
class CountryResult:
    """What a run over a country's tiles gave.

    Attributes
    ----------
    folder
        Where the tiles are.
    country
        The country.
    tiles
        Results in the order of the tiles, without their levels.
    kept
        How many of them were there from an earlier run.
    seconds
        Wall time of the others, s.
    """

    folder: Path
    country: Country
    tiles: tuple[TileResult, ...]
    kept: int
    seconds: float


def run_country(
    country: Country,
    out: str | Path,
    *,
    tiles: Sequence[Tile] | None = None,
    rasters: bool = False,
    threads: int | None = None,
    dask: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CountryResult:
    """Predict tiles of a country, each written as soon as it is done.

    Parameters
    ----------
    country
        The simulated country.
    out
        Folder of the tiles. Tiles of the same country that are there are not done again.
    tiles
        Predict these only; all where None.
    rasters
        Write the levels of each tile as a cloud-optimised GeoTIFF too.
    threads
        Threads of this process; one per processor where None.
    dask
        Address of a Dask scheduler whose workers do the work instead.
    progress
        Called with (done, total) tiles.

    Returns
    -------
    CountryResult
        The same tiles wherever they were computed; what they cost beside them.

    Raises
    ------
    OutputError
        If the folder holds tiles of another country, another run is writing to it, or it cannot be
        written.
    MissingExtraError, ParameterError, ClusterError
        As :func:`infraplan.workflow.pool.open_pool`. Tiles that are done stay.
    """
    wanted = country.tiles() if tiles is None else tuple(tiles)
    folder = Path(out)
    files = TileFiles(folder, country, rasters=rasters)
    with only_run(folder / "lock"):
        files.open()
        found = {tile: old for tile in wanted if (old := files.load(tile)) is not None}
        kept, begin = len(found), time.monotonic()
        by_name = {tile.name: tile for tile in wanted}
        calls = [(country, tile, rasters) for tile in wanted if tile not in found]
        with open_pool(threads=threads, dask=dask) as pool:
            for result in as_done(pool.executor, predict_tile, calls, most=pool.most_calls):
                tile = by_name[result.name]
                files.save(tile, result)
                found[tile] = replace(result, level_tenths_dbm=None)
                if progress is not None:
                    progress(len(found), len(wanted))
        seconds = time.monotonic() - begin
    return CountryResult(folder, country, tuple(found[t] for t in wanted), kept, seconds)
