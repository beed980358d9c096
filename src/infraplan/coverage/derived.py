"""Which rasters follow from a predicted signal?"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.coverage.service import service_share
from infraplan.coverage.throughput import loaded_mbps, peak_mbps
from infraplan.results import ANY_OPERATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infraplan.geo import Raster
    from infraplan.results import Signal

__all__ = ["derived_layers"]

_ENVIRONMENTS = ("outdoors", "vehicle", "indoors")


def derived_layers(
    signal: Signal, *, operator: str = ANY_OPERATOR, location_sigma_db: Raster | None = None
) -> Mapping[str, Callable[[], Raster]]:
    """Return what computes each raster that follows from a signal, by its name.

    They are computed when called, so that one at a time takes memory.

    Parameters
    ----------
    signal
        The predicted signal.
    operator
        Whose, or ``"any"``.
    location_sigma_db
        As for :func:`infraplan.coverage.service_share`.

    Returns
    -------
    Mapping
        ``service_share_outdoors_any`` … and, where the catalogue maps the technology,
        ``peak_mbps_any`` and ``loaded_mbps_any``.
    """
    layers: dict[str, Callable[[], Raster]] = {
        f"service_share_{environment}_{operator}": partial(
            service_share,
            signal,
            operator,
            environment=environment,
            location_sigma_db=location_sigma_db,
        )
        for environment in _ENVIRONMENTS
    }
    if signal.technology in set(catalog.table("throughput")["technology"]):
        layers[f"peak_mbps_{operator}"] = partial(peak_mbps, signal, operator)
        layers[f"loaded_mbps_{operator}"] = partial(loaded_mbps, signal, operator)
    return MappingProxyType(layers)
