"""Which study with land cover do the tests measure, and how is a drive through it simulated?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from infraplan.calibration.levels import field_of, trace
from infraplan.geo import Raster
from infraplan.sources.drive_tests import Samples, read_samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.study import Study

OPEN, TREES, SUBURBAN = 2, 5, 6


@dataclass(frozen=True)
class Truth:
    """What a simulated drive knows better than the model."""

    bias_db: float = 0.0
    slope_db: float = 0.0
    trees_db: float = 0.0
    suburban_db: float = 0.0
    noise_db: float = 5.0


@pytest.fixture(scope="session")
def land(tiny_study: Study) -> Study:
    """Return the tiny study with stronger cells, and land cover in squares of 1 km."""
    rows, columns = np.indices(tiny_study.grid.shape)
    kind = (rows // 10 + columns // 10) % 3
    codes = np.choose(kind, [OPEN, TREES, SUBURBAN]).astype(np.int32)
    clutter = Raster("clutter", "class", tiny_study.grid, codes, "simulated", nodata=0)
    cells = tiny_study.cells.assign(eirp_dbm=62.0)
    return replace(tiny_study, clutter=clutter, cells=cells)


@pytest.fixture(scope="session")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., pd.DataFrame]:
    """Return a function that measures 4G cells of a study at random places."""

    def measure(
        study: Study, truth: Truth, *, count: int = 1500, seed: int = 1, band: str = "B3"
    ) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        field = field_of(study, rx_height_m=1.5)
        cells = study.cells.reset_index(drop=True)
        known = np.argwhere(np.isfinite(study.elevation.values))
        at = known[rng.choice(len(known), count)]
        which = cells.index[(cells["technology"] == "4G") & (cells["band"] == band)].to_numpy()
        cell = rng.choice(which, count)
        paths = trace(field, cell, at[:, 0], at[:, 1])
        added = truth.bias_db + truth.slope_db * np.log10(paths.distance_km)
        if study.clutter is not None:
            code = study.clutter.values[at[:, 0], at[:, 1]]
            added += np.where(code == TREES, truth.trees_db, 0.0)
            added += np.where(code == SUBURBAN, truth.suburban_db, 0.0)
        loss = np.maximum(paths.loss_db + added, paths.free_space_db)
        level = paths.radiated_dbm - loss + rng.normal(0.0, truth.noise_db, count)
        x, y = study.grid.centre(at[:, 0], at[:, 1])
        points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=study.crs).to_crs("EPSG:4326")
        return pd.DataFrame(
            {
                "lat": points.y.round(7),
                "lon": points.x.round(7),
                "rsrp": level.round(2),
                "cell": cells["cell_id"].to_numpy()[cell],
                "operator": cells["operator"].to_numpy()[cell],
                "band": band,
                "number": np.arange(count),
            }
        )

    del tmp_path_factory
    return measure


@pytest.fixture
def samples_of(tmp_path: Path) -> Callable[..., Samples]:
    """Return a function that writes a log and reads it."""

    def read(log: pd.DataFrame, **options: str) -> Samples:
        path = tmp_path / "drive.csv"
        log.to_csv(path, index=False)
        return read_samples(path, **options)  # type: ignore[arg-type]

    return read


def pairs(
    count: int, *, seed: int, error_db: float | NDArray[np.float64] = 0.0, noise_db: float = 4.0
) -> pd.DataFrame:
    """Return made-up pairs of a cell and a pixel whose measured loss is off by ``error_db``."""
    rng = np.random.default_rng(seed)
    distance_km = 10 ** rng.uniform(-0.7, 1.0, count)
    free_db = 100.0 + 20.0 * np.log10(distance_km)
    loss_db = free_db + rng.uniform(15.0, 50.0, count)
    area = rng.integers(0, 30, count)
    return pd.DataFrame(
        {
            "band": "B3",
            "technology": "4G",
            "area": area,
            "clutter_class": np.array(["open", "trees", "suburban"])[rng.integers(0, 3, count)],
            "samples": 1,
            "radiated_dbm": 30.0,
            "loss_db": loss_db,
            "free_space_db": free_db,
            "distance_km": distance_km,
            "measured_dbm": 30.0 - loss_db - error_db + rng.normal(0.0, noise_db, count),
            "at_floor": False,
        }
    )
