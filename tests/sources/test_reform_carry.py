"""Is a table carried to new communes and back with every person still in it?"""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.geo import Grid, Raster
from infraplan.sources.reform import carry, read_merges
from infraplan.sources.reform.spread import spread_counts

MERGES = pd.DataFrame(
    [
        ("00001", "A", "Xã A", "00001", "M", "Xã M", "full", "yes"),
        ("00002", "B", "Xã B", "00001", "M", "Xã M", "full", "yes"),
        ("00003", "C", "Xã C", "00001", "M", "Xã M", "part", "no"),
        ("00003", "C", "Xã C", "00004", "N", "Xã N", "part", "yes"),
        ("00004", "D", "Xã D", "00004", "N", "Xã N", "full", "yes"),
        ("00005", "E", "Xã E", "00005", "E", "Xã E", "full", "yes"),
    ],
    columns=["old_code", "old_name", "old_full_name", "new_code", "new_name", "new_full_name",
             "part", "main"],
)  # fmt: skip
OLD_CODES = sorted(set(read_merges()["old_code"]))


def strips(codes: list[str], edges: list[float]) -> gpd.GeoDataFrame:
    """Return communes side by side, 5 km deep, with edges in km."""
    shapes = [shapely.box(1000 * west, 0, 1000 * east, 5000) for west, east in pairwise(edges)]
    return gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=32648)


# 00009 is a unit of earlier years that the table of mergers does not know.
OLD = strips(["00001", "00002", "00003", "00004", "00009"], [0, 4, 8, 12, 16, 20])
NEW = strips(["00001", "00004"], [0, 9, 20])


def table(**people: int) -> pd.DataFrame:
    codes = [code.removeprefix("c") for code in people]
    return pd.DataFrame({"code": codes, "people": list(people.values())})


def test_whole_communes_go_by_the_table() -> None:
    found = carry(table(c00001=10, c00002=20, c00005=5), to="new", sums=["people"], merges=MERGES)
    assert found.table.to_dict("list") == {"code": ["00001", "00005"], "people": [30, 5]}
    assert set(found.shares["basis"]) == {"table"}
    assert found.faults == ()


def test_divided_commune_is_shared_by_area_among_its_successors() -> None:
    found = carry(table(c00003=101), to="new", sums=["people"], old=OLD, new=NEW, merges=MERGES)
    assert found.table.to_dict("list") == {"code": ["00001", "00004"], "people": [25, 76]}
    assert found.shares["basis"].tolist() == ["area", "area"]


def test_divided_commune_goes_to_its_main_successor_where_no_boundaries_are() -> None:
    found = carry(table(c00003=101), to="new", sums=["people"], merges=MERGES)
    assert found.table.to_dict("list") == {"code": ["00004"], "people": [101]}
    assert "1 divided commune (00003) went whole to the main successor" in found.notes[0].en
    assert "101 của people (100,0 %)" in found.notes[0].vi


def test_divided_commune_is_shared_by_people() -> None:
    grid = Grid("EPSG:32648", 0.0, 5000.0, 1000.0, 5, 20)
    values = np.zeros((5, 20))
    values[:, 8], values[:, 11] = 3.0, 1.0
    people = Raster("people", "persons", grid, values, "simulated")
    found = carry(
        table(c00003=100), to="new", how="people", sums=["people"], old=OLD, new=NEW,
        weights_people=people, merges=MERGES,
    )  # fmt: skip
    assert found.table["people"].tolist() == [75, 25]
    assert set(found.shares["basis"]) == {"people"}


def test_unit_of_earlier_years_goes_by_the_boundaries() -> None:
    found = carry(table(c00009=7), to="new", sums=["people"], old=OLD, new=NEW, merges=MERGES)
    assert found.table.to_dict("list") == {"code": ["00004"], "people": [7]}
    assert found.faults == ()


