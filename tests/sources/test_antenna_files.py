"""Are MSI/Planet files read as vendors write them, and refused with every fault and its line?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from infraplan.errors import InputError
from infraplan.radio.antenna import sector_gain_db
from infraplan.radio.pattern import antenna_gain_db, pattern_from_cuts
from infraplan.sources.antenna_files import read_antenna

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infraplan.errors import Fault
    from infraplan.sources.antenna_files import AntennaCuts

HEADER = [
    "NAME Panel 65 T06", "MAKE Nobody", "FREQUENCY 947.5", "H_WIDTH 70.0", "V_WIDTH 10.0",
    "FRONT_TO_BACK 25.0", "GAIN 15.0 dBi", "TILT ELECTRICAL", "POLARIZATION +45",
    "COMMENT made up for a test",
]  # fmt: skip
DEGREES = np.arange(360)
TURNED = (DEGREES + 180) % 360 - 180
ACROSS_DB = np.minimum(12 * (TURNED / 70) ** 2, 25.0)
SECTOR = {
    "horizontal_beamwidth_deg": 70.0,
    "vertical_beamwidth_deg": 10.0,
    "front_to_back_db": 25.0,
    "side_lobe_db": 20.0,
}


def down_db(tilt_deg: float = 0.0) -> np.ndarray:
    return np.minimum(12 * ((TURNED - tilt_deg) / 10) ** 2, 20.0)


def section(name: str, losses_db: np.ndarray, line: str = "{angle}.0 {loss:.2f}") -> list[str]:
    points = [line.format(angle=i, loss=loss) for i, loss in enumerate(losses_db)]
    return [f"{name} {len(points)}", *points]


def msi(tilt_deg: float = 0.0) -> list[str]:
    return [*HEADER, *section("HORIZONTAL", ACROSS_DB), *section("VERTICAL", down_db(tilt_deg))]


@pytest.fixture
def read(tmp_path: Path) -> Callable[[list[str]], AntennaCuts]:
    def read_lines(lines: list[str], end: str = "\n", encoding: str = "utf-8") -> AntennaCuts:
        path = tmp_path / "panel.msi"
        path.write_bytes((end.join(lines) + end).encode(encoding))
        return read_antenna(path, label="panel.msi")

    return read_lines


@pytest.fixture
def faults_of(read: Callable[[list[str]], AntennaCuts]) -> Callable[[list[str]], tuple[Fault, ...]]:
    def faults(lines: list[str]) -> tuple[Fault, ...]:
        with pytest.raises(InputError) as caught:
            read(lines)
        assert all(f.file == "panel.msi" and f.remedy for f in caught.value.faults)
        return caught.value.faults

    return faults


def test_header_and_cuts_are_read(read: Callable[..., AntennaCuts]) -> None:
    cuts = read(msi())
    assert (cuts.name, cuts.make, cuts.comment) == ("Panel 65 T06", "Nobody", "made up for a test")
    assert (cuts.frequency_mhz, cuts.gain_dbi, cuts.electrical_tilt_deg) == (947.5, 15.0, 0.0)
    np.testing.assert_allclose(cuts.horizontal_db, ACROSS_DB, atol=0.005)
    np.testing.assert_allclose(cuts.vertical_db, down_db(), atol=0.005)


def test_the_3gpp_pattern_comes_back_from_its_file(read: Callable[..., AntennaCuts]) -> None:
    cuts = read(msi())
    pattern = pattern_from_cuts(
        cuts.horizontal_db, cuts.vertical_db, tilt_deg=cuts.electrical_tilt_deg, combination="sum"
    )
    azimuth_deg, elevation_deg = np.meshgrid(np.arange(-180, 180), np.arange(-90, 91))
    np.testing.assert_allclose(
        antenna_gain_db(pattern, azimuth_deg, elevation_deg, electrical_tilt_deg=4.0),
        sector_gain_db(azimuth_deg, elevation_deg, 4.0, **SECTOR),
        atol=0.05,
    )
    projected = pattern_from_cuts(cuts.horizontal_db, cuts.vertical_db, tilt_deg=0.0)
    np.testing.assert_allclose(
        antenna_gain_db(projected, DEGREES, 0.0), sector_gain_db(DEGREES, 0.0, 0.0, **SECTOR),
        atol=0.05,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gain", "dbi"),
    [
        ("15 dBi", 15.0),
        ("12,85 dBd", 15.0),
        ("12.85", 15.0),
        ("0dBd", 2.15),
        ("15 (dBi)", 15.0),
        ("(dBi) 15", 15.0),
        ("15 dBi (typ)", 15.0),
    ],
)
def test_gain_is_turned_into_dbi(
    read: Callable[..., AntennaCuts], gain: str, dbi: float
) -> None:  # fmt: skip
    lines = [line if not line.startswith("GAIN") else f"GAIN {gain}" for line in msi()]
    assert read(lines).gain_dbi == pytest.approx(dbi)


@pytest.mark.parametrize(
    ("text", "mhz"),
    [("870-960", 915.0), ("1.8 GHz", 1800.0), ("1710 - 1880 MHz", 1795.0), ("0947,5", 947.5)],
)
def test_frequency_is_read_in_mhz(
    read: Callable[..., AntennaCuts], text: str, mhz: float
) -> None:  # fmt: skip
    lines = [f"FREQUENCY {text}" if line.startswith("FREQUENCY") else line for line in msi()]
    assert read(lines).frequency_mhz == pytest.approx(mhz)


def test_a_file_without_header_has_its_own_name_and_unknown_gain(
    read: Callable[..., AntennaCuts],
) -> None:
    cuts = read(msi()[len(HEADER) :])
    assert cuts.name == "panel"
    assert math.isnan(cuts.gain_dbi)
    assert math.isnan(cuts.frequency_mhz)


def test_spacing_commas_line_ends_and_encodings_of_vendors_are_taken(
    read: Callable[..., AntennaCuts],
) -> None:
    lines = [line.replace(".", ",") if line[0].isdigit() else line for line in msi()]
    lines = [f"  {line.replace(' ', chr(9) + ' ')}  " for line in lines]
    lines = [*lines[:3], "", "COMMENT Antenne für Tests", *lines[3:], "", ""]
    cuts = read(lines, end="\r\n", encoding="cp1252")
    np.testing.assert_allclose(cuts.horizontal_db, ACROSS_DB, atol=0.005)
    assert cuts.comment == "Antenne für Tests"


def test_a_closing_angle_missing_angles_and_a_repeated_section_are_taken(
    read: Callable[..., AntennaCuts],
) -> None:
    lines = [*HEADER, *section("HORIZONTAL", np.append(ACROSS_DB, ACROSS_DB[0]))]
    vertical = section("VERTICAL", down_db())
    vertical = [line for line in vertical if not line.startswith(("100.0", "101.0"))]
    cuts = read([*lines, *vertical, *vertical])
    assert cuts.horizontal_db.size == cuts.vertical_db.size == 360
    np.testing.assert_allclose(cuts.vertical_db, down_db(), atol=0.005)


def test_half_degrees_and_negative_angles_are_taken(read: Callable[..., AntennaCuts]) -> None:
    halves = [f"{a / 2} {min(12 * (a / 140) ** 2, 25):.2f}" for a in range(-360, 360)]
    cuts = read([*HEADER, "HORIZONTAL 720", *halves, *section("VERTICAL", down_db())])
    assert cuts.horizontal_db.size == 720
    np.testing.assert_allclose(cuts.horizontal_db[::2], ACROSS_DB, atol=0.005)


def test_gains_instead_of_attenuations_change_their_sign(read: Callable[..., AntennaCuts]) -> None:
    cuts = read([*HEADER, *section("HORIZONTAL", -ACROSS_DB), *section("VERTICAL", -down_db())])
    np.testing.assert_allclose(cuts.horizontal_db, ACROSS_DB, atol=0.005)


@pytest.mark.parametrize("stated", ["TILT ELECTRICAL 6", "ELECTRICAL_TILT 6.0"])
@pytest.mark.parametrize("measured_deg", [6.0, -6.0])
def test_the_main_lobe_is_below_the_horizon_whichever_way_angles_count(
    read: Callable[..., AntennaCuts], stated: str, measured_deg: float
) -> None:
    lines = [stated if line.startswith("TILT") else line for line in msi(measured_deg)]
    cuts = read(lines)
    assert cuts.electrical_tilt_deg == 6.0
    np.testing.assert_allclose(cuts.vertical_db, down_db(6.0), atol=0.01)


def test_a_cut_measured_without_its_tilt_has_none(read: Callable[..., AntennaCuts]) -> None:
    lines = ["TILT ELECTRICAL 6" if line.startswith("TILT") else line for line in msi(0.0)]
    assert read(lines).electrical_tilt_deg == 0.0


def test_a_lobe_that_contradicts_the_header_is_refused(
    faults_of: Callable[[list[str]], tuple[Fault, ...]],
) -> None:
    lines = ["TILT ELECTRICAL 2" if line.startswith("TILT") else line for line in msi(8.0)]
    (fault,) = faults_of(lines)
    assert "2°" in fault.problem
    assert "8°" in fault.problem


def test_every_fault_is_listed_with_its_line(
    faults_of: Callable[[list[str]], tuple[Fault, ...]],
) -> None:
    lines = msi()
    lines[2] = "FREQUENCY unknown"
    lines[6] = "GAIN high"
    horizontal, vertical = lines.index("HORIZONTAL 360"), lines.index("VERTICAL 360")
    lines[horizontal + 5] = "4.0 abc"
    lines[horizontal + 6] = "5.0 -3.0"
    lines[vertical + 9] = "500.0 3.0"
    faults = faults_of(lines)
    assert [f.row for f in faults] == [3, 7, horizontal + 6, horizontal + 7, vertical + 10]
    assert [f.column for f in faults] == ["FREQUENCY", "GAIN", "HORIZONTAL", "HORIZONTAL", "VERTICAL"]  # fmt: skip  # noqa: E501


def test_many_missing_angles_are_refused_with_their_place(
    faults_of: Callable[[list[str]], tuple[Fault, ...]],
) -> None:
    lines = [line for line in msi() if not line.startswith(("40.0 ", "41.0 ", "42.0 "))]
    faults = faults_of(lines)
    assert len(faults) == 2
    assert all("3 are missing, the first after 39°" in f.problem for f in faults)


def test_a_file_cut_short_is_refused(faults_of: Callable[[list[str]], tuple[Fault, ...]]) -> None:
    lines = msi()
    (fault,) = faults_of(lines[:-200])
    assert fault.column == "VERTICAL"
    (fault,) = faults_of(lines[: lines.index("VERTICAL 360")])
    assert "no VERTICAL section" in fault.problem
    (fault,) = faults_of(lines[: lines.index("VERTICAL 360") + 1])
    assert "empty" in fault.problem


def test_contradicting_angles_and_sections_are_refused(
    faults_of: Callable[[list[str]], tuple[Fault, ...]],
) -> None:
    lines = msi()
    (fault,) = faults_of([*lines, "7.0 0.50"])
    assert (fault.row, fault.column) == (len(lines) + 1, "VERTICAL")
    assert "stands already" in fault.problem
    (fault,) = faults_of([*lines, *section("VERTICAL", down_db(3.0))])
    assert fault.row == len(lines) + 1
    assert "file of its own" in fault.remedy


def test_what_is_no_antenna_file_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "a.msi"
    binary.write_bytes(b"MZ\0\0")
    with pytest.raises(InputError, match="not text"):
        read_antenna(binary, label="a.msi")
    text = tmp_path / "b.txt"
    text.write_text("1;2;3\nhello\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_antenna(text, label="b.txt")
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("between", "encoding"),
    [(";", "utf-8"), (",", "utf-8"), ("=", "utf-8"), (": ", "utf-8"), (" ", "utf-16")],
)
def test_signs_between_keyword_and_value_do_not_matter(
    read: Callable[..., AntennaCuts], between: str, encoding: str
) -> None:
    lines = [line.replace(" ", between, 1) if line[0].isalpha() else line for line in msi(6.0)]
    if between in ",;":
        lines = [line.replace(" ", between) if line[0].isdigit() else line for line in lines]
    cuts = read(lines, encoding=encoding)
    assert (cuts.name, cuts.gain_dbi, cuts.frequency_mhz) == ("Panel 65 T06", 15.0, 947.5)
    assert cuts.electrical_tilt_deg == 6.0


def test_gains_above_an_isotropic_antenna_do_not_flood_the_list(
    faults_of: Callable[[list[str]], tuple[Fault, ...]],
) -> None:
    lines = [
        *HEADER, *section("HORIZONTAL", 15.0 - ACROSS_DB), *section("VERTICAL", 15.0 - down_db())
    ]  # fmt: skip
    faults = faults_of(lines)
    assert len(faults) == 13
    assert "more lines are wrong" in faults[-1].problem
