"""How does the command line calibrate a study, and what does it say about it?"""

from __future__ import annotations

import json
import os
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from infraplan.calibration import calibrate, write
from infraplan.calibration.summary import (
    caveats,
    counts_sheet,
    errors_sheet,
    finding,
    terms_sheet,
    used,
)
from infraplan.calibration.write import TABLE_FILE, facts
from infraplan.errors import ParameterError
from infraplan.sources.drive_tests import read_samples
from infraplan.wording import phrase, plain
from infraplan.workflow.source import open_study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.calibration import Calibration
    from infraplan.calibration.summary import Sheet
    from infraplan.cli.console import Bars

__all__ = ["as_json", "as_text", "column_names", "run"]


def column_names(said: Sequence[str]) -> dict[str, str]:
    """Turn ``FIELD=NAME`` into a mapping.

    Raises
    ------
    ParameterError
        If one has no ``=``.
    """
    wrong = [text for text in said if "=" not in text]
    if wrong:
        raise ParameterError(
            f"--column is {', '.join(wrong)}. Remedy: say what the column holds and its name, such "
            "as --column level_dbm=Level."
        )
    pairs = (text.partition("=") for text in said)
    return {field.strip(): name.strip() for field, _, name in pairs}


def run(
    study: str,
    samples: Path,
    out: Path,
    *,
    columns: Sequence[str],
    crs: str | None,
    operator: str | None,
    technology: str | None,
    rx_height_m: float | None,
    origin: Literal["measured", "simulated"],
    bars: Bars,
) -> Calibration:
    """Read, calibrate and write, with a line per stage."""
    named = column_names(columns)
    began = time.perf_counter()
    bars.start("samples")
    found = read_samples(samples, columns=named, crs=crs, operator=operator, technology=technology)
    bars.finish("samples", seconds=time.perf_counter() - began, reused=False)
    began = time.perf_counter()
    bars.start("study")
    opened = open_study(study)
    bars.finish("study", seconds=time.perf_counter() - began, reused=False)
    began = time.perf_counter()
    progress = bars.start("calibration")
    calibration = calibrate(
        opened, found, rx_height_m=rx_height_m, origin=origin, progress=progress
    )
    bars.finish("calibration", seconds=time.perf_counter() - began, reused=False)
    write(calibration, out)
    return calibration


def as_json(calibration: Calibration) -> str:
    """Return a calibration for a program."""
    return json.dumps(facts(calibration), ensure_ascii=False, indent=2)


def as_text(calibration: Calibration, *, study: str, out: Path, language: str) -> str:
    """Return a calibration for a planner, with the lines to add to the study file."""
    lines = [used(calibration).said(language), finding(calibration).said(language), ""]
    for sheet in (terms_sheet(calibration), errors_sheet(calibration), counts_sheet(calibration)):
        lines += [*_lines(sheet, language), ""]
    lines += [said.said(language) for said in caveats(calibration)]
    if calibration.table.empty:
        lines += ["", phrase("calibration_nothing").said(language)]
    else:
        path = (_from_study(study, out) / TABLE_FILE).as_posix()
        lines += ["", phrase("calibration_toml").said(language), "[calibration]"]
        lines += [f'path = "{path}"', f'origin = "{calibration.file}"']
    lines += ["", phrase("calibration_wrote", {"folder": plain(out)}).said(language)]
    return "\n".join(lines)


def _from_study(study: str, out: Path) -> Path:
    """Return the folder as seen from the study file, whole where the study is not a file."""
    file = Path(study)
    if not file.is_file():
        return out.resolve()
    return Path(os.path.relpath(out.resolve(), file.resolve().parent))


def _lines(sheet: Sheet, language: str) -> list[str]:
    """Return a table as lines of text, numbers set to the right."""
    rows = [[text.said(language) for text in row] for row in (sheet.head, *sheet.rows)]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(sheet.head))]

    def line(row: list[str]) -> str:
        padded = (
            text + " " * (width - _width(text))
            if i < sheet.texts
            else " " * (width - _width(text)) + text
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(padded).rstrip()

    return [sheet.title.said(language), *(f"  {line(row)}" for row in rows)]


def _width(text: str) -> int:
    """Return the places that a text takes; combining marks take none."""
    return sum(not unicodedata.combining(c) for c in text)
