"""How does a job make a whole plan, and go on with it after it was stopped?"""

from __future__ import annotations

import math
import shutil
import zipfile
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from infraplan import workflow
from infraplan_api.jobs.tasks.signal import STUDY, study_of
from infraplan_api.models.processes import ProposeInputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan.workflow import Reporter

__all__ = ["propose"]

_PACKED: Final = frozenset({".tif", ".parquet", ".pmtiles"})
_TABLES: Final = ("new_sites.csv", "links.csv", "phases.csv", "index.html")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def propose(
    bundle: Path, inputs: Mapping[str, Any], *, out: Path, keep: Path, reporter: Reporter
) -> dict[str, Any]:
    """Run everything into a bundle of its own, packed as ``bundle.zip``; return the plan's sums."""
    asked = ProposeInputs.model_validate(inputs)
    study_of(bundle)  # says what is missing before the work begins
    made = workflow.run(
        bundle / STUDY,
        keep / "bundle",
        budget_vnd=asked.budget_vnd,
        draws=asked.draws,
        reporter=reporter,
    )
    _pack(made.folder, out / "bundle.zip")
    for name in _TABLES:
        shutil.copyfile(made.folder / name, out / name)
    shutil.rmtree(made.folder)
    shutil.rmtree(keep / ".bundle.stages", ignore_errors=True)
    return {name: _plain(value) for name, value in asdict(made.plan.totals).items()}


def _plain(value: object) -> object:
    """Return a figure as JSON has it: what is not known is null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return value if value is None or isinstance(value, int | str) else str(value)


def _pack(folder: Path, path: Path) -> None:
    """Pack a folder, the same bytes for the same files; what is packed already is only stored."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _EPOCH)
            stored = file.suffix in _PACKED
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            with file.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
