"""Is a bundle whole, the same every time, and true to the results it was made from?"""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio

from infraplan import export
from infraplan.geo import Raster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Toy

    Write = Callable[[Toy, Path], Path]

LAYERS = ["communes", "villages", "sites", "gaps", "new_sites", "links"]


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_two_runs_give_the_same_bytes(
    toy: Toy, folder: Path, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    again = write(toy, tmp_path / "another name")
    names = _files(folder)
    assert _files(again) == names
    assert [n for n in names if (folder / n).read_bytes() != (again / n).read_bytes()] == []


def test_geopackage_carries_a_fixed_time(folder: Path) -> None:
    with sqlite3.connect(folder / "bundle.gpkg") as base:
        times = {row[0] for row in base.execute("SELECT last_change FROM gpkg_contents")}
    base.close()
    assert times == {"1980-01-01T00:00:00.000Z"}


def test_geopackage_has_exactly_the_layers_with_every_row(toy: Toy, folder: Path) -> None:
    path = folder / "bundle.gpkg"
    assert [name for name, _ in pyogrio.list_layers(path)] == LAYERS
    counts = [pyogrio.read_info(path, layer=n)["features"] for n in LAYERS]
    assert counts == [3, 4, 2, 5, len(toy.plan.sites), len(toy.plan.links)]
    assert {pyogrio.read_info(path, layer=n)["crs"] for n in LAYERS} == {"EPSG:4326"}


def test_layers_say_on_their_face_what_is_simulated(folder: Path) -> None:
    with sqlite3.connect(folder / "bundle.gpkg") as base:
        said = dict(base.execute("SELECT table_name, description FROM gpkg_contents"))
    base.close()
    assert all("mô phỏng: " in said[n] and "simulated: " in said[n] for n in LAYERS[:5])
    assert "commune boundaries" in said["communes"]
    assert "assumed: prices" in said["links"]


def test_year_is_null_for_what_the_plan_does_not_build(toy: Toy, folder: Path) -> None:
    frame = pyogrio.read_dataframe(folder / "bundle.gpkg", layer="new_sites")
    years = frame.set_index("site_id")["year"]
    assert toy.plan.totals.sites_beyond == 1
    assert years.isna().sum() == 1
    assert years["N2"] == 2026


@pytest.mark.parametrize(
    "name",
    [
        "communes",
        "villages",
        "gaps",
        "new_sites",
        "links",
        "phases",
        "costs",
        "cells",
        "explanations",
        "costs_by_owner",
        "tco",
    ],
)
def test_tables_open_in_a_spreadsheet_and_end_with_their_basis(folder: Path, name: str) -> None:
    path = folder / f"{name}.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = _read_csv(path)
    assert rows
    assert list(rows[0])[-1] == "data_basis"
    assert all(" / " in row["data_basis"] for row in rows)


def test_tables_round_by_unit_and_keep_missing_empty(folder: Path) -> None:
    first, second, third = _read_csv(folder / "communes.csv")
    assert second["people_served_share_of_commune_people_any"] == "0.7654"
    assert second["area_served_m2_any"] == "18000000"
    assert second["name"] == '<b>&"'
    assert third["people"] == ""
    assert 104.9 < float(first["inside_lon"]) < 105.1
    village = _read_csv(folder / "villages.csv")[0]
    assert float(village["lon"]) == pytest.approx(105.0096, abs=1e-4)


def test_headline_counts_white_and_weak_spots_as_gaps_and_the_others_apart(folder: Path) -> None:
    totals = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["totals"]
    assert totals["people_in_gaps"] == pytest.approx(520.26)
    assert (totals["white_spots"], totals["weak_spots"]) == (1, 1)
    assert (totals["single_operator_spots"], totals["people_with_one_operator"]) == (1, 84)
    assert (totals["congested_spots"], totals["people_congested"]) == (2, 1250)


def test_availability_keeps_its_digits(folder: Path) -> None:
    assert [row["availability_share"] for row in _read_csv(folder / "links.csv")][2] == "0.999923"


def test_tables_that_nobody_made_are_left_out(toy: Toy, folder: Path, tmp_path: Path) -> None:
    absent = {"bill.csv", "rounds.csv", "robustness.csv", "tornado.csv"}
    assert not absent & {p.name for p in folder.iterdir()}
    sites = pd.DataFrame({"site_id": ["N1"], "stays_share": [0.5], "same_share": [0.25]})
    tornado = pd.DataFrame(
        [("signal", 1.0, 2.0, 1e9, 1e9)],
        columns=["factor", "low_people", "high_people", "low_vnd", "high_vnd"],
    )
    bill = pd.DataFrame({"owner_id": ["N1"], "item": ["mast_metre"], "quantity": [42.0]})
    rounds = pd.DataFrame({"round": [1], "gap_share": [0.000_123], "kept": [True]})
    plan = replace(toy.plan, robustness=sites, tornado=tornado, joint=rounds)
    made = export.bundle(
        plan,
        tmp_path / "b",
        communes=toy.communes,
        signal=toy.signal,
        gaps=toy.gaps,
        bill=bill,
    )
    assert absent <= {p.name for p in made.iterdir()}
    assert _read_csv(made / "rounds.csv")[0]["gap_share"] == "0.000123"
    assert _read_csv(made / "bill.csv")[0]["quantity"] == "42.0"


def test_gaps_name_every_village_and_sites_give_their_reason_twice(folder: Path) -> None:
    assert _read_csv(folder / "gaps.csv")[0]["village_names"].count("Khu") == 11
    first = _read_csv(folder / "new_sites.csv")[0]
    assert first["reason"] == "high ground <214 m>"
    assert first["reason_vi"].startswith("Ăng ten cao 40 m, nền đất cao 214 m")
    layer = pyogrio.read_dataframe(folder / "bundle.gpkg", layer="new_sites")
    assert layer["reason_vi"].tolist()[1].startswith("Dùng chung cột <i>S2")


def test_levels_are_stored_to_a_tenth_of_a_decibel(toy: Toy, folder: Path) -> None:
    with rasterio.open(folder / "rsrp_dbm_any.tif") as source:
        stored = source.read(1)
        assert source.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert source.compression.value == "DEFLATE"
        assert "DATA_BASIS" in source.tags()
        assert source.tags()["UNIT"] == "dBm"
    given = toy.signal.rsrp_dbm["any"].values
    np.testing.assert_array_equal(np.isnan(stored), np.isnan(given))
    assert np.nanmax(np.abs(stored - given)) <= 0.0501
    np.testing.assert_allclose(stored, np.round(stored, 1), atol=1e-5)


def test_server_raster_points_at_rows_of_the_cell_table(toy: Toy, folder: Path) -> None:
    with rasterio.open(folder / "server_any.tif") as source:
        stored = source.read(1)
        assert source.nodata == -1
        assert source.dtypes == ("int32",)
    np.testing.assert_array_equal(stored, toy.signal.server["any"].values)
    keys = {int(row["server"]) for row in _read_csv(folder / "cells.csv")}
    assert set(np.unique(stored)) - {-1} <= keys


@pytest.mark.parametrize(
    ("name", "unit"),
    [("sinr_db_any", "dB"), ("second_rsrp_dbm_any", "dBm"), ("sinr_db_Nha_mang_1_2", "dB")],
)
def test_second_level_and_sinr_say_what_they_are(folder: Path, name: str, unit: str) -> None:
    with rasterio.open(folder / f"{name}.tif") as source:
        tags = source.tags()
    assert (tags["UNIT"], tags["LOAD_SHARE"], tags["ROUNDED_TO_DB"]) == (unit, "0.5", "0.1")
    assert " / " in tags["QUANTITY"]


def test_second_servers_of_single_operators_are_left_out(folder: Path) -> None:
    found = sorted(p.name for p in folder.glob("second_*.tif"))
    assert found == ["second_rsrp_dbm_any.tif", "second_server_any.tif"]


def test_derived_rasters_are_made_one_at_a_time_and_let_go(toy: Toy, tmp_path: Path) -> None:
    alive: list[weakref.ref[Raster]] = []

    def make() -> Raster:
        assert all(ref() is None for ref in alive)
        grid = toy.signal.grid
        values = np.full(grid.shape, 1 / 3, dtype=np.float32)
        made = Raster("service_share_indoors", "share", grid, values, "simulated")
        alive.append(weakref.ref(made.values))  # type: ignore[arg-type]
        return made

    names = ["service_share_indoors_any", "service_share_indoors_one"]
    folder = export.bundle(
        toy.plan,
        tmp_path / "derived",
        communes=toy.communes,
        signal=toy.signal,
        gaps=toy.gaps,
        derived=dict.fromkeys(names, make),
    )
    assert len(alive) == 2
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    for name in names:
        assert f"{name}.tif" in listed
        with rasterio.open(folder / f"{name}.tif") as source:
            np.testing.assert_allclose(source.read(1), 0.333, atol=1e-6)
            assert source.tags()["ROUNDED_TO"] == "0.001"


def test_operator_names_become_plain_file_names(folder: Path) -> None:
    assert (folder / "rsrp_dbm_Nha_mang_1_2.tif").is_file()


def test_manifest_digests_match_the_files(folder: Path) -> None:
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    assert set(listed) == set(_files(folder)) - {"manifest.json"}
    for name, entry in listed.items():
        content = (folder / name).read_bytes()
        assert entry == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def test_manifest_states_inputs_totals_and_certificate(toy: Toy, folder: Path) -> None:
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [s["sha256"] for s in said["inputs"]] == ["ab" * 32, "cd" * 32]
    assert said["totals"]["people"] == 20_000.5
    assert said["totals"]["people_unserved"] == pytest.approx(1877.25)
    assert said["totals"]["villages"] == 4
    certificate = said["certificate"]
    assert certificate["sites_gap_share"] == pytest.approx(0.00371)
    assert certificate["sites_gap_counts"] == "weight"
    assert certificate["upper_bound_weight"] > certificate["covered_weight"] > 523.26
    assert said["equity"] is None
    assert said["demand_weights"]["single_operator"] == 0.1
    assert [row["year"] for row in said["nesting"]] == [2026, 2027]
    assert said["nesting"][0]["nesting_cost_people"] == pytest.approx(280.26)
    assert "priced on its own" in certificate["sites_gap_holds_when"]
    assert (certificate["sites_status"], certificate["links_status"]) == ("gap_reached", "optimal")
    assert (
        certificate["unspent_vnd"] == certificate["budget_vnd"] - said["plan_totals"]["capex_vnd"]
    )
    assert said["notes"][0] == {"vi": "Cột <mô phỏng>.", "en": "Masts are simulated."}
    assert said["plan_totals"]["capex_vnd"] == toy.plan.totals.capex_vnd
    assert said["data_basis"].startswith("simulated: communes.people")


def test_manifest_names_no_folder_of_the_machine(folder: Path) -> None:
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    assert "secret" not in text
    assert json.loads(text)["parameters"] == {
        "cells": {"path": "c.csv"},
        "sites": {"path": "s.csv"},
    }


def test_plan_without_gaps_or_sites_gives_a_whole_bundle(
    empty_toy: Toy, folder: Path, write: Write, tmp_path: Path
) -> None:
    empty = write(empty_toy, tmp_path / "empty")
    absent = {f"tiles/{name}.pmtiles" for name in ("gaps", "proposals", "links")}
    assert set(_files(empty)) == set(_files(folder)) - absent
    assert [name for name, _ in pyogrio.list_layers(empty / "bundle.gpkg")] == LAYERS
    for layer in ("gaps", "new_sites", "links"):
        bare = pyogrio.read_info(empty / "bundle.gpkg", layer=layer)
        full = pyogrio.read_info(folder / "bundle.gpkg", layer=layer)
        assert bare["features"] == 0
        assert list(bare["fields"]) == list(full["fields"])
        assert list(bare["dtypes"]) == list(full["dtypes"])


def test_villages_not_given_are_the_studys_with_their_level(toy: Toy, tmp_path: Path) -> None:
    made = export.bundle(
        toy.plan, tmp_path / "b", communes=toy.communes, signal=toy.signal, gaps=toy.gaps
    )
    levels = [row["rsrp_dbm_any"] for row in _read_csv(made / "villages.csv")]
    assert levels == [f"{v:.1f}" for v in toy.villages["rsrp_dbm_any"].round(1)]


def test_progress_counts_to_the_end(toy: Toy, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    export.bundle(
        toy.plan,
        tmp_path / "b",
        communes=toy.communes,
        signal=toy.signal,
        gaps=toy.gaps,
        progress=lambda done, total: heard.append((done, total)),
    )
    assert heard == [(i, len(heard)) for i in range(1, len(heard) + 1)]
