"""What does it consist of, what masts that are tried out would bring and cost?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.backhaul.one_place import PlaceLink
    from infraplan.geo import Grid
    from infraplan.results import Mast
    from infraplan.siting.one_site import Check
    from infraplan.wording import Text

__all__ = ["Gains", "MastPreview", "Preview", "PreviewPicture", "Together"]


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """Whom masts serve, and who of them had no such service before.

    Attributes
    ----------
    table
        A row per environment and operator ("any": nobody served them before): environment,
        operator, people_gained, households_gained, villages_gained, area_gained_m2, people_served,
        villages_served, area_served_m2.
    communes
        In the environment asked for, any operator: code, name, people_gained, area_gained_m2,
        people; most people first.
    villages
        Villages whose centre gains, likewise: village_id, name, people, commune_code.
    """

    table: pd.DataFrame
    communes: pd.DataFrame
    villages: pd.DataFrame

    @property
    def people(self) -> float:
        """People gained in the environment asked for, any operator."""
        return float(self.communes["people_gained"].sum())


@dataclass(frozen=True, slots=True, eq=False)
class PreviewPicture:
    """Where a mast is received, on a window of the study's grid.

    Attributes
    ----------
    grid
        The window.
    level
        Number of the service level, from the lowest that is a service (1) up; 0 below; uint8.
    gained
        Where nobody gave the level asked for before.
    """

    grid: Grid
    level: NDArray[np.uint8]
    gained: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class MastPreview:
    """What one mast would bring and cost.

    Attributes
    ----------
    mast
        As counted, everything filled in.
    kind
        "new_mast" or "shared_mast".
    antenna_height_m, ground_height_m
        Antennas above ground, and ground above sea level.
    commune, commune_name
        Where it stands; None outside.
    gains
        Whom it serves.
    checks
        Rules of siting.
    near_fibre
        Nearest fibre node and its distance in m; None without any.
    link
        How it is linked; None without a way.
    bill
        Priced lines: part, item, unit, quantity, kind, unit_vnd, low_vnd, likely_vnd, high_vnd,
        origin, source, year.
    cost
        capex_vnd, capex_low_vnd, capex_high_vnd, opex_vnd_year, yearly_vnd.
    planned
        Sites of the plan within reach: site_id, kind, operator, year, distance_m, people_gained.
    picture
        Where it is received.
    headline
        People, villages, link and cost in a line.
    """

    mast: Mast
    kind: str
    antenna_height_m: float
    ground_height_m: float
    commune: str | None
    commune_name: str | None
    gains: Gains
    checks: tuple[Check, ...]
    near_fibre: tuple[str, float] | None
    link: PlaceLink | None
    bill: pd.DataFrame
    cost: dict[str, float]
    planned: pd.DataFrame
    picture: PreviewPicture
    headline: Text


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """What all masts would bring and cost together.

    Attributes
    ----------
    gains
        Whom they serve; who is served by two counts once.
    link_length_m, link_capex_vnd
        All links, stretches that several share counted once.
    checks
        New masts that stand too near each other.
    cost
        As of :class:`MastPreview`.
    headline
        In a line.
    """

    gains: Gains
    link_length_m: float
    link_capex_vnd: float
    checks: tuple[Check, ...]
    cost: dict[str, float]
    headline: Text


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """Masts that are tried out.

    Attributes
    ----------
    technology, environment, level, year
        What was asked.
    threshold_dbm
        Least level that counts as this service where the person is: outdoors what arrives, indoors
        what is left of it behind the wall.
    masts
        Each alone, in the order asked.
    together
        All of them.
    notes
        What it rests on.
    """

    technology: str
    environment: str
    level: str
    year: int
    threshold_dbm: float
    masts: tuple[MastPreview, ...]
    together: Together
    notes: tuple[Text, ...]
