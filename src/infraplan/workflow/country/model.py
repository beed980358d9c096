"""What is the simulated country, and which tiles does it fall into?

It has no file and no global array: terrain and stations of any part follow from a few numbers.
Rows count from north to south, columns from west to east, over the whole country.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.geo import Grid

__all__ = ["BLOCK_M", "Country", "Tile"]

BLOCK_M = 12_000.0
"""Side of the squares that stations are drawn in, m; it does not depend on the tiles."""

_CRS = "EPSG:32648"
_WEST_M, _NORTH_M = 200_000.0, 2_600_000.0
"""North-west corner in that CRS, about that of Viet Nam."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of cells that is predicted as one piece of work.

    Attributes
    ----------
    row, column
        Number of the tile, 0-based.
    first_row, last_row, first_column, last_column
        Cells of the country, the last ones not included.
    """

    row: int
    column: int
    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"tile-{self.row:03d}-{self.column:03d}"

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.last_row - self.first_row, self.last_column - self.first_column


@dataclass(frozen=True, slots=True)
class Country:
    """A simulated country; everything about it follows from these numbers.

    Attributes
    ----------
    stations
        Three-sector 4G stations in all.
    seed
        Of terrain and stations.
    blocks_across, blocks_down
        Size in squares of 12 km; 25 × 92 of them have 331,200 km², the area of Viet Nam.
    cell_size_m
        Side of a cell, m.
    tile_cells
        Cells along the side of a tile.
    reach_m
        Signals are followed this far, m.
    band
        Row of the catalogue ``bands``.
    """

    stations: int = 100_000
    seed: int = 1
    blocks_across: int = 25
    blocks_down: int = 92
    cell_size_m: float = 30.0
    tile_cells: int = 1000
    reach_m: float = field(default_factory=lambda: catalog.rule("coverage_reach_m"))
    band: str = field(default_factory=lambda: catalog.row("rules", "band")["value"])

    def __post_init__(self) -> None:
        """Refuse what makes no country.

        Raises
        ------
        ParameterError
            If a number is outside its range; the message lists them all.
        """
        least = {
            "stations": 1,
            "seed": 0,
            "blocks_across": 1,
            "blocks_down": 1,
            "cell_size_m": 1.0,
            "tile_cells": 1,
            "reach_m": self.cell_size_m,
        }
        faults = [
            f"{name} is {value}; give at least {low}"
            for name, low in least.items()
            if not (math.isfinite(value := getattr(self, name)) and value >= low)
        ]
        if faults:
            raise ParameterError("There is no such country: " + "; ".join(faults) + ".")
        catalog.row("bands", self.band)

    @property
    def width_m(self) -> float:
        """From west to east, m."""
        return self.blocks_across * BLOCK_M

    @property
    def length_m(self) -> float:
        """From north to south, m."""
        return self.blocks_down * BLOCK_M

    @property
    def area_m2(self) -> float:
        """Area, m²."""
        return self.width_m * self.length_m

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the whole country."""
        cells = (math.ceil(side / self.cell_size_m) for side in (self.length_m, self.width_m))
        rows, columns = cells
        return rows, columns

    def tiles(self) -> tuple[Tile, ...]:
        """Return all tiles, row by row from the north-west; those at the far edges are cut."""
        rows, columns = self.shape
        return tuple(
            Tile(
                top // self.tile_cells,
                left // self.tile_cells,
                top,
                min(top + self.tile_cells, rows),
                left,
                min(left + self.tile_cells, columns),
            )
            for top in range(0, rows, self.tile_cells)
            for left in range(0, columns, self.tile_cells)
        )

    def sample(self, count: int) -> tuple[Tile, ...]:
        """Return so many tiles, spread evenly over the list of all of them."""
        every = self.tiles()
        count = min(max(count, 1), len(every))
        return tuple(every[(2 * i + 1) * len(every) // (2 * count)] for i in range(count))

    @property
    def crs(self) -> str:
        """The metric CRS of every tile."""
        return _CRS

    @property
    def corner_m(self) -> tuple[float, float]:
        """The north-west corner in the CRS, x and y, m."""
        return _WEST_M, _NORTH_M

    def grid(self, tile: Tile, *, halo: int = 0) -> Grid:
        """Return where the cells of a tile lie, with so many cells around it."""
        return Grid(
            _CRS,
            _WEST_M + (tile.first_column - halo) * self.cell_size_m,
            _NORTH_M - (tile.first_row - halo) * self.cell_size_m,
            self.cell_size_m,
            *(side + 2 * halo for side in tile.shape),
        )
