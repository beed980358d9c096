"""Do lists of towers become the right masts, tenants and cells, with every guess marked?"""

from __future__ import annotations

from collections import defaultdict

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan import catalog
from infraplan.errors import CrsError, InputError, ParameterError
from infraplan.sources.masts import Assembled, assemble
from infraplan.tables import check, spec

CRS = "EPSG:32648"
X0, Y0 = 500_000.0, 2_350_000.0


def towers(*rows: dict[str, object]) -> gpd.GeoDataFrame:
    """Return towers of viettel at (X0, Y0), 4G, declared, but for what is said; x, y in m."""
    told = [
        {
            "tower_id": f"T{k}",
            "operator": "viettel",
            "technologies": "4G",
            "geometry_origin": "declared",
            "source_file": "list.xlsx",
            "source_row": k + 2,
            **row,
        }
        for k, row in enumerate(rows)
    ]
    x = [X0 + float(str(row.pop("x", 0.0))) for row in told]
    y = [Y0 + float(str(row.pop("y", 0.0))) for row in told]
    return gpd.GeoDataFrame(told, geometry=gpd.points_from_xy(x, y), crs=CRS)


def made(*rows: dict[str, object], merge_within_m: float = 30.0) -> Assembled:
    return assemble(towers(*rows), merge_within_m=merge_within_m, mast_height_m=30.0)


def notes(result: Assembled) -> str:
    return " ".join(note.en for note in result.notes)


def test_operators_within_the_distance_share_one_mast_and_each_merge_is_listed() -> None:
    result = made(
        {"operator": "viettel", "mast_height_m": 36.0},
        {"operator": "mobifone", "x": 12.0, "mast_height_m": 45.0},
        {"operator": "viettel", "x": 5.0},
        {"operator": "vinaphone", "x": 500.0},
    )
    assert result.sites["site_id"].tolist() == ["T0", "T3"]
    assert result.sites["tenants"].tolist() == ["mobifone|viettel", "vinaphone"]
    assert result.sites["mast_height_m"].tolist() == [45.0, 30.0]
    assert result.sites["mast_height_m_origin"].tolist() == ["declared", "assumed"]
    assert result.sites["owner"].tolist() == ["mobifone", "vinaphone"]
    assert result.sites["owner_origin"].tolist() == ["assumed", "assumed"]
    merges = result.merges.to_dict("list")
    assert merges["tower_id"] == ["T0", "T1", "T2"]
    assert merges["reason"] == ["position", "other_operator", "same_operator"]
    assert merges["distance_m"] == [0.0, 12.0, 5.0]
    assert merges["source_row"] == [2.0, 3.0, 4.0]
    assert (
        "Towers: 4, on 2 masts; masts merged from several towers: 1, masts of several operators: 1."
        in notes(result)
    )
    assert "taken as the highest: 1." in notes(result)


def test_the_owner_that_a_list_declares_goes_before_any_tenant() -> None:
    result = made({"mast_height_m": 50.0}, {"operator": "mobifone", "owner": "VNPT", "x": 3.0})
    assert result.sites["owner"].tolist() == ["VNPT"]
    assert result.sites["owner_origin"].tolist() == ["declared"]


def test_what_a_list_declares_is_kept_and_the_rest_is_assumed_from_the_catalogue() -> None:
    row = {"bands": "B3|B8", "azimuths_deg": "10|130", "antenna_height_m": 25.0, "tilt_deg": 5.0}
    cells = made(row).cells
    assert cells["band"].tolist() == ["B3", "B3", "B8", "B8"]
    assert cells["azimuth_deg"].tolist() == [10.0, 130.0, 10.0, 130.0]
    assert set(cells["height_m"]) == {25.0}
    assert set(cells["tilt_deg"]) == {5.0}
    assert set(cells["eirp_dbm"]) == {catalog.rule("eirp_dbm")}
    told = cells.filter(like="_origin").drop_duplicates().to_dict("records")
    assert told == [
        {
            "azimuth_deg_origin": "declared",
            "tilt_deg_origin": "declared",
            "eirp_dbm_origin": "assumed",
            "height_m_origin": "declared",
            "operator_origin": "declared",
            "technology_origin": "declared",
        }
    ]


