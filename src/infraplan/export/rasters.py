"""Which rasters does a bundle hold, how are they named, and what do they say of themselves?"""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING

from infraplan.export.basis import layer_basis, with_english
from infraplan.geo.cog import write_cog
from infraplan.results import ANY_OPERATOR
from infraplan.wording import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from infraplan.export.content import Content
    from infraplan.geo import Raster
    from infraplan.results import Signal

__all__ = ["rasters_of", "step_of", "write_raster"]

_STEPS = {"share": 0.001}
_STEP = 0.1
"""Levels and rates are stored to a tenth of their unit: a prediction is not known better."""

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_DECIBELS = ("dB", "dBm")

_OF_ALL = ("rsrp_dbm", "server", "sinr_db")
_OF_ANY = ("second_rsrp_dbm", "second_server")
"""Layers of the signal that are written for each operator, and for any operator alone."""


def rasters_of(signal: Signal) -> dict[str, Callable[[], Raster]]:
    """Return the rasters of a signal by the name of their file, layer by layer."""
    stems = _stems(signal.operators)
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
    signal, known = content.signal, content.signal.provenance
    meaning = phrase(f"raster_{raster.name}")
    tags = {
        "INFRAPLAN_VERSION": known.version,
        "STUDY": f"{known.study_id}: {known.title_vi} / {known.title_en}",
        "TECHNOLOGY": signal.technology,
        "QUANTITY": with_english(meaning),
        "UNIT": raster.unit,
        "ORIGIN": raster.origin,
        "DATA_BASIS": with_english(layer_basis(content.origins, "signal")),
        "LOAD_SHARE": f"{signal.load_share:g}",
        "CLUTTER": signal.clutter_model,
    }
    step = step_of(raster.unit)
    if raster.nodata is None:
        decibels = raster.unit in _DECIBELS
        tags["ROUNDED_TO_DB" if decibels else "ROUNDED_TO"] = f"{step:g}"
    meant = with_english(meaning)
    write_cog(folder / f"{name}.tif", raster, description=meant, tags=tags, step=step)


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


def _stems(operators: Sequence[str]) -> dict[str, str]:
    """Return a part of a file name for each operator, all different."""
    stems: dict[str, str] = {}
    for number, operator in enumerate(operators, 1):
        plain = unicodedata.normalize("NFKD", operator.replace("đ", "d").replace("Đ", "D"))
        stem = _NOT_IN_A_NAME.sub("_", "".join(c for c in plain if not unicodedata.combining(c)))
        taken = stem.lower() in {s.lower() for s in stems.values()}
        stems[operator] = f"{stem}_{number}" if taken else stem
    return stems
