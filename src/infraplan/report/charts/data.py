"""Which sums of a bundle's tables do charts and pages show?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from infraplan import catalog
from infraplan.results import ANY_OPERATOR
from infraplan.wording import Text, plain

if TYPE_CHECKING:
    from infraplan.report.facts import Facts

__all__ = [
    "COST_KINDS",
    "SHARE_ANY",
    "commune_name",
    "cost_by_year",
    "operator_name",
    "people_served",
    "unserved_by_commune",
]

COST_KINDS: Final = ("new_mast", "shared_mast", "fibre", "microwave")
"""What money is spent on, as charts and tables of years tell it apart."""

SHARE_ANY: Final = f"people_served_share_of_commune_people_{ANY_OPERATOR}"
_SERVED_ANY: Final = f"people_served_{ANY_OPERATOR}"
_SUMS: Final = [
    *("people_served", "people"),
    *("villages_served", "villages"),
    *("area_served_m2", "area_m2"),
]


def people_served(facts: Facts, *, environment: str = "outdoors") -> pd.DataFrame:
    """Add up who has usable service, by technology, operator and year.

    Parameters
    ----------
    facts
        The bundle.
    environment
        "outdoors" or "indoors".

    Returns
    -------
    pandas.DataFrame
        Columns technology, operator, year, people_served, people, villages_served, villages,
        area_served_m2, area_m2 and people_served_share (NA without people), sorted by the first
        three. Communes whose people are unknown count nowhere.
    """
    rows = facts.outlook
    rows = rows[(rows["environment"] == environment) & (rows["level"] == "served")]
    rows = rows[rows["people"].notna()]
    sums = rows.groupby(["technology", "operator", "year"], as_index=False)[_SUMS].sum()
    people = sums["people"].where(sums["people"] > 0)
    return sums.assign(people_served_share=sums["people_served"] / people)


def cost_by_year(facts: Facts) -> pd.DataFrame:
    """Add up what building costs, by year and kind.

    Returns
    -------
    pandas.DataFrame
        A row per year of the plan (index year), a column per kind of :data:`COST_KINDS`, in VND;
        what is built in no year counts nowhere.
    """
    owners = facts.costs_by_owner
    kinds = pd.concat(
        [
            pd.Series(facts.new_sites["kind"].to_numpy(), facts.new_sites["site_id"].astype(str)),
            pd.Series(facts.links["medium"].to_numpy(), facts.links["link_id"].astype(str)),
        ]
    )
    kind = owners["owner_id"].astype(str).map(kinds).astype(str)
    kind = kind.mask(kind.str.startswith("fibre"), "fibre")
    years = pd.Index([int(year) for year in facts.phases["year"]], name="year")
    spent = owners.assign(kind=kind)[owners["year"].notna() & kind.isin(COST_KINDS)]
    told = spent.assign(year=spent["year"].astype(int)).pivot_table(
        index="year", columns="kind", values="capex_vnd", aggfunc="sum"
    )
    return told.reindex(index=years, columns=list(COST_KINDS)).fillna(0.0).astype(float)


def unserved_by_commune(facts: Facts) -> pd.DataFrame:
    """List communes by the share of people served, smallest first, then by people not served.

    Returns
    -------
    pandas.DataFrame
        Columns code, name, people, people_served, people_unserved, share; communes without known
        people are left out.
    """
    communes = facts.communes
    table = pd.DataFrame(
        {
            "code": communes["code"].astype(str),
            "name": commune_name(communes),
            "people": communes["people"].astype(float),
            "people_served": communes[_SERVED_ANY].astype(float),
            "share": communes[SHARE_ANY].astype(float),
        }
    )
    table = table.assign(people_unserved=table["people"] - table["people_served"])
    table = table[table["share"].notna()]
    ordered = table.sort_values(["share", "people_unserved", "code"], ascending=[True, False, True])
    return ordered.reset_index(drop=True)


def commune_name(communes: pd.DataFrame) -> pd.Series[str]:
    """Return the full name of each commune, such as "Xã Đức Nhàn"; the bare one otherwise."""
    name = communes["name"].astype(str)
    if "full_name" not in communes:
        return name
    full = communes["full_name"]
    return full.where(full.notna() & (full.astype(str) != ""), name).astype(str)


def operator_name(operator: str) -> Text:
    """Return an operator as the catalogue writes it; one that it does not know as it is."""
    known = catalog.table("operators").set_index("operator")["name"]
    return plain(known.get(operator, operator))
