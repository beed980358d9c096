"""Do throughput and probability of service follow their published mappings?"""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pytest

from infraplan.catalog import level_dbm
from infraplan.coverage import (
    derived_layers,
    loaded_mbps,
    location_sigma,
    peak_mbps,
    predict,
    service_share,
)
from infraplan.coverage.service import resolution_sigma_db
from infraplan.coverage.throughput import spectral_efficiency_bps_hz
from infraplan.errors import ParameterError
from infraplan.geo import Raster
from infraplan.radio.entry_loss import building_entry_loss_db

if TYPE_CHECKING:
    from infraplan.results import Signal
    from infraplan.study import Study


@pytest.fixture(scope="module")
def signal(tiny_study: Study) -> Signal:
    return predict(tiny_study)


def at_level(signal: Signal, level: float) -> Signal:
    """Return the signal with one level everywhere, from the first cell."""
    shape = signal.grid.shape
    flat = Raster("rsrp_dbm", "dBm", signal.grid, np.full(shape, level, np.float32), "simulated")
    first = Raster("server", "row", signal.grid, np.zeros(shape, np.int32), "simulated", nodata=-1)
    return replace(signal, rsrp_dbm={"any": flat}, server={"any": first}, operators=("any",))


def test_efficiency_is_the_truncated_shannon_bound_of_3gpp() -> None:
    sinr_db = np.array([-10.1, -10.0, 0.0, 10.0, 30.0, np.nan])
    found = spectral_efficiency_bps_hz(sinr_db, "4G")
    expected = [0.0, 0.6 * np.log2(1.1), 0.6, 0.6 * np.log2(11.0), 4.4, np.nan]
    np.testing.assert_allclose(found, expected)
    assert spectral_efficiency_bps_hz(np.array([30.0]), "5G")[0] == pytest.approx(5.98, abs=0.01)
    with pytest.raises(ParameterError, match="2G"):
        spectral_efficiency_bps_hz(sinr_db, "2G")


def test_peak_is_the_carrier_times_the_efficiency_over_noise(signal: Signal) -> None:
    width_mhz = float(signal.cells["bandwidth_mhz"].iloc[0])
    strong, weak = (peak_mbps(at_level(signal, v), "any").values[0, 0] for v in (-60.0, -123.2))
    assert strong == pytest.approx(4.4 * width_mhz)
    assert weak == pytest.approx(0.6 * width_mhz, abs=0.2)


def test_a_loaded_network_never_gives_more_than_the_peak(signal: Signal) -> None:
    for operator in signal.operators:
        peak, loaded = peak_mbps(signal, operator), loaded_mbps(signal, operator)
        assert peak.unit == loaded.unit == "Mbit/s"
        known = ~np.isnan(peak.values)
        np.testing.assert_array_equal(known, signal.server[operator].values >= 0)
        share = 1.0 - signal.load_share
        some = signal.sinr_db[operator].values > -9.5  # at -10 dB, rounding decides on 0
        # both levels are rounded to 0.1 dB: 0.4 Mbit/s of 20 MHz, of which the share is left
        assert (loaded.values[some] <= share * peak.values[some] + 0.3).all()


def test_at_the_threshold_half_of_the_places_outdoors_are_served(signal: Signal) -> None:
    at = at_level(signal, level_dbm("4G", "served"))
    assert service_share(at, "any").values[0, 0] == pytest.approx(0.5)
    frequency = float(signal.cells["frequency_mhz"].iloc[0])
    sigma = resolution_sigma_db(frequency, signal.grid.cell_size_m)
    above = at_level(signal, level_dbm("4G", "served") + 2.0)
    expected = NormalDist().cdf(2.0 / sigma)
    assert service_share(above, "any").values[0, 0] == pytest.approx(expected, abs=0.001)


def test_vehicles_add_the_catalogue_s_loss_and_spread(signal: Signal) -> None:
    sigma = Raster(
        "location_sigma_db",
        "dB",
        signal.grid,
        np.full(signal.grid.shape, 4.0, np.float32),
        "assumed",
    )
    at = at_level(signal, level_dbm("4G", "served") + 5.0)
    found = service_share(at, "any", environment="vehicle", location_sigma_db=sigma)
    expected = NormalDist().cdf((5.0 - 9.0) / np.hypot(4.0, 5.0))
    assert found.values[0, 0] == pytest.approx(expected, abs=0.002)


def test_indoors_is_close_to_adding_variances_as_p1812_does(signal: Signal) -> None:
    frequency = float(signal.cells["frequency_mhz"].iloc[0]) / 1000.0
    low, median, high = (
        building_entry_loss_db(frequency, "traditional", location_percent=p)
        for p in (15.87, 50.0, 84.13)
    )
    sigma = np.hypot((high - low) / 2.0, resolution_sigma_db(1000 * frequency, 100.0))
    for margin in (5.0, median, 25.0):
        at = at_level(signal, level_dbm("4G", "served") + margin)
        found = service_share(at, "any", environment="indoors").values[0, 0]
        assert found == pytest.approx(NormalDist().cdf((margin - median) / sigma), abs=0.06)


def test_walls_only_take_away(signal: Signal) -> None:
    names = ("outdoors", "vehicle", "indoors", "indoors_efficient")
    shares = [service_share(signal, "any", environment=n).values for n in names]
    known = signal.server["any"].values >= 0
    for share in shares:
        np.testing.assert_array_equal(~np.isnan(share), known)
        assert ((share[known] >= 0) & (share[known] <= 1)).all()
    outdoors = shares[0][known]
    served = signal.rsrp_dbm["any"].values[known] >= level_dbm("4G", "served")
    np.testing.assert_array_equal(outdoors >= 0.5, served)
    for share in shares[1:]:
        assert share[known].mean() < outdoors.mean()
    assert shares[3][known].mean() < shares[2][known].mean()


def test_derived_layers_are_made_when_called(signal: Signal) -> None:
    layers = derived_layers(signal)
    assert set(layers) == {
        "service_share_outdoors_any",
        "service_share_vehicle_any",
        "service_share_indoors_any",
        "peak_mbps_any",
        "loaded_mbps_any",
    }
    made = layers["service_share_indoors_any"]()
    assert (made.name, made.unit) == ("service_share_indoors", "share")
    assert "peak_mbps_any" not in derived_layers(replace(signal, technology="3G"))


def test_what_is_not_there_is_refused(signal: Signal, tiny_study: Study) -> None:
    assert location_sigma(tiny_study) is None
    for call in (service_share, peak_mbps, loaded_mbps):
        with pytest.raises(ParameterError, match="nobody"):
            call(signal, "nobody")
    with pytest.raises(ParameterError, match="cellar"):
        service_share(signal, "any", environment="cellar")


def test_a_spread_of_nothing_or_of_another_grid_is_refused(signal: Signal) -> None:
    for value in (0.0, np.nan):
        values = np.full(signal.grid.shape, value, dtype=np.float32)
        spread = Raster("location_sigma_db", "dB", signal.grid, values, "assumed")
        with pytest.raises(ParameterError, match="above 0 dB"):
            service_share(signal, "any", location_sigma_db=spread)
    elsewhere = replace(signal.grid, x_min_m=signal.grid.x_min_m + 1.0)
    values = np.full(signal.grid.shape, 5.0, dtype=np.float32)
    spread = Raster("location_sigma_db", "dB", elsewhere, values, "assumed")
    with pytest.raises(ParameterError, match="another grid"):
        service_share(signal, "any", location_sigma_db=spread)
