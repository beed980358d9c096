"""Who is served by which technology, operator and level, outdoors and indoors, in which year?"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from infraplan.coverage.class_years import ClassYears, steps_of
from infraplan.coverage.classes import ENVIRONMENTS
from infraplan.coverage.outlook_table import OutlookRows
from infraplan.coverage.predict import signal_origin
from infraplan.coverage.zone_sums import zones_of
from infraplan.errors import ParameterError
from infraplan.geo import Raster
from infraplan.names import file_stems
from infraplan.results import CLASS_UNKNOWN, Outlook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from infraplan.geo import Grid
    from infraplan.results import PlannedSignal
    from infraplan.study import Study

__all__ = ["outlook"]


def outlook(
    study: Study,
    classes: Mapping[str, Mapping[str, Mapping[str, NDArray[np.uint8]]]],
    planned: Sequence[PlannedSignal],
    *,
    years: Sequence[int],
    technology: str = "4G",
    progress: Callable[[int, int], None] | None = None,
) -> Outlook:
    """Forecast coverage per commune for every technology, operator, environment, level and year.

    Parameters
    ----------
    study
        Communes, people and villages.
    classes
        Technology to operator to environment to classes of service now, from
        :func:`infraplan.coverage.signal_classes`.
    planned
        Signals of the sites that the plan builds, from
        :func:`infraplan.siting.planned_signals`.
    years
        Years of the plan, ascending; the year before the first is the base year.
    technology
        The one that the plan builds.
    progress
        Called with (done, total) parts.

    Returns
    -------
    Outlook
        Existing cells stay as they are; a site of the plan serves its operator from its year on,
        at the better of the two levels in each cell. Of the other technologies the base year.

    Raises
    ------
    ParameterError
        If there are no years, they do not ascend, or the plan's technology has no classes.

    Notes
    -----
    A village is served where its centre is, as in the headline of a bundle. Households are taken
    to live as the people of their commune do.

    People newly served by any operator outdoors at the level "served" are those that the plan says
    it gains, and a few more: those of spots too small to be listed as gaps, and those on the limit
    itself, as levels are held to 0.01 dB (0.14 % more in the embedded province).
    """
    if not years or list(years) != sorted(set(years)):
        raise ParameterError(f"years is {list(years)}; give at least one, ascending.")
    if technology not in classes:
        raise ParameterError(f"classes has no {technology!r}; it has {', '.join(classes)}.")
    all_years = (years[0] - 1, *years)
    layers = {
        (name, environment): _layer(
            classes[name],
            environment,
            name,
            all_years if name == technology else all_years[:1],
            planned if name == technology else (),
        )
        for name in sorted(classes)
        for environment in ENVIRONMENTS
    }
    zones = zones_of(study)
    rows = OutlookRows(study, zones, signal_origin(study))
    parts = [
        (name, operator, environment)
        for name in sorted(classes)
        for operator in layers[name, ENVIRONMENTS[0]].operators
        for environment in ENVIRONMENTS
    ]
    for done, (name, operator, environment) in enumerate(parts, 1):
        rows.add(name, environment, operator, layers[name, environment])
        if progress is not None:
            progress(done, len(parts))
    unknown = ~zones.inside.reshape(study.grid.shape) | np.isnan(study.elevation.values)
    return Outlook(
        years=all_years,
        technologies=tuple(sorted(classes)),
        environments=ENVIRONMENTS,
        table=rows.table(),
        classes=_rasters(layers, study.grid, unknown, signal_origin(study)),
        class_years=MappingProxyType(
            {name: layers[name, ENVIRONMENTS[0]].years for name, _ in layers}
        ),
    )


def _layer(
    classes: Mapping[str, Mapping[str, NDArray[np.uint8]]],
    environment: str,
    technology: str,
    years: tuple[int, ...],
    planned: Sequence[PlannedSignal],
) -> ClassYears:
    """Gather the classes of one technology in one environment."""
    base = {operator: of_it[environment] for operator, of_it in classes.items()}
    nothing = np.zeros_like(next(iter(base.values())))
    joining = {site.operator for site in planned if site.operator is not None} - set(base)
    base |= dict.fromkeys(sorted(joining), nothing)
    steps = steps_of(planned, technology=technology, environment=environment)
    return ClassYears(years, base, steps)


def _rasters(
    layers: Mapping[tuple[str, str], ClassYears],
    grid: Grid,
    unknown: NDArray[np.bool_],
    origin: str,
) -> Mapping[str, Callable[[], tuple[Raster, ...]]]:
    """Return what makes the rasters of each file."""
    return MappingProxyType(
        {
            f"service_class_{technology}_{environment}_{stem}": partial(
                _make, layer, operator, grid, unknown, origin
            )
            for (technology, environment), layer in layers.items()
            for operator, stem in file_stems(layer.operators).items()
        }
    )


def _make(
    layer: ClassYears, operator: str, grid: Grid, unknown: NDArray[np.bool_], origin: str
) -> tuple[Raster, ...]:
    """Make the rasters of one operator, one for each year."""
    return tuple(
        Raster(
            "service_class",
            "class",
            grid,
            np.where(unknown, np.uint8(CLASS_UNKNOWN), classes),
            origin,
            nodata=CLASS_UNKNOWN,
        )
        for classes in layer.of(operator)
    )
