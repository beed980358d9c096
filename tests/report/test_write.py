"""Is a report whole or not there at all, the same every time, and named as promised?"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import infraplan.report  # so that sys.modules holds its modules
from infraplan.errors import (
    InputError,
    MissingDataError,
    MissingExtraError,
    OutputError,
    ParameterError,
)
from infraplan.report import parts, read, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from infraplan.report import Facts

pytestmark = pytest.mark.slow

SUBJECTS = ("plan", "gaps")


def _made(kind: str) -> Callable[..., bytes]:
    """Return what stands for a part: it writes down what it was asked."""

    def make(facts: Facts, **asked: Any) -> bytes:
        pictures = asked.pop("pictures", None)
        said = {k: str(v) for k, v in sorted(asked.items())}
        held = None if pictures is None else {k: v.decode() for k, v in pictures.items()}
        return json.dumps([kind, facts.sha256, said, held], sort_keys=True).encode()

    return make


FAKES: Mapping[str, Any] = {
    "workbook": _made("xlsx"),
    "annexes": _made("docx"),
    "plan_pdf": _made("pdf"),
    "sheet": _made("sheet"),
    "picture": _made("picture"),
    "SHEET_SUBJECTS": SUBJECTS,
    "PICTURES_MM": {"gaps": (174.0, 148.0)},
}


@pytest.fixture
def faked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Put quick parts in the place of the real ones; return them, to be changed by the test."""
    fakes = dict(FAKES)
    for module in ("write", "pictures"):
        monkeypatch.setattr(sys.modules[f"infraplan.report.{module}"], "maker", fakes.__getitem__)
    return fakes


def _names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def _no_leftovers(folder: Path, *expected: str) -> None:
    assert sorted(p.name for p in folder.iterdir()) == sorted(expected)


@pytest.mark.usefixtures("faked")
def test_a_report_has_all_parts_and_lists_them(bundle_folder: Path, tmp_path: Path) -> None:
    out = write(bundle_folder, tmp_path / "r", language="en", date="2026-03-31")
    sheets = {f"maps/{s}-{size}-en.png" for s in SUBJECTS for size in ("a3", "a4")}
    own = {"report-en.xlsx", "annexes-en.docx", "plan-en.pdf"} | sheets
    assert _names(out) == own | {"report.json"}
    described = json.loads((out / "report.json").read_text(encoding="utf-8"))
    manifest = (bundle_folder / "manifest.json").read_bytes()
    assert described["bundle_sha256"] == hashlib.sha256(manifest).hexdigest()
    assert set(described["outputs"]) == own
    for name, listed in described["outputs"].items():
        content = (out / name).read_bytes()
        assert listed == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert described["parameters"] == {
        "date": "2026-03-31",
        "language": "en",
        "parts": list(parts.PARTS),
    }
    assert "simulated" in described["data_basis"]["en"]


@pytest.mark.usefixtures("faked")
def test_each_document_gets_its_own_maps_and_the_date(bundle_folder: Path, tmp_path: Path) -> None:
    out = write(bundle_folder, tmp_path / "r", date="2026-03-31")
    kind, _, asked, pictures = json.loads((out / "annexes-vi.docx").read_text())
    assert (kind, asked) == ("docx", {"date": "2026-03-31", "language": "vi"})
    assert set(pictures) == set(SUBJECTS)
    _, _, _, pictures = json.loads((out / "plan-vi.pdf").read_text())
    assert set(pictures) == {"gaps"}
    assert json.loads(pictures["gaps"])[2]["width_mm"] == "174.0"


@pytest.mark.usefixtures("faked")
@pytest.mark.parametrize("date", ["20260331", "2026-W14-2"])
def test_a_date_in_another_iso_form_is_the_same_date(
    bundle_folder: Path, tmp_path: Path, date: str
) -> None:
    out = write(bundle_folder, tmp_path / "r", only=["docx"], date=date)
    described = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert described["parameters"]["date"] == "2026-03-31"
    assert json.loads((out / "annexes-vi.docx").read_text())[2]["date"] == "2026-03-31"


@pytest.mark.usefixtures("faked")
def test_a_pool_gives_the_same_bytes(bundle_folder: Path, tmp_path: Path) -> None:
    alone = write(bundle_folder, tmp_path / "a")
    with ThreadPoolExecutor(2) as pool:
        shared = write(bundle_folder, tmp_path / "b", executor=pool)
    assert _names(alone) == _names(shared)
    assert all((alone / n).read_bytes() == (shared / n).read_bytes() for n in _names(alone))


