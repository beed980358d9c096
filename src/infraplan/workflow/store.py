"""Which stages need not be done again, because nothing they rest on has changed?

A stage's key is a digest of everything it reads and of infraplan's own code. Results are written
beside, then renamed, so a run that is stopped never leaves a broken one. The signal is kept
operator by operator: a run stopped in the middle of it goes on with the operator it was at.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from infraplan import catalog
from infraplan.coverage import BlockSignal, signal_of
from infraplan.errors import OutputError
from infraplan.results import Choice, Equity, Links, Robustness, Service
from infraplan.settings import package_folder
from infraplan.wording import Text
from infraplan.workflow.joint import Joint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.results import Provenance, Signal
    from infraplan.study import Study

__all__ = ["Store", "digest", "table_digest"]

_DECIBEL_STEPS = 10.0
_NO_LEVEL = np.iinfo(np.int16).min
_DECIBEL_LAYERS = ("rsrp_dbm", "second_rsrp_dbm", "sinr_db")
_KEY_LAYERS = ("server", "second_server")


@cache
def _code_digest() -> str:
    """Return a digest of infraplan's code and catalogues: a change of either redoes everything."""
    sources = sorted(package_folder().rglob("*.py"))
    text = "".join(p.read_text(encoding="utf-8") for p in sources)
    return hashlib.sha256((text + catalog.digest_text()).encode()).hexdigest()


def digest(*parts: object) -> str:
    """Return one digest of texts, numbers and arrays."""
    found = hashlib.sha256(_code_digest().encode())
    for part in parts:
        found.update(part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode())
    return found.hexdigest()


def table_digest(table: pd.DataFrame) -> str:
    """Return a digest of all values and shapes of a table."""
    plain = table.drop(columns="geometry", errors="ignore").to_csv(index=False)
    if "geometry" in table.columns:
        plain += "".join(g.wkb_hex for g in table["geometry"])
    return hashlib.sha256(plain.encode()).hexdigest()


def _tenths(level: NDArray[np.float32]) -> NDArray[np.int16]:
    """Turn decibels into whole tenths, missing into the lowest number."""
    tenths = np.nan_to_num(np.round(level * _DECIBEL_STEPS), nan=_NO_LEVEL)
    return tenths.astype(np.int16)


def _decibels(tenths: NDArray[np.int16]) -> NDArray[np.float32]:
    """Turn whole tenths back into decibels, to the last bit as they were rounded."""
    level: NDArray[np.float32] = tenths.astype(np.float32) / np.float32(_DECIBEL_STEPS)
    level[tenths == _NO_LEVEL] = np.nan
    return level


def _own_notes(result: Provenance, study: Study) -> list[list[str]]:
    """Return the notes that a stage added, as pairs of Vietnamese and English."""
    known = set(study.provenance.notes)
    return [[note.vi, note.en] for note in result.notes if note not in known]


def _with_notes(study: Study, notes: list[list[str]]) -> Provenance:
    """Return what the study rests on now, with the notes that a stage added when it was kept."""
    own = (Text(vi, en) for vi, en in notes)
    return replace(study.provenance, notes=(*study.provenance.notes, *own))


