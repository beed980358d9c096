"""Does a calibration table become exactly what a prediction adds, and is a wrong one refused?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from infraplan import catalog
from infraplan.errors import InputError
from infraplan.geo import Raster
from infraplan.study.correction import loss_correction

if TYPE_CHECKING:
    from infraplan.study import Study

TREES = 5


def row(band: str, name: str | None = None, **values: object) -> dict[str, object]:
    return {
        "term_id": f"4G/{band}/{name}",
        "band": band,
        "technology": "4G",
        "clutter_class": name,
        "bias_db": 0.0,
        "slope_db_per_decade": 0.0,
        "offset_db": 0.0,
        "clutter_model": "profile",
    } | values


def with_table(study: Study, *rows: dict[str, object], land: bool = True) -> Study:
    codes = np.full(study.grid.shape, TREES, dtype=np.int32)
    codes[:, ::2] = 2
    clutter = Raster("clutter", "class", study.grid, codes, "simulated", nodata=0)
    table = pd.DataFrame(list(rows))
    return replace(study, calibration=table, clutter=clutter if land else None)


def test_without_calibration_nothing_is_added(tiny_study: Study) -> None:
    assert loss_correction(tiny_study, "B3") is None
    assert loss_correction(with_table(tiny_study, row("B8")), "B3") is None


def test_rows_become_bias_slope_and_offsets(tiny_study: Study) -> None:
    study = with_table(
        tiny_study,
        row("B3", bias_db=3.0, slope_db_per_decade=-2.0),
        row("B3", "trees", offset_db=7.0),
        row("B8", bias_db=9.0),
    )
    found = loss_correction(study, "B3")
    assert found is not None
    assert (found.bias_db, found.slope_db_per_decade, found.clutter_model) == (3.0, -2.0, "profile")
    assert found.offset_db is not None
    assert found.offset_db.dtype == np.float32
    np.testing.assert_array_equal(found.offset_db[:, 1], 7.0)
    np.testing.assert_array_equal(found.offset_db[:, 0], 0.0)
    other = loss_correction(study, "B8")
    assert other is not None
    assert other.offset_db is None


def test_unknown_land_cover_gets_no_offset(tiny_study: Study) -> None:
    study = with_table(tiny_study, row("B3"), row("B3", "trees", offset_db=7.0))
    assert study.clutter is not None
    study.clutter.values[0, 1] = 0
    found = loss_correction(study, "B3")
    assert found is not None
    assert found.offset_db is not None
    assert found.offset_db[0, 1] == 0.0


def test_technology_tells_bands_of_one_name_apart(tiny_study: Study) -> None:
    study = with_table(
        tiny_study, row("900", bias_db=1.0), row("900", bias_db=2.0, technology="2G")
    )
    found = loss_correction(study, "900", technology="2G")
    assert found is not None
    assert found.bias_db == 2.0
    with pytest.raises(InputError, match="has 2 rows without a class"):
        loss_correction(study, "900")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row("B3", "trees")], "has 0 rows without a class"),
        ([row("B3"), row("B3", "jungle")], "jungle"),
        ([row("B3"), row("B3", "trees"), row("B3", "trees")], "two rows for trees"),
        ([row("B3"), row("B3", "trees", clutter_model="none")], "different clutter models"),
    ],
)
def test_contradicting_rows_are_refused(
    tiny_study: Study, rows: list[dict[str, object]], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        loss_correction(with_table(tiny_study, *rows), "B3")


def test_offsets_need_the_land_cover(tiny_study: Study) -> None:
    study = with_table(tiny_study, row("B3"), row("B3", "trees", offset_db=2.0), land=False)
    with pytest.raises(InputError, match="no land cover"):
        loss_correction(study, "B3")


def test_dictionary_allows_the_classes_of_the_catalogue() -> None:
    columns = catalog.dictionary("calibration").set_index("column")
    allowed = str(columns.loc["clutter_class", "allowed"]).split("|")
    assert allowed == catalog.table("clutter")["key"].tolist()