@pytest.mark.usefixtures("faked")
def test_only_some_parts(bundle_folder: Path, tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    out = write(
        bundle_folder, tmp_path / "r", only=["pdf"], progress=lambda *said: heard.append(said)
    )
    assert _names(out) == {"plan-vi.pdf", "report.json"}
    assert heard == [("pdf", 0, 2), ("pdf", 1, 2), ("pdf", 2, 2)]


@pytest.mark.usefixtures("faked")
def test_the_report_lies_beside_the_bundle_where_no_folder_is_named(
    bundle_folder: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "phu-tho"
    shutil.copytree(bundle_folder, bundle)
    assert write(bundle, only=["xlsx"]) == tmp_path / "phu-tho-report-vi"
    _no_leftovers(tmp_path, "phu-tho", "phu-tho-report-vi")


def test_an_older_report_is_replaced_whole_and_notes_stay(
    faked: dict[str, Any], bundle_folder: Path, tmp_path: Path
) -> None:
    out = write(bundle_folder, tmp_path / "r")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    before = {n: (out / n).read_bytes() for n in _names(out)}
    faked["annexes"] = _failing
    with pytest.raises(OutputError, match="the disk is full"):
        write(bundle_folder, out)
    assert {n: (out / n).read_bytes() for n in _names(out)} == before
    write(bundle_folder, out, only=["xlsx"])
    assert _names(out) == {"report-vi.xlsx", "report.json", "notes.txt"}
    _no_leftovers(tmp_path, "r")


def _failing(*_: object, **__: object) -> bytes:
    message = "the disk is full"
    raise OSError(message)


@pytest.mark.usefixtures("faked")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"language": "fr"}, "vi or en, not 'fr'"),
        ({"only": ["odt"]}, "not odt"),
        ({"only": []}, "has the parts"),
        ({"date": "31.3.2026"}, "not a date"),
    ],
)
def test_a_wrong_call_is_refused_before_anything_is_written(
    bundle_folder: Path, tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        write(bundle_folder, tmp_path / "r", **options)
    _no_leftovers(tmp_path)


@pytest.mark.usefixtures("faked")
def test_a_folder_of_something_else_is_not_replaced(bundle_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work", encoding="utf-8")
    with pytest.raises(OutputError, match="is not a report"):
        write(bundle_folder, tmp_path)
    with pytest.raises(OutputError, match="is not a report"):
        write(bundle_folder, bundle_folder)
    _no_leftovers(tmp_path, "thesis.docx")


@pytest.mark.usefixtures("faked")
def test_a_place_that_cannot_be_written_is_one_error(bundle_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for place in (tmp_path / "file", tmp_path / "file" / "r"):
        with pytest.raises(OutputError, match="Remedy"):
            write(bundle_folder, place)
    _no_leftovers(tmp_path, "file")


@pytest.mark.usefixtures("faked")
def test_a_damaged_or_absent_bundle_leaves_nothing_behind(
    bundle_folder: Path, tmp_path: Path
) -> None:
    bundle = shutil.copytree(bundle_folder, tmp_path / "b")
    (bundle / "gaps.csv").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"gaps\.csv"):
        write(bundle)
    with pytest.raises(MissingDataError, match="not a finished bundle"):
        write(tmp_path / "nothing")
    _no_leftovers(tmp_path, "b")


class _Lost(ThreadPoolExecutor):
    """A pool whose processes were ended from outside."""

    def submit(self, *_: object, **__: object) -> Future[Any]:  # type: ignore[override]  # a toy
        future: Future[Any] = Future()
        future.set_exception(BrokenExecutor("ended"))
        return future


@pytest.mark.usefixtures("faked")
def test_a_lost_process_is_an_error_with_a_remedy(bundle_folder: Path, tmp_path: Path) -> None:
    with _Lost(1) as pool, pytest.raises(OutputError, match=r"memory.*Remedy"):
        write(bundle_folder, tmp_path / "r", executor=pool)
    _no_leftovers(tmp_path)


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "infraplan.report.xlsx", None)
    with pytest.raises(MissingExtraError, match=r"part xlsx.*pip install 'infraplan\[report\]'"):
        parts.maker("workbook")


@pytest.mark.parametrize("name", ["workbook", "annexes", "plan_pdf", "sheet", "picture"])
def test_every_part_has_its_maker(name: str) -> None:
    assert callable(parts.maker(name))


def test_one_commune_with_a_long_name_and_an_empty_plan_gives_a_whole_report(
    poor_folder: Path, tmp_path: Path
) -> None:
    out = write(poor_folder, tmp_path / "r")
    sheets = {
        f"maps/{s}-{size}-vi.png" for s in parts.maker("SHEET_SUBJECTS") for size in ("a3", "a4")
    }
    documents = {"report-vi.xlsx", "annexes-vi.docx", "plan-vi.pdf"}
    assert _names(out) == documents | sheets | {"report.json"}
    heads = {"report-vi.xlsx": b"PK", "annexes-vi.docx": b"PK", "plan-vi.pdf": b"%PDF"}
    for name in documents:
        assert (out / name).read_bytes().startswith(heads[name])
    for name in sheets:
        assert (out / name).read_bytes().startswith(b"\x89PNG")


def test_facts_and_write_are_public() -> None:
    assert infraplan.report.__all__ == ["PARTS", "Facts", "read", "write"]
    assert infraplan.report.read is read
