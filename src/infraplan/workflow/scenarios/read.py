"""What does a finished bundle say, and is it whole?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import ValidationError

from infraplan import datasets
from infraplan.errors import Fault, InputError, ParameterError
from infraplan.results.folder import BUNDLE
from infraplan.settings import studies_folder
from infraplan.study.folder import is_study_folder
from infraplan.workflow.scenarios.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Scenario", "read_scenarios"]

_LEAST = 2
_STUDY_SUFFIX = ".toml"
_AGAIN = "run the study again with this version of infraplan"
_TEXT = ("site_id", "link_id", "code", "kind", "operator", "depends_on")
_COLUMNS = {
    "communes": ("code",),
    "phases": ("year", "sites", "links", "capex_vnd", "cumulative_people"),
    "new_sites": ("site_id", "kind", "operator", "mast_height_m", "capex_vnd"),
    "links": ("link_id", "capex_vnd"),
    "explanations": ("site_id", "year", "people_gained", "depends_on"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """One bundle.

    Attributes
    ----------
    name
        Name of its folder, made different from the others'.
    manifest
        What its manifest says.
    communes, phases, new_sites, links, explanations
        Its tables of these names.
    """

    name: str
    manifest: Manifest
    communes: pd.DataFrame
    phases: pd.DataFrame
    new_sites: pd.DataFrame
    links: pd.DataFrame
    explanations: pd.DataFrame


def read_scenarios(folders: Sequence[str | Path]) -> tuple[Scenario, ...]:
    """Read bundles.

    Parameters
    ----------
    folders
        Folders that ``infraplan run`` wrote, two at least.

    Returns
    -------
    tuple of Scenario
        In the same order.

    Raises
    ------
    ParameterError
        If there are fewer than two folders, or one is named twice.
    InputError
        If one is no bundle, is not whole, or was written by a version that told less; every fault
        of every folder is listed.
    """
    if len(folders) < _LEAST:
        raise ParameterError(
            f"The number of bundles given is {len(folders)}, and a comparison needs {_LEAST} at "
            "least. Remedy: name the folders of two or more runs."
        )
    paths = [Path(folder).resolve() for folder in folders]
    twice = sorted({str(folders[n]) for n, path in enumerate(paths) if path in paths[:n]})
    if twice:
        raise ParameterError(
            f"{', '.join(twice)} is named more than once. Remedy: name each bundle once."
        )
    faults: list[Fault] = []
    names = _names(paths)
    read = [
        _scenario(str(folder), path, name, faults)
        for folder, path, name in zip(folders, paths, names, strict=True)
    ]
    if faults:
        raise InputError(faults)
    return tuple(scenario for scenario in read if scenario is not None)


def _names(paths: list[Path]) -> list[str]:
    """Name each bundle by its folder, and by more of its path where two have the same."""
    most = max(len(path.parts) for path in paths)
    for depth in range(1, most + 1):
        names = ["/".join(path.parts[-depth:]) for path in paths]
        if len(set(names)) == len(names):
            break
    return names


def _scenario(given: str, path: Path, name: str, faults: list[Fault]) -> Scenario | None:
    """Read one bundle; None where a fault was found, which is added to `faults`."""
    manifest = _manifest(given, path, faults)
    if manifest is None:
        return None
    tables = {table: _table(given, path, table, manifest, faults) for table in _COLUMNS}
    found = {table: frame for table, frame in tables.items() if frame is not None}
    return Scenario(name, manifest, **found) if len(found) == len(_COLUMNS) else None


def _manifest(given: str, path: Path, faults: list[Fault]) -> Manifest | None:
    marker = path / BUNDLE.marker
    if not marker.is_file():
        faults.append(_no_bundle(given, path))
        return None
    try:
        return Manifest.model_validate_json(marker.read_bytes())
    except ValidationError as error:
        for wrong in error.errors():
            where = ".".join(str(part) for part in wrong["loc"]) or "the whole file"
            problem = f"{where}: {wrong['msg']}"
            faults.append(Fault(f"{given}/{BUNDLE.marker}", problem, _AGAIN))
    except OSError as error:
        problem = f"it cannot be read ({error.strerror})"
        faults.append(Fault(f"{given}/{BUNDLE.marker}", problem, "check its permissions"))
    return None


def _no_bundle(given: str, path: Path) -> Fault:
    """Tell what a folder without a manifest is instead of a bundle."""
    shipped = {file.stem for file in studies_folder().glob(f"*{_STUDY_SUFFIX}")}
    is_study = given in {*datasets.names(), *shipped} or path.suffix == _STUDY_SUFFIX
    if (is_study and not path.is_dir()) or is_study_folder(path):
        bundle = f"out/{Path(given).stem}"
        remedy = f"run it first: infraplan run {given} --out {bundle}; then compare {bundle}"
        return Fault(given, "this is a study, not a finished bundle", remedy)
    if not path.exists():
        return Fault(given, "there is no such folder", "name a folder that infraplan run wrote")
    problem = f"this is no bundle: it has no {BUNDLE.marker}"
    return Fault(given, problem, "name a folder that infraplan run wrote")


def _table(
    given: str, path: Path, table: str, manifest: Manifest, faults: list[Fault]
) -> pd.DataFrame | None:
    """Read one table, after a look whether it is the one that the run wrote."""
    file, label = f"{table}.csv", f"{given}/{table}.csv"
    if file not in manifest.outputs:
        faults.append(Fault(label, "the bundle was written without this table", _AGAIN))
        return None
    try:
        content = (path / file).read_bytes()
        frame = pd.read_csv(
            path / file, encoding="utf-8-sig", dtype=dict.fromkeys(_TEXT, str), keep_default_na=True
        )
    except OSError as error:
        problem = f"the bundle is not whole: it cannot be read ({error.strerror})"
        faults.append(Fault(label, problem, _AGAIN))
        return None
    except ValueError as error:
        faults.append(Fault(label, f"it is no table: {error}", _AGAIN))
        return None
    if hashlib.sha256(content).hexdigest() != manifest.outputs[file].get("sha256"):
        problem = f"it is not the table that {BUNDLE.marker} describes: it was changed by hand"
        faults.append(Fault(label, problem, _AGAIN))
        return None
    absent = [column for column in _COLUMNS[table] if column not in frame]
    if absent:
        problem = f"an older version wrote it, without {', '.join(absent)}"
        faults.append(Fault(label, problem, _AGAIN))
        return None
    return frame