def test_a_tower_that_says_nothing_gets_assumed_sectors_on_the_catalogues_band() -> None:
    result = made({"technologies": None})
    cells = result.cells
    assert cells["azimuth_deg"].tolist() == [0.0, 120.0, 240.0]
    assert set(cells["band"]) == {catalog.row("mast_rules", "band_4G")["value"]}
    assert set(cells["technology_origin"]) == {"assumed"}
    assert set(cells["height_m"]) == {30.0 - catalog.rule("antenna_below_top_m")}
    assert set(cells["height_m_origin"]) == {"assumed"}
    assert "Towers of unknown technology, assumed (4G): 1." in notes(result)
    assert "Cells of unknown direction, assumed: 3." in notes(result)


def test_each_technology_has_a_band_of_the_catalogue() -> None:
    cells = made({"technologies": "2G|3G|4G|5G"}).cells
    bands = dict(zip(cells["technology"], cells["band"], strict=True))
    assert {t: catalog.row("bands", b)["technology"] for t, b in bands.items()} == {
        t: t for t in ("2G", "3G", "4G", "5G")
    }


def test_bands_and_technologies_of_the_study_replace_those_of_the_catalogue() -> None:
    result = assemble(
        towers({"technologies": ""}),
        merge_within_m=30.0,
        mast_height_m=30.0,
        technologies=("2G", "4G"),
        bands=("B8", "B1"),
    )
    found = set(zip(result.cells["technology"], result.cells["band"], strict=True))
    assert found == {("2G", "GSM900"), ("4G", "B8"), ("4G", "B1")}


def test_bands_tell_the_technology_of_a_tower_that_names_none() -> None:
    cells = made({"technologies": None, "bands": "B8|UMTS2100"}).cells
    assert set(zip(cells["technology"], cells["band"], strict=True)) == {
        ("4G", "B8"),
        ("3G", "UMTS2100"),
    }
    assert set(cells["technology_origin"]) == {"declared"}


def test_a_band_that_the_catalogue_has_not_is_left_out_and_told() -> None:
    result = made({"bands": "B3|B99"})
    assert set(result.cells["band"]) == {"B3"}
    assert "Bands that the catalogue has not, left out: B99." in notes(result)


def test_a_row_per_sector_becomes_the_sectors_of_one_mast() -> None:
    result = made(*({"azimuths_deg": a, "bands": "B3"} for a in ("0", "120", "240")))
    assert len(result.sites) == 1
    assert result.cells["azimuth_deg"].tolist() == [0.0, 120.0, 240.0]


def test_rows_with_bands_and_rows_with_directions_complete_each_other() -> None:
    cells = made({"bands": "B8"}, {"azimuths_deg": "0|180"}).cells
    assert cells["band"].tolist() == ["B8", "B8"]
    assert cells["azimuth_deg"].tolist() == [0.0, 180.0]


def test_each_row_keeps_its_own_bands_in_its_own_directions() -> None:
    rows = [{"bands": "B3", "azimuths_deg": "0"}, {"bands": "B8", "azimuths_deg": "90"}, {}]
    cells = made(*rows).cells
    assert list(zip(cells["band"], cells["azimuth_deg"], strict=True)) == [("B3", 0), ("B8", 90)]


def test_a_mast_whose_height_nobody_tells_reaches_above_its_antennas() -> None:
    sites = made({"antenna_height_m": 40.0}).sites
    assert sites["mast_height_m"].tolist() == [40.0 + catalog.rule("antenna_below_top_m")]
    assert sites["mast_height_m_origin"].tolist() == ["estimated"]


