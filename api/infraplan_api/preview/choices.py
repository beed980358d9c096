"""What may be asked when a mast is tried out over a bundle?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infraplan import catalog
from infraplan.results import ANY_OPERATOR

if TYPE_CHECKING:
    from infraplan_api.bundle import Bundle

__all__ = ["choices"]


def choices(bundle: Bundle) -> dict[str, Any]:
    """Return the words that inputs may have, and what is taken where they are left out.

    Parameters
    ----------
    bundle
        The bundle.

    Returns
    -------
    dict
        technology, operators, bands, environments, levels (weakest first), and defaults: band,
        height_m, eirp_dbm, tilt_deg, azimuths_deg.
    """
    technology = bundle.technology
    bands, levels = catalog.table("bands"), catalog.table("service_levels")
    limited = levels[(levels["technology"] == technology) & (levels["minimum_rsrp_dbm"] != "")]
    ascending = limited.assign(dbm=limited["minimum_rsrp_dbm"].astype(float)).sort_values("dbm")
    azimuths = catalog.row("rules", "sector_azimuths_deg")["value"].split("|")
    return {
        "technology": technology,
        "operators": [name for name in bundle.operators if name != ANY_OPERATOR],
        "bands": bands.loc[bands["technology"] == technology, "band"].tolist(),
        "environments": ["outdoors", "indoors"],
        "levels": ascending["level"].tolist(),
        "defaults": {
            "band": catalog.row("rules", "band")["value"],
            "height_m": catalog.rule("mast_height_m"),
            "eirp_dbm": catalog.rule("eirp_dbm"),
            "tilt_deg": catalog.rule("tilt_deg"),
            "azimuths_deg": [float(part) for part in azimuths],
        },
    }
