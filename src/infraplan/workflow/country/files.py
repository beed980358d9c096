"""How do the tiles of a country lie on disk, so that a run that was stopped can go on?

``country.json`` says which country it is; each tile is a JSON of counts and, where asked for, a
GeoTIFF. Each file is written beside and then renamed, the JSON last: where it is, the tile is done.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.errors import OutputError
from infraplan.geo import Raster
from infraplan.geo.cog import write_cog
from infraplan.workflow.country.tile import NO_LEVEL, TECHNOLOGY, TileResult
from infraplan.workflow.store import digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infraplan.workflow.country.model import Country, Tile

__all__ = ["TileFiles"]

_COUNTRY = "country.json"
_STEPS_PER_DB = np.float32(10.0)
_TUPLES = ("level_counts", "sinr_counts")
_COUNTS = ("name", "cells", "served_cells", *_TUPLES, "stations", "stations_in_reach")


@dataclass(frozen=True, slots=True)
class TileFiles:
    """The folder of a country's tiles.

    Attributes
    ----------
    folder
        Where they lie.
    country
        Whose they are.
    rasters
        Whether levels are written, too.
    """

    folder: Path
    country: Country
    rasters: bool

    def open(self) -> None:
        """Say which country it is, or check that it is the one that lies there.

        Raises
        ------
        OutputError
            If another country lies there, or one that other code has computed.
        """
        facts = asdict(self.country) | {"code": digest()}
        path = self.folder / _COUNTRY
        if path.is_file() and json.loads(path.read_text(encoding="utf-8")) != facts:
            raise OutputError(
                f"{self.folder} holds tiles of another country, or of another version of "
                "infraplan. Remedy: name another folder with --out, or delete this one."
            )
        self._put(path, lambda beside: beside.write_text(_text(facts), encoding="utf-8"))

    def load(self, tile: Tile) -> TileResult | None:
        """Return a tile that is done, without its levels, or None."""
        path = self._json(tile)
        if not path.is_file() or (self.rasters and not self._tif(tile).is_file()):
            return None
        facts = json.loads(path.read_text(encoding="utf-8"))
        return TileResult(**facts | {name: tuple(facts[name]) for name in _TUPLES})

    def save(self, tile: Tile, result: TileResult) -> None:
        """Keep a tile.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        if result.level_tenths_dbm is not None:
            raster = self._raster(tile, result.level_tenths_dbm)
            tags = {"TECHNOLOGY": TECHNOLOGY, "ORIGIN": raster.origin}
            self._put(
                self._tif(tile),
                lambda beside: write_cog(beside, raster, description=raster.name, tags=tags),
            )
        facts = {name: getattr(result, name) for name in _COUNTS}
        self._put(self._json(tile), lambda p: p.write_text(_text(facts), encoding="utf-8"))

    def _raster(self, tile: Tile, tenths: np.ndarray) -> Raster:
        level = tenths.astype(np.float32) / _STEPS_PER_DB
        level[tenths == NO_LEVEL] = np.nan
        return Raster("rsrp_dbm", "dBm", self.country.grid(tile), level, "simulated")

    def _json(self, tile: Tile) -> Path:
        return self.folder / f"{tile.name}.json"

    def _tif(self, tile: Tile) -> Path:
        return self.folder / f"{tile.name}.tif"

    def _put(self, path: Path, write: Callable[[Path], object]) -> None:
        """Write beside, then rename."""
        beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            write(beside)
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise OutputError(
                f"{path} cannot be written ({error.strerror}). Remedy: free some disk space, or "
                "name another folder with --out; what is done stays."
            ) from error


def _text(facts: dict[str, object]) -> str:
    return json.dumps(facts, indent=2, sort_keys=True) + "\n"
