"""Small bundles, written by hand."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd
import pytest

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE, SERVED = 1000.0, 900.0


class MakeBundle(Protocol):
    """Write a bundle into a folder."""

    def __call__(self, folder: Path, **changes: Any) -> Path: ...


def _tables() -> dict[str, pd.DataFrame]:
    sites = pd.DataFrame(
        {
            "site_id": ["a", "b", "c"],
            "kind": ["new_mast", "shared_mast", "new_mast"],
            "operator": ["viettel", None, "vinaphone"],
            "mast_height_m": [42.0, 30.0, 55.0],
            "capex_vnd": [100, 50, 120],
            "year": [2026, 2027, None],
        }
    )
    links = pd.DataFrame(
        {
            "link_id": ["l1", "l2"],
            "medium": ["fibre_aerial", "microwave"],
            "length_m": [500.0, 4000.0],
            "capex_vnd": [10, 20],
            "year": [2026, 2027],
        }
    )
    phases = pd.DataFrame(
        {
            "year": [2026, 2027],
            "sites": [1, 1],
            "links": [1, 1],
            "length_m": [500.0, 0.0],
            "budget_vnd": [120, 120],
            "capex_vnd": [110, 70],
            "cumulative_people": [40.0, 70.0],
        }
    )
    explanations = pd.DataFrame(
        {
            "site_id": ["a", "b", "c"],
            "year": [2026, 2027, None],
            "people_gained": [40.0, 30.0, 5.0],
            "depends_on": ["l1", "l1; l2", None],
        }
    )
    communes = pd.DataFrame({"code": ["00123", "00456"], "people": [400.0, 600.0]})
    return {
        "communes": communes,
        "phases": phases,
        "new_sites": sites,
        "links": links,
        "explanations": explanations,
    }


def _manifest() -> dict[str, Any]:
    return {
        "infraplan_version": "1",
        "study": {"id": "valley", "title_vi": "Thung lũng", "title_en": "Valley"},
        "technology": "4G",
        "load_share": 0.5,
        "clutter_model": None,
        "cell_size_m": 30,
        "catalogue_sha256": "c" * 64,
        "parameters": {"study": {"id": "valley"}, "plan": {"budget_vnd": 240, "ring": []}},
        "inputs": [{"table": "communes", "file": "communes.gpkg", "sha256": "a" * 64}],
        "totals": {"people": PEOPLE, "people_served": SERVED},
        "plan_totals": {
            "new_masts": 1,
            "shared_masts": 1,
            "links": 2,
            "hops": 1,
            "sites_beyond": 1,
            "length_m": 500,
            "capex_vnd": 180,
            "low_vnd": 90,
            "high_vnd": 300,
            "opex_vnd": 12,
            "tco_vnd": 260,
            "assumed_price_share": 0.75,
            "people_gained": 70,
            "weight_gained": 70,
            "nesting_worst_people": 3,
        },
        "certificate": {"sites_gap_share": 0.004, "links_gap_share": None, "budget_vnd": 240},
        "equity": None,
    }


@pytest.fixture
def make_bundle() -> MakeBundle:
    """Return what writes a bundle; changes are merged into the manifest, tables replace others."""

    def make(folder: Path, **changes: Any) -> Path:
        tables = _tables() | changes.pop("tables", {})
        manifest = _manifest()
        for key, value in changes.items():
            merge = isinstance(value, dict) and isinstance(manifest.get(key), dict)
            manifest[key] = manifest[key] | value if merge else value
        folder.mkdir(parents=True)
        manifest["outputs"] = {}
        for name, table in tables.items():
            path = folder / f"{name}.csv"
            table.to_csv(path, index=False, encoding="utf-8-sig")
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            manifest["outputs"][path.name] = {"bytes": len(content), "sha256": digest}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return folder

    return make
