"""How does a job gather the tables of some communes, and the reports on a whole bundle?"""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd

from infraplan.errors import MissingDataError, ParameterError
from infraplan.report import write as write_report
from infraplan.wording import phrase
from infraplan_api.formats import workbook_bytes
from infraplan_api.jobs.tasks.steady import steady
from infraplan_api.models.processes import ReportInputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan.workflow import Reporter

__all__ = ["report"]

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_SHEETS: Final = {
    "communes": "code",
    "villages": "commune_code",
    "gaps": "commune_code",
    "proposals": "commune_code",
}
"""Collection of the bundle → the column that says in which commune a row is."""


def report(
    bundle: Path, inputs: Mapping[str, Any], *, out: Path, keep: Path, reporter: Reporter
) -> dict[str, Any]:
    """Write ``report.xlsx`` and the bundle's own page; return how many rows each sheet has.

    Where parts of the full report are asked for, its documents stand beside them, and its map
    sheets in ``maps.zip``.
    """
    asked = ReportInputs.model_validate(inputs)
    progress = reporter.start("export")
    with steady(bundle):
        tables = {name: _table(bundle, name) for name in _SHEETS}
        manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
        shutil.copyfile(bundle / "index.html", out / "index.html")
    wanted = set(asked.communes)
    unknown = sorted(wanted - set(tables["communes"]["code"]))
    if unknown:
        raise ParameterError(
            f"The bundle has no communes {', '.join(unknown)}. Remedy: /v1/communes/resolve finds "
            "codes by name."
        )
    sheets, counts = {}, {}
    for number, (name, column) in enumerate(_SHEETS.items(), 1):
        rows = tables[name]
        chosen = rows if not wanted else rows[rows[column].isin(wanted)]
        layer = "new_sites" if name == "proposals" else name
        title = phrase(f"layer_{layer}")
        sheets[title.said(asked.language)] = chosen
        counts[name] = len(chosen)
        progress(number, len(_SHEETS) + 1)
    (out / "report.xlsx").write_bytes(workbook_bytes(sheets))
    if asked.parts:
        with steady(bundle):
            _add_full(bundle, asked, out=out, place=keep / "report")
    return {
        "study_id": manifest["study"]["id"],
        "rows": counts,
    }


def _add_full(bundle: Path, asked: ReportInputs, *, out: Path, place: Path) -> None:
    """Add the full report: its documents one by one, its map sheets packed."""
    made = write_report(bundle, place, language=asked.language, only=asked.parts)
    for path in sorted(made.iterdir()):
        if path.is_file():
            shutil.copyfile(path, out / path.name)
    sheets = sorted((made / "maps").glob("*.png"))
    if sheets:
        with zipfile.ZipFile(out / "maps.zip", "w") as archive:
            for path in sheets:
                archive.writestr(zipfile.ZipInfo(path.name, _EPOCH), path.read_bytes())
    shutil.rmtree(made)


def _table(bundle: Path, name: str) -> gpd.GeoDataFrame:
    path = bundle / "collections" / f"{name}.parquet"
    if not path.is_file():
        raise MissingDataError(
            f"The bundle {bundle.name} has no {name} for a report. Remedy: make it again with this "
            "version of infraplan (infraplan run)."
        )
    return gpd.read_parquet(path)
