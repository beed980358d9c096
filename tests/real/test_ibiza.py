"""Are the sites of the ITU's test case read whole?"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from infraplan.sources.inventory import read_inventory
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

IBIZA = (1.1, 38.8, 1.7, 39.2)


def test_every_site_comes_in_where_and_as_it_is(shared: Path) -> None:
    path = shared / "data" / "ibiza" / "cell-sites.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = read_inventory(path, file=path.name, operator="ibiza", near=IBIZA)
    towers = found.towers
    assert found.faults == ()
    assert len(towers) == len(rows) == 100
    assert towers["tower_id"].tolist() == [r["ict_id"] for r in rows]
    assert towers["technologies"].tolist() == [r["radio_type"] for r in rows]
    assert towers["antenna_height_m"].tolist() == [float(r["antenna_height"]) for r in rows]
    assert towers.geometry.x.tolist() == [float(r["lon"]) for r in rows]
    assert towers.geometry.y.tolist() == [float(r["lat"]) for r in rows]
    assert set(towers["operator"]) == {"ibiza"}
    assert check(towers, spec("towers"), file=path.name).faults == ()


def test_the_order_of_the_axes_does_not_matter(shared: Path) -> None:
    path = shared / "data" / "ibiza" / "cell-sites.csv"
    turned = {"lon": "lat", "lat": "lon"}
    straight = read_inventory(path, file=path.name, operator="ibiza", near=IBIZA)
    found = read_inventory(path, file=path.name, operator="ibiza", near=IBIZA, columns=turned)
    assert found.towers.geometry.equals(straight.towers.geometry)
    assert any("holds northings" in n.en for n in found.notes)
