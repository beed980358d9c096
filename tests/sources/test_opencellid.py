"""Are the cells of an OpenCelliD file read as they stand, and is what is wrong told?"""

from __future__ import annotations

import csv
import gzip
import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from infraplan.sources.opencellid import CellTable, read_cells, read_towers

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal"
)
BOUNDS = (105.0, 21.0, 105.5, 21.5)
LTE = "LTE,452,4,11601,25601,0,105.1,21.2,1500,12,1,1500000000,1600000000,0"


def line(**changed: object) -> str:
    fields = dict(zip(HEADER.split(","), LTE.split(","), strict=True))
    return ",".join(str(v) for v in {**fields, **changed}.values())


def write(path: Path, lines: list[str], *, packed: bool = False, header: bool = False) -> Path:
    text = "\n".join([HEADER] * header + lines) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


def read(path: Path) -> CellTable:
    return read_cells(path, file=path.name, mcc=452, bounds=BOUNDS)


def english(table: CellTable) -> str:
    return " ".join(note.en for note in table.notes)


def plain_twin(path: Path, *, header: bool) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Read a file with the csv module; cell → position, range, samples, row of the best one."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    number = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
    found: dict[tuple[object, ...], tuple[object, ...]] = {}
    for place, row in enumerate(rows, 1):
        if (header and place == 1) or len(row) != 14:
            continue
        told = dict(zip(HEADER.split(","), row, strict=True))
        names = ("mcc", "lon", "lat", "net", "area", "cell", "range", "samples")
        texts = [told[n].strip() for n in names]
        if told["radio"] not in {"GSM", "UMTS", "LTE", "NR"}:
            continue
        if not all(number.fullmatch(t) for t in texts):
            continue
        mcc, lon, lat, net, area, cell, range_m, samples = (float(t) for t in texts)
        west, south, east, north = BOUNDS
        if mcc != 452 or not (west <= lon <= east and south <= lat <= north):
            continue
        key = (told["radio"], int(net), int(area), int(cell))
        rank = (-samples, -float(told["updated"]), told["changeable"] != "0", lon, lat)
        value = (lon, lat, range_m if range_m > 0 else None, samples, place)
        if key not in found or rank < found[key][0]:
            found[key] = (rank, value)
    return {key: value for key, (_, value) in found.items()}  # type: ignore[misc]


def as_twin(table: CellTable) -> dict[tuple[object, ...], tuple[object, ...]]:
    names = ["radio", "net", "area", "cell", "lon", "lat", "range_m", "samples", "row"]
    return {
        row[:4]: (*row[4:6], None if math.isnan(row[6]) else row[6], *row[7:])
        for row in table.cells[names].itertuples(index=False, name=None)
    }


@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_streamed_reading_equals_a_plain_twin(
    tmp_path: Path, *, header: bool, packed: bool
) -> None:
    rng = np.random.default_rng(7)
    lines = []
    for k in range(3000):
        row = line(
            radio=rng.choice(["GSM", "UMTS", "LTE", "NR", "CDMA"]),
            mcc=rng.choice([452, 452, 452, 456]),
            net=rng.choice([1, 2, 4, 11]),
            area=rng.integers(50),
            cell=rng.integers(40) if k % 3 else rng.integers(1 << 27),
            lon=round(rng.uniform(104.9, 105.6), 6),
            lat=round(rng.uniform(20.9, 21.6), 6),
            range=rng.choice([0, -5, 300, 1000]),
            samples=rng.integers(1, 9),
            changeable=rng.choice([0, 1]),
            updated=rng.integers(1000),
        )
        broken = {
            0: row + ",9",
            1: "a,b",
            2: row.replace("105.", "10x."),
            3: "",
            4: row.replace(",452,", ", 452 ,"),
        }
        lines.append(broken.get(rng.integers(60), row))
    twin = plain_twin(write(tmp_path / "plain.csv", lines, header=header), header=header)
    table = read(write(tmp_path / "cells.csv.gz", lines, packed=packed, header=header))
    assert len(twin) > 800
    assert table.faults == ()
    assert as_twin(table) == twin
    assert table.faults == ()


