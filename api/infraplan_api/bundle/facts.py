"""What can a bundle be asked for: technologies, operators, levels, years, layers?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from infraplan import catalog
from infraplan_api.models.common import Note
from infraplan_api.models.service import Facts, Level

if TYPE_CHECKING:
    from infraplan_api.bundle.bundle import Bundle

__all__ = ["facts_of"]

_PLACES = 6


def facts_of(bundle: Bundle) -> Facts:
    """Return what a bundle can be asked for, for the landing page and the map."""
    manifest = bundle.manifest
    study = manifest["study"]
    return Facts(
        study_id=bundle.study_id,
        title=Note(
            vi=str(study.get("title_vi") or bundle.study_id),
            en=str(study.get("title_en") or bundle.study_id),
        ),
        bundle_sha256=bundle.sha256,
        infraplan_version=str(manifest.get("infraplan_version", "")),
        technology=bundle.technology,
        technologies=bundle.technologies,
        operators=bundle.operators,
        environments=bundle.environments,
        levels=_levels(bundle.technologies),
        base_year=bundle.years[0] if bundle.years else None,
        years=bundle.years,
        bbox=_bbox(bundle),
        totals={str(k): v for k, v in manifest.get("totals", {}).items() if _is_plain(v)},
        collections=dict(manifest.get("collections", {})),
        layers=tuple(sorted(n[:-4] for n in manifest["outputs"] if _is_layer(n))),
        notes=tuple(Note(vi=n["vi"], en=n["en"]) for n in manifest.get("notes", ())),
        inputs=tuple(dict(one) for one in manifest.get("inputs", ())),
        cell_size_m=manifest.get("cell_size_m"),
    )


def _is_layer(name: str) -> bool:
    return name.endswith(".tif") and "/" not in name


def _is_plain(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    return value is None or isinstance(value, str | int | float)


def _levels(technologies: tuple[str, ...]) -> tuple[Level, ...]:
    """Return the levels of some technologies, as the catalogue lists them."""
    rows = catalog.table("service_levels").to_dict("records")
    found = []
    for technology in technologies:
        for row in (r for r in rows if r["technology"] == technology):
            least = str(row["minimum_rsrp_dbm"]).strip()
            dbm = float(least) if least else math.nan
            found.append(
                Level(
                    technology=technology,
                    level=row["level"],
                    minimum_rsrp_dbm=dbm if math.isfinite(dbm) else None,
                    name=Note(vi=row["name_vi"], en=row["name_en"]),
                    colour=row["colour"],
                )
            )
    return tuple(found)


def _bbox(bundle: Bundle) -> tuple[float, float, float, float] | None:
    """Return the box around the communes, None where the bundle has no such collection."""
    if not bundle.has("collections/communes.parquet"):
        return None
    west, south, east, north = (
        round(float(v), _PLACES) for v in bundle.collection("communes").total_bounds
    )
    return west, south, east, north
