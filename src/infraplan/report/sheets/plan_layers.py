"""What does the sheet of the plan show?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from infraplan.report.palette import GAP_COLOURS, MUTED
from infraplan.report.sheets import canvas as draw
from infraplan.report.sheets import marks
from infraplan.report.sheets.gap_layers import ground_rows
from infraplan.report.sheets.legend import Row
from infraplan.report.sheets.scene import borders, hillshade, names, on_page, orientation
from infraplan.report.sheets.spread import spread
from infraplan.wording import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.report.facts import Facts
    from infraplan.report.sheets.scene import Scene

__all__ = ["draw_plan", "plan_rows"]

_CENTURY: Final = 100
_SHARED: Final = "shared_mast"
_PALE: Final = "#f6d3e6"
_MAST_SHARE: Final = 0.3
"""Height of an existing mast's triangle at most, in parts of a proposal's."""
_AIR_MM: Final = 0.12
"""Room around a proposal's mark."""
_STEM_SHARE: Final = 0.25
"""A mark that stands further from its place than this part of its height has a stem."""
_LABELLED_PT: Final = 7.0
"""Size of text from which on a sheet has room for the numbers of proposals."""
_LABEL_SHARE: Final = 0.42
"""Height of such a number in parts of the mark's."""
_MAST_ROOM: Final = 0.38
"""The same where masts are many, in parts of the distance between them."""


def draw_plan(scene: Scene) -> int:
    """Draw proposals with their years, links by medium, and what exists in outline."""
    facts, clip = scene.facts, scene.layout.map
    hillshade(scene)
    orientation(scene)
    gaps = facts.gaps[facts.gaps["kind"].isin(["white", "weak"])]
    draw.area(
        scene.canvas,
        on_page(gaps, scene.layout, scene.frame),
        fill=_PALE,
        edge=GAP_COLOURS["white"],
        width_mm=0.06,
        clip=clip,
        order=1.1,
    )
    fibre = on_page(facts.collection("fibre"), scene.layout, scene.frame)
    marks.links(scene.canvas, fibre, "existing", clip=clip)
    borders(scene, colour=MUTED)
    _links(scene)
    existing = _places(on_page(facts.sites, scene.layout, scene.frame))
    fills = [marks.fill_of(t) for t in facts.sites.get("tenants", [None] * len(existing))]
    room_mm2 = float(shapely.area(scene.communes).sum()) / max(len(existing), 1)
    size_mm = min(scene.mark_mm * _MAST_SHARE, _MAST_ROOM * math.sqrt(room_mm2))
    marks.masts(scene.canvas, existing, fills, size_mm=size_mm, clip=clip)
    places = _places(on_page(facts.new_sites, scene.layout, scene.frame))
    stands = spread(places, radius_mm=_reach_mm(scene), frame=clip)
    away = np.hypot(*(stands - places).T) > _STEM_SHARE * scene.mark_mm
    marks.stems(scene.canvas, places[away], stands[away], clip=clip)
    built = facts.communes["code"].astype(str).isin(facts.new_sites["commune_code"].astype(str))
    taken = [_taken(scene, x, y) for x, y in stands]
    unplaced = names(scene, taken=taken, first=built.to_numpy(dtype=bool))
    _proposals(scene, stands)
    return unplaced


def plan_rows(facts: Facts) -> list[Row]:
    """Return the legend of the plan: what is proposed, what exists, the ground."""
    rows = [Row("head", phrase("sheets_name_plan"))]
    first = str(facts.plan_years[0] % _CENTURY).zfill(2) if facts.plan_years else ""
    if not facts.new_sites.empty:
        rows.append(Row("new_mast", phrase("sheets_new_mast"), year=first))
        rows.append(Row(_SHARED, phrase("sheets_shared_mast"), year=first))
        if pd.to_numeric(facts.new_sites["year"]).isna().any():
            rows.append(Row("later", phrase("sheets_later")))
    if len(facts.new_sites) > 1:
        rows.append(Row("moved", phrase("sheets_moved")))
    styles = _styles(facts)
    rows += [
        Row(style, phrase(f"sheets_link_{style}")) for style in ("fibre", "microwave")
        if style in styles
    ]  # fmt: skip
    rows.append(Row("masts", phrase("sheets_masts")))
    if not facts.collection("fibre").empty:
        rows.append(Row("existing", phrase("sheets_link_existing")))
    white = GAP_COLOURS["white"]
    rows.append(Row("area", phrase("sheets_gap_both"), fill=_PALE, edge=white))
    return [*rows, *ground_rows(facts)]


def _styles(facts: Facts) -> list[str]:
    return [marks.link_style(str(m)) for m in facts.links.get("medium", [])]


def _links(scene: Scene) -> None:
    """Draw what is to be built, microwave below fibre."""
    shapes = on_page(scene.facts.links, scene.layout, scene.frame)
    styles = np.array(_styles(scene.facts), dtype=object)
    for style, order in (("microwave", 4.2), ("fibre", 4.4)):
        chosen = shapes[styles == style]
        marks.links(scene.canvas, chosen, style, clip=scene.layout.map, order=order)


def _places(points: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return one place per point, NaN where there is none."""
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _labelled(scene: Scene) -> bool:
    """Return whether the sheet is large enough to number the proposals as the annexes do."""
    return scene.layout.text_pt >= _LABELLED_PT


def _reach_mm(scene: Scene) -> float:
    """Return how far a proposal's mark reaches, with its number where it has one."""
    reach = marks.ring_radius_mm(scene.mark_mm) + _AIR_MM
    return reach + (_LABEL_SHARE * scene.mark_mm / 2 if _labelled(scene) else 0.0)


def _taken(scene: Scene, x_mm: float, y_mm: float) -> tuple[float, float, float, float]:
    half = marks.ring_radius_mm(scene.mark_mm)
    low = _LABEL_SHARE * scene.mark_mm if _labelled(scene) else 0.0
    return x_mm - half, y_mm - half - low, x_mm + half, y_mm + half


def _proposals(scene: Scene, places: NDArray[np.float64]) -> None:
    """Draw proposals, those of the first years above all others."""
    table = scene.facts.new_sites
    years = (
        pd.to_numeric(table["year"]).to_numpy(dtype=float, na_value=np.nan) if len(table) else []
    )
    kinds = list(table["kind"]) if len(table) else []
    labels = table["site_id"].astype(str) if _labelled(scene) else [""] * len(kinds)
    for (x, y), year, kind, label in zip(places, years, kinds, labels, strict=True):
        known = bool(np.isfinite(year))
        marks.proposal(
            scene.canvas,
            float(x),
            float(y),
            year=f"{int(year) % _CENTURY:02d}" if known else "",
            shared=kind == _SHARED,
            label=label,
            size_mm=scene.mark_mm,
            clip=scene.layout.map,
            order=6.0 + (1.0 - (int(year) % _CENTURY) / _CENTURY if known else 0.0),
        )