def test_operators_follow_the_network_code_and_unknown_ones_keep_it(tmp_path: Path) -> None:
    rows = [line(net=n, cell=k) for k, n in enumerate((1, 2, 4, 5, 7, 77), 1)]
    cells = read(write(tmp_path / "c.csv", rows)).cells
    expected = ["mobifone", "vinaphone", "viettel", "vietnamobile", "gmobile", "452-77"]
    assert cells["operator"].tolist() == expected


def test_bad_rows_are_counted_with_the_row_of_the_first(tmp_path: Path) -> None:
    rows = [
        *(line(), line(lon="abc"), line(cell=25602, lon=0, lat=0), "LTE,452,4", ""),
        *(line(cell=25603, lat=95), line(radio="CDMA"), line(cell=25604, range=0)),
        *(line(cell=25605, net=""), line(cell=25606, mcc="x"), line(cell=25607.5)),
    ]
    table = read(write(tmp_path / "c.csv", rows, header=True))
    told = english(table)
    assert table.cells["cell"].tolist() == [25601, 25604]
    assert table.cells["row"].tolist() == [2, 9]
    assert math.isnan(table.cells["range_m"].iloc[1])
    assert "text in the place of a number: 4, the first is row 3." in told
    assert "a wrong number of columns: 1, the first is row 5." in told
    assert "0, 0 or off the globe: 2, the first is row 4." in told
    assert "not planned with: 1, the first is row 8." in told
    assert "a range of 0 or less, taken as unknown: 1, the first is row 9." in told


def test_of_a_cell_listed_again_the_row_with_most_samples_is_kept(tmp_path: Path) -> None:
    rows = [line(samples=3, lon=105.2), line(samples=9, lon=105.3), line(samples=9, lon=105.3)]
    for order in (rows, rows[::-1]):
        table = read(write(tmp_path / "c.csv", order))
        assert table.cells["lon"].tolist() == [105.3]
        assert "list a cell again: 2, 1 of them at another position" in english(table)


def test_reading_a_world_file_tells_progress_up_to_its_size(tmp_path: Path) -> None:
    path = write(tmp_path / "w.csv.gz", [line(cell=k) for k in range(2000)], packed=True)
    seen: list[tuple[int, int]] = []
    read_cells(path, file="w", mcc=452, bounds=BOUNDS, progress=lambda a, b: seen.append((a, b)))
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


def fault_of(path: Path) -> str:
    table = read(path)
    assert len(table.faults) == 1
    assert table.cells.empty
    return str(table.faults[0])


