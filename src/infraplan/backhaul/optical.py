"""How much light does a way from the exchange to a home lose, and how far may a home be?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.units import KM_PER_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["budget_db", "default_ratios", "optical_rule", "splitters", "way_loss_db"]


def optical_rule(name: str) -> float:
    """Return a number of ``optical_rules.csv``.

    Examples
    --------
    >>> optical_rule("budget_db")
    28.0
    """
    return catalog.value("optical_rules", name, "value")


def budget_db() -> float:
    """Return the greatest loss that an optical line bears, dB (class B+ of ITU-T G.984.2)."""
    return optical_rule("budget_db")


def default_ratios() -> tuple[int, ...]:
    """Return the outputs of the splitters between exchange and home."""
    said = catalog.row("optical_rules", "split_ratios")["value"]
    return tuple(int(ratio) for ratio in said.split("|"))


def way_loss_db(
    distance_m: NDArray[np.float64], split_ratios: Sequence[int]
) -> NDArray[np.float64]:
    """Return the loss from the exchange to a home, in dB.

    Parameters
    ----------
    distance_m
        Length of fibre, m, any shape.
    split_ratios
        Outputs of each splitter on the way, such as (4, 16).

    Returns
    -------
    numpy.ndarray
        Fibre with its joints, splitters, plugs and reserve, at 1310 nm.

    Raises
    ------
    ParameterError
        If the catalogue has no loss of such a splitter.

    References
    ----------
    ITU-T G.984.2 for the budget that this is compared with; losses from ``optical_rules.csv``.
    """
    known = set(catalog.table("optical_rules")["rule"])
    unknown = [str(r) for r in split_ratios if f"splitter_{r}_loss_db" not in known]
    if unknown:
        raise ParameterError(
            f"catalog/optical_rules.csv has no loss of a splitter of 1 to {', '.join(unknown)}. "
            "Remedy: use 4, 8, 16, 32 or 64 outputs."
        )
    per_km_db = optical_rule("fibre_loss_db_km") + optical_rule("splice_loss_db_km")
    fixed_db = optical_rule("connectors") * optical_rule("connector_loss_db")
    fixed_db += optical_rule("margin_db")
    fixed_db += sum(optical_rule(f"splitter_{ratio}_loss_db") for ratio in split_ratios)
    return fixed_db + np.asarray(distance_m, dtype=np.float64) * KM_PER_M * per_km_db


def splitters(
    households: NDArray[np.float64], split_ratios: Sequence[int]
) -> tuple[NDArray[np.float64], ...]:
    """Return how many splitters of each stage, and ports before them, pass some homes.

    Parameters
    ----------
    households
        Homes of each village, shape (villages,).
    split_ratios
        Outputs of each stage, from the exchange on.

    Returns
    -------
    tuple of numpy.ndarray
        Ports at the exchange, then the splitters of each stage.

    Examples
    --------
    >>> [int(n[0]) for n in splitters(np.array([100.0]), (4, 16))]
    [2, 2, 7]
    """
    counts: list[NDArray[np.float64]] = []
    needed = np.asarray(households, dtype=np.float64)
    for ratio in reversed(split_ratios):
        needed = np.ceil(needed / ratio)
        counts.insert(0, needed)
    return (counts[0], *counts) if counts else (needed,)
