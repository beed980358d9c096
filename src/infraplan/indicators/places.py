"""Of which places is progress told, and which communes lie in each?"""

from __future__ import annotations

from typing import Final

import pandas as pd

__all__ = ["COMMUNE", "DISTRICT", "LEVELS", "PROVINCE", "places_of"]

COMMUNE: Final = "commune"
DISTRICT: Final = "old_district"
PROVINCE: Final = "province"
LEVELS: Final = (PROVINCE, DISTRICT, COMMUNE)
"""From the whole to its parts: the order of rows."""


def places_of(
    communes: pd.DataFrame, districts: pd.DataFrame | None = None, *, province_name: str = ""
) -> pd.DataFrame:
    """Return every place with the communes that lie in it.

    Parameters
    ----------
    communes
        Columns code, name and, where known, parent_code.
    districts
        Where communes lay before districts ended: columns code (of the commune), district_code,
        district_name, and whole, False where part of the commune lay in another one.
    province_name
        Name of all communes together.

    Returns
    -------
    pandas.DataFrame
        One row per place and commune, ordered by level, place and commune: level, code, name,
        commune, whole, old_district (missing for a province and where nobody knows).
    """
    own = pd.DataFrame(
        {
            "code": communes["code"].astype(str).to_numpy(dtype=object),
            "name": communes["name"].to_numpy(dtype=object),
            "whole": True,
        }
    ).assign(commune=lambda table: table["code"])
    parents = communes.get("parent_code", pd.Series(dtype=object)).dropna().unique()
    code = str(parents[0]) if len(parents) == 1 else ""
    whole = own.assign(code=code, name=province_name, level=PROVINCE, old_district=None)
    parts = [whole]
    named = None
    if districts is not None and len(districts):
        lies = own.drop(columns=["name", "whole", "code"]).merge(
            districts.rename(columns={"code": "commune"}), on="commune"
        )
        old = lies.rename(columns={"district_code": "code", "district_name": "name"})
        parts.append(old.assign(level=DISTRICT, old_district=old["name"]))
        named = dict(zip(lies["commune"], lies["district_name"], strict=True))
    lay = own["commune"].map(named) if named else pd.Series(None, index=own.index, dtype=object)
    parts.append(own.assign(level=COMMUNE, old_district=lay.astype(object)))
    columns = ["level", "code", "name", "commune", "whole", "old_district"]
    both = pd.concat([part[columns].astype({"old_district": object}) for part in parts])
    order = both["level"].map({level: i for i, level in enumerate(LEVELS)})
    both = both.assign(_order=order).sort_values(["_order", "code", "commune"], kind="stable")
    return both.drop(columns="_order").reset_index(drop=True)
