"""What lies in a bundle, what does it rest on, and what does it state, for programs to read?"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.export.certificate import price_basis
from infraplan.export.weights import demand_weights, is_people_only
from infraplan.plan.nesting import NESTING_COLUMNS
from infraplan.results import basis

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan.export.content import Content
    from infraplan.plan import Plan

__all__ = ["files_of", "manifest", "sha256", "write_manifest"]

_FORMAT = 3
_CHUNK = 1 << 20
_DIGITS = 9
_SITES_CLAIMS = {
    "own": "each site's link is priced on its own",
    "plan": "shared links are paid, a site costs what it alone needs or what extends them",
}


def sha256(path: Path) -> str:
    """Return the digest of a file's bytes."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def manifest(content: Content, folder: Path, extra: Mapping[str, object]) -> dict[str, object]:
    """Describe a bundle whose other files are all written.

    Parameters
    ----------
    content
        What the bundle states, and how it is known.
    folder
        Where its files lie.
    extra
        What else it says: years, technologies, environments and collections.

    Returns
    -------
    dict
        Plain texts, numbers, lists and dicts; no time of day and no folder of this machine.
    """
    plan, signal, figures = content.plan, content.signal, content.figures
    known = plan.provenance
    return {
        "format": _FORMAT,
        "infraplan_version": known.version,
        "study": {"id": known.study_id, "title_vi": known.title_vi, "title_en": known.title_en},
        "technology": signal.technology,
        "load_share": signal.load_share,
        "clutter_model": signal.clutter_model,
        "operators": list(signal.operators),
        "crs_of_rasters": signal.grid.crs,
        "cell_size_m": signal.grid.cell_size_m,
        "parameters": _without_folders(json.loads(known.parameters)),
        "catalogue_sha256": hashlib.sha256(catalog.digest_text().encode()).hexdigest(),
        "inputs": [_without_folders(asdict(s)) for s in known.sources],
        "outputs": {
            name: {"bytes": (folder / name).stat().st_size, "sha256": sha256(folder / name)}
            for name in files_of(folder)
        },
        "data_basis": basis(content.origins),
        "origin_shares": content.origins.to_dict("records"),
        "notes": [{"vi": note.vi, "en": note.en} for note in known.notes],
        "certificate": _certificate(plan),
        "demand_weights": demand_weights(known.parameters),
        "equity": None if plan.equity is None else asdict(plan.equity),
        "nesting": plan.phases[["year", *NESTING_COLUMNS]].to_dict("records"),
        "totals": {**asdict(figures), "people_unserved": figures.people_unserved},
        "plan_totals": asdict(plan.totals),
        **extra,
    }


def files_of(folder: Path) -> list[str]:
    """Return the files in a folder and below it, as paths from it, sorted."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _certificate(plan: Plan) -> dict[str, object]:
    """Return what is proven of sites, links and years, and what the proof speaks of."""
    return {
        "sites_gap_share": plan.gap_share,
        "sites_gap_holds_when": _SITES_CLAIMS[price_basis(plan)],
        "sites_gap_counts": "people" if is_people_only(plan) else "weight",
        "sites_status": plan.sites_status,
        "links_gap_share": plan.links_gap_share,
        "links_status": plan.links_status,
        "phases_gap_share": plan.phases_gap_share,
        "phases_status": plan.phases_status,
        "demand_people": plan.demand_people,
        "demand_weight": plan.demand_weight,
        "reachable_people": plan.reachable_people,
        "covered_people": plan.covered_people,
        "covered_weight": plan.covered_weight,
        "upper_bound_weight": plan.upper_bound_weight,
        "budget_vnd": plan.budget_vnd,
        "unspent_vnd": plan.budget_vnd - plan.totals.capex_vnd,
    }


def write_manifest(path: Path, described: dict[str, object]) -> None:
    """Write a manifest as JSON with sorted keys; a missing number is null."""
    text = json.dumps(
        _plain(described), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False
    )
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _without_folders(value: object) -> object:
    """Cut absolute paths down to the name of the file."""
    if isinstance(value, dict):
        return {k: _without_folders(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_without_folders(v) for v in value]
    if isinstance(value, str):
        for path in (PurePosixPath(value), PureWindowsPath(value)):
            if path.is_absolute():
                return path.name
    return value


def _plain(value: object) -> object:
    """Turn numbers of NumPy and missing values into what JSON knows."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, bool | str | int) or value is None:
        return value
    number = float(value)  # type: ignore[arg-type]  # what is left is a number
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else round(number, _DIGITS)
