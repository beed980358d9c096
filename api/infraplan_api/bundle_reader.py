"""What does the bundle on disk say, and has another one taken its place?

The communes are read at the first request and kept until manifest.json changes, so a new bundle
is picked up without a restart. Every figure is checked against the manifest's digest first.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infraplan_api.errors import BundleUnavailableError
from infraplan_api.models import CommuneCoverage, Note, OperatorCoverage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Bundle", "BundleReader"]

_MANIFEST, _COMMUNES = "manifest.json", "communes.csv"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The part of a bundle that is served.

    Attributes
    ----------
    sha256
        Digest of manifest.json.
    study_id
        The study it was made from.
    communes
        Code to coverage, in the order of the table.
    """

    sha256: str
    study_id: str
    communes: Mapping[str, CommuneCoverage]


class BundleReader:
    """Read a bundle once, and again when it changes.

    Parameters
    ----------
    folder
        The bundle; it need not exist before the first request.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: tuple[tuple[int, int, int], Bundle] | None = None

    def current(self) -> Bundle:
        """Return the bundle as it lies on disk now.

        Raises
        ------
        BundleUnavailableError
            If it is missing, incomplete or does not match its manifest.
        """
        try:
            found = (self._folder / _MANIFEST).stat()
            state = (found.st_mtime_ns, found.st_size, found.st_ino)
            if self._kept is None or self._kept[0] != state:
                self._kept = state, _read(self._folder)
        except OSError as error:
            raise self._unavailable(error.strerror or type(error).__name__) from error
        except (ValueError, KeyError, TypeError, csv.Error) as error:
            raise self._unavailable(f"its content is not that of a bundle: {error}") from error
        return self._kept[1]

    def _unavailable(self, reason: str) -> BundleUnavailableError:
        """Name the folder alone: where it lies is nobody's business outside."""
        name = self._folder.name
        return BundleUnavailableError(
            f"The bundle {name!r} cannot be read ({reason}). Remedy: run `infraplan run STUDY "
            f"--out DIR` with the folder that is served, {name!r}, as DIR; then ask again."
        )


def _read(folder: Path) -> Bundle:
    """Read the manifest and the table of communes."""
    described = (folder / _MANIFEST).read_bytes()
    manifest: dict[str, Any] = json.loads(described)
    table = (folder / _COMMUNES).read_bytes()
    expected = manifest["outputs"][_COMMUNES]["sha256"]
    if hashlib.sha256(table).hexdigest() != expected:
        raise ValueError(f"the digest of {_COMMUNES} is not the one in {_MANIFEST}")
    sha256 = hashlib.sha256(described).hexdigest()
    rows = csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    return Bundle(
        sha256=sha256,
        study_id=manifest["study"]["id"],
        communes={row["code"]: _commune(row, manifest, sha256) for row in rows},
    )


def _commune(row: Mapping[str, str], manifest: Mapping[str, Any], sha256: str) -> CommuneCoverage:
    """Return the answer for one row of the table."""
    threshold_dbm = _number(row["served_threshold_dbm"])
    if threshold_dbm is None:
        raise ValueError(f"{_COMMUNES} has no served_threshold_dbm for {row['code']}")
    return CommuneCoverage(
        code=row["code"],
        name=row["name"],
        people=_number(row["people"]),
        people_origin=row["people_origin"],
        area_m2=_number(row["area_m2"]),
        geometry_origin=row["geometry_origin"],
        technology=manifest["technology"],
        threshold_dbm=threshold_dbm,
        operators=tuple(_operator(row, name) for name in manifest["operators"]),
        data_basis=row["data_basis"],
        notes=tuple(Note(vi=n["vi"], en=n["en"]) for n in manifest["notes"]),
        study_id=manifest["study"]["id"],
        bundle_sha256=sha256,
    )


def _operator(row: Mapping[str, str], name: str) -> OperatorCoverage:
    """Return the figures of one operator."""
    people, area = "people_served", "area_served"
    return OperatorCoverage(
        operator=name,
        people_served=_number(row[f"{people}_{name}"]),
        people_served_share_of_commune_people=_number(
            row[f"{people}_share_of_commune_people_{name}"]
        ),
        area_served_m2=_number(row[f"{area}_m2_{name}"]),
        area_served_share_of_commune_area=_number(row[f"{area}_share_of_commune_area_{name}"]),
    )


def _number(text: str) -> float | None:
    """Return a number, None where it is missing."""
    value = float(text) if text else math.nan
    return value if math.isfinite(value) else None
