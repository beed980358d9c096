"""Are the catalogue's air and rain those of the maps and formulas that it names?

They were computed with the package itur 0.4.0 (MIT), which holds the maps of P.453, P.530-17 and
P.837-7 and the lines of P.676-12; here they are computed again.
"""

from __future__ import annotations

import numpy as np
import pytest

from infraplan import catalog

itur = pytest.importorskip("itur", exc_type=ImportError)
itu530 = pytest.importorskip("itur.models.itu530", exc_type=ImportError)

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def province() -> tuple[np.ndarray, np.ndarray]:
    """Return latitudes and longitudes of a grid of 0.1 degree over Phú Thọ."""
    mesh = np.meshgrid(np.arange(20.3, 21.8, 0.1), np.arange(104.7, 106.0, 0.1))
    return mesh[0].ravel(), mesh[1].ravel()


@pytest.mark.parametrize("row", catalog.table("microwave_bands").to_dict("records"))
def test_gases_take_what_p676_says(row: dict[str, str]) -> None:
    ghz = float(row["frequency_ghz"])
    db_km = float(itur.models.itu676.gamma_exact(ghz, 1005.0, 20.0, 298.0).value)
    assert float(row["gas_db_km"]) == pytest.approx(db_km, abs=6e-4)


def test_rain_is_that_of_p837(province: tuple[np.ndarray, np.ndarray]) -> None:
    mm_h = itur.models.itu837.rainfall_rate(*province, 0.01).value
    assert catalog.rule("microwave_rain_mm_h") == pytest.approx(np.percentile(mm_h, 90), abs=0.5)


def test_refraction_is_that_of_p453(province: tuple[np.ndarray, np.ndarray]) -> None:
    n_km = itur.models.itu453.DN65(*province, 1).value
    assert catalog.rule("microwave_gradient_n_km") == pytest.approx(np.median(n_km), abs=0.5)


def test_roughness_is_that_of_p530(province: tuple[np.ndarray, np.ndarray]) -> None:
    height_m = itu530._ITU530_17_.s_a(*province)
    assert catalog.rule("microwave_roughness_m") == pytest.approx(np.median(height_m), abs=0.5)


def test_every_band_row_is_sound() -> None:
    bands = catalog.table("microwave_bands")
    assert bands["mode"].is_unique
    for column in ("source", "year", "confidence", "origin"):
        assert (bands[column] != "").all()
    dishes = {float(d) for text in bands["dishes_m"] for d in text.split("|")}
    assert {f"microwave_dish_{d:g}m" for d in dishes} <= set(catalog.table("costs")["item"])
    wide = bands.assign(width=bands["channel_mhz"].astype(float))
    efficiency = wide["capacity_mbps"].astype(float) / wide["width"]
    states = wide["modulation"].str.removesuffix("QAM").astype(float)
    assert (efficiency <= np.log2(states)).all()


def test_least_k_grows_with_length_in_the_catalogue() -> None:
    table = catalog.table("microwave_minimum_k").astype({"length_km": float, "k": float})
    assert table["length_km"].is_monotonic_increasing
    assert table["k"].is_monotonic_increasing
