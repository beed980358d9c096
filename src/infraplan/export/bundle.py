"""Which files make a bundle, and in which order are they written?"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from infraplan.export.basis import layer_basis, with_english
from infraplan.export.content import collect
from infraplan.export.csv import with_position, write_csv
from infraplan.export.gpkg import write_gpkg
from infraplan.export.layers import layers_of
from infraplan.export.manifest import files_of, manifest, write_manifest
from infraplan.export.parts import Parts, parts_facts, parts_writers
from infraplan.export.rasters import rasters_of, write_raster
from infraplan.export.summary_html import summary_html
from infraplan.results.folder import BUNDLE, replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd

    from infraplan.export.content import Content
    from infraplan.export.layers import Layer
    from infraplan.geo import Raster
    from infraplan.plan import Plan
    from infraplan.results import Outlook, Signal

__all__ = ["bundle"]

_POSITIONED = ("communes", "villages", "gaps", "new_sites", "links")


def bundle(
    plan: Plan,
    out: str | Path,
    *,
    communes: gpd.GeoDataFrame,
    signal: Signal,
    gaps: gpd.GeoDataFrame,
    villages: gpd.GeoDataFrame | None = None,
    bill: pd.DataFrame | None = None,
    derived: Mapping[str, Callable[[], Raster]] | None = None,
    outlook: Outlook | None = None,
    indicators: pd.DataFrame | None = None,
    tables: Mapping[str, gpd.GeoDataFrame] | None = None,
    save_study: Callable[[Path], object] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write everything a plan says into one folder, whole or not at all.

    Parameters
    ----------
    plan
        The plan.
    out
        The folder. An older bundle there is replaced; files in it that are not its own stay.
    communes
        Served shares per commune, from :func:`infraplan.coverage.by_zone`.
    signal
        The signal that communes and gaps were found on.
    gaps
        White, weak, single-operator and congested spots.
    villages
        Served shares per village; where None, the study's villages with their level alone.
    bill
        What each site and link is made of (see :mod:`infraplan.results.bill`); no ``bill.csv``
        where None.
    derived
        What computes further rasters, by the name of their file, from
        :func:`infraplan.coverage.derived_layers`; one at a time is in memory.
    outlook
        Who is served by technology, environment, level and year: ``coverage.parquet`` and the
        class rasters; neither where None.
    indicators
        Progress against targets, from :func:`infraplan.indicators.progress`; neither
        ``indicators.csv`` nor ``ranking.csv`` where None.
    tables
        Tables of the study that are no layers (facilities, cells, fibre, roads), in its CRS; maps
        and programs find them among the collections.
    save_study
        Writes the study into the folder that it is given, such as ``study/``; no study where None.
    progress
        Called with (done, total) files.

    Returns
    -------
    pathlib.Path
        The folder: ``bundle.gpkg`` (layers communes, villages, sites, gaps, new_sites, links, in
        EPSG:4326), cloud-optimised GeoTIFFs of RSRP, SINR, best and second server (``cells.csv`` is
        the legend of the latter) and of what was derived, CSV tables, the collections as
        GeoParquet (``collections/``) and as vector tiles (``tiles/``), ``index.html`` and
        ``manifest.json``. Equal input gives equal bytes.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds something that is not a bundle.
    """
    content = collect(plan, signal, communes=communes, villages=villages, gaps=gaps, bill=bill)
    parts = Parts(outlook, tables or {}, save_study, indicators)
    writers = _writers(content, derived or {}, parts)
    with replacing(out) as folder:
        for number, write in enumerate(writers, 1):
            write(folder)
            if progress is not None:
                progress(number, len(writers))
    return Path(out)


def _writers(
    content: Content, derived: Mapping[str, Callable[[], Raster]], parts: Parts
) -> tuple[Callable[[Path], object], ...]:
    """Return what writes the files, in order: the page and the manifest know the others."""
    layers = layers_of(content)
    rasters = {**rasters_of(content.signal), **derived}
    facts = parts_facts(parts, content, layers)
    return (
        lambda folder: write_gpkg(folder / "bundle.gpkg", layers.values()),
        lambda folder: _write_tables(folder, content, layers),
        *(partial(write_raster, make=m, name=n, content=content) for n, m in rasters.items()),
        *parts_writers(parts, content, layers),
        lambda folder: _write_page(folder, content),
        lambda folder: write_manifest(folder / BUNDLE.marker, manifest(content, folder, facts)),
    )


def _write_tables(folder: Path, content: Content, layers: dict[str, Layer]) -> None:
    tables = {name: with_position(layers[name]) for name in _POSITIONED}
    cells = content.signal.cells
    tables["cells"] = pd.DataFrame(cells.drop(columns=cells.geometry.name))
    tables["cells"].insert(0, "server", range(len(cells)))
    tables |= _plan_tables(content)
    for name, table in tables.items():
        said = with_english(layer_basis(content.origins, name))
        write_csv(folder / f"{name}.csv", table, basis=said)


def _plan_tables(content: Content) -> dict[str, pd.DataFrame]:
    """Return the tables of a plan that have no position; those that nobody made are left out."""
    plan = content.plan
    tables = {
        "phases": plan.phases,
        "explanations": plan.explanations,
        "costs": plan.assumptions,
        "costs_by_owner": plan.costs,
        "tco": plan.tco,
        "bill": content.bill,
        "rounds": plan.joint,
        "robustness": plan.robustness,
        "tornado": plan.tornado,
    }
    return {name: table for name, table in tables.items() if table is not None}


def _write_page(folder: Path, content: Content) -> None:
    page = summary_html(content, downloads=(*files_of(folder), BUNDLE.marker))
    (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")
