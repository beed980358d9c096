"""Do the files of a bundle lie there as its manifest says, and how is a table of it read?"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.errors import Fault, InputError, MissingDataError
from infraplan.geo import GEOGRAPHIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["MANIFEST", "checked", "read_collection", "read_manifest", "read_table"]

MANIFEST: Final = "manifest.json"

_TEXT_ENDINGS: Final = (
    "code", "_codes", "_id", "_ids", "_vi", "_en", "_sites", "_works", "_origin", "_basis", "name"
)  # fmt: skip
_TEXTS: Final = frozenset(
    {
        "confidence", "counts", "depends_on", "indicator", "instead", "item", "kind", "level",
        "meaning", "old_district", "origin", "part", "source", "state", "target_confidence",
        "target_source", "topic", "unit", "unknown_components",
    }
)  # fmt: skip
_KEYS: Final = (
    "certificate", "operators", "origin_shares", "plan_totals", "technology", "totals",
)  # fmt: skip
"""What a report takes from the manifest itself."""

_TRUTH: Final = {"True": True, "False": False}


def read_manifest(folder: Path) -> tuple[dict[str, Any], str]:
    """Return what a bundle's manifest says, and the digest of its bytes.

    Raises
    ------
    MissingDataError
        If there is none, or it is not a bundle's.
    """
    try:
        written = (folder / MANIFEST).read_bytes()
        manifest: dict[str, Any] = json.loads(written)
        for listed in manifest["outputs"].values():
            str(listed["sha256"])
        str(manifest["study"]["id"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MissingDataError(
            f"{folder} is not a finished bundle: its {MANIFEST} cannot be read. Remedy: name the "
            "folder that `infraplan run STUDY --out FOLDER` wrote."
        ) from error
    return manifest, hashlib.sha256(written).hexdigest()


def checked(folder: Path, manifest: Mapping[str, Any], needed: Iterable[str]) -> None:
    """Compare every file of a bundle with the digest that its manifest holds.

    Parameters
    ----------
    folder
        The bundle.
    manifest
        What its manifest says.
    needed
        Files that a report cannot do without.

    Raises
    ------
    MissingDataError
        If the manifest does not list a needed file, or lacks what a report says of the whole.
    InputError
        If files are missing or differ; every one is named.
    """
    outputs = manifest["outputs"]
    absent = [name for name in needed if name not in outputs]
    absent += [f"{key} in its {MANIFEST}" for key in _KEYS if manifest.get(key) is None]
    if absent:
        raise MissingDataError(
            f"The bundle {folder} has no {', '.join(absent)}: it was made by an older version "
            "of infraplan. Remedy: make it again with this one (`infraplan run STUDY --out "
            "FOLDER`)."
        )
    remedy = "make the bundle again (`infraplan run STUDY --out FOLDER`), or copy it anew"
    faults = [
        Fault(str(folder / name), problem, remedy)
        for name in sorted(outputs)
        if (problem := _problem(folder / name, str(outputs[name]["sha256"])))
    ]
    if faults:
        raise InputError(faults)


def read_table(path: Path) -> pd.DataFrame:
    """Read a table of a bundle; codes stay text, and a number is the one that was written.

    Parameters
    ----------
    path
        CSV in UTF-8, with or without byte order mark.

    Returns
    -------
    pandas.DataFrame
        Text columns as strings, yes-and-no columns as booleans, whole numbers as Int64, others
        as float64; empty is NA.
    """
    texts = pd.read_csv(path, dtype="string", encoding="utf-8-sig", keep_default_na=False)
    return pd.DataFrame({name: _typed(str(name), texts[name]) for name in texts.columns})


def read_collection(folder: Path, name: str, manifest: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Read a collection in EPSG:4326; one that the bundle does not have is an empty table."""
    file = f"collections/{name}.parquet"
    if file not in manifest["outputs"]:
        return gpd.GeoDataFrame(geometry=[], crs=GEOGRAPHIC)
    return gpd.read_parquet(folder / file)


def _problem(path: Path, digest: str) -> str:
    """Say what is wrong with a file; nothing where it is as the manifest says."""
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    return "" if found == digest else f"the file is not the one that {MANIFEST} lists"


def _typed(name: str, texts: pd.Series[str]) -> pd.Series[Any]:
    """Return a column as what it holds, by its name and by its values."""
    empty = texts == ""
    if name in _TEXTS or name.endswith(_TEXT_ENDINGS):
        return texts.mask(empty)
    filled = texts[~empty]
    if len(filled) and filled.isin(list(_TRUTH)).all():
        return texts.mask(empty).map(_TRUTH).astype("boolean")
    try:
        if len(filled) and filled.str.fullmatch(r"-?\d{1,18}").all():
            return texts.mask(empty).map(int, na_action="ignore").astype("Int64")
        numbers = np.array([float(t) if t else np.nan for t in texts], dtype=np.float64)
    except ValueError:
        return texts.mask(empty)
    return pd.Series(numbers, index=texts.index)
