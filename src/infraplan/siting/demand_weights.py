"""What do people, households, villages and facilities in gaps count when sites are chosen?"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from infraplan import catalog

if TYPE_CHECKING:
    from infraplan.study import Study

__all__ = ["DemandWeights", "demand_weights"]


@dataclass(frozen=True, slots=True)
class DemandWeights:
    """Weights of demand, in the unit of one person in a white or weak spot.

    Attributes
    ----------
    person, household, village, facility
        Each person, household, village centre and facility in a white or weak spot.
    difficult, especially_difficult
        Factors for the persons of villages of these classes.
    single_operator
        A person who would gain a second operator.
    congested
        A person whose overloaded cell would be relieved.
    """

    person: float
    household: float
    village: float
    facility: float
    difficult: float
    especially_difficult: float
    single_operator: float
    congested: float

    def factors(self) -> tuple[float, float, float]:
        """Return the factor of a person by difficulty class: normal, difficult, especially so."""
        return 1.0, self.difficult, self.especially_difficult


def demand_weights(study: Study) -> DemandWeights:
    """Read the weights of a study: its own where it names them, else the catalogue's."""
    own = study.file.demand
    return DemandWeights(
        **{
            field.name: catalog.value("demand_weights", field.name, "weight")
            if (given := getattr(own, field.name)) is None
            else float(given)
            for field in fields(DemandWeights)
        }
    )
