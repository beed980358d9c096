"""What does a calibration say in words and tables, in both languages?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.calibration.report import STAGES
from infraplan.wording import Text, count, decimal, length, percent, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from infraplan.calibration.calibrate import Calibration
    from infraplan.calibration.choose import BandFit

__all__ = ["Sheet", "caveats", "counts_sheet", "errors_sheet", "finding", "terms_sheet", "used"]

_OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of words: its title, heads and rows; text columns first, then numbers."""

    title: Text
    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    texts: int


def used(calibration: Calibration) -> Text:
    """Say how many rows of the file were used."""
    values = {
        "used": count(sum(calibration.matched.values())),
        "rows": count(calibration.rows),
        "file": plain(calibration.file),
        "pixels": count(len(calibration.pixels)),
    }
    return phrase("calibration_used", values)


def finding(calibration: Calibration) -> Text:
    """Say how far the levels were off before, and after on areas left out."""
    whole = calibration.errors[calibration.errors["band"] == ""].set_index("stage")
    values = {
        "before": decimal(_number(whole, "before", "rmse_db"), 1),
        "after": decimal(_number(whole, "crossed", "rmse_db"), 1),
        "right_before": percent(_number(whole, "before", "right_side_share")),
        "right_after": percent(_number(whole, "crossed", "right_side_share")),
    }
    return phrase("calibration_finding", values)


def _number(errors: pd.DataFrame, stage: str, column: str) -> float:
    return float(errors[column].loc[stage])


def caveats(calibration: Calibration) -> list[Text]:
    """Say what must be known to read the figures."""
    block_m = catalog.value("calibration_rules", "block_m", "value")
    read = ", ".join(f"{field} ← {name}" for field, name in sorted(calibration.columns.items()))
    said = [phrase("calibration_note", {"block": length(block_m)})]
    said.append(phrase("calibration_columns", {"columns": plain(read)}))
    unsure = int((~calibration.pixels["heard"]).sum())
    if unsure:
        said.append(phrase("calibration_unheard", {"pixels": count(unsure)}))
    at_floor = int(calibration.pixels["at_floor"].sum())
    if at_floor:
        values = {"floor": decimal(calibration.floor_dbm, 0), "pixels": count(at_floor)}
        said.append(phrase("calibration_floor", values))
    notable = catalog.value("calibration_rules", "above_free_space_share", "value")
    if calibration.above_free_space_share > notable:
        over = catalog.value("calibration_rules", "above_free_space_db", "value")
        values = {"share": percent(calibration.above_free_space_share), "over": decimal(over, 0)}
        said.append(phrase("calibration_above", values))
    if calibration.matched.get(_OPERATOR):
        counted = count(calibration.matched[_OPERATOR])
        said.append(phrase("calibration_by_operator", {"count": counted}))
    if calibration.negated:
        said.append(phrase("calibration_negated"))
    return said


def counts_sheet(calibration: Calibration) -> Sheet:
    """Count the samples by what became of them."""
    groups: tuple[tuple[str, Mapping[str, int]], ...] = (
        ("matched", calibration.matched),
        ("sample", calibration.unmatched),
        ("sample", calibration.dropped),
    )
    rows = tuple(
        (phrase(f"{kind}_{reason}"), count(number))
        for kind, group in groups
        for reason, number in sorted(group.items(), key=lambda item: (-item[1], item[0]))
    )
    head = (phrase("head_reason"), phrase("head_samples"))
    return Sheet(phrase("calibration_counts_title"), head, rows, 1)


def terms_sheet(calibration: Calibration) -> Sheet:
    """List what was fitted for each band."""
    head = (
        phrase("head_band"),
        phrase("head_terms"),
        phrase("head_land_cover"),
        phrase("head_bias_db"),
        phrase("head_slope_db"),
        phrase("head_offset_db"),
    )
    rows: list[tuple[Text, ...]] = []
    for one in calibration.bands:
        name = plain(f"{one.technology} {one.band}")
        numbers = (decimal(one.terms.bias_db, 1), decimal(one.terms.slope_db_per_decade, 1))
        rows.append((name, _model(one), phrase("calibration_whole_band"), *numbers, plain(None)))
        rows += [
            (name, plain(""), _class(key), plain(None), plain(None), decimal(offset_db, 1))
            for key, offset_db in one.terms.offset_db.items()
        ]
    return Sheet(phrase("calibration_terms_title"), head, tuple(rows), 3)


def _model(one: BandFit) -> Text:
    """Name the terms of a band, and why others were not tried."""
    said = phrase(f"calibration_model_{one.model}")
    for number, reason in enumerate(one.reasons):
        key, _, name = reason.partition(":")
        values = {"name": _class(name)} if name else {}
        said += plain(" (" if number == 0 else "; ") + phrase(f"calibration_why_{key}", values)
    return said + Text(")", ")") if one.reasons else said


def _class(key: str) -> Text:
    listed = catalog.table("clutter").set_index("key")
    return Text(str(listed["name_vi"][key]), str(listed["name_en"][key]))


def errors_sheet(calibration: Calibration) -> Sheet:
    """List the errors by band, land cover and stage."""
    head = (
        phrase("head_band"),
        phrase("head_land_cover"),
        phrase("head_stage"),
        phrase("head_pairs"),
        phrase("head_mean_db"),
        phrase("head_deviation_db"),
        phrase("head_rmse_db"),
        phrase("head_right_side"),
    )
    rows = []
    for row in calibration.errors.to_dict("records"):
        band = f"{row['technology']} {row['band']}"
        whole = not row["band"]
        name = plain(band) if not whole else phrase("calibration_all")
        first = row["stage"] == STAGES[0]
        of_class = _class(row["clutter_class"]) if row["clutter_class"] else None
        cover = of_class or (plain("") if whole else phrase("calibration_whole_band"))
        blank = Text("", "")
        rows.append(
            (
                name if first else blank,
                (blank if whole else cover) if first else blank,
                phrase(f"errors_{row['stage']}"),
                count(row["pixels_judged"]),
                decimal(row["mean_error_db"], 1),
                decimal(row["standard_deviation_db"], 1),
                decimal(row["rmse_db"], 1),
                percent(row["right_side_share"]),
            )
        )
    return Sheet(phrase("calibration_errors_title"), head, tuple(rows), 3)
