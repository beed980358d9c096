"""What is planned in a commune?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan_api.places import communes_of, unknown_commune
from infraplan_api.places.rows import number, records, said_or, whole_number
from infraplan_api.plans.plan import proposals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan_api.bundle import Bundle

__all__ = ["commune_plan"]

_PEOPLE_DIGITS: Final = 1


def commune_plan(bundle: Bundle, code: str) -> dict[str, Any]:
    """Return what is planned in a commune, as JSON of ``CommunePlan``.

    Parameters
    ----------
    bundle, code
        The bundle and the commune's code.

    Raises
    ------
    UnknownCommuneError
        If the bundle has no such commune.
    """
    place = communes_of(bundle).get(code)
    if place is None:
        raise unknown_commune(bundle, code)
    table = proposals(bundle)
    sites = table[table["commune_code"] == code]
    basis = bundle.table("new_sites")["data_basis"]
    return {
        "code": place.code,
        "name": place.name,
        "full_name": place.full_name,
        "sites": [_site(row) for row in records(sites)],
        "people_gained": round(float(sites["people_gained"].sum()), _PEOPLE_DIGITS),
        "sites_vnd": float(sites["capex_vnd"].sum()),
        "plan_id": bundle.study_id,
        "data_basis": str(basis.iloc[0]) if len(basis) else str(bundle.manifest["data_basis"]),
        "bundle_sha256": bundle.sha256,
    }


def _site(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a proposed site, as JSON of ``PlannedSite``."""
    why = {"vi": said_or(row.get("why_vi"), None), "en": said_or(row.get("why_en"), None)}
    return {
        "site_id": str(row["site_id"]),
        "kind": str(row["kind"]),
        "host_site_id": said_or(row["host_site_id"], None),
        "operator": str(row["operator"]),
        "year": whole_number(row["year"]),
        "antenna_height_m": number(row["antenna_height_m"]),
        "mast_height_m": number(row["mast_height_m"]),
        "people_gained": number(row["people_gained"]),
        "capex_vnd": number(row["capex_vnd"]),
        "link_vnd": number(row.get("link_vnd")),
        "opex_vnd_year": number(row["opex_vnd_year"]),
        "reason": {"vi": said_or(row["reason_vi"], ""), "en": said_or(row["reason"], "")},
        "why": why if all(why.values()) else None,
        "lon": number(row["lon"]),
        "lat": number(row["lat"]),
    }
