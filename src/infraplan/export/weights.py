"""What counts how much in the choice of sites, and is it people alone?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from infraplan import catalog
from infraplan.wording import Text, decimal, phrase

if TYPE_CHECKING:
    from infraplan.plan import Plan

__all__ = ["demand_weights", "is_people_only", "weights_text"]

_ROUNDING_SHARE: Final = 1e-9
_FACTORS: Final = ("difficult", "especially_difficult")
_MOST_DIGITS: Final = 6
_BETWEEN: Final = "; "


def demand_weights(parameters: str) -> dict[str, float]:
    """Return the weights of a study: its own where it names them, else the catalogue's.

    Parameters
    ----------
    parameters
        The study file as JSON, as a provenance holds it.

    Examples
    --------
    >>> demand_weights('{"demand": {"household": 0.5, "person": null}}')["household"]
    0.5
    """
    own = json.loads(parameters).get("demand") or {}
    return {
        key: float(weight) if own.get(key) is None else float(own[key])
        for key, weight in zip(*_listed(), strict=True)
    }


def _listed() -> tuple[list[str], list[str]]:
    table = catalog.table("demand_weights")
    return table["key"].tolist(), table["weight"].tolist()


def is_people_only(plan: Plan) -> bool:
    """Tell whether the weight of the demand is the number of people in white and weak spots."""
    pairs = (
        (plan.demand_weight, plan.demand_people),
        (plan.covered_weight, plan.covered_people),
    )
    return all(
        abs(weight - people) <= _ROUNDING_SHARE * max(weight, people, 1.0)
        for weight, people in pairs
    )


def weights_text(plan: Plan) -> Text:
    """List what counts, such as "a person in a white or weak spot 1; …".

    What counts 0 is left out, and so is a factor of 1.
    """
    parts = [
        phrase(f"weight_{key}", {"weight": decimal(weight, _digits(weight))})
        for key, weight in demand_weights(plan.provenance.parameters).items()
        if weight != (1.0 if key in _FACTORS else 0.0)
    ]
    return Text(_BETWEEN.join(t.vi for t in parts), _BETWEEN.join(t.en for t in parts))


def _digits(weight: float) -> int:
    """Return as many decimals as a weight needs."""
    return len(f"{weight:.{_MOST_DIGITS}f}".rstrip("0").partition(".")[2])
