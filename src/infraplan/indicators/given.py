"""Can a user's tables of indicators and targets be used for these places?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.errors import Fault, InputError
from infraplan.indicators.places import PROVINCE
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["check_given"]


def check_given(
    places: pd.DataFrame, observations: pd.DataFrame | None, targets: pd.DataFrame | None
) -> None:
    """Refuse tables whose values are none, or of places that are not there.

    Parameters
    ----------
    places
        Of :func:`infraplan.indicators.places.places_of`.
    observations, targets
        Tables of the user; rows are counted from 1 in messages.

    Raises
    ------
    InputError
        If anything is wrong; every fault is listed.
    """
    faults: list[Fault] = []
    for name, table in (("observations", observations), ("targets", targets)):
        if table is not None and len(table):
            rows = table.reset_index(drop=True)
            found = check(rows, spec(name), file=name, first_row=1).faults
            faults += found
            if name == "observations" and not found:
                faults += _unknown_places(places, rows)
    if faults:
        raise InputError(faults)


def _unknown_places(places: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Fault]:
    """Yield a fault for each row of a place that is not there; the province needs no code."""
    known = set(zip(places["level"], places["code"], strict=True))
    codes = rows["code"] if "code" in rows else rows["level"].map(lambda _: None)
    for row, (level, code) in enumerate(zip(rows["level"], codes, strict=True), 1):
        if level != PROVINCE and (level, code) not in known:
            problem = f"the study has no {level} {code!r}"
            remedy = "give a code of the table communes, or of districts"
            yield Fault("observations", problem, remedy, row=row, column="code")
