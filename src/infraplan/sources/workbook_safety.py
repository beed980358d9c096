"""Is this file a workbook that may be opened: not locked, not old, no bomb, no foreign program?"""

from __future__ import annotations

import mmap
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from infraplan.errors import Fault
from infraplan.sources.archives import BROKEN, MEGABYTE, archive_faults, sheet_rule
from infraplan.sources.workbook_scan import size_faults
from infraplan.wording import Text, phrase

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["Examined", "examine"]

_OLE2: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP: Final = b"PK"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS: Final = "open it in a spreadsheet program and save it as “Excel workbook (.xlsx)”"
_CHUNK_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Examined:
    """What a look at a file's outside says.

    Attributes
    ----------
    faults
        Why it may not be opened; empty where it may.
    notes
        What was found in it and will be ignored.
    """

    faults: tuple[Fault, ...]
    notes: tuple[Text, ...] = ()


def examine(path: Path, *, file: str) -> Examined:
    """Look at a workbook before it is opened.

    Parameters
    ----------
    path
        The file.
    file
        Its name for messages.

    Returns
    -------
    Examined
        With a fault for a locked workbook, the old .xls, .xlsb and .ods, a web page under the
        name of a workbook, an archive bomb, members that climb or link, and XML with a DOCTYPE;
        with a note for macros and links to other workbooks, neither of which is ever run.
    """
    size = path.stat().st_size
    most_mb = sheet_rule("file_most_mb")
    if size > most_mb * MEGABYTE:
        problem = f"the spreadsheet has {size / MEGABYTE:,.0f} MB, more than {most_mb:,.0f} MB"
        return _refused(file, problem, "save the sheet that matters as “CSV UTF-8”")
    with path.open("rb") as stream:
        head = stream.read(_CHUNK_BYTES)
        if head.startswith(_OLE2):
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return _ole2(file, locked=content.find(_LOCKED) >= 0)
    if not head.startswith(_ZIP):
        return _no_workbook(file, head)
    faults = archive_faults(path, file=file)
    return Examined(faults) if faults else _parts(path, file)


def _refused(file: str, problem: str, remedy: str) -> Examined:
    return Examined((Fault(file, problem, remedy),))


def _ole2(file: str, *, locked: bool) -> Examined:
    """Tell a workbook behind a password from an old .xls; both are the same kind of container."""
    if locked:
        remedy = (
            "open it with its password, take the password off (File, Info, Protect workbook, "
            "Encrypt with password: leave it empty) and save it"
        )
        return _refused(file, "the workbook is protected by a password", remedy)
    return _refused(file, "the file is an old Excel workbook (.xls)", _SAVE_AS)


def _no_workbook(file: str, head: bytes) -> Examined:
    if not head:
        return _refused(file, "the file is empty", "copy or download it again")
    if head.lstrip().startswith(b"<"):
        problem = "the file is a web page or XML under the name of a workbook"
        return _refused(file, problem, _SAVE_AS)
    problem = "the file is no Excel workbook, whatever its name says"
    return _refused(file, problem, f"if it holds text, name it .csv; else {_SAVE_AS}")


def _parts(path: Path, file: str) -> Examined:
    try:
        with zipfile.ZipFile(path) as archive:
            return _members(archive, file)
    except BROKEN as error:
        return _refused(file, f"the workbook cannot be read ({error})", "save it anew")


def _members(archive: zipfile.ZipFile, file: str) -> Examined:
    """Look at the parts of a workbook by name and size, and at the head of each piece of XML."""
    members = {m.filename: m for m in archive.infolist()}
    if "xl/workbook.bin" in members:
        return _refused(file, "the file is a binary Excel workbook (.xlsb)", _SAVE_AS)
    if "[Content_Types].xml" not in members:
        kind = "an OpenDocument file" if "mimetype" in members else "an archive, but no workbook"
        return _refused(file, f"the file is {kind}", _SAVE_AS)
    held = [m for name, m in members.items() if not name.startswith("xl/worksheets/")]
    held_mb = sum(m.file_size for m in held if m.filename.endswith(".xml")) / MEGABYTE
    most_mb = sheet_rule("shared_text_most_mb")
    if held_mb > most_mb:
        problem = f"its texts and styles have {held_mb:,.0f} MB, more than {most_mb:,.0f} MB"
        return _refused(file, problem, "save the sheet that matters as “CSV UTF-8”")
    for name in sorted(members):
        if name.endswith((".xml", ".rels")) and _has_doctype(archive, name):
            problem = f"its part {name!r} has a DOCTYPE, which no spreadsheet program writes"
            remedy = f"do not open it as it is; {_SAVE_AS}"
            return _refused(file, problem, remedy)
    sheets = [name for name in sorted(members) if name.startswith("xl/worksheets/")]
    for name in sheets:
        if name.endswith(".xml") and (faults := size_faults(archive, name, file=file)):
            return Examined(tuple(faults))
    return Examined((), tuple(_notes(members, file)))


def _notes(members: Collection[str], file: str) -> list[Text]:
    """Say what a workbook holds beyond tables, none of which is ever run or followed."""
    notes = []
    if any(name.endswith("vbaProject.bin") for name in members):
        notes.append(phrase("sheet_macros", {"file": Text(file, file)}))
    if any(name.startswith("xl/externalLinks/") for name in members):
        notes.append(phrase("sheet_links", {"file": Text(file, file)}))
    return notes


class _Seen(Exception):  # noqa: N818 - stops the parser, is no error
    """The parser met what it was sent to find."""

    def __init__(self, *, doctype: bool) -> None:
        super().__init__()
        self.doctype = doctype


def _has_doctype(archive: zipfile.ZipFile, name: str) -> bool:
    """Tell whether a piece of XML declares a document type, reading no further than its root."""

    def stop_at_doctype(*_: object) -> None:
        raise _Seen(doctype=True)

    def stop_at_root(*_: object) -> None:
        raise _Seen(doctype=False)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = stop_at_doctype
    parser.StartElementHandler = stop_at_root
    with archive.open(name) as stream:
        try:
            while chunk := stream.read(_CHUNK_BYTES):
                parser.Parse(chunk)
        except _Seen as seen:
            return seen.doctype
        except expat.ExpatError:
            return False  # broken XML is named by the reader
    return False
