"""Does one call make a whole bundle, the same every time, and redo only what changed?"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio
import pytest

from infraplan import coverage, export, workflow
from infraplan.errors import InputError, OutputError
from infraplan.sources.door.only import only_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraplan.results import Signal
    from infraplan.study import Study

pytestmark = pytest.mark.slow

PEOPLE_DIGITS = 1
"""Decimals of people in a bundle."""
LAYERS = {"communes", "villages", "sites", "gaps", "new_sites", "links"}


def digests(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


class Ear:
    """Hear which stages were done and which were kept."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.kept: list[str] = []

    def start(self, stage: str) -> Callable[[int, int], None]:
        assert stage
        return self._check

    @staticmethod
    def _check(done: int, total: int) -> None:
        assert 0 <= done <= total

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        assert seconds >= 0
        (self.kept if reused else self.done).append(stage)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, write_tiny: Callable[[Path], Path]) -> Path:
    """Return the bundle of a first run; the study lies beside it."""
    folder = tmp_path_factory.mktemp("first")
    workflow.run(write_tiny(folder / "tiny"), folder / "bundle", threads=1)
    return folder / "bundle"


@pytest.fixture
def again(first: Path, tmp_path: Path) -> Path:
    """Return a copy of the study, the finished bundle and its stages, to change at will."""
    return Path(shutil.copytree(first.parent, tmp_path / "again"))


def test_bundle_is_complete(first: Path) -> None:
    names = {p.relative_to(first).as_posix() for p in first.rglob("*") if p.is_file()}
    assert {"bundle.gpkg", "index.html", "manifest.json", "communes.csv", "villages.csv"} <= names
    layers = ("rsrp_dbm", "server", "second_rsrp_dbm", "second_server", "sinr_db")
    derived = ("service_share_outdoors", "service_share_vehicle", "service_share_indoors")
    assert {f"{n}_any.tif" for n in (*layers, *derived, "peak_mbps", "loaded_mbps")} <= names
    assert {str(n) for n, _ in pyogrio.list_layers(first / "bundle.gpkg")} == LAYERS
    assert len(gpd.read_file(first / "bundle.gpkg", layer="communes")) == 4
    assert not list(first.parent.glob("*.partial"))
    assert not list(first.parent.glob(".*.partial"))


def test_manifest_has_the_digest_of_every_input_and_output(first: Path) -> None:
    text = (first / "manifest.json").read_text(encoding="utf-8")
    for name, digest in digests(first).items():
        assert (digest in text) == (name != "manifest.json")
    inputs = first.parent / "tiny"
    for name in ("communes.geojson", "sites.csv", "cells.csv", "elevation.tif"):
        assert hashlib.sha256((inputs / name).read_bytes()).hexdigest() in text
    assert str(first.parent) not in text
    assert json.loads(text)


def test_another_run_elsewhere_gives_the_same_bytes(
    first: Path, tmp_path: Path, write_tiny: Callable[[Path], Path]
) -> None:
    workflow.run(write_tiny(tmp_path / "tiny"), tmp_path / "other", threads=2)
    assert digests(tmp_path / "other") == digests(first)


def test_second_run_keeps_the_long_stages_and_gives_the_same_bytes(first: Path) -> None:
    before, ear = digests(first), Ear()
    result = workflow.run(first.parent / "tiny" / "study.toml", first, reporter=ear)
    assert ear.kept == ["signal", "sites", "technologies"]
    assert result.reused == ("signal", "sites", "technologies")
    assert digests(first) == before


def test_only_what_changed_is_done_again(again: Path, edit_csv: Callable[..., None]) -> None:
    study = again / "tiny" / "study.toml"
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace("budget_vnd = 6e9", "budget_vnd = 3e9"), encoding="utf-8")
    ear = Ear()
    workflow.run(study, again / "bundle", reporter=ear)
    assert "signal" in ear.kept
    assert "sites" in ear.done
    edit_csv(study.parent / "cells.csv", 0, tilt_deg="6")
    ear = Ear()
    workflow.run(study, again / "bundle", reporter=ear)
    assert "signal" in ear.done