def test_unknown_doubled_and_absent_codes_are_all_named_at_once() -> None:
    given = pd.DataFrame({"ma": ["00001", "77777", None, "00001"], "people": ["1", "2", "3", "x"]})
    found = carry(given, to="new", column="ma", sums=["people"], file="dan so.xlsx", merges=MERGES)
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (3, "ma"), (4, "ma"), (5, "ma"), (5, "people"),
    ]  # fmt: skip
    unknown, absent, doubled, wrong = map(str, found.faults)
    assert unknown.startswith("dan so.xlsx, row 3, column 'ma': the code 77777 is in no table")
    assert "no code" in absent
    assert "stands in row 2 already" in doubled
    assert "'x' is no number" in wrong
    assert found.table["people"].tolist() == [1]


def test_boundaries_that_contradict_the_table_are_pointed_out() -> None:
    found = carry(
        table(c00001=1, c00004=1), to="new", sums=["people"], old=OLD,
        new=strips(["00001", "00004"], [0, 1, 20]), merges=MERGES,
    )  # fmt: skip
    assert found.table["people"].tolist() == [1, 1]
    assert any("most of 1 commune (00001) lies elsewhere" in note.en for note in found.notes)


def test_every_kind_of_column_is_carried_in_its_way() -> None:
    given = pd.DataFrame(
        {
            "code": [1, 2, 5],
            "name": ["Xã A", "Xã B", "Xã E"],
            "people": [30, 10, 8],
            "litres": [1.5, 2.0, 0.25],
            "fibre_share": [0.8, 0.4, 0.5],
            "note": ["dry", "wet", ""],
            "same": ["x", "x", "y"],
            "rank": [1, 2, 3],
            "is_hilly": [True, False, True],
        }
    )
    found = carry(given, to="new", sums=["people", "litres"], merges=MERGES)
    assert found.table.drop(columns="fibre_share").fillna("").to_dict("list") == {
        "code": ["00001", "00005"],
        "name": ["Xã M", "Xã E"],
        "people": [40, 8],
        "litres": [3.5, 0.25],
        "note": ["dry|wet", ""],
        "same": ["x", "y"],
        "is_hilly": ["True|False", "True"],
    }
    assert found.table["fibre_share"].tolist() == pytest.approx([0.7, 0.5])
    assert "left out: rank" in found.notes[-1].en


def test_counts_are_read_as_people_write_them() -> None:
    for said in (["5.000", "3.000"], ["5,000", "3,000"], [" 5 000 ", "3000"], [5000, "3.000"]):
        given = pd.DataFrame({"code": ["00001", "00002"], "people": said})
        found = carry(given, to="new", sums=["people"], merges=MERGES)
        assert found.table["people"].tolist() == [8000], said
        assert found.faults == ()


def test_numbers_written_as_text_are_left_out_and_codes_are_not() -> None:
    given = pd.DataFrame(
        {"code": ["00001", "00002"], "people": ["5.000", "3"], "post": ["007", "008"]}
    )
    found = carry(given, to="new", merges=MERGES)
    assert found.table.to_dict("list") == {"code": ["00001"], "post": ["007|008"]}
    assert "left out: people" in found.notes[-1].en


def test_rows_are_numbered_as_the_file_counts_them() -> None:
    given = pd.DataFrame({"code": ["00001", "9", "00001"], "people": ["1", "2", "x"]})
    given.index = pd.Index([0, 3, 7])
    found = carry(given, to="new", sums=["people"], first_row=4, merges=MERGES)
    assert [(f.row, f.column) for f in found.faults] == [(7, "code"), (11, "code"), (11, "people")]
    assert "stands in row 4 already" in str(found.faults[1])


def test_short_names_stay_short() -> None:
    given = pd.DataFrame({"code": ["00001", "00002"], "name": ["A", "B"]})
    assert carry(given, to="new", merges=MERGES).table["name"].tolist() == ["M"]


