"""Which conditions beside reach, number and budget are asked for, and who solves for them?"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infraplan.optim import cover_input
from infraplan.optim.cover_capacity import solve_capacitated
from infraplan.optim.cover_floor import solve_with_floors
from infraplan.optim.cover_solution import Solution


class Limits(NamedTuple):
    """The limits on a choice, as checked."""

    max_sites: int | None
    cost: NDArray[np.float64] | None
    budget: float | None
    fixed: NDArray[np.int64]
    groups: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Conditions beside the plain problem: capacities, and least service of groups of demand."""

    capacity: NDArray[np.float64] | None
    load: NDArray[np.float64]
    load_given: bool
    service_group: NDArray[np.int64] | None
    service_floor: NDArray[np.float64] | None

    @classmethod
    def of(
        cls,
        weight: NDArray[np.float64],
        capacity: ArrayLike | None,
        load: ArrayLike | None,
        service_group: ArrayLike | None,
        service_floor: ArrayLike | None,
    ) -> Self:
        """Return the conditions as arrays."""
        return cls(
            None if capacity is None else np.asarray(capacity, dtype=np.float64),
            weight if load is None else np.asarray(load, dtype=np.float64),
            load is not None,
            None if service_group is None else np.asarray(service_group),
            None if service_floor is None else np.asarray(service_floor, dtype=np.float64),
        )

    def asked(self) -> bool:
        """Tell whether there is any condition."""
        return self.capacity is not None or self.service_floor is not None

    def faults(self, n_candidates: int, n_demand: int) -> list[str]:
        """Return what is wrong with the conditions."""
        faults = []
        if self.capacity is not None:
            faults += cover_input.array_faults(self.capacity, "capacity", n_candidates)
            faults += cover_input.array_faults(self.load, "load", n_demand)
        elif self.load_given:
            faults.append("load is given without capacity: give the capacity of each candidate")
        if self.service_group is not None and self.service_floor is not None:
            faults += cover_input.service_faults(self.service_group, self.service_floor, n_demand)
        elif (self.service_group is None) != (self.service_floor is None):
            faults.append("service_group and service_floor belong together: give both or neither")
        return faults

    def solve(
        self,
        matrix: sparse.csr_array,
        weight: NDArray[np.float64],
        limits: Limits,
        gap_share: float,
        deadline: float,
        effort: float,
        seed: int,
    ) -> Solution:
        """Return the choice under the conditions."""
        if self.capacity is not None:
            return solve_capacitated(
                matrix,
                weight,
                max_sites=limits.max_sites,
                cost=limits.cost,
                budget=limits.budget,
                fixed=limits.fixed,
                groups=limits.groups,
                capacity=self.capacity,
                load=self.load,
                gap_share=gap_share,
                deadline=deadline,
                effort=effort,
                seed=seed,
                service_group=self.service_group,
                service_floor=self.service_floor,
            )
        if self.service_group is None or self.service_floor is None:
            raise ValueError("solve is for problems with conditions")
        return solve_with_floors(
            matrix,
            weight,
            max_sites=limits.max_sites,
            cost=limits.cost,
            budget=limits.budget,
            fixed=limits.fixed,
            groups=limits.groups,
            service_group=self.service_group,
            service_floor=self.service_floor,
            gap_share=gap_share,
            deadline=deadline,
            effort=effort,
            seed=seed,
        )
