"""Is a site made of what the catalogue says, and do masts keep the distance of their class?"""

import math
from itertools import pairwise

import pytest

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.results import Prices
from infraplan.siting.rules import rules, site_bill, spacing_m


def likely_vnd(height_m: float, power_m: float | None) -> float:
    """Return what a new mast costs once."""
    prices = Prices.catalogue()
    bill = site_bill(
        kind="new_mast", mast_height_m=height_m, power_distance_m=power_m, pays_rent=False
    )
    return sum(prices.vnd(item) * quantity for item, quantity in bill if prices.is_capex([item])[0])


@pytest.mark.parametrize("kind", ["new_mast", "shared_mast"])
@pytest.mark.parametrize("power_m", [None, math.nan, 0.0, 99.0, 350.0])
def test_items_are_those_of_the_price_list_each_once(kind: str, power_m: float | None) -> None:
    bill = site_bill(kind=kind, mast_height_m=60, power_distance_m=power_m, pays_rent=True)
    items = [item for item, _ in bill]
    assert set(items) <= set(Prices.catalogue().table.index)
    assert len(items) == len(set(items))
    assert all(quantity > 0 for _, quantity in bill)


def test_a_mast_costs_more_with_every_metre_and_most_above_the_warning() -> None:
    heights_m = [15, 30, 42, 45, 55, 70]
    prices = Prices.catalogue()
    costs = [likely_vnd(h, None) for h in heights_m]
    per_m = [(b - a) / (t - s) for (a, b), (s, t) in zip(
        pairwise(costs), pairwise(heights_m), strict=True)]  # fmt: skip
    metre, above = prices.vnd("mast_metre"), prices.vnd("mast_metre_above_45")
    assert per_m == pytest.approx([metre, metre, metre, metre + above, metre + above])


def test_power_is_paid_beyond_the_free_metres_only() -> None:
    free_m = catalog.rule("power_line_free_m")
    assert likely_vnd(42, free_m) == likely_vnd(42, None) == likely_vnd(42, math.nan)
    more = likely_vnd(42, free_m + 250) - likely_vnd(42, None)
    assert more == pytest.approx(250 * Prices.catalogue().vnd("power_line"))


def test_only_a_tenant_on_anothers_mast_pays_rent() -> None:
    said = {"kind": "shared_mast", "mast_height_m": 42.0, "power_distance_m": None}
    tenant = dict(site_bill(**said, pays_rent=True))
    upgrade = dict(site_bill(**said, pays_rent=False))
    assert tenant.pop("colocation_rent") == 1.0
    assert tenant == upgrade
    assert "mast_metre" not in tenant


@pytest.mark.parametrize(
    ("mast_class", "town", "height_m", "expected"),
    [
        ("A2a", True, 15, 150),
        ("A2a", False, 15, 200),
        ("A2a", True, 20, 200),
        ("A2a", False, 20, 350),
        ("A2b", True, 42, 300),
        ("A2b", False, 42, 400),
        ("A1a", True, 3, 0),
    ],
)
def test_distance_is_that_of_class_area_and_height(
    mast_class: str, *, town: bool, height_m: float, expected: float
) -> None:
    assert spacing_m(mast_class=mast_class, town=town, mast_height_m=height_m) == expected


def test_a_class_without_a_distance_is_an_error() -> None:
    with pytest.raises(ParameterError, match="mast_classes"):
        spacing_m(mast_class="B1", town=False, mast_height_m=42)


def test_every_class_of_the_dictionary_has_a_distance_at_every_height() -> None:
    allowed = catalog.dictionary("candidates").set_index("column")["allowed"]["mast_class"]
    for mast_class in allowed.split("|"):
        for height_m in rules().heights_m:
            for town in (False, True):
                found = spacing_m(mast_class=mast_class, town=town, mast_height_m=height_m)
                assert 0 <= found <= 1000
