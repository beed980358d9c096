"""Does a comparison say what each bundle reaches, costs and needs, and refuse what is none?"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from infraplan import workflow
from infraplan.errors import InputError, OutputError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeBundle = Callable[..., Path]


def _richer(make_bundle: MakeBundle, folder: Path) -> Path:
    return make_bundle(
        folder,
        parameters={"plan": {"budget_vnd": 400, "ring": []}},
        inputs=[{"table": "communes", "file": "communes.gpkg", "sha256": "b" * 64}],
        certificate={"budget_vnd": 400},
        equity={"price_vnd": 9, "price_low_vnd": 8, "price_high_vnd": 11},
    )


def test_figures_are_those_of_the_bundles(make_bundle: MakeBundle, tmp_path: Path) -> None:
    one, two = make_bundle(tmp_path / "one"), _richer(make_bundle, tmp_path / "two")
    found = workflow.compare([one, two])
    assert found.names == ("one", "two")
    figures = found.figures["one"]
    assert figures["people_served_after"] == 970
    assert figures["people_served_after_share_of_all_people"] == pytest.approx(0.97)
    assert figures["capex_vnd_per_person_gained"] == pytest.approx(180 / 70)
    assert math.isnan(figures["links_gap_share"])
    assert math.isnan(figures["equity_price_vnd"])
    assert found.figures.loc["equity_price_vnd", "two"] == 9
    assert found.targets is None
    assert found.actions is None
    assert found.warnings == ()


def test_only_what_differs_is_listed(make_bundle: MakeBundle, tmp_path: Path) -> None:
    one, two = make_bundle(tmp_path / "one"), _richer(make_bundle, tmp_path / "two")
    differences = workflow.compare([one, two]).differences
    assert differences.loc["plan.budget_vnd"].tolist() == ["240", "400"]
    assert set(differences.index) == {"plan.budget_vnd", "input communes"}


def test_equal_bundles_differ_in_nothing(make_bundle: MakeBundle, tmp_path: Path) -> None:
    found = workflow.compare([make_bundle(tmp_path / "one"), make_bundle(tmp_path / "two")])
    assert found.differences.empty


def test_a_target_is_reached_by_the_first_actions(make_bundle: MakeBundle, tmp_path: Path) -> None:
    folders = [make_bundle(tmp_path / "one"), make_bundle(tmp_path / "two")]
    found = workflow.compare(folders, target_share=0.94)
    assert found.targets is not None
    assert found.actions is not None
    row = found.targets.iloc[0]
    assert (row["reached"], row["year"], row["sites"], row["links"]) == (True, 2026, 1, 1)
    assert row["capex_vnd"] == 110
    assert row["people_short"] == 0
    mine = found.actions[found.actions["scenario"] == "one"]
    assert mine["needed"].tolist() == [True, False]
    assert mine["links"].tolist() == ["l1", "l2"]
    assert mine["capex_vnd"].tolist() == [110, 70]
    assert mine["people_served"].tolist() == [940, 970]


def test_a_target_out_of_reach_tells_how_many_are_short(
    make_bundle: MakeBundle, tmp_path: Path
) -> None:
    folders = [make_bundle(tmp_path / "one"), make_bundle(tmp_path / "two")]
    targets = workflow.compare(folders, target_share=0.98).targets
    assert targets is not None
    assert not targets["reached"].any()
    assert targets["year"].isna().all()
    assert targets["people_short"].tolist() == [10, 10]
    assert targets["sites"].tolist() == [2, 2]
    assert targets["capex_vnd"].tolist() == [180, 180]


def test_a_target_that_is_met_already_needs_nothing(
    make_bundle: MakeBundle, tmp_path: Path
) -> None:
    folders = [make_bundle(tmp_path / "one"), make_bundle(tmp_path / "two")]
    targets = workflow.compare(folders, target_share=0.9).targets
    assert targets is not None
    assert targets["reached"].all()
    assert targets["sites"].tolist() == [0, 0]
    assert targets["year"].isna().all()


@pytest.mark.parametrize("target", [0.0, -1.0, 1.01, math.nan])
def test_a_target_that_is_no_share_is_refused(target: float) -> None:
    with pytest.raises(ParameterError, match="above 0 and at most 1"):
        workflow.compare(["a", "b"], target_share=target)


def test_one_bundle_alone_and_one_named_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="2 at least"):
        workflow.compare([tmp_path])
    with pytest.raises(ParameterError, match="more than once"):
        workflow.compare([tmp_path, tmp_path])


def test_another_province_is_told(make_bundle: MakeBundle, tmp_path: Path) -> None:
    one = make_bundle(tmp_path / "one")
    communes = pd.DataFrame({"code": ["00123", "00999", "01000"], "people": [1.0, 2.0, 3.0]})
    totals = {"people": 2000.0}
    two = make_bundle(tmp_path / "two", tables={"communes": communes}, totals=totals)
    told = " ".join(text.en for text in workflow.compare([one, two]).warnings)
    assert "1 only in one, 2 only in two" in told
    assert "1,000 and 2,000" in told


def test_every_folder_that_is_no_whole_bundle_is_named(
    make_bundle: MakeBundle, tmp_path: Path
) -> None:
    half = make_bundle(tmp_path / "half")
    (half / "links.csv").unlink()
    edited = make_bundle(tmp_path / "edited")
    (edited / "phases.csv").write_text("year\n2026\n", encoding="utf-8")
    older = make_bundle(
        tmp_path / "older", tables={"phases": pd.DataFrame({"year": [2026], "sites": [1]})}
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    early = make_bundle(tmp_path / "early", plan_totals=None)
    with pytest.raises(InputError) as caught:
        workflow.compare([half, edited, older, empty, early, "phu-tho", tmp_path / "nowhere"])
    faults = [str(fault) for fault in caught.value.faults]
    assert len(faults) == 7
    for wanted in (
        "half/links.csv: the bundle is not whole",
        "edited/phases.csv: it is not the table that manifest.json describes",
        "older/phases.csv: an older version wrote it, without links",
        "empty: this is no bundle",
        "early/manifest.json: plan_totals",
        "infraplan run phu-tho --out out/phu-tho",
        "nowhere: there is no such folder",
    ):
        assert any(wanted in fault for fault in faults), wanted


def test_what_is_written_is_whole_and_repeatable(make_bundle: MakeBundle, tmp_path: Path) -> None:
    one, two = make_bundle(tmp_path / "one"), _richer(make_bundle, tmp_path / "two")
    found = workflow.compare([one, two], target_share=0.96)
    out = workflow.write_comparison(found, tmp_path / "out")
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    workflow.write_comparison(found, out)
    assert first == {path.name: path.read_bytes() for path in out.iterdir()}
    assert set(first) == {"compare.csv", "compare.html", "comparison.json"}
    table = pd.read_csv(out / "compare.csv", encoding="utf-8-sig", index_col="figure")
    assert table.loc["people_served_after", "one"] == 970
    told = json.loads(first["comparison.json"])
    assert told["targets"][0]["year"] == 2027
    text = first["compare.html"].decode()
    assert 'lang="vi"' in text
    assert "reached in 2027" in text
    assert "http" not in text


def test_a_bundle_without_residents_stands_beside_others_in_the_page(
    make_bundle: MakeBundle, tmp_path: Path
) -> None:
    nobody = {"people": 0.0, "people_served": 0.0}
    folders = [make_bundle(tmp_path / "one"), make_bundle(tmp_path / "two", totals=nobody)]
    found = workflow.compare(folders, target_share=0.5)
    out = workflow.write_comparison(found, tmp_path / "out")
    assert "two" in (out / "compare.html").read_text(encoding="utf-8")
    assert found.years.loc[found.years["scenario"] == "two", "people_served"].tolist() == [0, 0]


def test_a_folder_of_another_kind_is_not_overwritten(
    make_bundle: MakeBundle, tmp_path: Path
) -> None:
    one, two = make_bundle(tmp_path / "one"), make_bundle(tmp_path / "two")
    with pytest.raises(OutputError, match="not a comparison"):
        workflow.write_comparison(workflow.compare([one, two]), one)
    assert (one / "manifest.json").is_file()


def test_names_are_told_apart_by_more_of_the_path(make_bundle: MakeBundle, tmp_path: Path) -> None:
    folders = [make_bundle(tmp_path / "low" / "out"), make_bundle(tmp_path / "high" / "out")]
    assert workflow.compare(folders).names == ("low/out", "high/out")
