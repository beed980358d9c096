"""Which layers do communes, villages, roads, masts, gaps and signal make?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import shapely

from infraplan.errors import ParameterError
from infraplan.geo import GEOGRAPHIC
from infraplan.maps.cards import (
    FIBRE,
    MUTED,
    PAPER,
    ROAD,
    VILLAGE,
    WATER,
    Language,
    card,
    line,
    operator_name,
)
from infraplan.maps.drawing import Layer, Part, Shapes
from infraplan.maps.features import (
    FIRST_GAPS,
    GAP_LAYERS,
    features,
    gap_features,
    rows_of,
)
from infraplan.maps.picture import class_picture, signal_picture
from infraplan.names import file_stems
from infraplan.results import ANY_OPERATOR
from infraplan.wording import Text, area, count, height, percent, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.results import Outlook, Signal
    from infraplan.study import Study

__all__ = [
    "bounds_of",
    "commune_layer",
    "gap_layers",
    "line_layers",
    "outlook_layer",
    "outlook_operators",
    "signal_layer",
    "site_layer",
    "village_layer",
    "water_layer",
    "years_of",
]

_SERVED: Final = "people_served_share_of_commune_people_"


def bounds_of(study: Study) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the communes, degrees."""
    west, south, east, north = study.communes.to_crs(GEOGRAPHIC).total_bounds
    return float(west), float(south), float(east), float(north)


def signal_layer(
    study: Study, signal: Signal, operators: Sequence[str], language: Language
) -> Layer:
    """Return the signal now, one view for each operator where there are several."""
    _require(operators, signal.operators)
    is_choice = len(operators) > 1
    parts = tuple(
        Part(
            signal_picture(signal, study.communes.geometry, operator=operator),
            view=operator_name(operator).said(language) if is_choice else None,
        )
        for operator in operators
    )
    return Layer(_signal_name(signal.technology, operators).said(language), parts)


def outlook_layer(
    study: Study,
    outlook: Outlook,
    operators: Sequence[str],
    *,
    technology: str,
    environment: str,
    language: Language,
) -> Layer:
    """Return the signal year by year, one view for each operator where there are several."""
    stems = file_stems(outlook_operators(outlook))
    _require(operators, tuple(stems))
    is_choice = len(operators) > 1
    parts = []
    for operator in operators:
        name = f"service_class_{technology}_{environment}_{stems[operator]}"
        if name not in outlook.classes:
            raise ParameterError(
                f"The outlook has no classes of {technology} {environment} for {operator!r}; it "
                f"has {', '.join(outlook.classes)}. Remedy: give one of its technologies and "
                "environments."
            )
        view = operator_name(operator).said(language) if is_choice else None
        years = outlook.class_years[technology]
        pictures = [
            class_picture(raster, study.communes.geometry, technology=technology)
            for raster in outlook.classes[name]()
        ]
        begins = [i for i, p in enumerate(pictures) if i == 0 or p != pictures[i - 1]]
        for begin, end in zip(begins, [*begins[1:], len(pictures)], strict=True):
            since = years[begin] if begin else None
            until = years[end - 1] if end < len(pictures) else None
            parts.append(Part(pictures[begin], view=view, since=since, until=until))
    return Layer(_signal_name(technology, operators).said(language), tuple(parts))


def _signal_name(technology: str, operators: Sequence[str]) -> Text:
    values = {"technology": plain(technology), "operator": operator_name(operators[0])}
    key = "maps_signal" if len(operators) > 1 else "maps_signal_of"
    return phrase(key, values)


def outlook_operators(outlook: Outlook) -> tuple[str, ...]:
    """Return the operators of an outlook, any of them last."""
    known = set(outlook.table["operator"]) - {ANY_OPERATOR}
    return (*sorted(known), ANY_OPERATOR)


def _require(operators: Sequence[str], known: Sequence[str]) -> None:
    """Refuse no operators, and operators that are not there."""
    unknown = [o for o in operators if o not in known]
    if unknown or not operators:
        raise ParameterError(
            f"operators is {', '.join(operators) or 'empty'}; the signal has {', '.join(known)}. "
            "Remedy: give some of these."
        )