def test_the_antennas_of_a_roof_mast_stand_on_the_building() -> None:
    cells = made({"mast_class": "A2a", "mast_height_m": 6.0}).cells
    below_m, roof_m = catalog.rule("antenna_below_top_m"), catalog.rule("roof_height_m")
    assert set(cells["height_m"]) == {6.0 + roof_m - below_m}


def test_an_antenna_above_its_mast_is_told() -> None:
    odd = {"antenna_height_m": 60.0, "mast_height_m": 40.0}
    assert "Masts lower than an antenna declared on them, to be checked: 1." in notes(made(odd))
    on_a_roof = {"antenna_height_m": 14.0, "mast_height_m": 6.0, "mast_class": "A2a"}
    assert "lower than an antenna" not in notes(made(on_a_roof))


def test_a_direction_of_360_is_north() -> None:
    assert made({"azimuths_deg": "0|360"}).cells["azimuth_deg"].tolist() == [0.0]


def test_a_tower_of_nobody_is_a_mast_without_cells() -> None:
    result = made({"operator": None})
    assert result.sites["tenants"].isna().all()
    assert result.cells.empty
    assert "Towers of unknown operator, without cells: 1." in notes(result)


def test_an_estimated_position_near_a_known_mast_of_its_operator_is_that_mast() -> None:
    guess = {"geometry_origin": "estimated", "technologies": "2G", "x": 300.0}
    result = made({}, {**guess, "tower_id": "ocid"})
    assert result.sites["site_id"].tolist() == ["T0"]
    assert result.sites.geometry.x.tolist() == [X0]
    assert set(result.cells["technology"]) == {"2G", "4G"}
    assert result.merges["reason"].tolist() == ["position", "estimated"]
    assert len(made({}, {**guess, "operator": "mobifone"}).sites) == 2
    assert len(made({}, {**guess, "x": 5000.0}).sites) == 2


def test_the_best_known_position_is_that_of_the_mast() -> None:
    result = made({"geometry_origin": "declared"}, {"geometry_origin": "measured", "x": 8.0})
    assert result.sites["site_id"].tolist() == ["T1"]
    assert result.sites.geometry.x.tolist() == [X0 + 8.0]
    assert result.sites["geometry_origin"].tolist() == ["measured"]


def test_names_of_cells_stay_unique_where_operators_have_hyphens() -> None:
    result = made({"tower_id": "A", "operator": "b-4G-1"}, {"tower_id": "A-b", "x": 900.0})
    assert result.cells["cell_id"].is_unique


def test_tables_keep_their_dictionaries() -> None:
    result = made({}, {"x": 4.0, "operator": "mobifone"}, {"x": 9000.0, "technologies": "2G|5G"})
    for name in ("sites", "cells", "merges"):
        table = getattr(result, name)
        assert check(table, spec(name), file=name).faults == (), name
    assert list(result.merges.columns) == list(spec("merges").names)
    nothing = made({})
    assert nothing.merges.empty
    assert list(nothing.merges.columns) == list(spec("merges").names)


def test_every_fault_is_told_with_its_file_row_and_column() -> None:
    rows = [{"azimuths_deg": "north"}, {"tower_id": "T0", "technologies": "4G|6G"}]
    with pytest.raises(InputError) as caught:
        made(*rows, {"geometry_origin": None}, {"x": "nan"}, {"tower_id": " "})
    told = [str(f) for f in caught.value.faults]
    assert told[0].startswith("list.xlsx, row 2, column 'azimuths_deg': 'north' is no direction")
    assert "row 3, column 'technologies': there is no technology '6G'" in told[1]
    assert "row 3, column 'tower_id': there is another tower 'T0'" in told[2]
    assert "row 4, column 'geometry_origin': it is not said how" in told[3]
    assert "row 5, column 'geometry': the tower has no position" in told[4]
    assert "row 6, column 'tower_id': the tower has no identifier" in told[5]
    assert len(told) == 6


