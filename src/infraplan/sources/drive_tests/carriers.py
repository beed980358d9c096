"""On which band and frequency was a sample taken: what do a band's name and a channel mean?"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.sources.drive_tests.columns import plain_name
from infraplan.sources.drive_tests.values import by_value, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    _Meaning = Callable[[str, str], tuple[str, float]]

__all__ = ["carriers", "channel"]

_LEAST_MHZ = 400
"""Larger numbers in the name of a band are its MHz, smaller ones its number."""


@cache
def _channels(technology: str) -> tuple[tuple[int, int, float, float, str], ...]:
    """Return first, last, MHz of the first, step and band of each row of a technology."""
    rows = catalog.table("channel_numbers")
    rows = rows[rows["technology"] == technology]
    columns = ["first", "last", "frequency_mhz", "step_mhz", "band"]
    return tuple(
        (int(first), int(last), float(low_mhz), float(step_mhz), str(band))
        for first, last, low_mhz, step_mhz, band in rows[columns].itertuples(index=False)
    )


@cache
def _bands() -> Mapping[str, str]:
    return {plain_name(b): b for b in catalog.table("bands")["band"]}


def channel(number: int, technology: str) -> tuple[str, float]:
    """Return the band and the downlink frequency of a channel number, MHz.

    Parameters
    ----------
    number
        EARFCN in 4G, NR-ARFCN in 5G, UARFCN in 3G, ARFCN in 2G.
    technology
        2G, 3G, 4G or 5G.

    Returns
    -------
    tuple of str and float
        Frequency = that of the first channel of the band + step · (number - first). Both are
        empty (NaN) for a number of no band; the band alone is where many bands share the raster.

    References
    ----------
    3GPP TS 36.101 section 5.7.3; TS 38.104 section 5.4.2.1; TS 25.101 Table 5.1; TS 45.005.

    Examples
    --------
    >>> channel(1275, "4G")
    ('B3', 1812.5)
    """
    for first, last, low_mhz, step_mhz, band in _channels(technology):
        if first <= number <= last:
            return band, round(low_mhz + step_mhz * (number - first), 6)
    return "", float("nan")


def _band(text: str, technology: str) -> tuple[str, float]:
    """Return the name of a band and, where the text holds MHz, these."""
    name = plain_name(text)
    if name in _bands():
        return _bands()[name], float("nan")
    words = re.sub(r"[\W_]+", " ", text.casefold())
    new_radio = technology == "5G"
    for pattern, prefix in (
        (r"(?:\b|nr)n ?(\d{1,3})\b", "n"),
        (r"(?:band|bang|\bb) ?(\d{1,3})\b", "B"),
    ):
        if found := re.search(pattern, words):
            return f"{'n' if new_radio else prefix}{int(found[1])}", float("nan")
    figures = [int(f) for f in re.findall(r"\d+", words)]
    if figures and figures[0] >= _LEAST_MHZ:
        return "", float(figures[0])
    if name.isdigit() and figures[0] > 0:
        return f"{'n' if new_radio else 'B'}{figures[0]}", float("nan")
    return "", float("nan")


def carriers(log: pd.DataFrame, technology: pd.Series) -> tuple[pd.Series, NDArray[np.float64]]:
    """Return the band of each sample, NA where unknown, and its frequency in MHz, else NaN.

    Parameters
    ----------
    log
        Text columns ``band``, ``channel`` and ``frequency_mhz``, any of them or none.
    technology
        Of each sample; NA is taken as 4G.
    """
    band = pd.Series("", index=log.index, dtype=object)
    frequency_mhz = np.full(len(log), np.nan)
    known = technology.fillna("4G").astype(str)
    meanings: dict[str, _Meaning] = {"channel": _said_channel, "band": _band}
    for name, meaning in meanings.items():
        if name in log:
            both = known + "\n" + log[name].astype(str)
            pairs = by_value(both, partial(_said, meaning=meaning))
            said = pairs.str[0]
            band = band.where((band != "") | (said == ""), said)
            mhz = pairs.str[1].to_numpy(dtype=np.float64)
            frequency_mhz = np.where(np.isnan(frequency_mhz), mhz, frequency_mhz)
    if "frequency_mhz" in log:
        given = _as_mhz(numbers(log["frequency_mhz"]))
        frequency_mhz = np.where(np.isnan(frequency_mhz), given, frequency_mhz)
    return band.where(band != "", None), frequency_mhz


def _said(text: str, meaning: _Meaning) -> tuple[str, float]:
    technology, _, said = text.partition("\n")
    return meaning(said, technology)


def _said_channel(text: str, technology: str) -> tuple[str, float]:
    digits = re.fullmatch(r"\s*(\d+)(?:[.,]0+)?\s*", text)
    return channel(int(digits[1]), technology) if digits else ("", float("nan"))


def _as_mhz(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring Hz, kHz and GHz to MHz by their size."""
    for least, factor in ((1e8, 1e-6), (1e5, 1e-3)):
        values = np.where(values >= least, values * factor, values)
    scaled: NDArray[np.float64] = np.where(values < 10.0, values * 1e3, values)  # noqa: PLR2004
    return scaled
