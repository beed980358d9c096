"""Do the real communes and census people of Phú Thọ replace the approximate ones, unchanged?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pytest

import infraplan as ip
from infraplan.geo import metric_crs

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.results import Signal

pytestmark = pytest.mark.real

COARSE_M = 300
"""Cells of this test; what it checks does not depend on them."""

STUDY = """
[study]
id = "phu-tho-real-communes"
title_vi = "Phú Thọ, ranh giới và dân số thật"
title_en = "Phú Thọ, real boundaries and people"
base = "phu-tho"

[grid]
cell_size_m = {cell_size_m}

[communes]
path = '{communes}'
columns = {{ people = "pop_2019_est", households = "households_2019_est" }}
values = {{ geometry_origin = "measured", people_origin = "estimated" }}

[villages]
outside = "drop"

[sites]
outside = "drop"

[fibre_nodes]
outside = "drop"
"""


@pytest.fixture(scope="module")
def table(shared: Path) -> gpd.GeoDataFrame:
    """Return the real communes, by code."""
    real = gpd.read_parquet(shared / "data" / "communes-2025-148.parquet")
    return real.to_crs(metric_crs(real)).set_index("code").sort_index()


class Result(NamedTuple):
    """What the province has with its real communes; the rest of a run is tried elsewhere."""

    study: ip.Study
    signal: Signal
    communes: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame


@pytest.fixture(scope="module")
def result(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Predict the province once with its real communes."""
    path = tmp_path_factory.mktemp("phu-tho") / "real.toml"
    text = STUDY.format(
        cell_size_m=COARSE_M,
        communes=(shared / "data" / "communes-2025-148.parquet").as_posix(),
    )
    path.write_text(text, encoding="utf-8")
    study = ip.Study.build(path)
    signal = ip.coverage.predict(study, technology="4G")
    zones = (ip.coverage.by_zone(study, signal, level=level) for level in ("commune", "village"))
    return Result(study, signal, *zones)


@pytest.fixture(scope="module")
def communes(result: Result) -> gpd.GeoDataFrame:
    """Return the communes of the run, by code."""
    return result.communes.set_index("code").sort_index()


def test_names_and_codes_are_those_of_the_table(
    communes: gpd.GeoDataFrame, table: gpd.GeoDataFrame
) -> None:
    assert len(communes) == 148
    assert communes.index.tolist() == table.index.tolist()
    assert communes["name"].tolist() == table["name"].tolist()
    assert communes["full_name"].tolist() == table["full_name"].tolist()


def test_areas_are_those_of_the_real_polygons(
    communes: gpd.GeoDataFrame, table: gpd.GeoDataFrame
) -> None:
    np.testing.assert_allclose(communes["area_m2"], table.area, rtol=1e-9)
    np.testing.assert_array_equal(communes["official_area_km2"], table["official_area_km2"])
    # Drawn and published areas differ by some per cent at most: the polygons are the right ones.
    np.testing.assert_allclose(table.area / 1e6, table["official_area_km2"], rtol=0.07)


def test_people_are_those_of_the_census(
    result: Result, communes: gpd.GeoDataFrame, table: gpd.GeoDataFrame
) -> None:
    np.testing.assert_array_equal(communes["people"], table["pop_2019_est"])
    np.testing.assert_array_equal(communes["households"], table["households_2019_est"])
    total = table["pop_2019_est"].sum()
    assert result.study.people.values.sum() == pytest.approx(total, rel=1e-6)
    assert result.villages["people"].sum() == pytest.approx(total, rel=1e-6)
    assert set(communes["people_origin"]) == {"estimated"}
    assert set(communes["geometry_origin"]) == {"measured"}


def test_totals_over_communes_equal_the_province(result: Result) -> None:
    communes, study = result.communes, result.study
    served = result.signal.rsrp_dbm["any"].values >= communes["served_threshold_dbm"].iloc[0]
    persons = study.people.values[served].sum()
    assert 0 < persons < study.people.values.sum()
    assert communes["people_served_any"].sum() == pytest.approx(persons, rel=1e-6)
    whole_m2 = communes.geometry.union_all().area
    assert communes["area_m2"].sum() == pytest.approx(whole_m2, rel=1e-6)
    assert communes["area_served_m2_any"].sum() <= whole_m2 * (1 + 1e-9)


def test_rows_outside_the_real_boundaries_are_dropped_and_counted(result: Result) -> None:
    notes = [note.en for note in result.study.provenance.notes]
    assert sum("lie outside the boundaries" in note for note in notes) >= 2  # villages, sites
    assert set(result.study.cells["site_id"]) <= set(result.study.sites["site_id"])
