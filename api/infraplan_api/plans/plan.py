"""What does the plan of a bundle build, year by year and commune by commune?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan_api.errors import UnknownPlanError
from infraplan_api.places import communes_of, unknown_commune
from infraplan_api.places.rows import number, records, whole_number
from infraplan_api.places.whole import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from infraplan_api.bundle import Bundle

__all__ = ["plan", "plans", "proposals"]

_PHASE: Final = {
    "length_m": number,
    "budget_vnd": number,
    "carried_vnd": number,
    "capex_vnd": number,
    "left_vnd": number,
    "opex_vnd": number,
    "people_gained": number,
    "cumulative_people": number,
}
_PEOPLE_DIGITS: Final = 1


def plans(bundle: Bundle, href: str) -> dict[str, Any]:
    """Return the plans of a bundle, which is one, as JSON of ``Plans``.

    Parameters
    ----------
    bundle
        The bundle.
    href
        Address of the plan.
    """
    return {"plans": [_reference(bundle, href)], "bundle_sha256": bundle.sha256}


def plan(bundle: Bundle, plan_id: str, href: str, *, commune: str | None) -> dict[str, Any]:
    """Return a plan, as JSON of ``Plan``.

    Parameters
    ----------
    bundle, plan_id
        The bundle and the plan that is asked for.
    href
        Its address.
    commune
        A commune to which the list of communes is narrowed; all where None.

    Raises
    ------
    UnknownPlanError
        If the bundle has no such plan.
    UnknownCommuneError
        If it has no such commune.
    """
    if plan_id != bundle.study_id:
        raise UnknownPlanError(
            f"The bundle has no plan {plan_id!r}; it has {bundle.study_id!r}. Remedy: ask for "
            f"/v1/plans/{bundle.study_id}."
        )
    if commune is not None and commune not in communes_of(bundle):
        raise unknown_commune(bundle, commune)
    manifest = bundle.manifest
    listed = once(bundle, "plans communes", _communes)
    return {
        **_reference(bundle, href),
        "totals": {**manifest["totals"], **manifest["plan_totals"]},
        "certificate": manifest["certificate"],
        "phases": _phases(bundle),
        "communes": [c for c in listed if commune in (None, c["commune_code"])],
        "notes": [{"vi": n["vi"], "en": n["en"]} for n in manifest["notes"]],
        "data_basis": str(manifest["data_basis"]),
        "bundle_sha256": bundle.sha256,
    }


def proposals(bundle: Bundle) -> pd.DataFrame:
    """Return the proposed sites in the order of their years, then people, then identifiers."""
    return once(bundle, "plans proposals", _proposals)


def _reference(bundle: Bundle, href: str) -> dict[str, Any]:
    """Return what identifies a plan, as JSON of ``PlanReference``."""
    manifest, totals = bundle.manifest, bundle.manifest["plan_totals"]
    study: Mapping[str, str] = manifest["study"]
    return {
        "id": bundle.study_id,
        "title": {"vi": study["title_vi"], "en": study["title_en"]},
        "technology": bundle.technology,
        "years": [phase["year"] for phase in _phases(bundle)],
        "sites": int(totals["new_masts"]) + int(totals["shared_masts"]),
        "capex_vnd": number(totals["capex_vnd"]),
        "people_gained": number(totals["people_gained"]),
        "href": href,
    }


def _phases(bundle: Bundle) -> list[dict[str, Any]]:
    """Return what is done in each year, as JSON of ``Phase``."""
    return [
        {
            "year": int(row["year"]),
            "sites": int(row["sites"]),
            "links": int(row["links"]),
            **{name: read(row.get(name)) for name, read in _PHASE.items()},
        }
        for row in records(bundle.table("phases"))
    ]


def _proposals(bundle: Bundle) -> pd.DataFrame:
    """Sort the proposed sites, with what their links cost where the bundle says it."""
    sites = bundle.table("new_sites")
    if bundle.has("explanations.csv"):
        said = bundle.table("explanations")[["site_id", "link_vnd", "why_vi", "why_en"]]
        sites = sites.merge(said, on="site_id", how="left", validate="one_to_one")
    order = ["year", "people_gained", "site_id"]
    return sites.sort_values(order, ascending=[True, False, True]).reset_index(drop=True)


def _communes(bundle: Bundle) -> list[dict[str, Any]]:
    """Return the sums of each commune with a site, as JSON of ``CommunePlanned``."""
    names = communes_of(bundle)
    sites = proposals(bundle)
    found = []
    for code, group in sites.groupby("commune_code", sort=True):
        place = names.get(str(code))
        found.append(
            {
                "commune_code": str(code),
                "commune_name": "" if place is None else place.name,
                "sites": len(group),
                "first_year": whole_number(group["year"].min()),
                "last_year": whole_number(group["year"].max()),
                "people_gained": number(round(float(group["people_gained"].sum()), _PEOPLE_DIGITS)),
                "sites_vnd": number(group["capex_vnd"].sum()),
            }
        )
    return sorted(found, key=lambda c: (-(c["people_gained"] or 0.0), c["commune_code"]))
