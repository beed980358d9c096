"""Does each process make what it says of the tiny province, whole or with the reason why not?"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from openpyxl import load_workbook

from infraplan.errors import MissingDataError, OutputError
from infraplan_api.jobs import modest, worker
from infraplan_api.jobs.events import read_from
from infraplan_api.jobs.files import read_json, write_beside
from infraplan_api.jobs.tasks import TASKS
from infraplan_api.jobs.tasks.steady import steady

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Begin = Callable[..., Path]


@pytest.fixture
def job(bundle_folder: Path, tmp_path: Path) -> Begin:
    """Return a function that makes the folder of a job."""

    def made(process: str, *, bundle: Path = bundle_folder, **inputs: Any) -> Path:
        folder = tmp_path / "0123"
        folder.mkdir(exist_ok=True)
        asked = {"process": process, "inputs": inputs, "bundle": str(bundle), "memory_mb": 0}
        write_beside(folder / "request.json", asked)
        return folder

    return made


def index_of(folder: Path) -> dict[str, Any]:
    """Return what a job made, after a look at each file."""
    index: dict[str, Any] = read_json(folder / "results" / "index.json")
    files = {
        path.name: path for path in (folder / "results").iterdir() if path.name != "index.json"
    }
    assert set(index["files"]) == set(files)
    for name, told in index["files"].items():
        content = files[name].read_bytes()
        assert told == {"length": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return index


def test_gaps_are_a_map_and_a_table_of_the_same_spots(job: Begin, bundle_folder: Path) -> None:
    folder = job("gaps", min_people=0)
    assert worker.main(folder) == 0
    index = index_of(folder)
    spots = gpd.read_parquet(folder / "results" / "gaps.parquet")
    assert len(spots) == sum(index["values"]["spots"].values()) > 0
    assert len(gpd.read_file(folder / "results" / "gaps.geojson")) == len(spots)
    assert len(pd.read_csv(folder / "results" / "gaps.csv")) == len(spots)
    assert sum(index["values"]["people"].values()) == pytest.approx(spots["people"].sum(), abs=1)
    manifest = (bundle_folder / "manifest.json").read_bytes()
    assert index["bundle_sha256"] == hashlib.sha256(manifest).hexdigest()
    kinds = [event["kind"] for event in read_from(folder, 0)]
    assert (kinds[0], kinds[-1]) == ("stage", "finished")
    assert not (folder / "results.partial").exists()


def test_prediction_agrees_with_the_bundle(job: Begin, bundle_folder: Path) -> None:
    folder = job("predict", operators=["viettel", "vinaphone"])
    assert worker.main(folder) == 0
    values = index_of(folder)["values"]
    made = folder / "results" / "rsrp_dbm_operator_1.tif"
    with rasterio.open(made) as found, rasterio.open(bundle_folder / "rsrp_dbm_viettel.tif") as own:
        assert found.tags()["OPERATOR"] == "viettel"
        np.testing.assert_allclose(found.read(1), own.read(1), atol=0.11)
    communes = pd.read_csv(bundle_folder / "communes.csv")
    assert values["people_served"]["viettel"] == pytest.approx(
        communes["people_served_viettel"].sum(), abs=0.5
    )


def test_plan_is_a_bundle_and_its_sums(job: Begin) -> None:
    folder = job("propose", budget_vnd=3e9)
    assert worker.main(folder) == 0
    values = index_of(folder)["values"]
    assert values["new_masts"] + values["shared_masts"] == len(
        pd.read_csv(folder / "results" / "new_sites.csv")
    )
    with zipfile.ZipFile(folder / "results" / "bundle.zip") as packed:
        assert packed.testzip() is None
        names = set(packed.namelist())
        manifest = json.loads(packed.read("manifest.json"))
        phases = pd.read_csv(io.BytesIO(packed.read("phases.csv")))
    assert names == {*manifest["outputs"], "manifest.json"}
    assert len(phases) > 0
    left = {path.name for path in folder.iterdir()}
    assert left == {"request.json", "events.jsonl", "results"}


def test_report_has_a_sheet_for_each_table_with_the_chosen_communes(
    job: Begin, bundle_folder: Path
) -> None:
    code = str(gpd.read_parquet(bundle_folder / "collections" / "communes.parquet")["code"].iloc[0])
    folder = job("report", communes=[code], language="en")
    assert worker.main(folder) == 0
    index = index_of(folder)
    book = load_workbook(folder / "results" / "report.xlsx")
    rows = sorted(sheet.max_row - 1 for sheet in book.worksheets)
    assert rows == sorted(index["values"]["rows"].values())
    assert index["values"]["rows"]["communes"] == 1
    assert "index.html" in index["files"]


@pytest.mark.parametrize(
    ("process", "inputs", "said"),
    [
        ("report", {"communes": ["nowhere"]}, "nowhere"),
        ("gaps", {"operator": "nobody"}, "nobody"),
        ("predict", {"operators": ["nobody"]}, "nobody"),
        ("gaps", {"technology": "5G"}, "5G"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_reason(
    job: Begin, process: str, inputs: dict[str, Any], said: str
) -> None:
    folder = job(process, **inputs)
    assert worker.main(folder) == 1
    told = read_json(folder / "problem.json")
    assert said in told["detail"]
    assert not (folder / "results").exists()


@pytest.mark.parametrize("process", sorted(TASKS))
def test_bundle_that_is_gone_is_told_without_its_place(
    job: Begin, tmp_path: Path, process: str
) -> None:
    folder = job(process, bundle=tmp_path / "gone")
    assert worker.main(folder) == 1
    detail = read_json(folder / "problem.json")["detail"]
    assert "Remedy" in detail
    assert str(tmp_path) not in detail


def test_results_that_lie_there_are_not_made_again(job: Begin) -> None:
    folder = job("gaps")
    (folder / "results").mkdir()
    assert worker.main(folder) == 0
    assert list((folder / "results").iterdir()) == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "memory"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (OutputError("The folder is full. Remedy: another."), "Remedy: another"),
    ],
)
def test_want_of_memory_and_of_space_is_told(
    job: Begin, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(*_: object, **__: object) -> dict[str, Any]:
        raise error

    monkeypatch.setitem(TASKS, "gaps", fail)
    folder = job("gaps")
    assert worker.main(folder) == 1
    told = read_json(folder / "problem.json")
    assert said in f"{told['title']} {told['detail']}"
    assert not (folder / "results").exists()


def test_what_an_earlier_process_left_half_done_is_not_in_the_results(job: Begin) -> None:
    folder = job("report")
    (folder / "results.partial").mkdir()
    (folder / "results.partial" / "half.csv").write_text("half")
    (folder / "events.jsonl").write_text('{"kind": "stage", "sta')
    assert worker.main(folder) == 0
    assert "half.csv" not in index_of(folder)["files"]
    assert [event["stage"] for event in read_from(folder, 0)] == ["export"] * len(
        read_from(folder, 0)
    )


def test_bundle_replaced_while_it_is_read_is_noticed(bundle: Path) -> None:
    manifest = bundle / "manifest.json"

    def replace(then: Exception | None = None) -> None:
        manifest.write_text(manifest.read_text() + " ")
        if then is not None:
            raise then

    with pytest.raises(MissingDataError, match="replaced"), steady(bundle):
        replace()
    with pytest.raises(MissingDataError, match="replaced"), steady(bundle):
        replace(OSError(2, "No such file"))
    with pytest.raises(OSError, match="No such file"), steady(bundle):
        raise OSError(2, "No such file")


@pytest.mark.skipif(sys.platform != "linux", reason="the system has no limit of memory")
def test_memory_is_limited_and_work_is_done_after_reads() -> None:
    code = (
        "import os, resource, runpy, sys;"
        f"runpy.run_path({modest.__file__!r})['be_modest'](4096);"
        "print(os.nice(0), resource.getrlimit(resource.RLIMIT_AS)[0]);"
        "bytearray(5 << 30)"
    )
    run = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False
    )
    nice, most = run.stdout.split()
    assert int(nice) >= 10
    assert int(most) == 4096 << 20
    assert "MemoryError" in run.stderr