def test_missing_counts_stay_missing_and_are_told() -> None:
    given = pd.DataFrame({"code": ["00001", "00002", "00005"], "people": [5, None, None]})
    found = carry(given, to="new", sums=["people"], merges=MERGES)
    assert found.table["people"].tolist() == [5, pd.NA]
    assert any("misses parts that are not known" in note.en for note in found.notes)


def test_back_by_the_sizes_of_the_old_communes() -> None:
    found = carry(
        table(c00001=100), to="old", sums=["people"], sizes={"00001": 300, "2": 100}, merges=MERGES
    )
    assert found.table.to_dict("list") == {"code": ["00001", "00002"], "people": [75, 25]}


def test_old_communes_without_a_size_are_told() -> None:
    found = carry(table(c00001=9), to="old", sums=["people"], sizes={"00001": 3}, merges=MERGES)
    assert found.table.to_dict("list") == {"code": ["00001"], "people": [9]}
    assert any("2 old communes (00002, 00003)" in note.en for note in found.notes)


def test_back_by_area() -> None:
    found = carry(table(c00001=90), to="old", sums=["people"], old=OLD, new=NEW, merges=MERGES)
    assert found.table.to_dict("list") == {
        "code": ["00001", "00002", "00003"],
        "people": [40, 40, 10],
    }


def test_back_without_sizes_only_where_one_was_one() -> None:
    found = carry(table(c00001=9, c00005=5), to="old", sums=["people"], merges=MERGES)
    assert found.table.to_dict("list") == {"code": ["00005"], "people": [5]}
    (fault,) = found.faults
    assert "was made of 3 old ones (00001, 00002, 00003)" in fault.problem


@pytest.mark.parametrize("to", ["new", "old"])
def test_an_empty_table_stays_empty(to: str) -> None:
    found = carry(pd.DataFrame({"code": [], "people": []}), to=to, sums=["people"], merges=MERGES)
    assert len(found.table) == 0
    assert found.faults == ()


def test_arguments_that_do_not_go_together_are_refused() -> None:
    given = table(c00001=1)
    with pytest.raises(ParameterError, match="no column 'x'; it has code, people"):
        carry(given, to="new", sums=["x"])
    with pytest.raises(ParameterError, match="give weights_people"):
        carry(given, to="new", how="people")
    with pytest.raises(ParameterError, match="give both"):
        carry(given, to="new", old=OLD)
    with pytest.raises(ParameterError, match="not to 'newer'"):
        carry(given, to="newer")


@given(st.dictionaries(st.sampled_from(OLD_CODES), st.integers(0, 10**9), min_size=1, max_size=40))
def test_no_person_is_lost_or_made_on_the_way_there_and_back(people: dict[str, int]) -> None:
    given_table = pd.DataFrame({"code": list(people), "people": list(people.values())})
    there = carry(given_table, to="new", sums=["people"])
    assert there.table["people"].sum() == sum(people.values())
    assert there.faults == ()
    sizes = {code: count + 1 for code, count in people.items()}
    back = carry(there.table, to="old", sums=["people"], sizes=sizes)
    assert back.table["people"].sum() == sum(people.values())
    assert set(back.table["code"]) == set(people)


@given(
    st.lists(st.integers(0, 10**12), min_size=1, max_size=8),
    st.lists(st.floats(0.001, 1), min_size=1, max_size=6),
)
def test_whole_numbers_are_split_into_whole_numbers(values: list[int], parts: list[float]) -> None:
    share = np.array(parts) / sum(parts)
    rows = np.repeat(np.arange(len(values)), len(share))
    split = spread_counts(np.array(values, dtype=float), rows, np.tile(share, len(values)))
    assert np.array_equal(split, np.floor(split))
    assert np.array_equal(np.bincount(rows, weights=split), values)
    exact = np.repeat(values, len(share)) * np.tile(share, len(values))
    assert np.abs(split - exact).max() <= 1 + 1e-3
