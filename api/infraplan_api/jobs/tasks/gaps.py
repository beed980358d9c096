"""How does a job find white and weak spots?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infraplan import coverage
from infraplan_api.formats import csv_bytes, geojson_bytes, parquet_bytes
from infraplan_api.jobs.tasks.signal import predicted, study_of
from infraplan_api.models.processes import GapsInputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan.workflow import Reporter

__all__ = ["gaps"]


def gaps(
    bundle: Path, inputs: Mapping[str, Any], *, out: Path, keep: Path, reporter: Reporter
) -> dict[str, Any]:
    """Write the spots as GeoJSON, GeoParquet and CSV; return how many people live in them."""
    del keep
    asked = GapsInputs.model_validate(inputs)
    study = study_of(bundle)
    wanted = () if asked.operator == "any" else (asked.operator,)
    signal = predicted(
        study, technology=asked.technology, operators=wanted, load_share=None, reporter=reporter
    )
    found = coverage.find_gaps(
        study, signal, operator=asked.operator, min_people=asked.min_people
    ).to_crs("EPSG:4326")
    (out / "gaps.geojson").write_bytes(geojson_bytes(found))
    (out / "gaps.parquet").write_bytes(parquet_bytes(found))
    (out / "gaps.csv").write_bytes(csv_bytes(found))
    kinds = sorted(set(found["kind"]))
    return {
        "technology": signal.technology,
        "operator": asked.operator,
        "spots": {kind: int((found["kind"] == kind).sum()) for kind in kinds},
        "people": {
            kind: round(float(found.loc[found["kind"] == kind, "people"].sum()), 1)
            for kind in kinds
        },
    }
