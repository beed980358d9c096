"""Does the reform hold on the real communes: the table row by row, and the 2019 census kept?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest

from infraplan.names import clean
from infraplan.sources.reform import carry, read_merges, resolve, shares

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

PEOPLE, HOUSEHOLDS = 1_463_726, 402_618
COUNTS = ["pop_2019", "households_2019"]
METRIC = 32648
# Letters that the other list writes differently, beyond the place of tone marks.
OTHER_SPELLING = {"05083", "05245", "09112"}


@pytest.fixture(scope="module")
def old(shared: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(shared / "data" / "communes-2023-225.parquet").to_crs(METRIC)


@pytest.fixture(scope="module")
def new(shared: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(shared / "data" / "communes-2025-148.parquet").to_crs(METRIC)


@pytest.fixture(scope="module")
def listed(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "data" / "commune-merges-2025.csv", dtype=str)


@pytest.fixture(scope="module")
def census(shared: Path) -> pd.DataFrame:
    path = shared / "data" / "census-2019-624.csv"
    return pd.read_csv(path, dtype={"gso_code_2019": str})


def test_table_agrees_row_by_row_with_an_independent_list(listed: pd.DataFrame) -> None:
    keys = ["old_code", "new_code"]
    ours = read_merges().set_index(keys).sort_index()
    theirs = listed.set_index(keys).sort_index()
    assert ours.index.equals(theirs.index)
    assert (ours["part"] == theirs["part"].replace("partial", "part")).all()
    assert (ours["new_full_name"] == theirs["new_name"].map(clean)).all()
    differ = ours["old_full_name"] != theirs["old_name"].map(clean)
    assert set(differ[differ].index.get_level_values("old_code")) == OTHER_SPELLING


def test_census_of_the_225_is_kept_to_the_last_person(
    old: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> None:
    found = carry(old, to="new", sums=COUNTS, old=old, new=new)
    assert found.faults == ()
    assert len(found.table) == 66
    assert found.table[COUNTS].sum().tolist() == [PEOPLE, HOUSEHOLDS]
    by_area = found.shares[found.shares["basis"] == "area"]
    assert by_area["from_code"].nunique() == 18
    provinces = read_merges().drop_duplicates("new_code").set_index("new_code")
    assert set(provinces.loc[found.table["code"], "old_province_code"]) == {"25"}


def test_18_of_the_225_are_named_where_boundaries_are_not_given(old: gpd.GeoDataFrame) -> None:
    found = carry(old.drop(columns="geometry"), to="new", sums=COUNTS)
    assert len(found.faults) == 18
    assert all("is in no table of mergers" in fault.problem for fault in found.faults)


def test_census_goes_there_and_back_unchanged(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> None:
    there = carry(old, to="new", sums=COUNTS, old=old, new=new).table
    for column in COUNTS:
        sizes = dict(zip(old["code"], old[column], strict=True))
        back = carry(there, to="old", sums=[column], old=old, new=new, sizes=sizes).table
        assert back.set_index("code")[column].equals(old.set_index("code")[column].sort_index())
    by_area = carry(there, to="old", sums=COUNTS, old=old, new=new).table
    assert by_area[COUNTS].sum().tolist() == [PEOPLE, HOUSEHOLDS]


def test_boundaries_alone_find_what_the_table_says(
    old: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> None:
    merges = read_merges()
    whole = merges[merges["part"] == "full"].set_index("old_code")["new_code"]
    found = shares(old, new)
    found = found[found["old_code"].isin(whole.index)]
    most = found.sort_values("share").drop_duplicates("old_code", keep="last")
    right = most["new_code"].to_numpy() == whole[most["old_code"]].to_numpy()
    assert len(most) == 207
    assert right.sum() == 206
    assert most.loc[~right, "old_code"].tolist() == ["07945"]
    told = found["new_code"].to_numpy() == whole[found["old_code"]].to_numpy()
    assert found.loc[told, "share"].sum() / 207 == pytest.approx(1, abs=0.02)


def test_estimates_by_coarse_overlap_are_near(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> None:
    there = carry(old, to="new", sums=COUNTS, old=old, new=new).table
    both = there.merge(new, on="code")
    error = ((both["pop_2019_est"] - both["pop_2019"]) / both["pop_2019"]).abs()
    assert error.median() < 0.01
    assert error.max() < 0.15


def test_census_of_all_three_provinces_goes_where_codes_allow(census: pd.DataFrame) -> None:
    found = carry(census, to="new", column="gso_code_2019", sums=COUNTS, file="census.csv")
    doubled = [fault for fault in found.faults if "already" in fault.problem]
    unknown = [fault for fault in found.faults if "is in no table" in fault.problem]
    assert [(fault.row, fault.column) for fault in doubled] == [(475, "gso_code_2019")]
    assert len(unknown) == 146
    assert len(doubled) + len(unknown) == len(found.faults)
    left = census["gso_code_2019"].isin(set(read_merges()["old_code"]))
    assert found.table["pop_2019"].sum() == census.loc[left, "pop_2019"].sum() == 2_962_804
    assert len(found.table) == 148
    sizes = census[left].groupby("gso_code_2019")["pop_2019"].sum().to_dict()
    there = found.table.rename(columns={"gso_code_2019": "code"})
    back = carry(there, to="old", sums=["pop_2019"], sizes=sizes).table
    whole = pd.Series(sizes).drop(["04891", "04957", "05221"])
    kept = back.set_index("code")["pop_2019"].reindex(whole.index)
    assert back["pop_2019"].sum() == 2_962_804
    assert (kept - whole).abs().max() <= 1


def test_names_of_the_real_boundaries_are_found(new: gpd.GeoDataFrame) -> None:
    for code, name in zip(new["code"], new["full_name"], strict=True):
        best = resolve(name, limit=100)
        assert code in {m.code for m in best if m.generation == "2025" and m.score == best[0].score}
