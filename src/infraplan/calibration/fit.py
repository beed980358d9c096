"""Which bias, slope and offsets per class bring the predicted losses closest to the measured?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import least_squares
from scipy.special import log_ndtr

from infraplan import catalog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["MAD_PER_SPREAD", "NOTHING", "Terms", "calibrated_loss_db", "fit"]

MAD_PER_SPREAD = 0.6744897501960817
"""Median absolute deviation of a normal distribution over its standard deviation."""
_LEAST_SPREAD_DB = 0.5
_TOLERANCE = 1e-9
_LEAST_TAIL = 1e-12
_LOG_ROOT_TURN = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is added to the losses of a band.

    Attributes
    ----------
    bias_db
        Everywhere.
    slope_db_per_decade
        Per decade of distance from 1 km.
    offset_db
        Land-cover class → where the receiver stands in it.
    """

    bias_db: float
    slope_db_per_decade: float
    offset_db: Mapping[str, float]


NOTHING = Terms(0.0, 0.0, MappingProxyType({}))


def calibrated_loss_db(pixels: pd.DataFrame, terms: Terms) -> NDArray[np.float64]:
    """Return the calibrated losses, dB: never below free space.

    Parameters
    ----------
    pixels
        With loss_db, free_space_db, distance_km and clutter_class.
    terms
        What is added.
    """
    added_db = terms.bias_db + terms.slope_db_per_decade * _decades(pixels)
    added_db = added_db + _offsets_db(pixels, terms)
    loss_db = pixels["loss_db"].to_numpy(dtype=np.float64) + added_db
    held: NDArray[np.float64] = np.maximum(loss_db, pixels["free_space_db"].to_numpy())
    return np.where(added_db == 0.0, pixels["loss_db"].to_numpy(dtype=np.float64), held)


def _decades(pixels: pd.DataFrame) -> NDArray[np.float64]:
    decades: NDArray[np.float64] = np.log10(pixels["distance_km"].to_numpy(dtype=np.float64))
    return decades


def _offsets_db(pixels: pd.DataFrame, terms: Terms) -> NDArray[np.float64]:
    classes = pixels["clutter_class"].to_numpy()
    added_db = np.zeros(len(pixels))
    for name, offset_db in terms.offset_db.items():
        added_db[classes == name] = offset_db
    return added_db


