"""Does the embedded province run from end to end? (On coarse cells, which change no check.)"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest

from infraplan import workflow

if TYPE_CHECKING:
    from infraplan.workflow import RunResult

pytestmark = pytest.mark.slow

STUDY = """
[study]
id = "phu-tho"
title_vi = "Tỉnh Phú Thọ (mới, 148 xã phường)"
title_en = "Phú Thọ province (new, 148 communes)"
base = "phu-tho"

[grid]
cell_size_m = 480
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Run a study of nothing but embedded tables, on cells of 480 m."""
    folder = tmp_path_factory.mktemp("embedded")
    study = folder / "phu-tho.toml"
    study.write_text(STUDY, encoding="utf-8")
    return workflow.run(study, folder / "phu-tho")


def test_all_148_communes_and_6244_villages_are_in_the_bundle(result: RunResult) -> None:
    path = result.folder / "bundle.gpkg"
    assert len(gpd.read_file(path, layer="communes")) == 148
    assert len(gpd.read_file(path, layer="villages")) == 6244
    assert len(pd.read_csv(result.folder / "communes.csv", dtype={"code": str})) == 148


def test_most_people_are_served_but_white_spots_remain(result: RunResult) -> None:
    served = result.communes["people_served_any"].sum() / result.communes["people"].sum()
    assert 0.9 < served < 0.995
    assert set(result.gaps["kind"]) == {"white", "weak", "single_operator", "congested"}
    assert result.gaps["villages"].sum() > 50


def test_five_operators_differ(result: RunResult) -> None:
    names = ("gmobile", "mobifone", "vietnamobile", "viettel", "vinaphone")
    assert result.signal.operators == (*names, "any")
    shares = [result.communes[f"people_served_{n}"].sum() for n in names]
    assert len(set(shares)) == 5


def test_plan_gains_people_within_the_budget_and_its_certificate(result: RunResult) -> None:
    plan = result.plan
    assert plan.totals.capex_vnd <= 60e9
    assert plan.totals.people_gained > 10_000
    assert plan.gap_share <= 0.01
    assert {"new_mast", "shared_mast"} <= set(plan.sites["kind"])
    assert plan.links["parent_link_id"].isin([*plan.links["link_id"], None]).all()


def test_what_is_simulated_stands_in_every_table(result: RunResult) -> None:
    for name in ("communes", "villages", "gaps", "new_sites", "links"):
        table = pd.read_csv(result.folder / f"{name}.csv", dtype=str)
        assert table.columns[-1] == "data_basis"
        assert table["data_basis"].str.contains("simulated").all()
    assert "mô phỏng" in (result.folder / "index.html").read_text(encoding="utf-8")
