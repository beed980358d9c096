"""Is the embedded table of mergers whole, and does it fit the embedded communes?"""

from __future__ import annotations

import json

import pytest

from infraplan.settings import data_folder
from infraplan.sources.reform import read_merges
from infraplan.sources.reform.merges import code_text


def test_479_old_communes_became_148() -> None:
    merges = read_merges()
    assert merges["old_code"].nunique() == 479
    assert merges["new_code"].nunique() == 148
    assert merges.groupby("old_province_code")["old_code"].nunique().to_dict() == {
        "17": 151,
        "25": 207,
        "26": 121,
    }
    assert (merges != "").all(axis=None)


def test_only_divided_communes_have_several_successors_and_one_main() -> None:
    merges = read_merges()
    several = merges["old_code"].duplicated(keep=False)
    assert (merges.loc[several, "part"] == "part").all()
    assert (merges.loc[~several, ["part", "main"]] == ["full", "yes"]).all(axis=None)
    assert (merges[merges["main"] == "yes"].groupby("old_code").size() == 1).all()
    assert sorted(set(merges.loc[several, "old_code"])) == ["04891", "04957", "05221"]


def test_new_communes_are_the_embedded_ones() -> None:
    path = data_folder() / "boundaries" / "communes.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    embedded = {f["properties"]["code"]: f["properties"]["full_name"] for f in features}
    merges = read_merges()
    assert dict(zip(merges["new_code"], merges["new_full_name"], strict=True)) == embedded


def test_the_table_may_be_changed_without_harm() -> None:
    mine = read_merges()
    mine["new_code"] = "x"
    assert "x" not in set(read_merges()["new_code"])


@pytest.mark.parametrize(
    ("given", "code"),
    [("4924", "04924"), (4924, "04924"), (4924.0, "04924"), ("", ""), ("AD", "AD")],
)
def test_codes_are_read_as_spreadsheets_spoil_them(given: object, code: str) -> None:
    assert code_text(given) == code
