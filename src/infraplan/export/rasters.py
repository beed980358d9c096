"""Which rasters does a bundle hold, how are they named, and what do they say of themselves?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from infraplan.export.basis import RESTS_ON, layer_basis, with_english
from infraplan.geo.cog import write_bands, write_cog
from infraplan.names import file_stems
from infraplan.results import ANY_OPERATOR
from infraplan.wording import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from infraplan.export.content import Content
    from infraplan.geo import Raster
    from infraplan.results import Signal

__all__ = ["rasters_of", "step_of", "write_classes", "write_raster"]

_STEPS = {"share": 0.001}
_STEP = 0.1
"""Levels and rates are stored to a tenth of their unit: a prediction is not known better."""

_DECIBELS = ("dB", "dBm")

_OF_ALL = ("rsrp_dbm", "server", "sinr_db")
_OF_ANY = ("second_rsrp_dbm", "second_server")
"""Layers of the signal that are written for each operator, and for any operator alone."""


def rasters_of(signal: Signal) -> dict[str, Callable[[], Raster]]:
    """Return the rasters of a signal by the name of their file, layer by layer."""
    stems = file_stems(signal.operators)
    layers: dict[str, Callable[[], Raster]] = {}
    for layer in (*_OF_ALL, *_OF_ANY):
        of_layer: Mapping[str, Raster] = getattr(signal, layer)
        operators = signal.operators if layer in _OF_ALL else (ANY_OPERATOR,)
        for operator in operators:
            layers[f"{layer}_{stems[operator]}"] = partial(_given, of_layer[operator])
    return layers


def write_raster(folder: Path, *, make: Callable[[], Raster], name: str, content: Content) -> None:
    """Write a raster with what it is, its unit and what it rests on in its tags.

    Parameters
    ----------
    folder
        Where to.
    make
        Returns the raster; it is let go after.
    name
        Of the file, without its ending.
    content
        What the bundle states.
    """
    raster = make()
    tags = _tags(raster, content)
    step = step_of(raster.unit)
    if raster.nodata is None:
        decibels = raster.unit in _DECIBELS
        tags["ROUNDED_TO_DB" if decibels else "ROUNDED_TO"] = f"{step:g}"
    write_cog(folder / f"{name}.tif", raster, description=tags["QUANTITY"], tags=tags, step=step)


def write_classes(
    folder: Path,
    *,
    make: Callable[[], tuple[Raster, ...]],
    name: str,
    years: Sequence[int],
    content: Content,
) -> None:
    """Write the classes of service of several years as the bands of one file.

    Parameters
    ----------
    folder
        Where to.
    make
        Returns a raster for each year; they are let go after.
    name
        Of the file, without its ending: ``service_class_<technology>_…``.
    years
        Of the bands; each band is called by its year.
    content
        What the bundle states.
    """
    rasters = make()
    technology = name.removeprefix("service_class_").partition("_")[0]
    tags = _tags(rasters[0], content) | {"TECHNOLOGY": technology}
    bands = [str(year) for year in years]
    write_bands(folder / f"{name}.tif", rasters, descriptions=bands, tags=tags)


def _tags(raster: Raster, content: Content) -> dict[str, str]:
    """Return what a file says of its values: quantity, unit, origin, conditions."""
    signal, known = content.signal, content.signal.provenance
    layer = raster.name if raster.name in RESTS_ON else "signal"
    return {
        "INFRAPLAN_VERSION": known.version,
        "STUDY": f"{known.study_id}: {known.title_vi} / {known.title_en}",
        "TECHNOLOGY": signal.technology,
        "QUANTITY": with_english(phrase(f"raster_{raster.name}")),
        "UNIT": raster.unit,
        "ORIGIN": raster.origin,
        "DATA_BASIS": with_english(layer_basis(content.origins, layer)),
        "LOAD_SHARE": f"{signal.load_share:g}",
        "CLUTTER": signal.clutter_model,
    }


def step_of(unit: str) -> float:
    """Return the step to which numbers of a unit are stored.

    Examples
    --------
    >>> step_of("dBm"), step_of("share")
    (0.1, 0.001)
    """
    return _STEPS.get(unit, _STEP)


def _given(raster: Raster) -> Raster:
    return raster