def test_a_packed_file_cut_short_is_one_fault_and_no_cells(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    rows = [line(cell=k, lon=round(rng.uniform(105, 105.5), 6)) for k in range(20_000)]
    whole = write(tmp_path / "c.csv.gz", rows, packed=True).read_bytes()
    cut = tmp_path / "cut.csv.gz"
    for keep in (len(whole) // 2, len(whole) - 5):
        cut.write_bytes(whole[:keep])
        assert "cut.csv.gz: the packed file is cut short near its start" in fault_of(cut)
    cut.write_bytes(whole[:-8] + b"\0\0\0\0" + whole[-4:])
    assert "the file is damaged near its start" in fault_of(cut)
    cut.write_bytes(whole[:2] + b"\xff" * 200)
    assert "damaged at its start" in fault_of(cut)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "key", ["pk.0123456789abcdef0123456789abcdef", "0123456789ab", "abcdefghij" * 3]
)
def test_a_refusal_in_place_of_the_file_is_told_without_the_key(
    tmp_path: Path, key: str, *, packed: bool
) -> None:
    body = f'{{"status":"error","message":"Invalid token {key} (token={key})"}}'
    path = tmp_path / "452.csv.gz"
    path.write_bytes(gzip.compress(body.encode()) if packed else body.encode())
    told = fault_of(path)
    assert "OpenCelliD's refusal and no cells: 'Invalid token …" in told
    assert key[3:] not in told


def test_a_rate_limit_asks_to_come_back_tomorrow(tmp_path: Path) -> None:
    path = tmp_path / "452.csv.gz"
    path.write_text('{"status":"error","message":"RATE_LIMITED"}', encoding="utf-8")
    assert "'RATE_LIMITED'. Remedy: OpenCelliD lets a key take each file" in fault_of(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<!DOCTYPE html><html>", "a web page and no table"),
        (b"", "the file is empty"),
        (b"\n\n \n", "the file is empty"),
        (b"tower,lon,lat\nA,105,21\n", "row 1: its first line is no cell: 'tower,lon,lat'"),
        (b"\x00\x01\x02" * 50, "its first line is no cell"),
        (gzip.compress(b"\0" * 30_000_000), "its first line is no cell"),
        (f"{LTE}\n{'x' * 9_000_000}\n".encode(), "a line after row 1 is too long for a cell"),
        (line(mcc=204).encode(), "none of its 1 rows is of MCC 452; it has MCC 204"),
        (line(lon=2.35, lat=48.8).encode(), "its 1 cells of MCC 452 all lie outside the study"),
        (line(radio="CDMA").encode(), "none of its 1 rows is a cell of MCC 452 (OpenCelliD rows"),
        (b"radio,mcc,net\nGSM,452,4\n", "its first line is no cell: 'radio,mcc,net'"),
    ],
)
def test_what_is_no_file_of_cells_is_one_clear_fault(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "c.csv.gz"
    path.write_bytes(content)
    assert told in fault_of(path)


def test_the_fault_of_a_long_file_cut_short_says_how_far_it_was_read(tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv.gz", [LTE] * 300_000, packed=True)
    path.write_bytes(path.read_bytes()[:-9])
    said = re.search(r"cut short after row ([\d,]+)\.", fault_of(path))
    assert said is not None
    assert 0 < int(said[1].replace(",", "")) < 300_000


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    assert "cannot be read" in fault_of(tmp_path / "none.csv")


def test_bytes_of_another_encoding_are_told_as_bad_rows(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    odd = [line().encode(), b"\xff\xfe" + line(cell=2).encode(), line(cell=3).encode() + b"\r"]
    odd.append(line(net=b"\xe1".decode("latin-1")).encode("latin-1"))
    path.write_bytes(b"\n".join(odd))
    table = read(path)
    assert table.cells["cell"].tolist() == [3, 25601]
    assert "not planned with: 1" in english(table)
    assert "text in the place of a number: 1" in english(table)


def test_columns_in_another_order_are_found_by_their_names(tmp_path: Path) -> None:
    names = HEADER.split(",")[::-1]
    path = tmp_path / "c.csv"
    path.write_text(",".join(names) + "\n" + ",".join(LTE.split(",")[::-1]) + "\n", "utf-8")
    assert read(path).cells["cell"].tolist() == [25601]


def test_towers_come_with_notes_and_faults_of_their_file(tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", [line(), line(cell=25602), line(net=1)])
    found = read_towers(path, file="c.csv", mcc=452, bounds=BOUNDS)
    assert found.towers["operator"].tolist() == ["mobifone", "viettel"]
    assert "3 cells are grouped into 2 towers" in found.notes[-1].en
    path.write_text("<html>", encoding="utf-8")
    refused = read_towers(path, file="c.csv", mcc=452, bounds=BOUNDS)
    assert len(refused.faults) == 1
    assert refused.towers.empty


def test_a_cell_number_beyond_whole_numbers_is_a_bad_row(tmp_path: Path) -> None:
    table = read(write(tmp_path / "c.csv", [line(cell=10**20), line()]))
    assert table.cells["cell"].tolist() == [25601]
    assert "text in the place of a number: 1, the first is row 1." in english(table)
