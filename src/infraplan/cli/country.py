"""What does a run over a simulated country say about time and memory?"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from infraplan.units import KM_PER_M
from infraplan.wording import area, count, decimal, percent, phrase, plain
from infraplan.workflow.country import Country, run_country

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.cli.console import Bars
    from infraplan.wording import Text
    from infraplan.workflow.country import CountryResult

__all__ = ["as_json", "as_text", "facts", "predict"]

_STAGE = "country"
_SECONDS_PER_HOUR = 3600.0
_BYTES_PER_MB = 1e6


def predict(
    out: Path,
    *,
    stations: int,
    seed: int,
    cell_size_m: float,
    tile_cells: int,
    sample: int | None,
    rasters: bool,
    threads: int | None,
    dask: str | None,
    bars: Bars,
) -> CountryResult:
    """Predict a country, or a sample of its tiles, with a bar.

    Parameters
    ----------
    out
        Folder of the tiles.
    stations, seed, cell_size_m, tile_cells
        As in :class:`infraplan.workflow.country.Country`.
    sample
        So many tiles, spread evenly; all where None.
    rasters, threads, dask
        As for :func:`infraplan.workflow.country.run_country`.
    bars
        What draws the bar.
    """
    country = Country(stations=stations, seed=seed, cell_size_m=cell_size_m, tile_cells=tile_cells)
    result = run_country(
        country,
        out,
        tiles=None if sample is None else country.sample(sample),
        rasters=rasters,
        threads=threads,
        dask=dask,
        progress=bars.start(_STAGE),
    )
    bars.finish(_STAGE, seconds=result.seconds, reused=result.kept == len(result.tiles))
    return result


def facts(result: CountryResult) -> dict[str, Any]:
    """Return the figures of a run; times and memory hold for the tiles that were predicted now.

    What the whole country would take is the time of the sample, by the number of cells.
    """
    country, new = result.country, [t for t in result.tiles if t.measure is not None]
    cells, new_cells = (sum(t.cells for t in tiles) for tiles in (result.tiles, new))
    served = sum(t.served_cells for t in result.tiles)
    seconds = result.seconds if new else math.nan
    whole = math.prod(country.shape) / new_cells if new else math.nan
    cpu_s = sum(t.measure.cpu_s for t in new if t.measure)
    return {
        "stations": country.stations,
        "area_km2": country.area_m2 * KM_PER_M**2,
        "cell_size_m": country.cell_size_m,
        "tile_m": country.tile_cells * country.cell_size_m,
        "tiles_in_all": len(country.tiles()),
        "tiles": len(result.tiles),
        "tiles_kept": result.kept,
        "served_share_of_area": served / cells,
        "seconds": _number(seconds, 1),
        "tiles_per_hour": _number(len(new) / seconds * _SECONDS_PER_HOUR, 1),
        "cpu_s_per_tile": _number(cpu_s / len(new) if new else math.nan, 2),
        "stations_in_reach_per_tile": _number(
            sum(t.stations_in_reach for t in new) / len(new) if new else math.nan, 0
        ),
        "whole_country_hours": _number(seconds * whole / _SECONDS_PER_HOUR, 2),
        "whole_country_cpu_hours": _number(cpu_s * whole / _SECONDS_PER_HOUR, 2),
        "workers": _workers(result),
    }


def _number(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None


def _workers(result: CountryResult) -> list[dict[str, Any]]:
    """Return what each process did; a peak can only grow, so the least is the first tile's."""
    measures = [t.measure for t in result.tiles if t.measure is not None]
    found = []
    for worker in sorted({m.worker for m in measures}):
        own = [m for m in measures if m.worker == worker]
        peaks = [m.peak_bytes / _BYTES_PER_MB for m in own]
        found.append(
            {
                "worker": worker,
                "tiles": len(own),
                "cpu_s_per_tile": round(sum(m.cpu_s for m in own) / len(own), 2),
                "peak_mb_first_tile": round(min(peaks)),
                "peak_mb_last_tile": round(max(peaks)),
            }
        )
    return found


def as_json(result: CountryResult) -> str:
    """Return the figures for a program."""
    return json.dumps(facts(result), indent=2)


def as_text(result: CountryResult, *, language: str) -> str:
    """Return the figures for a reader: two Markdown tables, ready to be pasted.

    Parameters
    ----------
    result
        The run.
    language
        "vi" or "en".
    """
    found = facts(result)
    figures = {
        "country_row_size": phrase(
            "country_size",
            {
                "stations": count(found["stations"]),
                "area": area(result.country.area_m2),
                "cell": decimal(found["cell_size_m"], 0),
                "tiles": count(found["tiles_in_all"]),
                "side": decimal(found["tile_m"] * KM_PER_M, 1),
            },
        ),
        "country_row_tiles": phrase(
            "country_tiles",
            {"tiles": count(found["tiles"]), "kept": count(found["tiles_kept"])},
        ),
        "country_row_served": percent(found["served_share_of_area"], 2),
        "country_row_reach": _figure(found["stations_in_reach_per_tile"], 0),
        "country_row_seconds": _figure(found["seconds"], 1),
        "country_row_pace": _figure(found["tiles_per_hour"], 1),
        "country_row_cpu": _figure(found["cpu_s_per_tile"], 2),
        "country_row_hours": _figure(found["whole_country_hours"], 2),
        "country_row_cpu_hours": _figure(found["whole_country_cpu_hours"], 2),
    }
    rows = [(phrase(key).said(language), value.said(language)) for key, value in figures.items()]
    head = ("country_worker", "country_worker_tiles", "country_row_cpu", "country_peak_first")
    titles = [phrase(key).said(language) for key in (*head, "country_peak_last")]
    workers = [[plain(v).said(language) for v in w.values()] for w in found["workers"]]
    tables = [_table(["", ""], rows)] + ([_table(titles, workers)] if workers else [])
    return "\n\n".join(tables)


def _figure(value: float | None, digits: int) -> Text:
    return decimal(math.nan if value is None else value, digits)


def _table(titles: list[str], rows: list[Any]) -> str:
    """Return a Markdown table, numbers to the right."""
    lines = [titles, ["---", *["--:"] * (len(titles) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
