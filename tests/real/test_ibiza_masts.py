"""Do the cell sites of the ITU test case of Ibiza become masts with their own antennas?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from infraplan.sources.inventory import read_inventory
from infraplan.sources.masts import assemble
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real


def test_a_hundred_sites_become_masts_whose_antennas_are_as_high_as_listed(shared: Path) -> None:
    path = shared / "data" / "ibiza" / "cell-sites.csv"
    found = read_inventory(path, file=path.name, operator="one", near=(1.0, 38.5, 1.8, 39.3))
    assert found.faults == ()
    made = assemble(found.towers.to_crs("EPSG:32631"), merge_within_m=30.0, mast_height_m=30.0)
    listed = pd.read_csv(path)
    assert len(made.sites) == len(listed) == 100
    assert made.merges.empty
    sectors = made.cells.groupby("technology")["site_id"].nunique()
    assert sectors.to_dict() == listed["radio_type"].value_counts().to_dict()
    height_m = listed.set_index("ict_id")["antenna_height"]
    assert (made.cells["height_m"] == made.cells["site_id"].map(height_m)).all()
    assert set(made.cells["height_m_origin"]) == {"declared"}
    for name in ("sites", "cells"):
        assert check(getattr(made, name), spec(name), file=name).faults == ()
