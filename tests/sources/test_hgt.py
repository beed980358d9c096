"""Are SRTM tiles read whole or refused, whatever they are packed in and however large?"""

from __future__ import annotations

import gzip
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from infraplan.errors import InputError
from infraplan.sources.hgt import VOID, hgt_place, is_hgt, unpack

SIDE = 1201
LARGEST_BYTES = 3601 * 3601 * 2


def tile(side: int = SIDE) -> np.ndarray:
    heights = np.arange(side * side, dtype=np.int32).reshape(side, side) % 3000
    heights[0, 0] = VOID
    return heights.astype(np.int16)


def packed(heights: np.ndarray) -> bytes:
    return heights.astype(">i2").tobytes()


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        unpack(path, label=path.name)
    (fault,) = caught.value.faults
    assert fault.file == path.name
    return f"{fault.problem}. {fault.remedy}"


@pytest.mark.parametrize("side", [1201, 3601])
def test_both_sizes_are_read_plain_and_packed(tmp_path: Path, side: int) -> None:
    heights = tile(side)
    plain, gz, zipped = (tmp_path / f"N21E105.hgt{e}" for e in ("", ".gz", ".zip"))
    plain.write_bytes(packed(heights))
    gz.write_bytes(gzip.compress(packed(heights), compresslevel=1))
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("readme.txt", "SRTM")
        archive.writestr("folder/N21E105.hgt", packed(heights))
    for path in (plain, gz, zipped):
        assert is_hgt(path)
        np.testing.assert_array_equal(unpack(path, label=path.name), heights)


def test_posts_stand_on_the_degree_lines() -> None:
    for name, west, north in (("N42E001.hgt.gz", 1, 43), ("s01w063.HGT", -63, 0)):
        place = hgt_place(Path(name), label=name, side=SIDE)
        x, y = place @ (0.5, 0.5)
        assert (x, y) == pytest.approx((west, north), abs=1e-12)
        x, y = place @ (SIDE - 0.5, SIDE - 0.5)
        assert (x, y) == pytest.approx((west + 1, north - 1), abs=1e-9)


@pytest.mark.parametrize("name", ["tile.hgt", "N42E1.hgt", "N95E105.hgt", "N21E181.hgt"])
def test_names_that_say_no_place_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="south-west corner"):
        hgt_place(Path(name), label=name, side=SIDE)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "N21E105.hgt.gz"
    with gzip.open(path, "wb", compresslevel=9) as stream:
        for _ in range(300):
            stream.write(bytes(1 << 20))
    tracemalloc.start()
    try:
        said = refusal(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "more than 25,934,402 bytes" in said
    assert most < 3 * LARGEST_BYTES


def test_damaged_and_cut_files_are_refused(tmp_path: Path) -> None:
    whole = packed(tile())
    cut = tmp_path / "N21E105.hgt"
    cut.write_bytes(whole[:-2])
    assert "2,884,800 bytes instead of 2,884,802" in refusal(cut)
    assert "cut short" in refusal(cut)
    empty = tmp_path / "N21E106.hgt"
    empty.touch()
    assert "holds 0 bytes" in refusal(empty)
    short = tmp_path / "N21E107.hgt.gz"
    short.write_bytes(gzip.compress(whole)[:-50])
    assert "cannot be unpacked" in refusal(short)
    page = tmp_path / "N21E108.hgt.gz"
    page.write_text("<html>404</html>", encoding="utf-8")
    assert "cannot be unpacked" in refusal(page)
    broken = tmp_path / "N21E109.hgt.zip"
    broken.write_bytes(b"PK\x03\x04 and nothing more")
    assert "cannot be unpacked" in refusal(broken)


def test_archives_of_none_or_several_tiles_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "N21E105.zip"
    assert is_hgt(path)
    for count in (0, 2):
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(count):
                archive.writestr(f"N2{number}E105.hgt", b"")
        assert f"holds {count} HGT files instead of one" in refusal(path)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "N21E105.hgt.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("N21E105.hgt", packed(tile()))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag of the central directory
    path.write_bytes(bytes(content))
    assert "is encrypted" in refusal(path)
