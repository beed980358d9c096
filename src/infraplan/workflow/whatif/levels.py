"""Which class of service is there already, in a window of the grid?

Classes come from a signal in memory, or window by window from the rasters of a bundle, so that a
province need not be held. A bundle also knows the years of its plan.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import rasterio
from rasterio.windows import Window

from infraplan.coverage import signal_classes
from infraplan.coverage.classes import ENVIRONMENTS
from infraplan.errors import MissingDataError
from infraplan.names import file_stems
from infraplan.results import ANY_OPERATOR, CLASS_UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.coverage.block import Block
    from infraplan.geo import Grid
    from infraplan.results import Signal

__all__ = ["BundleLevels", "Levels", "SignalLevels"]


class Levels(Protocol):
    """Classes of service that are there already, as :mod:`infraplan.coverage.classes` counts."""

    @property
    def technology(self) -> str:
        """Such as "4G"."""

    @property
    def operators(self) -> tuple[str, ...]:
        """Who has classes, sorted, without "any"."""

    @property
    def years(self) -> tuple[int, ...]:
        """Years that it knows, the one before anything is built first."""

    def read(self, operator: str, environment: str, year: int, block: Block) -> NDArray[np.uint8]:
        """Return the classes of an operator, or of "any", in rows and columns of the grid."""


class SignalLevels:
    """Classes of a signal in memory.

    Parameters
    ----------
    signal
        Of :func:`infraplan.coverage.predict`.
    year
        The year of its network.
    """

    def __init__(self, signal: Signal, *, year: int = 0) -> None:
        self._year = year
        self._technology = signal.technology
        self._classes = {o: signal_classes(signal, o) for o in signal.operators if o != "any"}
        self._classes[ANY_OPERATOR] = {
            name: np.max([own[name] for own in self._classes.values()], axis=0)
            for name in ENVIRONMENTS
        }

    @property
    def technology(self) -> str:
        """Such as "4G"."""
        return self._technology

    @property
    def operators(self) -> tuple[str, ...]:
        """Who has classes, sorted, without "any"."""
        return tuple(sorted(o for o in self._classes if o != ANY_OPERATOR))

    @property
    def years(self) -> tuple[int, ...]:
        """The year of the network."""
        return (self._year,)

    def read(self, operator: str, environment: str, year: int, block: Block) -> NDArray[np.uint8]:
        """Return the classes of an operator, or of "any", in rows and columns of the grid."""
        del year  # there is but one
        top, bottom, left, right = block
        return self._classes[operator][environment][top:bottom, left:right]


class BundleLevels:
    """Classes of a bundle's ``service_class_*.tif``, a band per year, which stay open.

    Parameters
    ----------
    folder
        The bundle.
    technology, operators
        As its manifest says.
    years
        Of the bands, as its manifest says: the year before the plan first.
    grid
        The study's grid, which the rasters must lie on.

    Raises
    ------
    MissingDataError
        If a raster is missing, lies on another grid or has other years.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        technology: str,
        operators: Sequence[str],
        years: Sequence[int],
        grid: Grid,
    ) -> None:
        self._technology = technology
        self._years = tuple(years)
        self._operators = tuple(sorted(set(operators) - {ANY_OPERATOR}))
        stems = file_stems([*self._operators, ANY_OPERATOR])
        paths = {
            (name, environment): Path(folder)
            / f"service_class_{technology}_{environment}_{stem}.tif"
            for name, stem in stems.items()
            for environment in ENVIRONMENTS
        }
        missing = [path.name for path in paths.values() if not path.is_file()]
        if missing:
            raise MissingDataError(
                f"The bundle has no {', '.join(missing)}. Remedy: make it again with `infraplan "
                "run` of this version."
            )
        self._sources = {key: rasterio.open(path) for key, path in paths.items()}
        other = [
            Path(source.name).name
            for source in self._sources.values()
            if source.shape != grid.shape
            or source.count != len(self._years)
            or not source.transform.almost_equals(grid.transform)
        ]
        if other:
            self.close()
            raise MissingDataError(
                f"{', '.join(other)}: not on the grid of the bundle's study, or not of "
                f"{len(self._years)} years. Remedy: make the "
                "bundle again with `infraplan run`."
            )

    @property
    def technology(self) -> str:
        """Such as "4G"."""
        return self._technology

    @property
    def operators(self) -> tuple[str, ...]:
        """Who has classes, sorted, without "any"."""
        return self._operators

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the bands."""
        return self._years

    def read(self, operator: str, environment: str, year: int, block: Block) -> NDArray[np.uint8]:
        """Return the classes of an operator, or of "any", in rows and columns of the grid."""
        top, bottom, left, right = block
        window = Window(left, top, right - left, bottom - top)
        band = self._years.index(year) + 1
        values: NDArray[np.uint8] = self._sources[operator, environment].read(band, window=window)
        values[values == CLASS_UNKNOWN] = 0
        return values

    def close(self) -> None:
        """Close the rasters."""
        for source in self._sources.values():
            source.close()
