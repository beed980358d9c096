"""Which files does a calibration leave behind?"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from infraplan.calibration.page import page_html
from infraplan.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from infraplan.calibration.calibrate import Calibration

__all__ = ["TABLE_FILE", "facts", "write"]

TABLE_FILE = "calibration.csv"
_PIXEL_COLUMNS = (
    "cell_id",
    "technology",
    "band",
    "x_m",
    "y_m",
    "distance_km",
    "clutter_class",
    "area",
    "matched_by",
    "samples",
    "at_floor",
    "heard",
    "measured_dbm",
    "predicted_dbm",
    "calibrated_dbm",
    "crossed_dbm",
)
_DECIMALS = 3


def write(calibration: Calibration, folder: Path) -> tuple[Path, ...]:
    """Write a calibration into a folder: what the study names, and the report.

    Parameters
    ----------
    calibration
        From :func:`infraplan.calibration.calibrate`.
    folder
        Made where it is not there; files of these names are replaced.

    Returns
    -------
    tuple of pathlib.Path
        ``report.html``, ``report.json``, ``errors.csv``, ``pixels.csv``, and ``calibration.csv``
        where something was found.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    texts = {
        "report.html": page_html(calibration),
        "report.json": json.dumps(facts(calibration), ensure_ascii=False, indent=2) + "\n",
        "errors.csv": _csv(calibration.errors),
        "pixels.csv": _csv(calibration.pixels[list(_PIXEL_COLUMNS)]),
    }
    if not calibration.table.empty:
        texts[TABLE_FILE] = _csv(calibration.table)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / TABLE_FILE).unlink(missing_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be written ({error.strerror}). Remedy: name another one."
        ) from error
    return tuple(folder / name for name in texts)


def _csv(frame: pd.DataFrame) -> str:
    return frame.round(_DECIMALS).to_csv(index=False, lineterminator="\n")


def facts(calibration: Calibration) -> dict[str, object]:
    """Return a calibration as plain numbers and texts; unknown is None."""
    return {
        "file": calibration.file,
        "sha256": calibration.sha256,
        "columns": dict(sorted(calibration.columns.items())),
        "rows": calibration.rows,
        "matched": dict(calibration.matched),
        "unmatched": dict(calibration.unmatched),
        "dropped": dict(calibration.dropped),
        "pixels": len(calibration.pixels),
        "receiver_floor_dbm": _plain(calibration.floor_dbm),
        "above_free_space_share": _plain(calibration.above_free_space_share),
        "bands": [
            {
                "technology": one.technology,
                "band": one.band,
                "model": one.model,
                "bias_db": _plain(one.terms.bias_db),
                "slope_db_per_decade": _plain(one.terms.slope_db_per_decade),
                "offset_db": {k: _plain(v) for k, v in one.terms.offset_db.items()},
                "crossed_rmse_db": {k: _plain(v) for k, v in one.tried.items()},
                "reasons": list(one.reasons),
            }
            for one in calibration.bands
        ],
        "errors": [
            {str(k): _plain(v) for k, v in row.items()}
            for row in calibration.errors.to_dict("records")
        ],
    }


def _plain(value: object) -> object:
    """Return a number that JSON knows, rounded."""
    if isinstance(value, float):
        return round(value, _DECIMALS) if math.isfinite(value) else None
    return value
