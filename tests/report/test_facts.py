"""Does a report read what the bundle says, and refuse what is no whole bundle?"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import rasterio

from infraplan.errors import InputError, MissingDataError
from infraplan.report import read
from infraplan.report.bundle_files import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.report import Facts


@pytest.fixture
def copy(bundle_folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(bundle_folder, tmp_path / "bundle")


def _without(folder: Path, name: str) -> None:
    """Take a file out of a bundle and its manifest, as if an older version had made it."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["outputs"][name]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (folder / name).unlink(missing_ok=True)


def test_the_digest_is_that_of_the_manifest(facts: Facts, bundle_folder: Path) -> None:
    written = (bundle_folder / "manifest.json").read_bytes()
    assert facts.sha256 == hashlib.sha256(written).hexdigest()


def test_what_the_study_is_and_when(facts: Facts) -> None:
    assert facts.study_title.vi == "Tỉnh thử"
    assert facts.study_title.en == "Test province"
    assert facts.years == (2025, 2026, 2027, 2028)
    assert facts.base_year == 2025
    assert facts.plan_years == (2026, 2027, 2028)
    assert facts.technology == "4G"
    assert facts.operators == ("viettel", "vinaphone")


def test_collections_hold_the_values_of_the_csvs(facts: Facts, bundle_folder: Path) -> None:
    for name in ("communes", "villages", "gaps", "new_sites", "links"):
        shapes = getattr(facts, name)
        with (bundle_folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) == len(shapes) > 0
        assert shapes.crs.to_epsg() == 4326
        numbers = [c for c in shapes if c != "geometry" and shapes[c].dtype.kind in "if"]
        assert numbers
        for column in numbers:
            told = [float(r[column]) if r[column] else None for r in rows]
            held = [None if pd.isna(v) else float(v) for v in shapes[column]]
            assert held == told, (name, column)


def test_codes_stay_text_and_numbers_keep_their_last_digit(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "\ufeffcode,name,year,capex_vnd,share,fits\n00123,NA,2026,9007199254740993,0.1,True\n"
        "00124,Lạc,,,,False\n",
        encoding="utf-8",
    )
    table = read_table(path)
    assert table["code"].tolist() == ["00123", "00124"]
    assert table["name"].tolist() == ["NA", "Lạc"]
    assert table["capex_vnd"].iloc[0] == 9_007_199_254_740_993
    assert pd.isna(table["capex_vnd"].iloc[1])
    assert table["share"].iloc[0] == 0.1
    assert table["fits"].tolist() == [True, False]


def test_simulated_data_carries_its_mark(facts: Facts) -> None:
    assert facts.basis_mark is not None
    assert facts.basis_mark.vi == "MÔ PHỎNG"
    assert "mô phỏng" in facts.data_basis.vi
    assert "simulated" in facts.basis_of(("sites",)).en


def test_sure_data_carries_no_mark(facts: Facts) -> None:
    sure = [{"table": "sites", "column": "geometry", "origin": "measured", "rows": 1, "share": 1.0}]
    manifest = {**facts.manifest, "origin_shares": sure}
    assert dataclasses.replace(facts, manifest=manifest).basis_mark is None


def test_a_raster_is_the_one_on_disk(facts: Facts, bundle_folder: Path) -> None:
    raster = facts.raster("rsrp_dbm_any")
    with rasterio.open(bundle_folder / "rsrp_dbm_any.tif") as source:
        assert raster.grid.shape == source.shape
        assert raster.grid.crs == source.crs.to_string()
        assert raster.unit == "dBm"
        assert raster.values[10, 10] == source.read(1)[10, 10]


def test_a_band_of_classes_is_a_year(facts: Facts) -> None:
    name = "service_class_4G_outdoors_any"
    bands = [facts.raster(f"{name}.tif", band=b).values for b in (1, 4)]
    assert (bands[1] != bands[0]).any()
    assert facts.raster(name).nodata == 255


def test_what_the_bundle_does_not_hold_is_said(facts: Facts) -> None:
    with pytest.raises(MissingDataError, match=r"has no nothing\.tif.*Remedy"):
        facts.raster("nothing")
    assert facts.collection("water").empty
    assert not facts.has("nothing.tif")


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingDataError, match="not a finished bundle"):
        read(tmp_path)
    (tmp_path / "manifest.json").write_text('{"outputs": []}', encoding="utf-8")
    with pytest.raises(MissingDataError, match="not a finished bundle"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["explanations.csv", "coverage.parquet", "ranking.csv"])
def test_a_bundle_of_an_older_version_is_refused(copy: Path, name: str) -> None:
    _without(copy, name)
    with pytest.raises(MissingDataError, match=rf"has no {name}.*older version.*Remedy"):
        read(copy)


@pytest.mark.parametrize("key", ["certificate", "operators", "plan_totals", "totals"])
def test_a_manifest_of_an_older_version_is_refused(copy: Path, key: str) -> None:
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest[key]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(MissingDataError, match=f"{key} in its manifest.json: .* older version"):
        read(copy)


def test_every_damaged_file_is_named(copy: Path) -> None:
    (copy / "phases.csv").write_text("year\n2026\n", encoding="utf-8")
    (copy / "rsrp_dbm_any.tif").unlink()
    with pytest.raises(InputError) as caught:
        read(copy)
    named = {fault.file.rsplit("/", 1)[-1] for fault in caught.value.faults}
    assert named == {"phases.csv", "rsrp_dbm_any.tif"}
    assert "Remedy" in str(caught.value)


def test_an_empty_plan_is_read(poor_facts: Facts) -> None:
    assert len(poor_facts.communes) == 1
    assert poor_facts.new_sites.empty
    assert poor_facts.links.empty
    assert poor_facts.explanations.empty
    assert len(poor_facts.phases) == 3
