"""What does a bundle hold for maps and programs, beside its layers, tables and rasters?"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from infraplan.export.basis import layer_basis, with_english
from infraplan.export.collections import collections_of, described
from infraplan.export.geoparquet import write_geoparquet
from infraplan.export.indicator_tables import write_indicators
from infraplan.export.pmtiles import write_pmtiles
from infraplan.export.rasters import write_classes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from infraplan.export.content import Content
    from infraplan.export.layers import Layer
    from infraplan.results import Outlook

__all__ = ["Parts", "parts_facts", "parts_writers"]

_OUTDOORS = "outdoors"


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What a caller hands over for maps and programs; each part may be missing.

    Attributes
    ----------
    outlook
        Who is served by technology, environment, level and year.
    tables
        Tables of the study that are no layers: facilities, cells, fibre, roads; in its CRS.
    save_study
        Writes the study into the folder that it is given.
    indicators
        Progress against targets.
    """

    outlook: Outlook | None = None
    tables: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    save_study: Callable[[Path], object] | None = None
    indicators: pd.DataFrame | None = None


def parts_writers(
    parts: Parts, content: Content, layers: Mapping[str, Layer]
) -> Iterator[Callable[[Path], object]]:
    """Yield what writes the collections, their tiles, the outlook and the study."""
    for name, layer in collections_of(layers, parts.tables, content.origins).items():
        yield partial(_in, "collections", partial(write_geoparquet, name=name, layer=layer))
        yield partial(_in, "tiles", partial(write_pmtiles, name=name, layer=layer))
    if parts.outlook is not None:
        yield partial(_write_table, parts.outlook)
        for name, make in parts.outlook.classes.items():
            years = parts.outlook.class_years[_technology(name, parts.outlook)]
            yield partial(write_classes, make=make, name=name, years=years, content=content)
    if parts.indicators is not None:
        basis = with_english(layer_basis(content.origins, "indicators"))
        yield partial(write_indicators, indicators=parts.indicators, basis=basis)
    if parts.save_study is not None:
        yield partial(_in, "study", parts.save_study)


def parts_facts(parts: Parts, content: Content, layers: Mapping[str, Layer]) -> dict[str, object]:
    """Return what the manifest says of them: years, technologies, environments, collections."""
    outlook = parts.outlook
    planned = [int(year) for year in content.plan.phases["year"]]
    before = [min(planned) - 1] if planned else []
    return {
        "years": before if outlook is None else list(outlook.years),
        "technologies": (
            [content.signal.technology] if outlook is None else list(outlook.technologies)
        ),
        "environments": [_OUTDOORS] if outlook is None else list(outlook.environments),
        "class_years": (
            {} if outlook is None else {t: list(y) for t, y in outlook.class_years.items()}
        ),
        "collections": described(collections_of(layers, parts.tables, content.origins)),
    }


def _in(folder_name: str, write: Callable[[Path], object], folder: Path) -> None:
    write(folder / folder_name)


def _write_table(outlook: Outlook, folder: Path) -> None:
    outlook.table.to_parquet(folder / "coverage.parquet", index=False, compression="zstd")


def _technology(name: str, outlook: Outlook) -> str:
    """Return the technology that the name of a class raster begins with."""
    rest = name.removeprefix("service_class_")
    return next(t for t in outlook.technologies if rest.startswith(f"{t}_"))
