"""Do cells of one mast become one tower, and cells of two masts two?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.sources.opencellid import group_sites
from infraplan.tables import check, spec

TECHNOLOGY = {"GSM": "2G", "UMTS": "3G", "LTE": "4G", "NR": "5G"}
METRE_DEG = 1 / 111_000.0


def cells(*rows: dict[str, object]) -> pd.DataFrame:
    """Return cells at (105.2, 21.2), 200 samples each, but for what is said; x and y in m."""
    made = []
    for k, row in enumerate(rows, 2):
        told = {"radio": "LTE", "operator": "viettel", "cell": 25600 + k, "x": 0.0, "y": 0.0, **row}
        x, y = float(str(told.pop("x"))), float(str(told.pop("y")))
        made.append(
            {
                "technology": TECHNOLOGY[str(told["radio"])],
                "mcc": 452,
                "net": 4,
                "area": 11,
                "lon": 105.2 + x * METRE_DEG / np.cos(np.radians(21.2)),
                "lat": 21.2 + y * METRE_DEG,
                "range_m": 1000.0,
                "samples": 200.0,
                "exact": False,
                "row": k,
                **told,
            }
        )
    return pd.DataFrame(made)


def test_cells_of_one_enodeb_far_apart_are_one_tower_at_their_middle() -> None:
    towers = group_sites(cells({"x": -900}, {"x": 900}, {"y": 900}, {"y": -900}), file="c.csv")
    assert len(towers) == 1
    assert towers.geometry.x.iloc[0] == pytest.approx(105.2, abs=5e-5)
    assert towers.geometry.y.iloc[0] == pytest.approx(21.2, abs=5e-5)
    assert towers["geometry_origin"].tolist() == ["estimated"]


def test_cells_of_one_number_a_country_apart_are_two_towers() -> None:
    assert len(group_sites(cells({"x": 0}, {"x": 90_000}), file="c.csv")) == 2


def test_other_enodebs_are_other_towers_unless_they_are_near() -> None:
    far = group_sites(cells({"cell": 256}, {"cell": 512, "x": 600}), file="c.csv")
    near = group_sites(cells({"cell": 256}, {"cell": 512, "x": 100}), file="c.csv")
    assert (len(far), len(near)) == (2, 1)


def test_operators_never_share_a_tower() -> None:
    towers = group_sites(cells({}, {"operator": "mobifone", "net": 1}), file="c.csv")
    assert towers["operator"].tolist() == ["mobifone", "viettel"]


def test_technologies_of_one_place_are_joined() -> None:
    rows = cells({"radio": "NR", "cell": 5000}, {"radio": "GSM", "cell": 121}, {})
    assert group_sites(rows, file="c.csv")["technologies"].tolist() == ["2G|4G|5G"]


def test_2g_cells_alike_but_for_the_last_digit_are_one_place_within_an_area() -> None:
    gsm = {"radio": "GSM"}
    rows = [{**gsm, "cell": 121}, {**gsm, "cell": 123, "x": 1500}]
    assert len(group_sites(cells(*rows), file="c.csv")) == 1
    assert len(group_sites(cells(rows[0], {**rows[1], "area": 12}), file="c.csv")) == 2


def test_identifiers_that_mean_unknown_join_nothing() -> None:
    rows = [{"radio": "GSM", "cell": 65535, "x": x} for x in (0, 1200)]
    assert len(group_sites(cells(*rows), file="c.csv")) == 2


def test_a_busy_sector_does_not_pull_the_tower_into_its_beam() -> None:
    rows = cells({"x": -900, "samples": 50.0}, {"x": 900, "samples": 90_000.0})
    x = group_sites(rows, file="c.csv").geometry.x.iloc[0]
    assert x == pytest.approx(105.2, abs=5e-5)


def test_cells_with_few_samples_weigh_less() -> None:
    x = group_sites(cells({"samples": 1.0, "x": 900}, {}), file="c.csv").geometry.x.iloc[0]
    assert 105.2 < x < 105.2005


def test_a_position_told_by_the_operator_goes_before_measured_ones() -> None:
    towers = group_sites(cells({"x": 0, "exact": True}, {"x": 2000}), file="c.csv")
    assert towers["geometry_origin"].tolist() == ["declared"]
    assert towers.geometry.x.iloc[0] == pytest.approx(105.2, abs=1e-6)


def test_towers_keep_their_dictionary_and_invent_nothing() -> None:
    towers = group_sites(cells({}, {"cell": 90_000, "x": 5000}), file="c.csv")
    assert check(towers, spec("towers"), file="towers").faults == ()
    assert towers["source_file"].tolist() == ["c.csv", "c.csv"]
    assert towers["source_row"].tolist() == [2, 3]
    unknown = {"antenna_height_m", "mast_height_m", "azimuths_deg", "bands", "eirp_dbm"}
    assert not unknown & set(towers.columns)


def test_no_cells_make_no_towers() -> None:
    assert group_sites(cells({}).iloc[:0], file="c.csv").empty


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["GSM", "UMTS", "LTE", "NR"]),
            st.sampled_from(["viettel", "mobifone"]),
            st.integers(0, 3000),
            st.integers(0, 8),
            st.integers(0, 8),
        ),
        min_size=1,
        max_size=40,
        unique_by=lambda r: (r[0], r[1], r[2]),
    ),
    seed=st.integers(0, 99),
)
def test_groups_do_not_depend_on_the_order_of_the_cells(
    rows: list[tuple[str, str, int, int, int]], seed: int
) -> None:
    table = cells(
        *(
            {"radio": r, "operator": o, "net": len(o), "cell": c, "x": 150 * x, "y": 150 * y}
            for r, o, c, x, y in rows
        )
    )
    towers = group_sites(table, file="c.csv")
    shuffled = group_sites(table.sample(frac=1.0, random_state=seed), file="c.csv")
    assert towers.equals(shuffled)
    assert towers["tower_id"].is_unique
    for name in ("viettel", "mobifone"):
        theirs = set("|".join(towers.loc[towers["operator"] == name, "technologies"]).split("|"))
        assert theirs - {""} == {TECHNOLOGY[r] for r, o, *_ in rows if o == name}
