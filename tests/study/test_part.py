"""Is a part of a study what the whole says of its communes?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from rasterio.features import geometry_mask

import infraplan as ip
from infraplan.errors import ParameterError
from infraplan.study import facts_of
from infraplan.study.climate import climate_latitude_deg
from infraplan.study.part import part_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.study import Study


@pytest.fixture(scope="module")
def codes(tiny_study: Study) -> list[str]:
    return list(tiny_study.communes["code"][:1])


@pytest.fixture(scope="module")
def part(tiny_study: Study, codes: list[str]) -> Study:
    return part_of(tiny_study, codes, reach_m=2_000.0)


def test_only_what_lies_in_the_communes_stays(
    tiny_study: Study, part: Study, codes: list[str]
) -> None:
    assert list(part.communes["code"]) == codes
    whole = tiny_study.villages
    assert set(part.villages["village_id"]) == set(
        whole.loc[whole["commune_code"].isin(codes), "village_id"]
    )
    assert 0 < len(part.villages) < len(whole)


def test_masts_within_reach_stay_with_their_cells(
    tiny_study: Study, part: Study, codes: list[str]
) -> None:
    communes = tiny_study.communes
    ground = communes[communes["code"].isin(codes)].union_all()
    distance_m = tiny_study.sites.distance(ground)
    near = set(tiny_study.sites.loc[distance_m <= 2_000.0, "site_id"])
    assert near <= set(part.sites["site_id"]) < set(tiny_study.sites["site_id"])
    assert set(part.cells["site_id"]) <= set(part.sites["site_id"])


def test_grid_is_a_window_of_the_whole_cell_for_cell(tiny_study: Study, part: Study) -> None:
    big, small = tiny_study.grid, part.grid
    assert small.size < big.size
    top = round((big.y_max_m - small.y_max_m) / big.cell_size_m)
    left = round((small.x_min_m - big.x_min_m) / big.cell_size_m)
    for name in ("elevation", "people"):
        whole, cut = getattr(tiny_study, name).values, getattr(part, name).values
        assert cut.shape == small.shape
        window = whole[top : top + small.rows, left : left + small.columns]
        np.testing.assert_array_equal(cut, window)
    west, south, east, north = part.communes.total_bounds
    assert small.bounds[0] <= west < east <= small.bounds[2]
    assert small.bounds[1] <= south < north <= small.bounds[3]


def test_signal_and_shares_inside_are_those_of_the_whole(
    tiny_study: Study, codes: list[str]
) -> None:
    part = part_of(tiny_study, codes)
    whole, cut = ip.coverage.predict(tiny_study), ip.coverage.predict(part)
    top = round((tiny_study.grid.y_max_m - part.grid.y_max_m) / part.grid.cell_size_m)
    left = round((part.grid.x_min_m - tiny_study.grid.x_min_m) / part.grid.cell_size_m)
    rows, columns = slice(top, top + part.grid.rows), slice(left, left + part.grid.columns)
    is_inside = geometry_mask(
        part.communes.geometry, part.grid.shape, part.grid.transform, invert=True
    )
    assert is_inside.any()
    for operator in whole.operators:
        found = cut.rsrp_dbm[operator].values[is_inside]
        expected = whole.rsrp_dbm[operator].values[rows, columns][is_inside]
        np.testing.assert_array_equal(found, expected)
    served = "people_served_share_of_commune_people_any"
    of_whole = ip.coverage.by_zone(tiny_study, whole).set_index("code")[served]
    of_part = ip.coverage.by_zone(part, cut).set_index("code")[served]
    pd.testing.assert_series_equal(of_part[codes], of_whole[codes])


def test_climate_is_that_of_the_whole_also_in_a_part_of_a_part_and_on_disk(
    tiny_study: Study, part: Study, tmp_path: Path
) -> None:
    expected = climate_latitude_deg(tiny_study)
    assert climate_latitude_deg(part) == expected
    assert climate_latitude_deg(part_of(part, part.communes["code"].tolist())) == expected
    again = ip.datasets.open(ip.datasets.save(part, tmp_path / "part"))
    assert climate_latitude_deg(again) == expected
    facts = facts_of(ip.datasets.save(tiny_study, tmp_path / "whole"))
    assert "climate_latitude_deg" not in facts  # a whole needs none, and its bytes stay


def test_all_communes_in_any_order_are_the_whole(tiny_study: Study) -> None:
    every = part_of(tiny_study, list(reversed(tiny_study.communes["code"].tolist())))
    assert len(every.sites) == len(tiny_study.sites)
    assert every.communes["code"].tolist() == tiny_study.communes["code"].tolist()


def test_provenance_says_that_it_is_a_part(tiny_study: Study, part: Study) -> None:
    assert part.provenance.title_vi.endswith("phần gồm 1 xã, phường")
    assert part.provenance.title_en.endswith("a part of 1 commune")
    assert "2.0 km" in part.provenance.notes[0].en
    assert part.provenance.notes[1:] == tiny_study.provenance.notes
    assert part.provenance.sources == tiny_study.provenance.sources
    origins = part.provenance.origins
    assert origins.loc[origins["table"] == "villages", "rows"].max() == len(part.villages)
    assert set(origins["table"]) <= set(tiny_study.provenance.origins["table"])
    assert {"elevation", "people"} <= set(origins["table"])


def test_a_part_is_kept_and_opened_like_any_study(part: Study, tmp_path: Path) -> None:
    folder = ip.datasets.save(part, tmp_path / "part")
    again = ip.datasets.open(folder)
    assert again.grid == part.grid
    assert again.villages["village_id"].tolist() == part.villages["village_id"].tolist()
    smaller = ip.datasets.open(folder, communes=part.communes["code"].tolist())
    assert smaller.communes["code"].tolist() == part.communes["code"].tolist()


def test_unknown_commune_and_none_at_all_are_refused(tiny_study: Study) -> None:
    with pytest.raises(ParameterError, match="no commune of the code 99999"):
        part_of(tiny_study, ["99999"])
    with pytest.raises(ParameterError, match="No commune was named"):
        part_of(tiny_study, [])
