"""Which commune of 2025 did each commune of before become?

Names, codes and successors come from the installed package; nothing of its old coordinates.
"""

import json
import sqlite3

import pandas as pd

from phu_tho import figures
from phu_tho.figures import BuildError
from phu_tho.sources import package_folder

SOURCE = f"vietnamadminunits {figures.ADMIN_UNITS_VERSION}"
FULL = "full"
PART = "part"
OLD_UNITS = """
    SELECT wardCode AS old_code, wardShort AS old_name, ward AS old_full_name,
           district AS old_district, provinceCode AS old_province_code,
           province AS old_province, provinceKey || '_' || districtKey || '_' || wardKey AS old_key
    FROM admin_units_legacy WHERE provinceKey IN (?, ?, ?)
"""
NEW_UNITS = """
    SELECT wardCode AS new_code, wardShort AS new_name, ward AS new_full_name,
           provinceCode AS new_province_code, province AS new_province, wardKey AS new_key
    FROM admin_units WHERE provinceCode = ?
"""


def read_reform() -> pd.DataFrame:
    """Read what became of the old communes, one row for each old and new that share ground.

    Returns
    -------
    pandas.DataFrame
        Sorted by old_code and new_code; columns old_code, old_name, old_full_name, old_district,
        old_province_code, old_province, new_code, new_name, new_full_name,
        new_province_code, new_province, part ("full" where all
        of the old commune went to one, "part" where it was divided), main ("yes" for the one
        that took most of a divided one, and for all that are whole), source.

    Raises
    ------
    BuildError
        When the package does not map 479 old communes, 3 of them divided, to all 148.
    """
    old, new = _units()
    rows = pd.DataFrame(_successions(), columns=["old_key", "new_key", "part", "main"])
    joined = rows.merge(old, on="old_key", how="left").merge(new, on="new_key", how="left")
    divided = joined.loc[joined["part"] == PART, "old_code"].nunique()
    counts = joined["old_code"].nunique(), joined["new_code"].nunique(), divided
    expected = figures.OLD_COMMUNES, figures.COMMUNES, figures.DIVIDED_COMMUNES
    if counts != expected or bool(joined.isna().any(axis=None)):
        msg = f"{counts[0]} old communes become {counts[1]}, {counts[2]} divided; not {expected}"
        raise BuildError(msg)
    several = joined["old_code"].duplicated(keep=False)
    if not several.equals(joined["part"] == PART):
        msg = "a commune that was not divided has several successors, or the other way round"
        raise BuildError(msg)
    columns = [*old.columns.drop("old_key"), *new.columns.drop("new_key"), "part", "main"]
    ordered = joined[columns].sort_values(["old_code", "new_code"], ignore_index=True)
    return ordered.assign(source=SOURCE)


def _units() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read codes and names of the old and of the new communes."""
    path = package_folder("vietnamadminunits", figures.ADMIN_UNITS_VERSION) / "data" / "dataset.db"
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        old = pd.read_sql_query(OLD_UNITS, connection, params=tuple(figures.OLD_PROVINCES))
        new = pd.read_sql_query(NEW_UNITS, connection, params=(figures.PROVINCE_CODE,))
    finally:
        connection.close()
    return old, new


def _successions() -> list[tuple[str, str, str, str]]:
    """List old key, new key, part and main of every succession in the province."""
    folder = package_folder("vietnamadminunits", figures.ADMIN_UNITS_VERSION) / "data"
    converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    whole = converter["DICT_PROVINCE_WARD_NO_DIVIDED"][figures.PROVINCE_KEY]
    divided = converter["DICT_PROVINCE_WARD_DIVIDED"][figures.PROVINCE_KEY]
    rows = [(old, new, FULL, "yes") for new, olds in whole.items() for old in olds]
    return rows + [
        (old, piece["newWardKey"], PART, "yes" if piece["isDefaultNewWard"] else "no")
        for old, pieces in divided.items()
        for piece in pieces
    ]
