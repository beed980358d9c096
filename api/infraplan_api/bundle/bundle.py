"""What does a bundle hold, and does it still lie on disk as its manifest says?

A file is opened only after its digest was compared with the manifest's, and only while the
manifest on disk is the one that was read: two bundles never mix in one answer.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import geopandas as gpd
import pandas as pd

from infraplan_api.bundle.memo import Memo
from infraplan_api.errors import BundleReplacedError, BundleUnavailableError, NotInBundleError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

__all__ = ["MANIFEST", "Bundle", "identity", "open_bundle", "unavailable"]

T = TypeVar("T")
MANIFEST: Final = "manifest.json"
_TEXT_ENDINGS = ("code", "_codes", "_id", "_ids")


@dataclass(frozen=True, eq=False)
class Bundle:
    """A finished bundle.

    Attributes
    ----------
    folder
        Where it lies.
    sha256
        Digest of manifest.json, which holds the digest of every other file.
    manifest
        What manifest.json says.
    state
        Change time in ns, size and number of manifest.json on disk: changes with the bundle.
    study_id
        The study it was made from.
    operators
        Operators, then "any".
    technologies
        Such as 4G; the plan's own where the bundle names no others.
    environments
        Such as outdoors.
    years
        The year before the plan, then those of the plan; empty where the bundle names none.
    """

    folder: Path
    sha256: str
    manifest: Mapping[str, Any]
    state: tuple[int, int, int]
    study_id: str
    operators: tuple[str, ...]
    technologies: tuple[str, ...]
    environments: tuple[str, ...]
    years: tuple[int, ...]
    _memo: Memo = field(default_factory=Memo, repr=False)

    @property
    def technology(self) -> str:
        """Return the technology that the plan is made for."""
        return str(self.manifest["technology"])

    def has(self, name: str) -> bool:
        """Tell whether the manifest lists a file."""
        return name in self.manifest["outputs"]

    def path(self, name: str) -> Path:
        """Return where a file of the bundle lies, after comparing its digest once.

        Open it within :meth:`reading` or :meth:`once`, so that a bundle which is replaced at that
        moment is noticed.

        Parameters
        ----------
        name
            As the manifest lists it, such as ``collections/communes.parquet``.

        Raises
        ------
        NotInBundleError
            If the manifest does not list it.
        BundleUnavailableError
            If it cannot be read or is not the file that the manifest lists.
        BundleReplacedError
            If another bundle lies in the folder.
        """
        if not self.has(name):
            raise NotInBundleError(
                f"The bundle of the study {self.study_id!r} has no {name}. Remedy: make the "
                "bundle again with this version (`infraplan run STUDY --out DIR`)."
            )
        self.check()
        return self._memo.get(f"verified {name}", lambda: self._verified(name))

    def once(self, key: str, make: Callable[[Bundle], T]) -> T:
        """Return what `make` makes of this bundle, made at the first call and kept with it.

        Threads that ask for the same key meanwhile wait; an error is not kept.

        Parameters
        ----------
        key
            Names what is made; start it with the name of the part, such as ``"tiles roads"``.
        make
            Called with this bundle, within :meth:`reading`.
        """

        def made() -> T:
            with self.reading():
                return make(self)

        return self._memo.get(f"made {key}", made)

    def has_made(self, key: str) -> bool:
        """Tell whether :meth:`once` has made what is kept under a key."""
        return self._memo.has(f"made {key}")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Make sure that what is opened in this block is of this bundle and no other.

        Raises
        ------
        BundleReplacedError
            If another bundle lies in the folder at the beginning or at the end. The service then
            runs the request again.
        BundleUnavailableError
            If a file cannot be read though the bundle is the same.
        """
        self.check()
        try:
            yield
        except OSError as error:
            self.check()
            raise unavailable(self.folder, error.strerror or str(error)) from error
        finally:
            self.check()

    def collection(self, name: str) -> gpd.GeoDataFrame:
        """Return a collection, such as communes, in EPSG:4326; read once. Never change it."""
        file = f"collections/{name}.parquet"
        return self.once(f"collection {name}", lambda b: gpd.read_parquet(b.path(file)))

    def table(self, name: str) -> pd.DataFrame:
        """Return a table, from ``<name>.parquet``, else ``<name>.csv``; read once.

        Codes and identifiers stay text. Never change it.
        """
        return self.once(f"table {name}", lambda b: _table(b, name))

    def check(self) -> None:
        """Raise :class:`BundleReplacedError` unless this bundle lies on disk now."""
        try:
            same = identity(self.folder) == self.state
        except OSError:
            same = False
        if not same:
            raise BundleReplacedError(
                "The bundle was replaced while it was read. Remedy: ask again.",
                headers={"retry-after": "1"},
            )

    def _verified(self, name: str) -> Path:
        """Return a file's path if its content is what the manifest says."""
        path = self.folder / name
        with self.reading(), path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != self.manifest["outputs"][name]["sha256"]:
            raise unavailable(self.folder, f"the digest of {name} is not the one in {MANIFEST}")
        return path


def identity(folder: Path) -> tuple[int, int, int]:
    """Return what changes when another bundle takes the place of one."""
    found = (folder / MANIFEST).stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def open_bundle(folder: Path) -> Bundle:
    """Read a bundle's manifest.

    Raises
    ------
    BundleUnavailableError
        If it is missing or is not a bundle's.
    """
    try:
        state = identity(folder)
        described = (folder / MANIFEST).read_bytes()
        return _described(folder, described, state)
    except OSError as error:
        raise unavailable(folder, error.strerror or type(error).__name__) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise unavailable(folder, f"its content is not that of a bundle: {error}") from error


def unavailable(folder: Path, reason: str) -> BundleUnavailableError:
    """Return the error for a bundle that cannot be read; it names the folder alone."""
    name = folder.name
    return BundleUnavailableError(
        f"The bundle {name!r} cannot be read ({reason.replace(str(folder), name)}). Remedy: run "
        f"`infraplan run STUDY --out DIR` with the folder that is served, {name!r}, as DIR; then "
        "ask again.",
        headers={"retry-after": "5"},
    )


def _described(folder: Path, described: bytes, state: tuple[int, int, int]) -> Bundle:
    """Return the bundle that a manifest describes."""
    manifest: dict[str, Any] = json.loads(described)
    for listed in manifest["outputs"].values():
        str(listed["sha256"])
    technologies = manifest.get("technologies") or [manifest["technology"]]
    return Bundle(
        folder=folder,
        sha256=hashlib.sha256(described).hexdigest(),
        manifest=manifest,
        state=state,
        study_id=str(manifest["study"]["id"]),
        operators=tuple(map(str, manifest["operators"])),
        technologies=tuple(map(str, technologies)),
        environments=tuple(map(str, manifest.get("environments") or ["outdoors"])),
        years=tuple(map(int, manifest.get("years") or [])),
    )


def _table(bundle: Bundle, name: str) -> pd.DataFrame:
    if bundle.has(f"{name}.parquet"):
        return pd.read_parquet(bundle.path(f"{name}.parquet"))
    path = bundle.path(f"{name}.csv")
    columns = pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns
    texts = {c: "string" for c in columns if str(c).endswith(_TEXT_ENDINGS)}
    return pd.read_csv(path, dtype=texts, encoding="utf-8-sig")