def commune_layer(communes: gpd.GeoDataFrame, cell_m: float, language: Language) -> Layer:
    """Return the communes as outlines, with the shares served where the table has them."""
    columns = [str(c) for c in communes.columns if str(c).startswith(_SERVED)]
    operators = {c: c.removeprefix(_SERVED) for c in reversed(columns)}
    cards = []
    for row in rows_of(communes):
        lines = [line("people", count(row["people"])), area(row["area_m2"])]
        lines += [
            (phrase("share_served") if o == ANY_OPERATOR else operator_name(o))
            + plain(": ")
            + percent(row[column])
            for column, o in operators.items()
        ]
        cards.append(card(plain(row["name"]), lines, language))
    style = {"color": MUTED, "weight": 1, "fillOpacity": 0}
    data = features(communes.geometry.simplify_coverage(cell_m), cards, [style] * len(cards))
    return Layer(phrase("commune").said(language), (Part(Shapes(data)),))


def water_layer(study: Study, cell_m: float, language: Language) -> tuple[Layer, ...]:
    """Return lakes and rivers, where the study has any."""
    if study.water.empty:
        return ()
    cards = [card(plain(row["name"]), [], language) for row in rows_of(study.water)]
    style = {"color": WATER, "weight": 0.5, "fillColor": WATER, "fillOpacity": 0.5}
    data = features(study.water.geometry.simplify(cell_m / 2), cards, [style] * len(cards))
    return (Layer(phrase("layer_water").said(language), (Part(Shapes(data)),)),)


def gap_layers(
    gaps: gpd.GeoDataFrame, cell_m: float, language: Language, *, by_year: bool = False
) -> tuple[Layer, ...]:
    """Return white and weak spots, then those of one operator and overloaded ones, hidden.

    Where `by_year`, overloaded spots appear in the year in which they become so.
    """
    layers = []
    for name, kinds in GAP_LAYERS.items():
        of_kind = gaps[gaps["kind"].isin(kinds)]
        years = years_of(of_kind) if by_year else {None: of_kind}
        parts = tuple(
            Part(Shapes(gap_features(table, cell_m, language)), since=year)
            for year, table in years.items()
        )
        layers.append(Layer(phrase(f"map_{name}").said(language), parts, name == FIRST_GAPS))
    return tuple(layers)


def years_of(table: gpd.GeoDataFrame) -> dict[int | None, gpd.GeoDataFrame]:
    """Return the rows of each year, those without a year first."""
    if "year" not in table.columns:
        return {None: table}
    no_year = table["year"].isna()
    found: dict[int | None, gpd.GeoDataFrame] = {None: table[no_year]} if no_year.any() else {}
    for year in sorted(table.loc[~no_year, "year"].unique()):
        found[int(year)] = table[table["year"] == year]
    return found or {None: table}


def site_layer(sites: gpd.GeoDataFrame, language: Language) -> Layer:
    """Return the existing masts as dots."""
    cards = [
        card(
            phrase("mast") + plain(f" {row['site_id']}"),
            [operator_name(row.get("owner")), height(row["mast_height_m"])],
            language,
        )
        for row in rows_of(sites)
    ]
    style = {"color": PAPER, "weight": 0.3, "fillColor": MUTED, "fillOpacity": 0.8}
    data = features(sites.geometry, cards, [style] * len(cards))
    return Layer(phrase("layer_sites").said(language), (Part(Shapes(data)),))


def village_layer(villages: gpd.GeoDataFrame, language: Language) -> Layer:
    """Return the centres of villages as dots."""
    cards = [
        card(plain(row["name"]), [line("people", count(row["people"]))], language)
        for row in rows_of(villages)
    ]
    style = {"color": PAPER, "weight": 0.3, "fillColor": VILLAGE, "fillOpacity": 0.8}
    data = features(villages.geometry, cards, [style] * len(cards))
    return Layer(phrase("maps_villages").said(language), (Part(Shapes(data)),), shown=False)


def line_layers(study: Study, cell_m: float, language: Language) -> tuple[Layer, ...]:
    """Return roads and fibre cables as lines, each kind as one line without a card of its own."""
    layers = []
    for key, table, style in (
        ("layer_roads", study.roads, {"color": ROAD, "weight": 1}),
        ("layer_fibre", study.fibre, {"color": FIBRE, "weight": 2}),
    ):
        if table.empty:
            continue
        name = phrase(key)
        lines = table.geometry.simplify(cell_m / 2)
        whole = gpd.GeoSeries(
            [shapely.MultiLineString(shapely.get_parts(lines).tolist())], crs=table.crs
        )
        data = features(whole, [card(name, [], language)], [style | {"fill": False}])
        layers.append(Layer(name.said(language), (Part(Shapes(data)),)))
    return tuple(layers)
