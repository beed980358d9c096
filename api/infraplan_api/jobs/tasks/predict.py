"""How does a job predict a signal and say how well each commune is served?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infraplan import coverage
from infraplan.geo.cog import write_cog
from infraplan.results import ANY_OPERATOR
from infraplan.wording import phrase
from infraplan_api.formats import csv_bytes, geojson_bytes
from infraplan_api.jobs.tasks.signal import predicted, study_of
from infraplan_api.models.processes import PredictInputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan.workflow import Reporter

__all__ = ["predict"]

_LAYERS = ("rsrp_dbm", "sinr_db", "server")
_STEP = 0.1


def predict(
    bundle: Path, inputs: Mapping[str, Any], *, out: Path, keep: Path, reporter: Reporter
) -> dict[str, Any]:
    """Write level, SINR and best server of each operator, and the communes' served shares."""
    del keep
    asked = PredictInputs.model_validate(inputs)
    study = study_of(bundle)
    signal = predicted(
        study,
        technology=asked.technology,
        operators=asked.operators,
        load_share=asked.load_share,
        reporter=reporter,
    )
    for layer in _LAYERS:
        for number, operator in enumerate(signal.operators):
            raster = getattr(signal, layer)[operator]
            stem = ANY_OPERATOR if operator == ANY_OPERATOR else f"operator_{number + 1}"
            write_cog(
                out / f"{layer}_{stem}.tif",
                raster,
                description=phrase(f"raster_{raster.name}").en,
                tags={"OPERATOR": operator, "UNIT": raster.unit, "ORIGIN": raster.origin},
                step=_STEP if raster.nodata is None else None,
            )
    communes = coverage.by_zone(study, signal, level="commune")
    (out / "communes.csv").write_bytes(csv_bytes(communes))
    (out / "communes.geojson").write_bytes(geojson_bytes(communes.to_crs("EPSG:4326")))
    (out / "cells.csv").write_bytes(csv_bytes(signal.cells))
    people = float(communes["people"].sum())
    return {
        "technology": signal.technology,
        "operators": list(signal.operators),
        "load_share": signal.load_share,
        "people": people,
        "people_served": {
            operator: round(float(communes[f"people_served_{operator}"].sum()), 1)
            for operator in signal.operators
        },
    }
