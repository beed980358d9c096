"""Does each row of indicators.csv say what it rests on, with the columns of its dictionary?"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from infraplan.export.indicator_tables import write_indicators
from infraplan.indicators import progress
from infraplan.tables import spec

if TYPE_CHECKING:
    from pathlib import Path

BASIS = "mô phỏng: dân số / simulated: people"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    communes = pd.DataFrame({"code": ["00001"], "name": ["Một"], "parent_code": ["25"]})
    communes = communes.assign(
        people=[3.0], people_served_any=[2.0], people_served_origin="simulated"
    )
    villages = pd.DataFrame({"commune_code": ["00001"], "rsrp_dbm_any": [-90.0]})
    write_indicators(tmp_path, progress(communes, villages, base_year=2025), basis=BASIS)
    return tmp_path


def _rows(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_columns_are_those_of_the_dictionary(folder: Path) -> None:
    assert tuple(_rows(folder / "indicators.csv")[0]) == spec("indicators").names
    names = tuple(_rows(folder / "ranking.csv")[0])
    own = spec("ranking").names
    assert names[: len(own)] == own
    assert names[-1] == "data_basis"
    assert all(name.endswith("_share") for name in names[len(own) : -1])


def test_computed_told_and_unknown_rows_say_what_they_rest_on(folder: Path) -> None:
    rows = {(r["level"], r["indicator"]): r for r in _rows(folder / "indicators.csv")}
    computed = rows["province", "people_4g"]
    assert (computed["value_share"], computed["data_basis"]) == ("0.666667", BASIS)
    assert "declared" in rows["province", "offices_fibre"]["data_basis"]
    unknown = rows["commune", "offices_fibre"]
    assert unknown["data_basis"] == "chưa có số liệu / not known"
    assert (unknown["value_share"], unknown["year"], unknown["of"]) == ("", "", "")
