"""How many people does each commune and village have, where a table does not say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan.errors import Fault
from infraplan.wording import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.study.gathered import Gathered

__all__ = ["complete_people"]

_ROUNDING_SHARE = 1e-9
_MOST_NAMED = 10


def complete_people(found: Gathered) -> None:
    """Give every commune and village its people, the villages of a commune adding up to it.

    A commune without a figure gets the sum of its villages, where each of them has one; a village
    without a figure gets the mean of those that have one. Both are then estimates. A commune that
    cannot be known is a fault.
    """
    communes, villages = found.tables["communes"], found.tables["villages"]
    for name, table in (("communes", communes), ("villages", villages)):
        _list_missing_origins(found, name, table)
        if "people" not in table.columns:
            table["people"] = np.nan
        if "people_origin" not in table.columns:
            table["people_origin"] = None
    if found.faults:
        return
    _complete_communes(found, communes, villages)
    if not found.faults:
        _complete_villages(found, communes, villages)


def _list_missing_origins(found: Gathered, name: str, table: gpd.GeoDataFrame) -> None:
    """Ask how the people are known, where there are any."""
    if "people" in table.columns and "people_origin" not in table.columns:
        remedy = (
            f'add the column, or say `values = {{ people_origin = "declared" }}` under [{name}]'
        )
        problem = "the table does not say how its people are known"
        found.faults.append(Fault(found.files[name], problem, remedy, column="people_origin"))


def _complete_communes(
    found: Gathered, communes: gpd.GeoDataFrame, villages: gpd.GeoDataFrame
) -> None:
    unknown = communes["people"].isna()
    if not unknown.any():
        return
    by_commune = villages.groupby("commune_code")["people"]
    sums = by_commune.sum().where(by_commune.apply(lambda p: p.notna().all()))
    communes["people"] = communes["people"].fillna(communes["code"].map(sums))
    communes.loc[unknown, "people_origin"] = "estimated"
    found.faults += [
        Fault(
            found.files["communes"],
            f"the commune {communes.loc[i, 'code']!r} and not all of its villages have people",
            "give the people of the commune, or of each of its villages",
            row=int(found.rows["communes"][i]),
            column="people",
        )
        for i in np.flatnonzero(communes["people"].isna())
    ]
    count = int(unknown.sum())
    found.notes.append(
        Text(
            f"Số xã không có dân số, được lấy bằng tổng các thôn: {count}.",
            f"Communes without people, taken as the sum of their villages: {count}.",
        )
    )


def _complete_villages(
    found: Gathered, communes: gpd.GeoDataFrame, villages: gpd.GeoDataFrame
) -> None:
    """Fill what is missing, then scale each commune's villages to its people."""
    unknown = villages["people"].isna()
    if unknown.any():
        mean = villages["people"].mean()
        villages["people"] = villages["people"].fillna(mean if pd.notna(mean) else 1.0)
        villages.loc[unknown, "people_origin"] = "estimated"
        count = int(unknown.sum())
        found.notes.append(
            Text(
                f"Số thôn không có dân số, được ước tính: {count}.",
                f"Villages without people, estimated: {count}.",
            )
        )
    totals = communes.set_index("code")["people"]
    sums = villages.groupby("commune_code")["people"].transform("sum").to_numpy(dtype=np.float64)
    target = villages["commune_code"].map(totals).to_numpy(dtype=np.float64)
    factor = np.divide(target, sums, out=np.zeros_like(sums), where=sums > 0)
    changed = np.abs(factor - 1.0) > _ROUNDING_SHARE
    if changed[sums > 0].any():
        villages["people"] = villages["people"].to_numpy(dtype=np.float64) * factor
        found.notes.append(
            Text(
                "Dân số các thôn được nhân theo tỷ lệ để cộng lại bằng dân số của xã.",
                "The villages' people were scaled so that they add up to the people of their "
                "commune.",
            )
        )
    _note_bare_communes(found, communes, villages)


def _note_bare_communes(
    found: Gathered, communes: gpd.GeoDataFrame, villages: gpd.GeoDataFrame
) -> None:
    bare = sorted(set(communes["code"]) - set(villages["commune_code"]))
    if not bare:
        return
    listed = ", ".join(bare[:_MOST_NAMED]) + (" …" if len(bare) > _MOST_NAMED else "")
    found.notes.append(
        Text(
            f"Số xã không có thôn nào: {len(bare)} ({listed}); dân của xã được trải đều trên xã.",
            f"Communes without any village: {len(bare)} ({listed}); their people are spread evenly "
            "over the commune.",
        )
    )
