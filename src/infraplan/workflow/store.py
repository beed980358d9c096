"""Which stages need not be done again, because nothing they rest on has changed?

A stage's key is a digest of everything it reads and of infraplan's own code. Results are written
beside, then renamed, so a run that is stopped never leaves a broken one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.geo import Raster
from infraplan.results import Choice, Links, Signal
from infraplan.settings import package_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan.results import Provenance
    from infraplan.study import Study

__all__ = ["Store", "digest", "table_digest"]

_DECIBEL_STEPS = 10.0
_NO_LEVEL = np.iinfo(np.int16).min


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


def _with_notes(study: Study, notes: list[str]) -> Provenance:
    """Return what the study rests on, with the notes that a stage had when it was kept."""
    return replace(study.provenance, notes=tuple(notes))


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
        """Write arrays (.npz), tables (.parquet) and facts (.json), then drop older keys."""
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
        for old in self.folder.glob(f"{stage}-*"):
            if old != target:
                shutil.rmtree(old, ignore_errors=True)

    def save_signal(self, key: str, signal: Signal) -> None:
        """Keep a signal; levels as whole tenths of a decibel."""
        levels, servers = {}, {}
        for operator in signal.operators:
            level = signal.rsrp_dbm[operator].values
            tenths = np.nan_to_num(np.round(level * _DECIBEL_STEPS), nan=_NO_LEVEL)
            levels[operator] = tenths.astype(np.int16)
            servers[operator] = signal.server[operator].values
        facts = {"operators": signal.operators, "technology": signal.technology}
        self._write(
            "signal",
            key,
            {"levels": levels, "servers": servers, "cells": signal.cells, "facts": facts},
        )

    def load_signal(self, key: str, study: Study, origin: str) -> Signal:
        """Return a kept signal."""
        path = self._path("signal", key)
        facts = json.loads((path / "facts.json").read_text(encoding="utf-8"))
        rsrp, server = {}, {}
        with np.load(path / "levels.npz") as levels, np.load(path / "servers.npz") as servers:
            for operator in facts["operators"]:
                tenths = levels[operator]
                level = tenths.astype(np.float32) / np.float32(_DECIBEL_STEPS)
                level[tenths == _NO_LEVEL] = np.nan
                rsrp[operator] = Raster("rsrp_dbm", "dBm", study.grid, level, origin)
                keys = servers[operator]
                unit = "row of the cell table"
                server[operator] = Raster("server", unit, study.grid, keys, origin, nodata=-1)
        return Signal(
            technology=facts["technology"],
            grid=study.grid,
            operators=tuple(facts["operators"]),
            rsrp_dbm=rsrp,
            server=server,
            cells=gpd.read_parquet(path / "cells.parquet"),
            inputs={
                "communes": study.communes,
                "villages": study.villages,
                "sites": study.sites,
            },
            provenance=study.provenance,
        )

    def save_choice(self, key: str, choice: Choice) -> None:
        """Keep a choice of sites."""
        facts = {n: getattr(choice, n) for n in _CHOICE_FACTS}
        facts["notes"] = choice.provenance.notes
        self._write("choice", key, {"new_sites": choice.new_sites, "facts": facts})

    def load_choice(self, key: str, study: Study) -> Choice:
        """Return a kept choice of sites."""
        path = self._path("choice", key)
        facts = json.loads((path / "facts.json").read_text(encoding="utf-8"))
        sites = gpd.read_parquet(path / "new_sites.parquet")
        provenance = _with_notes(study, facts.pop("notes"))
        return Choice(new_sites=sites, provenance=provenance, **facts)

    def save_links(self, key: str, links: Links) -> None:
        """Keep a fibre tree."""
        facts = {n: getattr(links, n) for n in _LINK_FACTS}
        facts["notes"] = links.provenance.notes
        self._write("links", key, {"table": links.table, "feeds": links.feeds, "facts": facts})

    def load_links(self, key: str, study: Study) -> Links:
        """Return a kept fibre tree."""
        path = self._path("links", key)
        facts = json.loads((path / "facts.json").read_text(encoding="utf-8"))
        table = gpd.read_parquet(path / "table.parquet")
        feeds = pd.read_parquet(path / "feeds.parquet")
        provenance = _with_notes(study, facts.pop("notes"))
        return Links(table=table, feeds=feeds, provenance=provenance, **facts)


_CHOICE_FACTS = (
    "covered_people",
    "upper_bound_people",
    "gap_share",
    "status",
    "demand_people",
    "reachable_people",
    "candidates",
    "budget_vnd",
)
_LINK_FACTS = ("cost_vnd", "lower_bound_vnd", "gap_share", "status", "components")
