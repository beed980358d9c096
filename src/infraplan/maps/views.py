"""What do a planner's maps show of a province: what it has, its coverage, its gaps?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.errors import ParameterError
from infraplan.maps.cards import SIGNS, STUDY_SIGNS, Language, badge, legend
from infraplan.maps.drawing import Caption, Drawing, Layer
from infraplan.maps.layers import (
    bounds_of,
    commune_layer,
    gap_layers,
    line_layers,
    outlook_layer,
    outlook_operators,
    signal_layer,
    site_layer,
    village_layer,
    water_layer,
)
from infraplan.maps.leaf import DrawnMap
from infraplan.results import ANY_OPERATOR
from infraplan.wording import Text, count, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from infraplan.results import Outlook, Signal
    from infraplan.study import Study

__all__ = ["coverage", "gaps", "province"]

_GAP_SIGNS: Final = tuple(s for s in SIGNS if s.startswith("gap_"))


def province(study: Study, *, language: Language = "vi") -> DrawnMap:
    """Return a map of what a study holds: communes, villages, masts, roads, fibre and water.

    Parameters
    ----------
    study
        The province.
    language
        Language of every word on the map.

    Returns
    -------
    DrawnMap
        A leafmap map that asks no other host; :func:`save_html` keeps it as a page.
    """
    cell_m = study.grid.cell_size_m
    return DrawnMap(
        Drawing(
            title=Text(study.provenance.title_vi, study.provenance.title_en).said(language),
            language=language,
            bounds=bounds_of(study),
            layers=(
                *water_layer(study, cell_m, language),
                commune_layer(study.communes, cell_m, language),
                *line_layers(study, cell_m, language),
                village_layer(study.villages, language),
                site_layer(study.sites, language),
            ),
            legend=legend(language, signs=("mast", *STUDY_SIGNS)),
            badge=badge(study.provenance.origins, language, is_predicted=False),
        )
    )


def coverage(
    study: Study,
    signal: Signal,
    *,
    outlook: Outlook | None = None,
    operators: Sequence[str] | None = None,
    environment: str = "outdoors",
    communes: gpd.GeoDataFrame | None = None,
    language: Language = "vi",
) -> DrawnMap:
    """Return a map of the signal, operator by operator, and year by year where there is a forecast.

    Parameters
    ----------
    study, signal
        The province and its signal.
    outlook
        The forecast of a plan, from :func:`infraplan.coverage.outlook`: a slider shows its years.
    operators
        Those to choose from, the first shown at the beginning; any operator, then each where None.
    environment
        "outdoors" or "indoors"; only a forecast knows the second.
    communes
        Served shares per commune, from :func:`infraplan.coverage.by_zone`, for the cards.
    language
        Language of every word on the map.

    Returns
    -------
    DrawnMap
        A leafmap map that asks no other host; :func:`save_html` keeps it as a page.

    Raises
    ------
    ParameterError
        If there is no such operator or environment.
    """
    if outlook is None and environment != "outdoors":
        raise ParameterError(
            f"environment is {environment!r}, but a signal is known outdoors only. Remedy: give "
            "the outlook of a plan, from infraplan.coverage.outlook."
        )
    known = signal.operators if outlook is None else outlook_operators(outlook)
    wanted = tuple(reversed(known)) if operators is None else tuple(operators)
    if outlook is None:
        layer = signal_layer(study, signal, wanted, language)
    else:
        layer = outlook_layer(
            study,
            outlook,
            wanted,
            technology=signal.technology,
            environment=environment,
            language=language,
        )
    cell_m = study.grid.cell_size_m
    told = study.communes if communes is None else communes
    years = () if outlook is None else tuple(outlook.class_years[signal.technology])
    return DrawnMap(
        Drawing(
            title=layer.name,
            language=language,
            bounds=bounds_of(study),
            layers=(
                layer,
                *water_layer(study, cell_m, language),
                commune_layer(told, cell_m, language),
                site_layer(study.sites, language),
            ),
            legend=legend(language, technology=signal.technology, signs=("mast",)),
            badge=badge(study.provenance.origins, language),
            views=_views(layer),
            years=years,
            year=years[0] if years else None,
        )
    )


def gaps(
    study: Study,
    gaps: gpd.GeoDataFrame,
    *,
    signal: Signal | None = None,
    communes: gpd.GeoDataFrame | None = None,
    language: Language = "vi",
) -> DrawnMap:
    """Return a map of white, weak, single-operator and overloaded spots.

    Parameters
    ----------
    study, gaps
        The province and its gaps.
    signal
        Drawn below them where given.
    communes
        Served shares per commune, from :func:`infraplan.coverage.by_zone`, for the cards.
    language
        Language of every word on the map.

    Returns
    -------
    DrawnMap
        A leafmap map; where spots become overloaded in later years, a slider shows the years.
    """
    cell_m = study.grid.cell_size_m
    told = study.communes if communes is None else communes
    below = () if signal is None else (signal_layer(study, signal, (ANY_OPERATOR,), language),)
    layers = gap_layers(gaps, cell_m, language, by_year=True)
    years = tuple(sorted({p.since for v in layers for p in v.parts if p.since is not None}))
    return DrawnMap(
        Drawing(
            title=phrase("maps_gaps_title").said(language),
            language=language,
            bounds=bounds_of(study),
            layers=(
                *below,
                *water_layer(study, cell_m, language),
                commune_layer(told, cell_m, language),
                *layers,
                site_layer(study.sites, language),
            ),
            legend=legend(
                language,
                technology=None if signal is None else signal.technology,
                signs=(*_GAP_SIGNS, "mast"),
            ),
            badge=badge(study.provenance.origins, language),
            years=years,
            year=years[-1] if years else None,
            captions=(Caption(_gap_caption(gaps).said(language)),),
        )
    )


def _views(layer: Layer) -> tuple[str, ...]:
    """Return the views that a layer's parts belong to, in their order."""
    return tuple(dict.fromkeys(p.view for p in layer.parts if p.view is not None))


def _gap_caption(gaps: gpd.GeoDataFrame) -> Text:
    """Return how many people live in white and weak spots."""
    white, weak = (gaps.loc[gaps["kind"] == kind, "people"] for kind in ("white", "weak"))
    return phrase(
        "maps_gaps_caption",
        {
            "white": count(len(white)),
            "white_people": count(white.sum()),
            "weak": count(len(weak)),
            "weak_people": count(weak.sum()),
        },
    )