def test_arguments_that_mean_nothing_are_refused() -> None:
    table = towers({})
    with pytest.raises(CrsError, match="degrees"):
        assemble(table.to_crs("EPSG:4326"), merge_within_m=30.0, mast_height_m=30.0)
    with pytest.raises(ParameterError, match="at least 0"):
        assemble(table, merge_within_m=-1.0, mast_height_m=30.0)
    with pytest.raises(ParameterError, match="mast_height_m"):
        assemble(table, merge_within_m=30.0, mast_height_m=0.0)
    with pytest.raises(ParameterError, match="no technology"):
        assemble(table, merge_within_m=30.0, mast_height_m=30.0, technologies=("6G",))
    with pytest.raises(ParameterError, match="no row 'B99'"):
        assemble(table, merge_within_m=30.0, mast_height_m=30.0, bands=("B99",))


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "operator": st.sampled_from(["viettel", "mobifone", "vinaphone"]),
            "technologies": st.sampled_from([None, "4G", "2G|4G", "5G"]),
            "bands": st.sampled_from([None, "B8", "B3|B1", "GSM900"]),
            "azimuths_deg": st.sampled_from([None, "0|120|240", "45"]),
            "geometry_origin": st.sampled_from(["declared", "measured", "estimated"]),
            "mast_height_m": st.sampled_from([None, 20.0, 45.0]),
            "owner": st.sampled_from([None, "VNPT"]),
            "x": st.integers(0, 150),
            "y": st.integers(0, 60),
        }
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 99))
def test_masts_do_not_depend_on_order_and_lose_no_tower_nor_technology(
    rows: list[dict[str, object]], seed: int
) -> None:
    table = towers(*rows)
    result = assemble(table, merge_within_m=30.0, mast_height_m=30.0)
    shuffled = table.sample(frac=1.0, random_state=seed)
    again = assemble(shuffled, merge_within_m=30.0, mast_height_m=30.0)
    for name in ("sites", "cells", "merges"):
        pd.testing.assert_frame_equal(
            pd.DataFrame(getattr(result, name)), pd.DataFrame(getattr(again, name))
        )
    assert result.notes == again.notes
    mast_of = dict.fromkeys(result.sites["site_id"]) | dict(
        zip(result.merges["tower_id"], result.merges["site_id"], strict=True)
    )
    place = dict(zip(table["tower_id"], table.geometry, strict=True))
    assert set(mast_of) == set(place), "each tower stands on exactly one mast"
    together = defaultdict(list)
    for tower, reason in zip(result.merges["tower_id"], result.merges["reason"], strict=True):
        if reason != "estimated":
            together[mast_of[tower]].append(place[tower])
    for points in together.values():
        assert max(a.distance(b) for a in points for b in points) <= 30.0
    declared = {
        (mast_of[t] or t, o, name)
        for t, o, names in zip(
            table["tower_id"], table["operator"], table["technologies"], strict=True
        )
        for name in (names.split("|") if isinstance(names, str) else [])
    }
    cells = result.cells[["site_id", "operator", "technology"]]
    assert declared <= set(cells.itertuples(index=False, name=None))
    assert not result.cells.duplicated(
        ["site_id", "operator", "technology", "band", "azimuth_deg"]
    ).any()


@pytest.mark.slow
def test_fifty_thousand_towers_are_assembled_whole() -> None:
    rng = np.random.default_rng(5)
    count = 50_000
    table = gpd.GeoDataFrame(
        {
            "tower_id": [f"T{k}" for k in range(count)],
            "operator": rng.choice(["viettel", "mobifone", "vinaphone"], count),
            "technologies": rng.choice(["4G", "2G|4G", "4G|5G"], count),
            "geometry_origin": "declared",
        },
        geometry=gpd.points_from_xy(
            X0 + rng.uniform(0, 100_000, count), Y0 + rng.uniform(0, 100_000, count)
        ),
        crs=CRS,
    )
    result = assemble(table, merge_within_m=30.0, mast_height_m=30.0)
    alone = count - len(result.merges)
    assert alone + result.merges["site_id"].nunique() == len(result.sites)
    assert result.cells["cell_id"].is_unique
