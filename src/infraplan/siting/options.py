"""In which ways could each candidate be built: how high, and for which operator?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.errors import Fault, InputError
from infraplan.results.bill import BILL_COLUMNS, capex_vnd, no_bill
from infraplan.siting.rules import site_bill
from infraplan.tables import spec

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.results import Prices
    from infraplan.study import Study

__all__ = ["Heights", "Options", "heights_of", "option_bill", "option_capex_vnd", "own_mast_vnd"]

NEW_MAST = "new_mast"


@dataclass(frozen=True, slots=True)
class Heights:
    """Heights of one candidate that are weighed, ascending.

    Attributes
    ----------
    mast_m
        Of the mast, m.
    antenna_m
        Of the antenna above ground, m.
    """

    mast_m: tuple[float, ...]
    antenna_m: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Ways to build candidates, by place, then operator, then height, shape (n,) each.

    Attributes
    ----------
    place
        Position of the candidate in its table.
    mast_height_m, antenna_height_m
        Heights of the mast, and of the antenna above ground, m.
    operator
        Who uses it; None where no operator is known.
    pays_rent
        Whether that operator hangs on another's mast anew.
    """

    place: NDArray[np.int64]
    mast_height_m: NDArray[np.float64]
    antenna_height_m: NDArray[np.float64]
    operator: NDArray[np.object_]
    pays_rent: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of options."""
        return len(self.place)


def heights_of(study: Study, spots: gpd.GeoDataFrame) -> list[Heights]:
    """Read the heights that each candidate may have.

    Parameters
    ----------
    study
        Its own heights of new masts, where it names any.
    spots
        Table ``candidates``.

    Returns
    -------
    list of Heights
        In the order of the candidates. Where the table lists none, a new mast has those of the
        study, else the catalogue's. The antenna of an existing mast hangs where the table says.

    Raises
    ------
    InputError
        If a list of heights cannot be read; every fault is listed.
    """
    usual = list(study.file.plan.mast_heights_m) or _numbers(
        catalog.row("rules", "mast_heights_m")["value"]
    )
    below_top_m = catalog.rule("antenna_below_top_m")
    least_m = next(c.minimum for c in spec("candidates").columns if c.name == "antenna_height_m")
    found, faults = [], []
    listed = zip(
        spots["candidate_id"],
        spots["kind"],
        spots["heights_m"],
        spots["antenna_height_m"],
        strict=True,
    )
    for number, (candidate, kind, text, antenna_m) in enumerate(listed):
        try:
            mast_m = sorted(set(_numbers(text) or usual)) if kind == NEW_MAST else _numbers(text)
        except ValueError:
            mast_m = [float("nan")]
        if not all(0.0 < height < np.inf for height in mast_m) or (kind != NEW_MAST and not mast_m):
            problem = f"the candidate {candidate} has heights_m {text!r}"
            remedy = "give heights above 0 in metres, joined by |"
            faults.append(Fault("candidates", problem, remedy, row=number + 2, column="heights_m"))
        elif kind == NEW_MAST:
            hung = [m - below_top_m if m - below_top_m >= (least_m or 0.0) else m for m in mast_m]
            found.append(Heights(tuple(mast_m), tuple(hung)))
        else:
            found.append(Heights(tuple(mast_m[-1:]), (float(antenna_m),)))
    if faults:
        raise InputError(faults)
    return found


def _numbers(text: object) -> list[float]:
    """Read numbers joined by a bar; none where the text is missing."""
    if not isinstance(text, str):
        return []
    return [float(part) for part in text.split("|") if part.strip()]


def option_bill(
    spots: gpd.GeoDataFrame, options: Options, rows: NDArray[np.int64], owners: list[str]
) -> pd.DataFrame:
    """List what some options are made of.

    Parameters
    ----------
    spots, options
        Candidates and the ways to build them.
    rows
        The options to list.
    owners
        Whom each of them belongs to in the bill.

    Returns
    -------
    pandas.DataFrame
        A bill (see :mod:`infraplan.results.bill`).
    """
    kinds = spots["kind"].to_numpy()
    power_m = (
        spots["power_distance_m"].to_numpy(dtype=np.float64)
        if "power_distance_m" in spots
        else np.full(len(spots), np.nan)
    )
    known: dict[tuple[str, float, float, bool], tuple[tuple[str, float], ...]] = {}
    lines: list[tuple[str, str, float]] = []
    for row, owner in zip(rows.tolist(), owners, strict=True):
        place = options.place[row]
        key = (
            str(kinds[place]),
            float(options.mast_height_m[row]),
            float(np.nan_to_num(power_m[place], nan=-1.0)),
            bool(options.pays_rent[row]),
        )
        if key not in known:
            known[key] = site_bill(
                kind=key[0],
                mast_height_m=key[1],
                power_distance_m=key[2] if key[2] >= 0 else None,
                pays_rent=key[3],
            )
        lines += [(owner, item, quantity) for item, quantity in known[key]]
    return pd.DataFrame.from_records(lines, columns=list(BILL_COLUMNS)) if lines else no_bill()


def option_capex_vnd(
    spots: gpd.GeoDataFrame, options: Options, prices: Prices
) -> NDArray[np.float64]:
    """Price every option once, without its link, VND."""
    owners = [str(number) for number in range(len(options))]
    bill = option_bill(spots, options, np.arange(len(options)), owners)
    return np.asarray(capex_vnd(bill, owners, prices), dtype=np.float64)


def own_mast_vnd(mast_heights_m: NDArray[np.float64], prices: Prices) -> NDArray[np.float64]:
    """Price new masts with their base stations where power is at hand, VND."""
    owners = [str(number) for number in range(len(mast_heights_m))]
    lines = [
        (owner, item, quantity)
        for owner, height_m in zip(owners, mast_heights_m.tolist(), strict=True)
        for item, quantity in site_bill(
            kind=NEW_MAST, mast_height_m=height_m, power_distance_m=None, pays_rent=False
        )
    ]
    bill = pd.DataFrame.from_records(lines, columns=list(BILL_COLUMNS)) if lines else no_bill()
    return np.asarray(capex_vnd(bill, owners, prices), dtype=np.float64)
