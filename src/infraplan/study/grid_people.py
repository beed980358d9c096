"""How many people does each cell, commune and village have, when a grid of people tells?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan.errors import Fault, InputError
from infraplan.geo import Raster, people_weights, scale_to_zones, zone_weights
from infraplan.results import weakest
from infraplan.sources import population, settlements
from infraplan.sources.raster_files import together
from infraplan.study.gathered import tell
from infraplan.study.raster_sources import keep_sources, named_files
from infraplan.wording import Text, count, names

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from infraplan.geo import Grid
    from infraplan.study.gathered import Gathered

__all__ = ["people_of_grid", "read_grid"]

_TABLE = "people"
_UNIT = "persons per cell"
_ESTIMATED = "estimated"


def read_grid(found: Gathered, grid: Grid) -> Raster | None:
    """Return the people that files count per cell; None where faults were listed.

    Parameters
    ----------
    found
        The study, its communes known; gets sources, notes and faults.
    grid
        The cells.
    """
    part = found.file.people
    try:
        named = named_files(found, part, key="people", folder=found.folder)
        raster, notes = population.read_population(
            named.paths,
            labels=named.labels,
            grid=grid,
            bounds=found.tables["communes"].total_bounds,
            origin=part.values_origin,
        )
    except InputError as error:
        found.faults += error.faults
        return None
    tell(found, part.note)
    found.notes += notes
    keep_sources(found, part, named, table=_TABLE)
    return raster


def people_of_grid(found: Gathered, raster: Raster) -> Raster:
    """Spread people as a grid tells, and complete those of communes and villages.

    Only people within the communes count: a cell on their edge gives the part of its area that
    lies inside. With ``scale_to = "communes"`` each commune then keeps the people of its table,
    where it has any; else the table gets those of the grid.

    Parameters
    ----------
    found
        Checked tables; the people of communes and villages are completed in place.
    raster
        From :func:`read_grid`.

    Raises
    ------
    InputError
        If nobody lives in any commune, or a table does not say how its people are known.
    """
    part, grid = found.file.people, raster.grid
    communes, villages = found.tables["communes"], found.tables["villages"]
    _refuse_without_origin(found)
    shares = zone_weights(communes.geometry, grid)
    weights = people_weights(shares)
    inside = np.minimum(np.asarray(shares.sum(axis=0)).ravel(), 1.0)
    cells = np.asarray(raster.values, dtype=np.float64).ravel() * inside
    if not cells.sum() > 0:
        problem = "the grid of people holds nobody in any commune"
        remedy = "give a grid of this area, or another people.method"
        files = [s.file for s in found.sources if s.table == _TABLE]
        raise InputError([Fault(together(files), problem, remedy)])
    scaled = part.scale_to == "communes"
    origins: set[str] = {part.values_origin}
    if scaled:
        cells, origins = _scaled(found, communes, cells, weights)
    else:
        _replace_people(found, communes, weights @ cells)
    people = Raster("people", _UNIT, grid, cells.reshape(grid.shape), weakest(origins))
    _complete_villages(found, communes, villages, people)
    return people


def _refuse_without_origin(found: Gathered) -> None:
    """Ask how the people of a table are known, where it has any."""
    faults = [
        Fault(
            found.files[name],
            "the table does not say how its people are known",
            f'add the column, or say `values = {{ people_origin = "declared" }}` under [{name}]',
            column="people_origin",
        )
        for name in ("communes", "villages")
        if "people" in found.tables[name].columns
        and "people_origin" not in found.tables[name].columns
    ]
    if faults:
        raise InputError(faults)
    for name in ("communes", "villages"):
        table = found.tables[name]
        if "people" not in table.columns:
            table["people"] = np.nan
            table["people_origin"] = None


def _scaled(
    found: Gathered, communes: gpd.GeoDataFrame, cells: NDArray[np.float64], weights: csr_matrix
) -> tuple[NDArray[np.float64], set[str]]:
    """Scale the grid to the people of each commune, and give the others those of the grid."""
    by_grid = weights @ cells
    unknown = communes["people"].isna().to_numpy()
    if unknown.any():
        communes["people"] = np.where(unknown, by_grid, communes["people"].to_numpy())
        communes.loc[unknown, "people_origin"] = _ESTIMATED
        number = count(int(unknown.sum()))
        found.notes.append(
            Text(
                f"Số xã không có dân số, được lấy theo lưới dân số: {number.vi}.",
                f"Communes without people, taken from the grid of people: {number.en}.",
            )
        )
    totals = communes["people"].to_numpy(dtype=np.float64)
    bare = (by_grid <= 0) & (totals > 0)
    if bare.any():
        listed = names("; ".join(communes.loc[bare, "name"]))
        number = count(int(bare.sum()))
        found.notes.append(
            Text(
                f"Số xã mà lưới dân số không có ai: {number.vi} ({listed.vi}); dân của xã được "
                "trải đều trên xã.",
                f"Communes where the grid of people holds nobody: {number.en} ({listed.en}); their "
                "people are spread evenly over the commune.",
            )
        )
    _tell_totals(found, by_grid[~unknown], totals[~unknown])
    fitted = scale_to_zones(cells, weights, totals)
    return fitted, {found.file.people.values_origin, *communes["people_origin"]}


def _tell_totals(
    found: Gathered, by_grid: NDArray[np.float64], by_table: NDArray[np.float64]
) -> None:
    """Tell how many people the grid and the table hold in the communes of the table."""
    if not by_table.size:
        return
    grid_said, table_said = count(float(by_grid.sum())), count(float(by_table.sum()))
    found.notes.append(
        Text(
            f"Lưới dân số có {grid_said.vi} người trong các xã có dân số; được nhân theo tỷ lệ để "
            f"mỗi xã giữ dân số của bảng, tổng cộng {table_said.vi}.",
            f"The grid of people holds {grid_said.en} people in the communes whose people are "
            f"known; it was scaled so that each keeps those of the table, {table_said.en} in all.",
        )
    )


def _replace_people(
    found: Gathered, communes: gpd.GeoDataFrame, by_grid: NDArray[np.float64]
) -> None:
    """Give every commune the people of the grid, and tell where the table said others."""
    said = communes["people"].sum()
    if communes["people"].notna().any():
        by_table, now = count(float(said)), count(float(by_grid.sum()))
        found.notes.append(
            Text(
                f"Dân số các xã lấy theo lưới dân số ({now.vi}) thay cho bảng ({by_table.vi}).",
                f"The people of the communes are those of the grid ({now.en}) in place of the "
                f"table's ({by_table.en}).",
            )
        )
    communes["people"] = by_grid
    communes["people_origin"] = found.file.people.values_origin


def _complete_villages(
    found: Gathered, communes: gpd.GeoDataFrame, villages: gpd.GeoDataFrame, people: Raster
) -> None:
    """Give villages without people those of the cells nearest to them; scale to the commune."""
    unknown = villages["people"].isna()
    if unknown.any():
        nearest = settlements.people_by_nearest(people, villages)
        villages["people"] = villages["people"].fillna(nearest)
        villages.loc[unknown, "people_origin"] = _ESTIMATED
        number = count(int(unknown.sum()))
        found.notes.append(
            Text(
                f"Số thôn không có dân số, được ước tính theo các ô gần nhất: {number.vi}.",
                f"Villages without people, estimated from the cells nearest to them: {number.en}.",
            )
        )
    sums = villages.groupby("commune_code")["people"].transform("sum").to_numpy(dtype=np.float64)
    totals = villages["commune_code"].map(communes.set_index("code")["people"])
    factor = np.divide(
        totals.to_numpy(dtype=np.float64), sums, out=np.zeros_like(sums), where=sums > 0
    )
    villages["people"] = villages["people"].to_numpy(dtype=np.float64) * factor
    found.notes.append(
        Text(
            "Dân số các thôn được nhân theo tỷ lệ để cộng lại bằng dân số của xã.",
            "The villages' people were scaled so that they add up to the people of their commune.",
        )
    )
