"""What does a plan look like on a map, year by year, alone or over the signal?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.errors import ParameterError
from infraplan.maps.cards import SIGNS, Language, badge, legend
from infraplan.maps.drawing import Caption, Drawing
from infraplan.maps.layers import (
    bounds_of,
    commune_layer,
    gap_layers,
    signal_layer,
    site_layer,
    water_layer,
)
from infraplan.maps.leaf import DrawnMap
from infraplan.maps.plan_layers import link_layer, proposal_layers
from infraplan.results import ANY_OPERATOR, with_prices
from infraplan.wording import count, money, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from infraplan.plan import Plan
    from infraplan.results import Signal
    from infraplan.study import Study

__all__ = ["plan", "show"]

_PLAN_SIGNS: Final = tuple(s for s in SIGNS if not s.startswith("gap_"))


def plan(
    study: Study,
    plan: Plan,
    *,
    gaps: gpd.GeoDataFrame | None = None,
    scenarios: Mapping[str, Plan] | None = None,
    communes: gpd.GeoDataFrame | None = None,
    language: Language = "vi",
) -> DrawnMap:
    """Return a map of what is built, year by year.

    Parameters
    ----------
    study, plan
        The province and its plan.
    gaps
        Drawn below where given.
    scenarios
        Other plans by name, to choose from beside this one.
    communes
        Served shares per commune, from :func:`infraplan.coverage.by_zone`, for the cards.
    language
        Language of every word on the map.

    Returns
    -------
    DrawnMap
        A leafmap map with a slider of years; above it people gained and cost up to the year.

    Raises
    ------
    ParameterError
        If another plan has no name, or is called as this one is.
    """
    named: dict[str | None, Plan] = {None: plan}
    if scenarios:
        own = phrase("maps_this_plan").said(language)
        if own in scenarios or "" in scenarios:
            raise ParameterError(
                f"scenarios has a plan without a name, or one called {own!r}, as the plan itself "
                "is called. Remedy: give each plan a name of its own."
            )
        named = {own: plan}
        named |= dict(scenarios.items())
    cell_m = study.grid.cell_size_m
    told = study.communes if communes is None else communes
    years = _years(named)
    below = () if gaps is None else gap_layers(gaps, cell_m, language)
    return DrawnMap(
        Drawing(
            title=phrase("maps_plan_title").said(language),
            language=language,
            bounds=bounds_of(study),
            layers=(
                *water_layer(study, cell_m, language),
                commune_layer(told, cell_m, language),
                *below,
                link_layer(named, cell_m, language),
                site_layer(study.sites, language),
                *proposal_layers(named, language),
            ),
            legend=legend(language, signs=_PLAN_SIGNS if gaps is None else SIGNS),
            badge=badge(_plan_basis(plan), language),
            scenarios=tuple(n for n in named if n is not None),
            years=years,
            year=years[-1] if years else None,
            captions=_plan_captions(named, years, language),
        )
    )


def show(
    study: Study,
    signal: Signal,
    gaps: gpd.GeoDataFrame,
    plan: Plan,
    *,
    communes: gpd.GeoDataFrame | None = None,
    language: Language = "vi",
) -> DrawnMap:
    """Return a map of signal, gaps, masts and proposals; a notebook shows it.

    Parameters
    ----------
    study, signal, gaps, plan
        The province and what was computed for it.
    communes
        Served shares per commune, from :func:`infraplan.coverage.by_zone`; where given, the card of
        a commune shows them per operator.
    language
        Language of every word on the map.

    Returns
    -------
    DrawnMap
        A leafmap map: layers that can be switched, a slider of the plan's years, a legend, a badge
        that says what is simulated, and a card with figures for whatever is pressed. It asks no
        other host for anything. Outlines are simplified by about one cell, for display only.
    """
    cell_m = signal.grid.cell_size_m
    told = study.communes if communes is None else communes
    named: dict[str | None, Plan] = {None: plan}
    below = signal_layer(study, signal, (ANY_OPERATOR,), language)
    years = _years(named)
    return DrawnMap(
        Drawing(
            title=phrase("maps_show_title").said(language),
            language=language,
            bounds=bounds_of(study),
            layers=(
                below,
                *water_layer(study, cell_m, language),
                commune_layer(told, cell_m, language),
                *gap_layers(gaps, cell_m, language),
                link_layer(named, cell_m, language),
                site_layer(study.sites, language),
                *proposal_layers(named, language),
            ),
            legend=legend(language, technology=signal.technology),
            badge=badge(_plan_basis(plan), language),
            years=years,
            year=years[-1] if years else None,
            captions=_plan_captions(named, years, language),
        )
    )


def _years(plans: Mapping[str | None, Plan]) -> tuple[int, ...]:
    """Return the year before the plans, in which nothing is built, and theirs."""
    years = sorted({int(y) for plan in plans.values() for y in plan.phases["year"]})
    return (years[0] - 1, *years) if years else ()


def _plan_basis(plan: Plan) -> pd.DataFrame:
    return with_prices(plan.provenance.origins, plan.assumptions)


def _plan_captions(
    plans: Mapping[str | None, Plan], years: tuple[int, ...], language: Language
) -> tuple[Caption, ...]:
    """Return what is built, for whom and at what cost up to each year, for each plan."""
    told = []
    for scenario, plan in plans.items():
        for year in years:
            built = plan.phases[plan.phases["year"] <= year]
            if built.empty:
                continue
            values = {
                "year": plain(year),
                "sites": count(built["sites"].sum()),
                "people": count(built["people_gained"].sum()),
                "cost": money(built["capex_vnd"].sum()),
            }
            text = phrase("maps_plan_caption", values).said(language)
            told.append(Caption(text, scenario, year))
    return (*told, Caption(phrase("maps_plan_before").said(language)))
