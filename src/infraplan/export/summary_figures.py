"""How do the two pictures of the summary page stand beside their legends?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.export.map_frame import MapFrame
from infraplan.export.map_svg import CLASSES, NO_PEOPLE_COLOUR, class_of, outlines, plan_map
from infraplan.export.signal_png import levels_of, signal_image
from infraplan.results import ANY_OPERATOR
from infraplan.wording import Text, count, decimal, length, percent, phrase, plain, span

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.export.headline import Headline
    from infraplan.export.signal_png import Level
    from infraplan.plan import Plan
    from infraplan.results import Signal

__all__ = ["plan_figure", "served_classes", "signal_figure"]

_WIDTH, _MARGIN = 720.0, 12.0

_ASIDE = ("single_operator", "congested")
_ASIDE_PICKS = "".join(
    f'<input class="pick" type="checkbox" id="show-{kind}" aria-label="{label}">'
    for kind, label in zip(
        _ASIDE, ("Vùng một nhà mạng / one operator", "Vùng nghẽn / overloaded"), strict=True
    )
)

_KEY_SHAPES = {
    "gap_white": '<rect class="gap white" x="3" y="2" width="20" height="12"/>',
    "gap_weak": '<rect class="gap weak" x="3" y="2" width="20" height="12"/>',
    "gap_single_operator": '<rect class="gap single_operator" x="3" y="2" width="20" height="12"/>',
    "gap_congested": '<rect class="gap congested" x="3" y="2" width="20" height="12"/>',
    "mast": '<path class="mast" d="M13 5l3.6 6.4h-7.2z"/>',
    "kind_new_mast": '<g class="new"><path d="M13 1l7 13h-14z"/></g>',
    "kind_shared_mast": '<g class="new"><circle cx="13" cy="8" r="7.5"/>'
    '<path d="M13 2.5l5.4 9h-10.8z"/></g>',
    "link_fibre": '<path class="link" d="M1 8h24"/>',
    "link_microwave": '<path class="link hop" d="M1 8h24"/>',
}


def served_classes(communes: gpd.GeoDataFrame) -> dict[int | None, int]:
    """Count the communes in each class of the share of people served."""
    share = communes[f"people_served_share_of_commune_people_{ANY_OPERATOR}"]
    found: dict[int | None, int] = dict.fromkeys([*range(len(CLASSES)), None], 0)
    for value in share:
        found[class_of(value)] += 1
    return found


def plan_figure(
    plan: Plan,
    figures: Headline,
    *,
    communes: gpd.GeoDataFrame,
    gaps: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
) -> str:
    """Return the map of communes, gaps, masts and proposals with its legend."""
    frame = _frame(communes)
    picture = plan_map(frame, plan, communes=communes, gaps=gaps, sites=sites)
    totals = plan.totals
    rows = [_head("legend_served"), *_class_rows(communes), _head("legend_gaps")]
    rows += [
        _row(_shape("gap_white"), phrase("gap_white"), count(figures.white_spots)),
        _row(_shape("gap_weak"), phrase("gap_weak"), count(figures.weak_spots)),
        *_aside_rows(figures),
        _head("legend_plan"),
        _row(_shape("kind_new_mast"), phrase("kind_new_mast"), count(totals.new_masts)),
        _row(_shape("kind_shared_mast"), phrase("kind_shared_mast"), count(totals.shared_masts)),
        _row(_shape("link_fibre"), phrase("link_fibre"), length(totals.length_m)),
        _row(_shape("link_microwave"), phrase("link_microwave"), count(totals.hops)),
        _row(_shape("mast"), phrase("mast"), count(len(sites))),
    ]
    year = f'<span class="wide">{span(phrase("caption_year"))} </span>'
    return _figure(picture, rows, year + span(phrase("caption_touch")), before=_ASIDE_PICKS)


def signal_figure(signal: Signal, *, communes: gpd.GeoDataFrame) -> str:
    """Return the picture of signal classes with the communes' borders and its legend."""
    frame = _frame(communes)
    levels = levels_of(signal.technology)
    image, grid = signal_image(signal.rsrp_dbm[ANY_OPERATOR], communes.geometry, levels)
    west, south, east, north = grid.bounds
    scale = frame.metres_per_unit
    box = (
        f'x="{(west - frame.x_min_m) / scale:.1f}" y="{(frame.y_max_m - north) / scale:.1f}" '
        f'width="{(east - west) / scale:.1f}" height="{(north - south) / scale:.1f}"'
    )
    label = phrase("signal_label")
    picture = (
        f'<svg class="map" viewBox="{frame.view_box}" role="img" '
        f'aria-label="{label.vi} / {label.en}"><image {box} preserveAspectRatio="none" '
        f'href="{image}"/>{outlines(frame, communes)}</svg>'
    )
    rows = [_head("legend_signal")]
    for i, level in enumerate(levels):
        name = Text(level.name_vi, level.name_en)
        rows.append(_named_row(_swatch(level.colour), name, _range_dbm(levels, i)))
    return _figure(picture, rows, span(phrase("caption_signal")))


