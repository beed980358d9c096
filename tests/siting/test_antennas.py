"""Does an antenna on an existing mast hang where its mast and building allow?"""

import pandas as pd
import pytest

from infraplan.siting.antennas import antennas_on
from infraplan.siting.rules import rules

MASTS = pd.DataFrame(
    {
        "mast_class": ["A2b", "A1a", "A2a", None, "A2b"],
        "mast_height_m": [42.0, 3.0, 12.0, 30.0, 2.0],
        "mast_height_m_origin": ["measured", "declared", "simulated", "estimated", "measured"],
    }
)


def test_a_roof_lifts_the_antenna_and_a_short_mast_carries_it_at_its_top() -> None:
    rule = rules()
    found = antennas_on(MASTS, rule)
    below_m, roof_m = rule.antenna_below_top_m, rule.roof_height_m
    tops_m = [42.0, roof_m + 3.0, roof_m + 12.0, 30.0]
    assert found.height_m[:4].tolist() == pytest.approx([top_m - below_m for top_m in tops_m])
    assert found.height_m[4] == 2.0
    on_building = [" on a building" in stand for stand in found.stands]
    assert on_building == [False, True, True, False, False]


def test_rules_make_the_height_less_certain_never_more() -> None:
    found = antennas_on(MASTS, rules())
    assert found.origin == ["assumed", "assumed", "simulated", "assumed", "assumed"]


def test_masts_of_unknown_class_stand_on_the_ground() -> None:
    found = antennas_on(MASTS.drop(columns="mast_class").iloc[:2], rules())
    assert found.height_m.tolist() == [40.0, 1.0]
