"""How do two maps lie side by side, split by a line that can be moved?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraplan.errors import ParameterError
from infraplan.maps.drawing import Drawing, Layer
from infraplan.maps.leaf import DrawnMap

if TYPE_CHECKING:
    from infraplan.maps.drawing import Side

__all__ = ["compare"]


def compare(left: DrawnMap, right: DrawnMap, *, titles: tuple[str, str] | None = None) -> DrawnMap:
    """Return one map split in two by a line that can be moved.

    Parameters
    ----------
    left, right
        Maps of :func:`coverage`, :func:`gaps`, :func:`plan` or :func:`show`: two signals, two
        operators, two scenarios. Of operators and scenarios to choose from, each side keeps the
        first; a slider of years moves both.
    titles
        What the left and the right side are called; the titles of the two maps where None.

    Returns
    -------
    DrawnMap
        A leafmap map with the legend and the badge of both.

    Raises
    ------
    ParameterError
        If one of them is split already, or they speak two languages.
    """
    one, two = left.drawing, right.drawing
    if one.sides or two.sides:
        raise ParameterError("A split map cannot be split again. Remedy: give two whole maps.")
    if one.language != two.language:
        raise ParameterError(
            f"The left map speaks {one.language!r} and the right one {two.language!r}. Remedy: "
            "make both in one language."
        )
    years = tuple(sorted({*one.years, *two.years}))
    boxes = tuple(zip(one.bounds, two.bounds, strict=True))
    legends = dict.fromkeys(f"{one.legend}<br>{two.legend}".split("<br>"))
    sides = titles or (_side_title(one), _side_title(two))
    return DrawnMap(
        Drawing(
            title=" | ".join(sides),
            language=one.language,
            bounds=(min(boxes[0]), min(boxes[1]), max(boxes[2]), max(boxes[3])),
            layers=_joined(_on_side(one, "left"), _on_side(two, "right")),
            legend="<br>".join(legends),
            badge="".join(dict.fromkeys([one.badge, two.badge])),
            years=years,
            year=years[-1] if years else None,
            sides=sides,
        )
    )


def _side_title(drawing: Drawing) -> str:
    """Return the title of a side, with the operator or scenario that it shows."""
    chosen = [*drawing.views[:1], *drawing.scenarios[:1]]
    return " – ".join([drawing.title, *chosen])


def _on_side(drawing: Drawing, side: Side) -> tuple[Layer, ...]:
    """Return the layers of a drawing as one side of a split map; operators are chosen."""
    view = next(iter(drawing.views), None)
    scenario = next(iter(drawing.scenarios), None)
    return tuple(
        replace(
            layer,
            side=side,
            parts=tuple(
                replace(part, view=None, scenario=None)
                for part in layer.parts
                if part.is_in(view=view, scenario=scenario, year=None)
            ),
        )
        for layer in drawing.layers
    )


def _joined(left: tuple[Layer, ...], right: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Return the layers of both sides; one that is the same on both lies on the whole map."""
    whole = {layer.name: replace(layer, side="") for layer in right}
    both = [layer.name for layer in left if whole.get(layer.name) == replace(layer, side="")]
    only = [layer for layer in (*left, *right) if layer.name not in both]
    return (*(whole[name] for name in both), *only)