class Impatient(Ear):
    """Stop a run in the middle of its signal, when the second operator is under way."""

    def start(self, stage: str) -> Callable[[int, int], None]:
        super().start(stage)
        return self._stop if stage == "signal" else self._check

    @staticmethod
    def _stop(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt


def test_a_run_stopped_in_its_signal_goes_on_with_the_operator_it_was_at(
    first: Path, tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeyboardInterrupt):
        workflow.run(tiny_file, tmp_path / "bundle", threads=1, reporter=Impatient())
    assert not (tmp_path / "bundle").exists()
    asked: list[str] = []

    def predict(study: Study, *, technology: str = "4G", **options: Any) -> Signal:
        asked.extend(options["operators"] if technology == "4G" else ())
        return real(study, technology=technology, **options)

    real = coverage.predict
    monkeypatch.setattr(coverage, "predict", predict)
    result = workflow.run(tiny_file, tmp_path / "bundle", threads=1)
    operators = result.signal.operators[:-1]
    assert 0 < len(asked) < len(operators)
    assert tuple(asked) == operators[-len(asked) :]
    assert digests(tmp_path / "bundle") == digests(first)


def test_stages_are_kept_beside_the_bundle_and_only_those_that_fit(first: Path) -> None:
    kept = sorted(p.name.partition("-")[0] for p in (first.parent / ".bundle.stages").iterdir())
    count = len(list(first.glob("rsrp_dbm_*.tif"))) - 1  # that of any operator is not kept
    assert kept == ["joint", *["signal"] * count, "technologies"]


def test_fresh_does_everything_again(first: Path) -> None:
    ear = Ear()
    workflow.run(first.parent / "tiny" / "study.toml", first, fresh=True, reporter=ear)
    assert ear.kept == []


def test_bad_input_leaves_an_older_bundle_as_it_was(
    again: Path, edit_csv: Callable[..., None]
) -> None:
    before = digests(again / "bundle")
    edit_csv(again / "tiny" / "sites.csv", 0, lon="109")
    with pytest.raises(InputError):
        workflow.run(again / "tiny" / "study.toml", again / "bundle")
    assert digests(again / "bundle") == before


def test_budget_of_nothing_gives_a_whole_bundle_without_proposals(again: Path) -> None:
    study = again / "tiny" / "study.toml"
    text = study.read_text(encoding="utf-8").replace("budget_vnd = 6e9", "budget_vnd = 0")
    study.write_text(text, encoding="utf-8")
    result = workflow.run(study, again / "bundle")
    assert result.plan.sites.empty
    assert {str(n) for n, _ in pyogrio.list_layers(again / "bundle" / "bundle.gpkg")} == LAYERS


def test_ten_line_story_gives_the_same_figures_as_the_workflow(again: Path, tmp_path: Path) -> None:
    import infraplan as ip  # noqa: PLC0415 - as a planner writes it

    study = ip.Study.build(again / "tiny" / "study.toml")
    signal = ip.coverage.predict(study, technology="4G")
    communes = ip.coverage.by_zone(study, signal, level="commune")
    gaps = ip.coverage.find_gaps(study, signal)
    spots = ip.siting.candidates(study, gaps)
    sites = ip.siting.choose(study, gaps, spots, budget_vnd=6e9)
    links = ip.backhaul.connect(study, sites)
    plan = ip.plan.build(sites, links, years=range(2026, 2031))
    ip.export.bundle(plan, tmp_path / "story", communes=communes, signal=signal, gaps=gaps)
    assert {str(n) for n, _ in pyogrio.list_layers(tmp_path / "story" / "bundle.gpkg")} == LAYERS
    assert export.bundle is ip.export.bundle
    kept = gpd.read_file(again / "bundle" / "bundle.gpkg", layer="communes").set_index("code")
    served = communes.set_index("code")["people_served_any"].round(PEOPLE_DIGITS)
    assert kept["people_served_any"].to_dict() == served.to_dict()
    assert plan.totals.people_gained > 0


def test_two_runs_into_one_folder_do_not_mix(again: Path) -> None:
    study, lock = again / "tiny" / "study.toml", again / ".bundle.stages" / "lock"
    with only_run(lock), pytest.raises(OutputError, match="Another run is writing"):
        workflow.run(study, again / "bundle")
    shutil.rmtree(again / "bundle")
    workflow.run(study, again / "bundle")
    assert (again / "bundle" / "manifest.json").is_file()


def test_changed_note_reaches_every_output_of_a_second_run(again: Path) -> None:
    study = again / "tiny" / "study.toml"
    text = study.read_text(encoding="utf-8").replace("Everything in it", "All of it")
    study.write_text(text, encoding="utf-8")
    result = workflow.run(study, again / "bundle")
    assert result.reused
    workflow.run(study, again / "fresh")
    assert digests(again / "bundle") == digests(again / "fresh")
    assert "All of it is simulated." in (again / "bundle" / "manifest.json").read_text("utf-8")


def test_folder_that_is_no_bundle_is_refused_before_any_work(
    tiny_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("years of work", encoding="utf-8")
    ear = Ear()
    with pytest.raises(OutputError, match=r"thesis\.docx"):
        workflow.run(tiny_file, tmp_path / "mine", reporter=ear)
    assert ear.done == []
    with pytest.raises(OutputError):
        workflow.run(tiny_file, tiny_file / "below-a-file", reporter=ear)