def fit(pixels: pd.DataFrame, *, slope: bool, classes: Sequence[str]) -> Terms:
    """Fit a bias, and a slope and offsets where asked for.

    Parameters
    ----------
    pixels
        Pairs of one band, at least one.
    slope
        Whether the distance counts.
    classes
        Land-cover classes that get an offset.

    Returns
    -------
    Terms
        Slope within the bounds of the catalogue ``calibration_rules``, so that the loss still
        grows with distance; the calibrated loss is held at free space in the fit as in the use.

    Notes
    -----
    The sum of Huber losses of (measured - calibrated loss) / spread is least. A pair at the
    receiver's floor only says that the loss is at least so large: it counts by the chance of
    that (Tobit). Offsets have a normal prior around 0 with the spread of the
    catalogue, so a class seen in few places is drawn to 0; how much its places tell apart from
    its pixels is taken from the variance between areas.

    References
    ----------
    P. J. Huber, Robust Statistics (1981), chapter 7; J. Tobin, Econometrica 26 (1958), 24-36
    (censored samples); S. R. Searle et al., Variance Components
    (1992), chapter 7 (shrinkage of random effects).
    """
    problem = _Problem.of(pixels, slope=slope, classes=tuple(classes))
    at = problem.solve(problem.start(), np.ones(len(classes)))
    if classes:
        at = problem.solve(at, problem.clustering(at))
    return problem.terms(at)


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """Arrays of a fit; parameters are bias, slope (if any) and offsets."""

    design: NDArray[np.float64]
    loss_db: NDArray[np.float64]
    free_space_db: NDArray[np.float64]
    measured_db: NDArray[np.float64]
    at_floor: NDArray[np.bool_]
    area: NDArray[np.int64]
    slope: bool
    classes: tuple[str, ...]
    middle_db: float
    spread_db: float

    @classmethod
    def of(cls, pixels: pd.DataFrame, *, slope: bool, classes: tuple[str, ...]) -> _Problem:
        decades, names = _decades(pixels), pixels["clutter_class"].to_numpy()
        parts = [np.ones(len(pixels)), *([decades] if slope else [])]
        parts += [(names == name).astype(np.float64) for name in classes]
        loss_db = pixels["loss_db"].to_numpy(dtype=np.float64)
        measured_db = (pixels["radiated_dbm"] - pixels["measured_dbm"]).to_numpy(dtype=np.float64)
        at_floor = pixels["at_floor"].to_numpy(dtype=np.bool_)
        error_db = (measured_db - loss_db)[at_floor.all() | ~at_floor]
        middle_db = float(np.median(error_db))
        spread_db = float(np.median(np.abs(error_db - middle_db))) / MAD_PER_SPREAD
        return cls(
            design=np.column_stack(parts),
            loss_db=loss_db,
            free_space_db=pixels["free_space_db"].to_numpy(dtype=np.float64),
            measured_db=measured_db,
            at_floor=at_floor,
            area=pixels["area"].to_numpy(dtype=np.int64),
            slope=slope,
            classes=classes,
            middle_db=middle_db,
            spread_db=max(spread_db, _LEAST_SPREAD_DB),
        )

    def start(self) -> NDArray[np.float64]:
        """Return the median error as bias, and nothing else."""
        start = np.zeros(self.design.shape[1])
        low, high = self.bounds()
        start[0] = np.clip(self.middle_db, low[0] + _TOLERANCE, high[0] - _TOLERANCE)
        return start

    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the least and the largest value of each parameter."""
        most_db = catalog.value("calibration_rules", "bias_most_db", "value")
        high = np.full(self.design.shape[1], most_db)
        low = -high
        if self.slope:
            low[1] = catalog.value("calibration_rules", "slope_least_db_per_decade", "value")
            high[1] = catalog.value("calibration_rules", "slope_most_db_per_decade", "value")
        return low, high

    def calibrated_db(
        self, at: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the calibrated loss, and where the parameters move it."""
        loss_db = self.loss_db + self.design @ at
        return np.maximum(loss_db, self.free_space_db), loss_db > self.free_space_db

    def residuals(self, at: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the residuals in spreads, and how they change per dB of calibrated loss.

        At the floor half of the residual's square is minus the logarithm of the chance that the
        loss is at least the measured one.
        """
        loss_db, moved = self.calibrated_db(at)
        residual = (self.measured_db - loss_db) / self.spread_db
        change = np.full(len(residual), -1.0)
        below = -residual[self.at_floor]
        log_chance = log_ndtr(below)
        tail = np.sqrt(np.maximum(-2.0 * log_chance, _LEAST_TAIL))
        residual[self.at_floor] = tail
        change[self.at_floor] = -np.exp(-0.5 * below**2 - _LOG_ROOT_TURN - log_chance) / tail
        return residual, change * moved / self.spread_db

    def solve(
        self, start: NDArray[np.float64], clustering: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the parameters; `clustering` is how many pixels count as one, per class."""
        offsets = slice(self.design.shape[1] - len(self.classes), None)
        prior_db = catalog.value("calibration_rules", "offset_spread_db", "value")
        weight = np.sqrt(clustering) / prior_db

        def residuals(at: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.concatenate([self.residuals(at)[0], at[offsets] * weight])

        def slopes(at: NDArray[np.float64]) -> NDArray[np.float64]:
            change = self.residuals(at)[1]
            of_prior = np.zeros((len(self.classes), self.design.shape[1]))
            of_prior[:, offsets] = np.diag(weight)
            return np.vstack([self.design * change[:, None], of_prior])

        found = least_squares(
            residuals,
            start,
            jac=slopes,
            bounds=self.bounds(),
            loss="huber",
            f_scale=catalog.value("calibration_rules", "huber", "value"),
            xtol=_TOLERANCE,
            ftol=_TOLERANCE,
            gtol=_TOLERANCE,
        )
        return np.asarray(found.x, dtype=np.float64)

    def clustering(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how many pixels of each class tell as much as one that stood alone.

        With a spread s of pixels, b of the means of areas around their own, n pixels in m areas:
        1 + n b² / (m s²).
        """
        error_db = self.measured_db - self.calibrated_db(at)[0]
        bound_db = 3.0 * self.spread_db
        error_db = np.clip(error_db, -bound_db, bound_db)
        _, area, count = np.unique(self.area, return_inverse=True, return_counts=True)
        mean_db = np.bincount(area.ravel(), error_db) / count
        inside_db2 = float(np.mean((error_db - mean_db[area.ravel()]) ** 2))
        between_db2 = float(np.var(mean_db)) - inside_db2 * float(np.mean(1.0 / count))
        ratio = max(between_db2, 0.0) / max(inside_db2, _LEAST_SPREAD_DB**2)
        found = np.ones(len(self.classes))
        for i in range(len(self.classes)):
            of_it = self.design[:, self.design.shape[1] - len(self.classes) + i] > 0
            areas = max(len(np.unique(self.area[of_it])), 1)
            found[i] += ratio * int(of_it.sum()) / areas
        return found

    def terms(self, at: NDArray[np.float64]) -> Terms:
        """Name the parameters."""
        values = at.tolist()
        first = 2 if self.slope else 1
        return Terms(
            bias_db=values[0],
            slope_db_per_decade=values[1] if self.slope else 0.0,
            offset_db=MappingProxyType(dict(zip(self.classes, values[first:], strict=True))),
        )