def _frame(communes: gpd.GeoDataFrame) -> MapFrame:
    west, south, east, north = (float(v) for v in communes.total_bounds)
    return MapFrame.around((west, south, east, north), width=_WIDTH, margin=_MARGIN)


def _figure(picture: str, rows: list[str], caption: str, *, before: str = "") -> str:
    return (
        f'<figure>{before}<div>{picture}</div><ul class="legend">{"".join(rows)}</ul>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _aside_rows(figures: Headline) -> list[str]:
    """Return the legend of what is drawn only where the reader asks for it."""
    spots = (figures.single_operator_spots, figures.congested_spots)
    return [
        f'<li class="pickable"><label for="show-{kind}"><span class="k">{_shape(f"gap_{kind}")}'
        f"</span><span>{span(phrase(f'gap_{kind}'))}<br><small>{span(phrase('legend_show'))}"
        f'</small></span></label><span class="n">{span(count(number))}</span></li>'
        for kind, number in zip(_ASIDE, spots, strict=True)
    ]


def _class_rows(communes: gpd.GeoDataFrame) -> list[str]:
    """Return one legend row per class of share served, with the number of communes in it."""
    counts = served_classes(communes)
    rows = []
    lower: float | None = None
    for i, (upper, colour) in enumerate(CLASSES):
        if upper is None:
            name = phrase("class_from", {"lower": percent(lower or 0.0, 0)})
        elif lower is None:
            name = phrase("class_below", {"upper": percent(upper, 0)})
        else:
            name = phrase("class_between", {"lower": percent(lower, 0), "upper": percent(upper, 0)})
        rows.append(_row(_swatch(colour), name, count(counts[i])))
        lower = upper
    if counts[None]:
        rows.append(_row(_swatch(NO_PEOPLE_COLOUR), phrase("class_unknown"), count(counts[None])))
    return rows


def _range_dbm(levels: tuple[Level, ...], number: int) -> Text:
    """Return the levels of a class, such as "-95 … -80 dBm"."""
    low = levels[number].minimum_dbm
    high = levels[number - 1].minimum_dbm if number else None
    if low is None:
        return phrase("dbm_below", {"high": _dbm(high)})
    if high is None:
        return phrase("dbm_from", {"low": _dbm(low)})
    return phrase("dbm_between", {"low": _dbm(low), "high": _dbm(high)})


def _dbm(value: float | None) -> Text:
    return plain(None) if value is None else decimal(value, 0)


def _head(key: str) -> str:
    return f'<li class="head">{span(phrase(key))}</li>'


def _row(key: str, name: Text, number: Text) -> str:
    return (
        f'<li><span class="k">{key}</span><span>{span(name)}</span>'
        f'<span class="n">{span(number)}</span></li>'
    )


def _named_row(key: str, name: Text, small: Text) -> str:
    return (
        f'<li><span class="k">{key}</span><span>{span(name)}<br>'
        f"<small>{span(small)}</small></span></li>"
    )


def _swatch(colour: str) -> str:
    return (
        '<svg viewBox="0 0 26 16" aria-hidden="true"><rect width="26" height="16" rx="2" '
        f'fill="{colour}" stroke="#c9ced4" stroke-width=".6"/></svg>'
    )


def _shape(name: str) -> str:
    return f'<svg viewBox="0 0 26 16" aria-hidden="true">{_KEY_SHAPES[name]}</svg>'
