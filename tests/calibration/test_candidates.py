"""Is a sample matched to the cell it names, in whatever form, and to no other?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from infraplan.calibration.candidates import SAID, candidates_of, directory
from infraplan.calibration.identity import cell_keys, site_keys
from infraplan.calibration.levels import field_of, trace
from infraplan.calibration.serving import best_cells

if TYPE_CHECKING:
    from infraplan.study import Study


@pytest.fixture(scope="module")
def network(tiny_study: Study) -> Study:
    """Return the tiny study whose cells carry the numbers of their network."""
    cells = tiny_study.cells
    numbers = np.arange(len(cells))
    return replace(
        tiny_study,
        cells=cells.assign(ECI=4821 * 256 + numbers, PCI=100 + numbers % 3, eNodeB="04821"),
    )


def matched(study: Study, *rows: dict[str, object]) -> list[tuple[str, tuple[int, ...]]]:
    said = pd.DataFrame(list(rows)).reindex(columns=list(SAID)).astype(object)
    said = said.where(said.notna(), None)
    return [(c.how, c.cells) for c in candidates_of(said, directory(study.cells))]


@pytest.mark.parametrize(
    "row",
    [
        {"eci": "1234177"},
        {"eci": "0x12D501"},
        {"eci": "452-04-4821-1"},
        {"eci": "452-04-1234177"},
        {"eci": "452041234177"},
        {"cell_id": "1234177"},
        {"cell_id": "4821-1"},
        {"enodeb": "4821", "cell_id": "1"},
        {"enodeb": "4821", "sector": "1", "cell_id": "999999"},
        {"eci": "1234177.0"},
        {"cell_id": "12", "cell_name": "nobody", "eci": "452-04-4821-1"},
    ],
    ids=lambda row: "-".join(map(str, row.values())),
)
def test_forms_of_a_cell_identity_are_one_key(network: Study, row: dict[str, object]) -> None:
    assert ("eci", 4821 * 256 + 1) in cell_keys(row)
    assert matched(network, row) == [("cell", (1,))]


def test_name_of_the_study_goes_before_all(tiny_study: Study) -> None:
    name = tiny_study.cells["cell_id"].iloc[2]
    assert matched(tiny_study, {"cell_id": f" {name.upper()} ".strip()}) == [("cell", (2,))]


def test_name_counts_where_the_number_says_nothing(tiny_study: Study) -> None:
    name = tiny_study.cells["cell_id"].iloc[2]
    said: tuple[dict[str, object], ...] = (
        {"cell_name": name},
        {"cell_name": name, "cell_id": "212", "enodeb": "1887"},
    )
    assert matched(tiny_study, *said) == [("cell", (2,)), ("cell", (2,))]


def test_short_cell_identity_may_have_its_network_in_front(tiny_study: Study) -> None:
    cells = tiny_study.cells
    study = replace(tiny_study, cells=cells.assign(ECI=483284 + np.arange(len(cells))))
    assert matched(study, {"eci": "45204483285"}) == [("cell", (1,))]
    assert cell_keys({"eci": "45204483285"})[0] == ("eci", 45204483285)  # a 5G cell first


def test_cell_of_another_operator_is_not_taken(network: Study) -> None:
    row = {"eci": str(4821 * 256 + 1), "operator": "vinaphone"}
    assert matched(network, row) == [("cell_contradicts", ())]


def test_unknown_cell_is_forced_on_no_other_where_others_are_known(network: Study) -> None:
    known = {"eci": str(4821 * 256), "operator": "viettel"}
    lost = {"eci": "77777", "operator": "viettel"}
    assert matched(network, known, lost) == [("cell", (0,)), ("cell_unknown", ())]
    assert matched(network, lost)[0][0] == "operator"


def test_site_operator_and_carrier_narrow_the_cells(network: Study) -> None:
    assert matched(network, {"site_id": "s1"}) == [("site", (0, 1, 2))]
    assert matched(network, {"operator": "Viettel", "band": "B3"}) == [("operator", (0, 1, 2))]
    by_mhz = {"operator": "viettel", "frequency_mhz": 1815.0}
    assert matched(network, by_mhz) == [("operator", (0, 1, 2))]
    assert matched(network, {"operator": "viettel", "technology": "2G"})[0][1] == (6, 7, 8)
    assert matched(network, {"operator": "vinaphone", "pci": "101"}) == [("pci", (4,))]


def test_nearest_of_several_carriers_of_a_band_is_taken(tiny_study: Study) -> None:
    mhz = tiny_study.cells["frequency_mhz"].where(tiny_study.cells.index != 1, 1867.5)
    study = replace(tiny_study, cells=tiny_study.cells.assign(frequency_mhz=mhz))
    row = {"operator": "viettel", "band": "B3", "frequency_mhz": 1865.0}
    assert matched(study, row) == [("operator", (1,))]


def test_enodeb_names_a_site(network: Study) -> None:
    assert ("enodeb", "4821") in site_keys({"enodeb": "04821"})
    assert matched(network, {"enodeb": "4821", "operator": "vinaphone"}) == [("site", (3, 4, 5))]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"operator": "mobifone"}, "operator_unknown"),
        ({"operator": "viettel", "technology": "5G"}, "technology_unknown"),
        ({"operator": "viettel", "band": "B7"}, "carrier_unknown"),
        ({"operator": "viettel", "frequency_mhz": 2655.0}, "carrier_unknown"),
        ({"band": "B3"}, "operator_missing"),
    ],
)
def test_what_belongs_to_no_cell_says_why(
    tiny_study: Study, row: dict[str, object], reason: str
) -> None:
    assert matched(tiny_study, row) == [(reason, ())]


def test_best_cell_is_that_of_a_full_search(land: Study) -> None:
    field = field_of(land, rx_height_m=1.5)
    rng = np.random.default_rng(4)
    rows = rng.integers(20, land.grid.rows - 20, 60)
    columns = rng.integers(20, land.grid.columns - 20, 60)
    cells = np.array([0, 1, 2, 3, 4, 5], dtype=np.int64)
    found = best_cells(field, cells, rows, columns, reach_m=9_000.0)
    level = np.empty((60, len(cells)))
    for i, cell in enumerate(cells):
        paths = trace(field, np.full(60, cell), rows, columns)
        level[:, i] = paths.radiated_dbm - paths.loss_db
        level[paths.distance_km > 9.0, i] = -np.inf
    expected = np.where(np.isfinite(level).any(axis=1), cells[np.argmax(level, axis=1)], -1)
    np.testing.assert_array_equal(found, expected)
    assert set(found) > {0, 3}