@dataclass(frozen=True, slots=True)
class Store:
    """Finished stages on disk.

    Attributes
    ----------
    folder
        Where they lie; made when first needed.
    """

    folder: Path

    def _path(self, stage: str, key: str) -> Path:
        return self.folder / f"{stage}-{key[:32]}"

    def has(self, stage: str, key: str) -> bool:
        """Tell whether a stage was finished under this key."""
        return self._path(stage, key).is_dir()

    def _write(self, stage: str, key: str, files: Mapping[str, object]) -> None:
        """Write arrays (.npz), tables (.parquet) and facts (.json)."""
        try:
            self._write_beside(stage, key, files)
        except OSError as error:
            raise OutputError(
                f"The stage {stage!r} cannot be kept in {self.folder} ({error.strerror}). Remedy: "
                "free some disk space, or name another folder with --out."
            ) from error

    def _write_beside(self, stage: str, key: str, files: Mapping[str, object]) -> None:
        target = self._path(stage, key)
        partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for name, value in files.items():
            if isinstance(value, pd.DataFrame):
                value.to_parquet(partial / f"{name}.parquet")
            elif isinstance(value, dict) and all(isinstance(v, np.ndarray) for v in value.values()):
                np.savez_compressed(partial / f"{name}.npz", **value)
            else:
                (partial / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)

    def keep_only(self, stage: str, *keys: str) -> None:
        """Drop what was kept of a stage under other keys."""
        kept = {self._path(stage, key) for key in keys}
        for old in self.folder.glob(f"{stage}-*"):
            if old not in kept:
                shutil.rmtree(old, ignore_errors=True)

    def save_arrays(self, stage: str, key: str, arrays: Mapping[str, NDArray[np.uint8]]) -> None:
        """Keep arrays by name."""
        self._write(stage, key, {"arrays": dict(arrays)})

    def load_arrays(self, stage: str, key: str) -> dict[str, NDArray[np.uint8]]:
        """Return kept arrays by name."""
        with np.load(self._path(stage, key) / "arrays.npz") as kept:
            return {name: kept[name] for name in sorted(kept.files)}

    def save_signal(self, key: str, signal: Signal, *, operator: str) -> None:
        """Keep one operator's part of a signal; levels and SINR as whole tenths of a decibel."""
        tenths = {n: _tenths(getattr(signal, n)[operator].values) for n in _DECIBEL_LAYERS}
        keys = {n: getattr(signal, n)[operator].values for n in _KEY_LAYERS}
        facts = {n: getattr(signal, n) for n in _SIGNAL_FACTS}
        self._write("signal", key, {"layers": tenths | keys, "cells": signal.cells, "facts": facts})

    def load_signal(self, key: str, study: Study, *, operator: str, origin: str) -> Signal:
        """Return the kept signal of one operator, as predicting it alone would."""
        path = self._path("signal", key)
        facts = json.loads((path / "facts.json").read_text(encoding="utf-8"))
        with np.load(path / "layers.npz") as layers:
            kept = BlockSignal(
                rsrp_dbm=_decibels(layers["rsrp_dbm"]),
                server=layers["server"],
                second_rsrp_dbm=_decibels(layers["second_rsrp_dbm"]),
                second_server=layers["second_server"],
                sinr_db=_decibels(layers["sinr_db"]),
            )
        tables = {"communes": study.communes, "villages": study.villages, "sites": study.sites}
        return signal_of(
            {operator: kept},
            grid=study.grid,
            origin=origin,
            cells=gpd.read_parquet(path / "cells.parquet"),
            inputs=MappingProxyType(tables),
            provenance=study.provenance,
            **facts,
        )

    def save_joint(self, key: str, joint: Joint, study: Study) -> None:
        """Keep sites and links that were weighed together."""
        choice, links, service = joint.choice, joint.links, joint.choice.service
        equity = choice.equity
        facts = {
            "choice": {n: getattr(choice, n) for n in _CHOICE_FACTS},
            "equity": None if equity is None else asdict(equity),
            "links": {n: getattr(links, n) for n in _LINK_FACTS},
            "choice_notes": _own_notes(choice.provenance, study),
            "links_notes": _own_notes(links.provenance, study),
            "shape": list(service.matrix.shape),
        }
        arrays = {
            "indptr": service.matrix.indptr,
            "indices": service.matrix.indices,
            "weight": service.weight,
            "people": service.people,
        }
        tables = {"new_sites": choice.new_sites, "site_bill": choice.bill, "links": links.table}
        tables |= {"feeds": links.feeds, "link_bill": links.bill, "rounds": joint.rounds}
        tables |= {"best_by_year": joint.best_by_year}
        self._write("joint", key, {**tables, "service": arrays, "facts": facts})
        self.keep_only("joint", key)

    def save_robustness(self, key: str, found: Robustness) -> None:
        """Keep how a plan did against its draws."""
        tables = {name: getattr(found, name) for name in _ROBUST_TABLES}
        facts = {
            field.name: getattr(found, field.name)
            for field in fields(found)
            if field.name not in _ROBUST_TABLES
        }
        self._write("robustness", key, {**tables, "facts": facts})
        self.keep_only("robustness", key)

    def load_robustness(self, key: str) -> Robustness:
        """Return how a plan did against its draws."""
        path = self._path("robustness", key)
        facts = json.loads((path / "facts.json").read_text(encoding="utf-8"))
        facts |= {name: pd.read_parquet(path / f"{name}.parquet") for name in _ROBUST_TABLES}
        return Robustness(**facts)

    def load_joint(self, key: str, study: Study) -> Joint:
        """Return kept sites and links."""
        path = self._path("joint", key)
        facts = json.loads((path / "facts.json").read_text(encoding="utf-8"))
        with np.load(path / "service.npz") as kept:
            data = np.ones(len(kept["indices"]), dtype=np.bool_)
            matrix = csr_array((data, kept["indices"], kept["indptr"]), shape=facts["shape"])
            service = Service(matrix, kept["weight"], kept["people"])
        choice = Choice(
            new_sites=gpd.read_parquet(path / "new_sites.parquet"),
            service=service,
            bill=pd.read_parquet(path / "site_bill.parquet"),
            prices=study.prices,
            equity=None if facts["equity"] is None else Equity(**facts["equity"]),
            provenance=_with_notes(study, facts["choice_notes"]),
            **facts["choice"],
        )
        links = Links(
            table=gpd.read_parquet(path / "links.parquet"),
            feeds=pd.read_parquet(path / "feeds.parquet"),
            bill=pd.read_parquet(path / "link_bill.parquet"),
            provenance=_with_notes(study, facts["links_notes"]),
            **facts["links"],
        )
        rounds = pd.read_parquet(path / "rounds.parquet")
        return Joint(choice, links, rounds, pd.read_parquet(path / "best_by_year.parquet"))


_SIGNAL_FACTS = ("technology", "load_share", "clutter_model")
_CHOICE_FACTS = (
    "covered_people",
    "covered_weight",
    "upper_bound_weight",
    "gap_share",
    "status",
    "demand_people",
    "demand_weight",
    "reachable_people",
    "candidates",
    "options",
    "budget_vnd",
)
_ROBUST_TABLES = ("sites", "draws", "tornado")
_LINK_FACTS = ("cost_vnd", "lower_bound_vnd", "gap_share", "status", "components")
