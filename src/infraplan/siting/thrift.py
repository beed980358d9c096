"""Which cheaper options serve all that the chosen ones serve?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_array

    from infraplan.siting.choose_model import Model

__all__ = ["thrifty"]

_SAME_SHARE = 1e-9


def thrifty(model: Model, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Drop chosen options that are not needed, and replace others by cheaper ones.

    A search for the most weight within a budget does not care what it leaves of the budget: where
    that is ample, it takes a mast of 70 m for people whom one of 30 m would serve.

    Parameters
    ----------
    model
        All options.
    chosen
        The chosen ones.

    Returns
    -------
    numpy.ndarray
        Options, ascending, that serve at least the same demand of weight above 0 and cost no more;
        no single one of them can be dropped or replaced by a cheaper one.
    """
    kept = sorted(chosen.tolist())
    if not kept:
        return chosen
    served_by = model.served.tocsc()
    times = np.bincount(model.served[kept].indices, minlength=len(model.weight))
    is_stable = False
    while not is_stable:
        is_stable = True
        for option in sorted(kept, key=lambda row: (-model.cost_vnd[row], row)):
            alone = _alone(model, option, times)
            others = [row for row in kept if row != option]
            instead = _cheaper(model, served_by, option, alone, others) if alone.size else None
            if alone.size and instead is None:
                continue
            is_stable = False
            kept = others if instead is None else [*others, instead]
            times[_columns(model, option)] -= 1
            if instead is not None:
                times[_columns(model, instead)] += 1
    return np.array(sorted(kept), dtype=np.int64)


def _columns(model: Model, option: int) -> NDArray[np.integer]:
    """Return the demand that an option serves."""
    start, stop = model.served.indptr[option], model.served.indptr[option + 1]
    columns: NDArray[np.integer] = model.served.indices[start:stop]
    return columns


def _alone(model: Model, option: int, times: NDArray[np.int64]) -> NDArray[np.integer]:
    """Return the demand that counts and that no other chosen option serves."""
    columns = _columns(model, option)
    found: NDArray[np.integer] = columns[(times[columns] == 1) & (model.weight[columns] > 0)]
    return found


def _cheaper(
    model: Model,
    served_by: csc_array,
    option: int,
    alone: NDArray[np.integer],
    others: list[int],
) -> int | None:
    """Return the cheapest option that serves some demand for less, None where there is none."""
    rarest = int(alone[np.argmin(np.diff(served_by.indptr)[alone])])
    able = served_by.indices[served_by.indptr[rarest] : served_by.indptr[rarest + 1]]
    able = np.sort(able[model.cost_vnd[able] < model.cost_vnd[option] * (1.0 - _SAME_SHARE)])
    able = able[~np.isin(model.place[able], model.place[others])]
    wanted = np.zeros(len(model.weight), dtype=np.int64)
    wanted[alone] = 1
    able = able[model.served[able] @ wanted == len(alone)]
    return int(able[np.argmin(model.cost_vnd[able])]) if able.size else None
