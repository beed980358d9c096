"""Which radios and antennas may a microwave hop have, and how often would each of them fail?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.radio.microwave_budget import dish_gain_dbi, fade_margin_db
from infraplan.radio.microwave_multipath import (
    annual_factor,
    fading_occurrence_percent,
    geoclimatic_factor,
    multipath_share,
)
from infraplan.radio.microwave_rain import rain_path_db, rain_unavailable_share
from infraplan.study.climate import climate_latitude_deg

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.results import Prices
    from infraplan.study import Study

__all__ = ["HOP_ITEM", "OPEX_ITEM", "Climate", "Options", "climate_of", "dish_item", "fading"]

HOP_ITEM: Final = "microwave_hop"
OPEX_ITEM: Final = "microwave_opex"


@dataclass(frozen=True, slots=True)
class Climate:
    """Rain and air of a place.

    Attributes
    ----------
    rain_mm_h
        Rain rate exceeded in 0.01 % of a year over one minute (P.837), mm/h.
    gradient_n_km
        Refractivity gradient in the lowest 65 m not exceeded in 1 % of a year (P.453), N/km.
    roughness_m
        Standard deviation of terrain heights over 110 km by 110 km, m.
    latitude_deg
        Latitude, degrees.
    polarization
        Of the hops.
    """

    rain_mm_h: float
    gradient_n_km: float
    roughness_m: float
    latitude_deg: float
    polarization: Literal["horizontal", "vertical"] = "vertical"


def climate_of(study: Study) -> Climate:
    """Return the climate that ``rules.csv`` states, at the latitude of the study's middle.

    The rules hold for Phú Thọ; a study far from there hands its own climate to
    :func:`infraplan.backhaul.microwave.hop_table`.
    """
    given = catalog.row("rules", "microwave_polarization")["value"]
    return Climate(
        rain_mm_h=catalog.rule("microwave_rain_mm_h"),
        gradient_n_km=catalog.rule("microwave_gradient_n_km"),
        roughness_m=catalog.rule("microwave_roughness_m"),
        latitude_deg=climate_latitude_deg(study),
        polarization="horizontal" if given == "horizontal" else "vertical",
    )


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Radios with antennas, cheapest first; of equal cost the higher band, then the lesser channel.

    Attributes
    ----------
    mode
        Keys of ``microwave_bands.csv``.
    band_ghz, dish_m, capacity_mbps
        Band, diameter of both antennas, and throughput.
    frequency_ghz, tx_power_dbm, threshold_dbm, gain_dbi, gas_db_km
        What the budget of a hop needs.
    longest_km
        Longest usual hop.
    """

    mode: NDArray[np.object_]
    band_ghz: NDArray[np.float64]
    dish_m: NDArray[np.float64]
    capacity_mbps: NDArray[np.float64]
    frequency_ghz: NDArray[np.float64]
    tx_power_dbm: NDArray[np.float64]
    threshold_dbm: NDArray[np.float64]
    gain_dbi: NDArray[np.float64]
    gas_db_km: NDArray[np.float64]
    longest_km: NDArray[np.float64]

    @classmethod
    def of(cls, capacity_mbps: float, prices: Prices) -> Options:
        """Return the options of the catalogue that carry a throughput, at these prices.

        Raises
        ------
        ParameterError
            If the catalogue has none.
        """
        table = catalog.table("microwave_bands")
        table = table.assign(dish_m=table["dishes_m"].str.split("|")).explode("dish_m")
        table = table[table["capacity_mbps"].astype(float) >= capacity_mbps]
        if table.empty:
            most = catalog.table("microwave_bands")["capacity_mbps"].astype(float).max()
            raise ParameterError(
                f"No microwave radio of catalog/microwave_bands.csv carries {capacity_mbps:g} "
                f"Mbit/s; the fastest carries {most:g}. Remedy: ask for less, or add a row."
            )
        price = [prices.vnd(dish_item(float(dish))) for dish in table["dish_m"]]
        keys = table.assign(
            price=price,
            lower=-table["band_ghz"].astype(float),
            width=table["channel_mhz"].astype(float),
            speed=table["capacity_mbps"].astype(float),
            size=table["dish_m"].astype(float),
        )
        return cls._from(keys.sort_values(["price", "lower", "width", "speed", "size", "mode"]))

    @classmethod
    def _from(cls, rows: pd.DataFrame) -> Options:
        """Turn rows of the catalogue into arrays."""

        def number(column: str) -> NDArray[np.float64]:
            return rows[column].to_numpy(dtype=np.float64)

        frequency = number("frequency_ghz")
        gain = dish_gain_dbi(number("dish_m"), frequency, number("dish_efficiency_share"))
        return cls(
            mode=rows["mode"].to_numpy(dtype=object),
            band_ghz=number("band_ghz"),
            dish_m=number("dish_m"),
            capacity_mbps=number("capacity_mbps"),
            frequency_ghz=frequency,
            tx_power_dbm=number("tx_power_dbm"),
            threshold_dbm=number("threshold_dbm"),
            gain_dbi=gain,
            gas_db_km=number("gas_db_km"),
            longest_km=number("longest_km"),
        )


def dish_item(dish_m: float) -> str:
    """Return the item of the price list for one antenna.

    Examples
    --------
    >>> dish_item(1.2)
    'microwave_dish_1.2m'
    """
    return f"microwave_dish_{dish_m:g}m"


def fading(
    options: Options,
    which: NDArray[np.int64],
    *,
    length_km: NDArray[np.float64],
    inclination_mrad: NDArray[np.float64],
    lower_m: NDArray[np.float64],
    climate: Climate,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the fade margin, dB, and the share of a year in which a hop fails, one way.

    Parameters
    ----------
    options, which
        Radios and antennas, and the one of each hop.
    length_km, inclination_mrad, lower_m
        Length, inclination, and level of the lower antenna of each hop; `which` and these
        broadcast together.
    climate
        Rain and air.

    Returns
    -------
    tuple of numpy.ndarray
        Margins and shares. Rain and multipath do not happen at once: their shares add up.

    References
    ----------
    Recommendation ITU-R P.530-18, sections 2.3.6 and 2.4.7.
    """
    frequency_ghz = options.frequency_ghz[which]
    margin_db = fade_margin_db(
        length_km,
        frequency_ghz,
        tx_power_dbm=options.tx_power_dbm[which],
        gain_dbi=options.gain_dbi[which],
        threshold_dbm=options.threshold_dbm[which],
        gas_db_km=options.gas_db_km[which],
        other_loss_db=catalog.rule("microwave_other_loss_db"),
    )
    rain_db = rain_path_db(
        length_km, frequency_ghz, climate.rain_mm_h, polarization=climate.polarization
    )
    occurrence = fading_occurrence_percent(
        length_km,
        frequency_ghz,
        factor=geoclimatic_factor(climate.gradient_n_km, climate.roughness_m),
        inclination_mrad=inclination_mrad,
        lower_m=lower_m,
    )
    annual = annual_factor(length_km, inclination_mrad, climate.latitude_deg)
    failing = rain_unavailable_share(rain_db, frequency_ghz, margin_db)
    failing = failing + multipath_share(occurrence, margin_db, annual)
    return margin_db, np.minimum(failing, 1.0)
